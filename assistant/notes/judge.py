"""A strong chat model as a second reader of a note, where somebody has configured one and turned it on.

The model sees numbered sentences and answers with their numbers, so that evidence is exact by construction. An
answer that cannot be read is a failure (the report is then degraded), never "nothing found". The small embedded model
is not asked: measured on 150 notes it accuses nine clean ones of ten.
"""

import json
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.errors import ModelTimeout, ModelUnavailable
from assistant.models.service import ChatService
from assistant.models.weights import LOCAL_MODELS
from assistant.notes.mistake import Mistake
from assistant.notes.segments import Segment
from assistant.privacy.sending import Sending
from assistant.prompts import fence, load_prompt

WAIT_SECONDS = 60.0
"""Longest wait for a model that is still being loaded."""
ANSWER_SECONDS = 7.0
"""Longest wait for a verdict once the model is loaded; a report is due within eight seconds."""
MAX_SENTENCES = 400
"""Beyond them a note is not sent: a judge's care does not reach so far."""


class Verdict(BaseModel):
    """One mistake that the judge sees."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mistake: Mistake
    sentences: tuple[Annotated[str, StringConstraints(pattern=r"^S\d{1,4}$")], ...] = Field(min_length=1, max_length=10)
    certainty: float = Field(ge=0, le=1)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    found: tuple[Verdict, ...]


class Judgement(BaseModel):
    """What the judge found, in segments of the note."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    certainty: dict[Mistake, float]
    """Of the mistakes that it sees; all others it does not see."""
    segments: dict[Mistake, tuple[int, ...]]
    """Positions of the segments that show each."""
    dropped: int = 0
    """Verdicts left out because they named a sentence that is not there."""


def can_judge(chat_model: str) -> bool:
    """Whether a chat model of this name is asked: not the small one that Eyelevel brings along."""
    from assistant.models.chat import split_name  # LangChain: only where somebody turned a judge on

    provider, name = split_name(chat_model)
    return provider != "none" and not (provider == "local" and name in LOCAL_MODELS)


class Judge:
    """Asks the chat model about one note at a time."""

    def __init__(self, chat: ChatService, name: str, patience: float | None = None) -> None:
        """`name` is what reports call it, such as `openai:gpt-x`; `patience`: seconds, by default `ANSWER_SECONDS`."""
        self._chat, self.name = chat, name
        self._patience = ANSWER_SECONDS if patience is None else patience

    def may_judge(self, sending: Sending | None) -> bool:
        """Whether this person's notes may go to the model."""
        return self._chat.may_ask(sending)

    def judge(self, text: str, segments: Sequence[Segment], sending: Sending | None = None) -> Judgement:
        """Raises `ModelError` where the model cannot be asked or its answer cannot be read."""
        self._chat.start()
        self._chat.wait(WAIT_SECONDS)
        numbered = "\n".join(
            f"S{number} {' '.join(text[segment.start : segment.end].split())}"
            for number, segment in enumerate(segments[:MAX_SENTENCES], start=1)
        )
        prompt = load_prompt("judge_note").render(note=fence(numbered))
        answer, deadline = "", time.monotonic() + self._patience
        with closing(self._chat.stream(prompt, sending)) as pieces:  # type: ignore[type-var]
            for piece in pieces:
                answer += piece or ""
                if time.monotonic() > deadline:
                    raise ModelTimeout(
                        f"The chat model gave no verdict within {self._patience:.0f} seconds; check the note again."
                    )
        return read_answer(answer, min(len(segments), MAX_SENTENCES))


def read_answer(answer: str, count: int) -> Judgement:
    """The judgement in a model's answer about `count` sentences. Raises `ModelUnavailable` where there is none."""
    start, end = answer.find("{"), answer.rfind("}")
    try:
        found = _Answer.model_validate(json.loads(answer[start : end + 1])).found
    except (ValueError, RecursionError):
        raise ModelUnavailable("The chat model's verdict on the note cannot be read; check the note again.") from None
    certainty: dict[Mistake, float] = {}
    segments: dict[Mistake, tuple[int, ...]] = {}
    dropped = 0
    for verdict in found:
        rows = tuple(int(name[1:]) - 1 for name in verdict.sentences)
        if all(0 <= row < count for row in rows) and verdict.mistake not in certainty:
            certainty[verdict.mistake], segments[verdict.mistake] = verdict.certainty, tuple(dict.fromkeys(rows))
        else:
            dropped += 1
    return Judgement(certainty=certainty, segments=segments, dropped=dropped)
