"""Whether something that a person wrote fits their question well enough to be shown beside the answer.

Something is nearest to every question, so `own_notes` ranks and this cuts off. Pure; knows no model and no store.
"""

import math
import re

BASE = 0.36
"""Least cosine of a question and a single passage of somebody who has no other."""
GROWTH = 0.03
"""Added for each e-fold of passages: among many, one is near by chance.

The three figures were chosen on the 40 questions of `tests/coach/own_notes.jsonl` and 320 others. Among 40 notes 22 of
the 40 then show something of one's own, 16 of them the right note (of 3 notes: 27 and 24); of 160 questions that have
nothing to do with the notes none does, of 160 for the guide 5. `tests/coach/test_own_fit.py` counts on questions that
were written after the choice.
"""
LOOKING_BACK = 0.14
"""Taken off for a question about what was: the guide cannot know it, so the answer stands in a note or nowhere."""
_BACK = re.compile(
    r"\b(?:who|whom|what|when|where|which|why|how)\b[^.?!;:,]*\b(?:did|was|were|had)\b"
    r"|\b(?:did|have|had) (?:i|we|he|she|they)\b|\bmy notes?\b|\bremind me\b|\blast (?:time|session|meeting|talk)\b",
    re.IGNORECASE,
)


def looks_back(question: str) -> bool:
    """Whether a question is about what was: "what did she say", "my notes", "last time"; English alone is read."""
    return _BACK.search(question) is not None


def least_cosine(question: str, passages: int) -> float:
    """The cosine from which a passage fits a question, where `passages` were compared with it."""
    return BASE + GROWTH * math.log(max(1, passages)) - LOOKING_BACK * looks_back(question)
