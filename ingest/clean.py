"""Text to clean text: the step of reading that all formats share, right after `assistant.decode`.

Every format passes its text through `clean_line` or `clean_lines`, so no control or invisible character
reaches a passage or a prompt. Wording is never changed here.
"""

import re
import unicodedata

_BREAKS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e0fff]"
)
"""Controls, zero-width and bidirectional marks, blank fillers, variation selectors, tags, lone surrogates."""
_BLANKS = re.compile(r"\s+")
_WORD = re.compile(r"\w")


def clean_line(text: str) -> str:
    """One line: NFC, without control and invisible characters, blank space collapsed to single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = _UNSEEN.sub("", _BREAKS.sub(" ", text))
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def clean_lines(text: str) -> list[str]:
    """The lines of `text`, each as `clean_line` leaves it; blank lines stay as empty strings."""
    return [clean_line(line) for line in _BREAKS.sub("\n", text).split("\n")]


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in `text`, in any script."""
    return _WORD.search(text) is not None
