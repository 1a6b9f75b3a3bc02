"""What each turn of a transcript does: tell, ask, take up, share, or listen.

The moves follow the field's codes: giving information and persuading, questions, reflections (MITI 4, Moyers et al.
2016), uptake (Demszky et al. 2021), and the client's own talk. A linear model reads the turn's words and a few
measures of the turn and of the one before; it was fitted by `evals.fit_notes` on
`evals/datasets/transcripts/train` and is reported on `test`, whose settings it has not seen. It knows nothing of
who is mentor, and of how much anybody talks.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.notes.linear import LinearText
from assistant.text import content_words, words

WEIGHTS = Path(__file__).with_name("model") / "moves.npz"


class Move(StrEnum):
    """What a turn mainly does."""

    TELLING = "telling"
    """Informs, explains, advises, persuades, corrects, or tells a story that nobody asked for."""
    QUESTION = "question"
    """Asks, openly or for a fact."""
    REFLECTION = "reflection"
    """Gives back, sums up or builds on what the other has just said."""
    SHARING = "sharing"
    """Speaks of one's own world because one was asked."""
    LISTENING = "listening"
    """A sign of listening, a greeting, arrangements, laughter."""


MOVES = tuple(Move)
_OPENER = re.compile(r"^(?:(?:so|and|ok|okay|um|uh|well|right|yeah|but|hm+)\b[, ]*)*")
_OPEN = re.compile(
    r"^(?:what|how|why|in what way|which|where do you|who do you|tell me|describe|walk me through|talk me through"
    r"|say more|give me an example|help me understand|could you (?:tell|describe|say|walk)|can you (?:tell|describe|say"
    r"|walk)|i(?:'m| am) curious|i wonder (?:what|how|why))\b"
)
_CLOSED = re.compile(
    r"^(?:do|does|did|is|are|was|were|have|has|had|can|could|will|would|should|may|shall|isn't|aren't|don't|didn't"
    r"|when|where|who|how (?:many|much|long|often|old|far|soon)|what (?:time|day|date|year|number))\b"
)
_REFLECTS = re.compile(
    r"^(?:it sounds|sounds like|so you|so it|so for you|so what you|you're saying|you're|you've|you feel|you felt"
    r"|if i (?:hear|understand|get)|what i hear|in other words|let me see if)\b"
)
_PERSUADES = frozenset(
    "should must need have always never important because means basically actually simply just remember make sure "
    "obviously fact research shows key point".split()
)
_OWN, _OTHERS = (
    frozenset("i i'm i've i'd i'll me my mine we our".split()),
    frozenset("you you're you've you'd you'll your yours".split()),
)


def measure_turn(text: str, before: str) -> list[float]:
    """Figures of a turn and of the turn before it (empty where there is none), in a fixed order."""
    said = words(text)
    count = max(1, len(said))
    own = set(content_words(text))
    start = _OPENER.sub("", text.lower().strip())
    return [
        float(np.log1p(len(said))),
        float(text.rstrip().endswith("?")),
        10 * text.count("?") / count,
        sum(word in _OTHERS for word in said) / count,
        sum(word in _OWN for word in said) / count,
        sum(word in _PERSUADES for word in said) / count,
        len(own & set(content_words(before))) / max(1, len(own)),
        float(np.log1p(len(words(before)))),
        float(before.rstrip().endswith("?")),
        float(bool(_OPEN.match(start))),
        float(bool(_CLOSED.match(start))),
        float(bool(_REFLECTS.match(start))),
        float(bool(_OPEN.match(_OPENER.sub("", before.lower().strip())))),
    ]


@cache
def _model() -> LinearText:
    return LinearText.load(WEIGHTS)


def find_moves(turns: Sequence[str]) -> NDArray[np.float32]:
    """(n, 5) probabilities in the order of `MOVES`, one row a turn; each row adds up to 1."""
    logits = [
        _model().logits(text, measure_turn(text, before)) for text, before in zip(turns, ["", *turns], strict=False)
    ]
    scores = np.stack(logits) if logits else np.zeros((0, len(MOVES)), dtype=np.float32)
    scores = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True), dtype=np.float32)


def count_questions(text: str) -> tuple[int, int]:
    """How many open and how many closed questions a turn asks.

    A question ends with its mark, or, in a turn that has no punctuation at all, begins it as a question does.
    """
    marked = re.findall(r"(?<![^.!?…])[^.!?…]++\?", text)  # never begun twice: a recogniser's turn may have no mark
    if not marked and not re.search(r"[.!?…,;]", text):
        start = _OPENER.sub("", text.lower().strip())
        is_open = _begins_openly(start)
        return (0, 0) if is_open is None else (int(is_open), int(not is_open))
    opened = sum(_asks_openly(question) for question in marked)
    return opened, len(marked) - opened


def _asks_openly(question: str) -> bool:
    """By the last clause that begins like a question: "You left early, so how was that?" is an open one."""
    clauses = [_OPENER.sub("", clause.strip()) for clause in re.split(r"(?<![,;:–—-])[,;:–—-]++\s", question.lower())]
    begins = (_begins_openly(clause) for clause in reversed(clauses))
    return next((is_open for is_open in begins if is_open is not None), False)


def _begins_openly(clause: str) -> bool | None:
    """Whether a clause begins like an open question or like a closed one; the longer beginning of the two tells.

    "How many" is closed although "how" is open, and "could you tell" is open although "could" is closed.
    """
    opened, closed = _OPEN.match(clause), _CLOSED.match(clause)
    if opened is None and closed is None:
        return None
    return (opened.end() if opened else 0) > (closed.end() if closed else 0)
