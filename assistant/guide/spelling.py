"""Mends misspelt words of a query with the words of the guide, before it is searched.

People type on phones and in a second language; neither the vectors nor BM25 forgive "collegues" or "waht". Only what
neither the guide nor the embedding model nor a list of common words knows is touched, and only where a word of the
guide is one slip away (two in long words). The list covers the languages that people mix into their questions:
German "dass" is no misspelt "days".
"""

import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from assistant.text import WORD, stems, words

LEAST_COUNT = 2
"""A word seen once in the guide may be a name or a slip itself."""
SHORTEST, LONG = 4, 8
"""Letters from which a word is mended at all, and from which two slips are allowed."""
COMMONNESS = {"en": 1e-6, **dict.fromkeys(("de", "fr", "es", "it", "pt", "nl", "pl", "sv"), 1e-5)}
"""How often a word stands in texts of a language, at least, to be left as it is. Rare foreign words are let go: many
a slip in English is one."""

Checksums = NDArray[np.uint32]


def count_words(texts: Iterable[str]) -> dict[str, int]:
    """Words that occur at least `LEAST_COUNT` times, with their counts."""
    counts = Counter(word for text in texts for word in words(text))
    return {word: count for word, count in counts.items() if count >= LEAST_COUNT and not word.isdigit()}


def common_words() -> Checksums:
    """Sorted CRC-32 checksums of the common words of each language of `COMMONNESS`, by wordfreq's small lists.

    Checksums, because a search must not wait for the lists; one unknown word in 50,000 passes for a known one.
    """
    from wordfreq import get_frequency_dict

    found = {
        word
        for language, least in COMMONNESS.items()
        for word, share in get_frequency_dict(language, wordlist="small").items()
        if share >= least and len(word) >= SHORTEST and word.isascii()
    }
    return np.array(sorted(_checksum(word) for word in found), dtype=np.uint32)


def _checksum(word: str) -> int:
    return zlib.crc32(word.encode())


class Spelling:
    """Knows the guide's words, with their counts, and the common ones."""

    def __init__(self, counts: Mapping[str, int], common: Checksums) -> None:
        self._counts = counts
        self._common = common
        self._by_letter: dict[str, list[str]] = defaultdict(list)
        for word in sorted(counts, key=lambda word: -counts[word]):
            self._by_letter[word[0]].append(word)

    def mend(self, query: str, is_word: Callable[[str], bool]) -> str:
        """The query with its misspelt words mended; what `is_word` knows as a word of the language stays as typed."""
        return WORD.sub(lambda match: self._mend_word(match.group(), is_word), query)

    def _mend_word(self, typed: str, is_word: Callable[[str], bool]) -> str:
        word = typed.lower().replace("’", "'")
        if len(word) < SHORTEST or not word.isascii() or not word.isalpha():
            return typed
        if word in self._counts or is_word(word) or self._is_common(word):
            return typed
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        slips = 2 if len(word) >= LONG else 1
        near = extract(word, self._by_letter[word[0]], scorer=OSA.distance, score_cutoff=slips, limit=5)
        if not near or any(stems(found) == stems(word) for found, _, _ in near):  # another form of a word of the guide
            return typed
        return min(near, key=lambda found: (found[1], -self._counts[found[0]]))[0]

    def _is_common(self, word: str) -> bool:
        checksum = _checksum(word)
        place = int(np.searchsorted(self._common, checksum))
        return place < len(self._common) and int(self._common[place]) == checksum
