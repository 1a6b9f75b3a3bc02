"""Mends misspelt words of a query with the words of the guide, before it is searched.

People type on phones and in a second language; neither the vectors nor BM25 forgive "collegues" or "waht". Only what
neither the guide nor the embedding model knows as a word is touched, and only where a word of the guide is one slip
away (two in long words).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping

from assistant.text import WORD, words

LEAST_COUNT = 2
"""A word seen once in the guide may be a name or a slip itself."""
SHORTEST, LONG = 4, 8
"""Letters from which a word is mended at all, and from which two slips are allowed."""


def count_words(texts: Iterable[str]) -> dict[str, int]:
    """Words that occur at least `LEAST_COUNT` times, with their counts."""
    counts = Counter(word for text in texts for word in words(text))
    return {word: count for word, count in counts.items() if count >= LEAST_COUNT and not word.isdigit()}


class Spelling:
    """Knows the guide's words."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
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
        if word in self._counts or is_word(word):
            return typed
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        slips = 2 if len(word) >= LONG else 1
        near = extract(word, self._by_letter[word[0]], scorer=OSA.distance, score_cutoff=slips, limit=5)
        if not near:
            return typed
        return min(near, key=lambda found: (found[1], -self._counts[found[0]]))[0]
