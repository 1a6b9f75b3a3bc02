"""Small, pure helpers on text that several parts need: words, stems, sentences, cleaning."""

import re
import unicodedata

from assistant.once import once

WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")
_STOP = frozenset(
    "a about after all also am an and any are as at be because been before being but by can could did do "
    "does doing don't down for from further had has have having he her here hers him his how i i'm if in "
    "into is it it's its just me more most my no nor not now of off on once only or other our out over "
    "own she should so some such than that that's the their them then there these they this those through "
    "to too under until up very was we were what when where which while who whom why will with would you "
    "you're your".split()
)
_LIST_MARK = re.compile(r"^(?:[-*•–]|\d{1,2}[.)])\s+")
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}


def words(text: str) -> list[str]:
    """Lower-case words, in order, with typographic apostrophes made plain."""
    return [match.group().lower().replace("’", "'") for match in WORD.finditer(text)]


def content_words(text: str) -> list[str]:
    """`words` without those that carry no subject."""
    return [word for word in words(text) if word not in _STOP]


@once
def _stemmer() -> "object":
    import Stemmer

    return Stemmer.Stemmer("english")


def stems(text: str) -> list[str]:
    """Snowball stems of the content words, in order."""
    stem = _stemmer().stemWords  # type: ignore[attr-defined]
    return [str(stemmed) for stemmed in stem([word.removesuffix("'s") for word in content_words(text)])]


def _segments(line: str) -> list[str]:
    """One segmenter a call, which costs nothing: it keeps its text in itself, and two threads would mix theirs."""
    import pysbd

    return [str(part) for part in pysbd.Segmenter(language="en", clean=False).segment(line)]


def sentences(text: str) -> list[str]:
    """Sentences of prose or of lists, in order, each a verbatim stretch of the text without its list mark.

    A line break ends a sentence; "So what?" after a question joins it, as it says nothing alone.
    """
    found: list[str] = []
    for line in text.splitlines():
        bare = _LIST_MARK.sub("", line.strip())
        start = len(found)
        for part in _segments(bare):
            sentence = part.strip()
            if len(found) > start and len(sentence.split()) <= 2 and f"{found[-1]} {sentence}" in bare:
                found[-1] = f"{found[-1]} {sentence}"
            elif sentence:
                found.append(sentence)
    return found


def fold(text: str) -> str:
    """Small letters without accents, and with plain apostrophes."""
    parts = unicodedata.normalize("NFKD", text.replace("’", "'")).casefold()
    return "".join(one for one in parts if not unicodedata.combining(one))


def clean(text: str) -> str:
    """NFC, without control, invisible, private and direction-changing characters; blank space kept simple."""
    kept = (
        c if c in "\n\t" or unicodedata.category(c) not in _INVISIBLE else ("" if ord(c) > 31 else " ")
        for c in unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    )
    return re.sub(r"[^\S\n]+", " ", "".join(kept)).strip()


def shorten(text: str, characters: int) -> str:
    """The text, or its beginning up to a word's end and an ellipsis."""
    if len(text) <= characters:
        return text
    return text[:characters].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"
