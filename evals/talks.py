"""The transcripts whose turns are labelled: `datasets/talks/<split>/<batch>.jsonl`, described in its README.

For fitting and measuring what the product says of turns (`assistant.notes.moves`) and of whole talks. One folder a
split, one file a writer. The settings of `test/` (counselling, classroom and tutoring, workplace) are other ones than
those of `train/` for the most part, so that the figures speak of talk that was never seen.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.notes.moves import Move
from assistant.notes.note import Note, Transcript, Turn
from evals.data import DATASETS, Row, read_rows

TALKS = DATASETS / "talks"
Label = Literal["telling", "open_question", "closed_question", "reflection", "sharing", "other"]
MOVE_OF: dict[Label, Move] = {
    "telling": Move.TELLING,
    "open_question": Move.QUESTION,
    "closed_question": Move.QUESTION,
    "reflection": Move.REFLECTION,
    "sharing": Move.SHARING,
    "other": Move.LISTENING,
}


class LabelledTurn(BaseModel):
    """One turn and what its writer meant it to do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    speaker: str
    text: str
    move: Label


class Talk(Row):
    """A transcript that its writer meant to be good or poor."""

    setting: str
    quality: Literal["poor", "good"]
    helper: str
    """Who mentors, counsels, teaches."""
    teller: str | None
    """Who mostly tells; None in good ones."""
    turns: tuple[LabelledTurn, ...]

    def note(self) -> Note:
        """The talk as the product would get it, its turns given and not parsed."""
        text, turns = "", []
        for turn in self.turns:
            text += f"{turn.speaker}: "
            turns.append(Turn(speaker=turn.speaker, start=len(text), end=len(text) + len(turn.text)))
            text += f"{turn.text}\n"
        return Note(id=self.id, text=text, transcript=Transcript(turns=tuple(turns), form="names"))


def load_talks(split: Literal["train", "test"]) -> list[Talk]:
    """The talks of one split. Raises `EvaluationError` naming the line that is wrong."""
    return [talk for path in sorted((TALKS / split).glob("*.jsonl")) for talk in read_rows(path, Talk)]
