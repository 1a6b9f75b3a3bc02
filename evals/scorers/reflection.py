"""Whether a reflection prompt is about the note, open, and said to the right person: rules, without any model.

`is_right_person` is checked on prompts that were labelled by hand (`tests/evals/reflection_prompts.jsonl`). Pure.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from assistant.coach.catalogue import is_open
from assistant.roles import Role
from assistant.text import content_words

FIXED = {
    "what": "What happened in the session?",
    "so_what": "So what does it mean for you?",
    "now_what": "Now what will you do?",
}
"""The simplest alternative: Driscoll's three questions, the same for every note."""
_QUOTED = re.compile(r"“[^”]*”")
_SENTENCE = re.compile(r"(?<=[.!?”])\s+(?=[A-ZÀ-Þ“])")
_THIRD = re.compile(r"\b(?:he|she|him|his|her|hers|himself|herself)\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:i|me|my|mine|myself|i['’](?:m|ve|d|ll))\b", re.IGNORECASE)
_SECOND = re.compile(r"\b(?:you|your|yours|yourself|you['’](?:re|ve|d|ll))\b", re.IGNORECASE)
_SENIOR = re.compile(r"\bthe (?:senior|mentee|leader)\b|\byour mentee\b", re.IGNORECASE)


def pairs_of(text: str) -> set[tuple[str, str]]:
    """Neighbouring words with a meaning of their own, in order."""
    return set(pairwise(content_words(text)))


def is_tied(prompt: str, note: str) -> bool:
    """Whether two such words of the note stand in the prompt in the note's order, one after the other."""
    return bool(pairs_of(prompt) & pairs_of(note))


def is_open_prompt(prompt: str) -> bool:
    """Whether a prompt ends with one open question."""
    asked = _SENTENCE.split(_QUOTED.sub("“”", prompt).strip())[-1]
    clause = re.split(r",\s+(?=(?:what|how|which|where|who|whom|when|why)\b)", asked, flags=re.IGNORECASE)[-1]
    return asked.count("?") == 1 and (is_open(asked) or is_open(clause))


def is_right_person(prompt: str, writer: Role) -> bool:
    """Whether the prompt speaks to the senior as "you", outside the words that it quotes.

    In a note of the senior's own a "he" or "she" is somebody else; in the mentor's note it is the reader. An "I" is
    the senior or the mentor, and never who asks.
    """
    said = _QUOTED.sub("“”", prompt)
    if _FIRST.search(said) or _SENIOR.search(said):
        return False
    if writer is Role.MENTOR and _THIRD.search(said):
        return False
    return _SECOND.search(said) is not None or _THIRD.search(said) is None


def shared(prompts: Iterable[tuple[str, str]]) -> set[str]:
    """The prompts, of pairs of note and prompt, that more than one note has."""
    notes: dict[str, set[str]] = {}
    for note, prompt in prompts:
        notes.setdefault(" ".join(prompt.lower().split()), set()).add(note)
    return {prompt for prompt, names in notes.items() if len(names) > 1}
