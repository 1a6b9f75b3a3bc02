"""Answers of the configured chat model for the suites that need one: asked as a person asks, timed from outside.

The coach is asked through its public `reply`, so nothing is measured that the product does not do.
"""

import sys
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import cast

from pydantic import BaseModel, ConfigDict

from assistant.coach.service import Turn
from assistant.events import Event, Reply, Sentence, Sources
from assistant.models.place import model_place
from assistant.privacy.roster import Roster
from assistant.privacy.sending import Sending
from assistant.roles import PERSONAL, Actor, Role
from evals.data import EvaluationError, Question, load_questions, spread
from evals.workspace import Workspace

DEFAULT_ANSWERS = 24
WARM_UP = "How do I prepare the first session?"


class Answered(BaseModel):
    """A finished turn, and when what was on screen: seconds from the question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reply: Reply
    passages: float | None
    """None where no passage was shown: the coach abstained or referred."""
    first_words: float | None
    """The first sentence, whoever wrote it: the guide's own may stand there while the model still reads."""
    first_written: float | None
    """The first sentence that the model wrote; None where it wrote none."""
    total: float

    @property
    def failed(self) -> bool:
        """Whether a chat model is set and could not write, so that the guide answered alone."""
        return self.reply.provenance["model"] != "none" and any("own sentences" in note for note in self.reply.notices)


def load_asked(answers: int | None) -> list[Question]:
    """Test questions, the roles in turn."""
    return spread(load_questions("test"), answers or DEFAULT_ANSWERS)


def ask_warm(workspace: Workspace, rows: list[Question]) -> list[Answered]:
    """As `ask_all`, after the model has read each role's prompt once: what a person finds who is not the first."""
    for role in dict.fromkeys(row.role for row in rows):
        turn = _turn(workspace, role, WARM_UP)
        with closing(cast("Generator[Event, None, None]", workspace.coach.reply(turn))) as events:
            next((event for event in events if _is_written(event) or isinstance(event, Reply)), None)
    return ask_all(workspace, rows)


def ask_all(workspace: Workspace, rows: list[Question]) -> list[Answered]:
    """One answer a question, one after the other, on a loaded model."""
    coach = workspace.coach
    answers = []
    for number, row in enumerate(rows, start=1):
        sys.stderr.write(f"\rAnswer {number} of {len(rows)} …")
        sys.stderr.flush()
        began = time.monotonic()
        answers.append(_follow(coach.reply(_turn(workspace, row.role, row.question)), began))
    sys.stderr.write("\n")
    return answers


def _turn(workspace: Workspace, role: Role, question: str) -> Turn:
    """The questions are public: whoever runs the suites with a model elsewhere sends them there knowingly."""
    place = model_place(workspace.settings)
    sending = Sending(model=place.id, roster=Roster()) if place.where == "elsewhere" else None
    return Turn(actor=Actor(person=PERSONAL, role=role), text=question, sending=sending)


def _follow(events: Iterator[Event], began: float) -> Answered:
    """Watch one turn's events go by."""
    seen: dict[str, float] = {}
    for event in events:
        passed = time.monotonic() - began
        if isinstance(event, Sources):
            seen.setdefault("passages", passed)
        elif isinstance(event, Sentence) and event.origin != "eyelevel":
            seen.setdefault("first_words", passed)
            if _is_written(event):
                seen.setdefault("first_written", passed)
        elif isinstance(event, Reply):
            times = {name: seen.get(name) for name in ("passages", "first_words", "first_written")}
            return Answered(reply=event, total=passed, **times)
    raise EvaluationError("A turn ended without a reply; this is a fault of the coach.")


def _is_written(event: Event) -> bool:
    return isinstance(event, Sentence) and event.origin == "model"
