"""The coach answering in one warm process: seconds to passages and first words, and to a stop."""

import sys
import time
from collections.abc import Generator
from itertools import islice
from statistics import median
from typing import Any, cast

from assistant.models.service import ChatService
from assistant.prompts import Message, Rendered, fence, load_prompt
from assistant.roles import COACHED
from assistant.settings import load_settings
from evals.data import Question
from evals.probes.program import finish, read_json
from evals.tasks.answers import ask_warm
from evals.workspace import MODEL_SECONDS, Workspace

TINY = Rendered(messages=(Message(role="user", text="Say yes."),))
FACTS = "- Ask before you tell. " + " ".join(f"Point {i}: note what was said and when." for i in range(30))


def answer(requests: str) -> None:
    """New questions to the configured model, one after the other."""
    rows = [Question.model_validate(row) for row in read_json(requests)]
    workspace = Workspace(load_settings())
    answers = ask_warm(workspace, rows)
    found: dict[str, Any] = {
        "passages": [one.passages for one in answers if one.passages is not None],
        "first_words": [one.first_words for one in answers if one.first_words is not None and not one.failed],
        "first_written": [one.first_written for one in answers if one.first_written is not None],
        "total": [one.total for one in answers if one.passages is not None],
        "failed": sum(one.failed for one in answers),
    }
    finish(found)


def stop(repeats: str) -> None:
    """Seconds from closing an answer until the model serves somebody else, beyond what it needs when idle.

    Half of the answers are stopped while the prompt is being read, half while the answer is being written.
    """
    chat = ChatService(load_settings())
    prompts = [_prompt(number) for number in range(2 * int(repeats))]
    chat.start()
    if chat.wait(MODEL_SECONDS).status != "ready":
        finish({"error": chat.state.message})
    list(chat.stream(TINY))
    idle = median(_first_piece(chat) for _ in range(5))
    waits = []
    for number, prompt in enumerate(prompts):
        stream = cast("Generator[str | None, None, None]", chat.stream(prompt))
        wanted = 0 if number % 2 else 5
        if wanted:
            list(islice((piece for piece in stream if piece), wanted))
        else:
            list(islice(stream, 5))  # five heartbeats: half a second of reading
        began = time.perf_counter()
        stream.close()
        waits.append(max(0.0, _first_piece(chat, began) - idle))
    finish({"seconds": waits, "idle": idle})


def _first_piece(chat: ChatService, began: float | None = None) -> float:
    began = time.perf_counter() if began is None else began
    pieces = chat.stream(TINY)
    next(piece for piece in pieces if piece)
    passed = time.perf_counter() - began
    list(pieces)
    return passed


def _prompt(number: int) -> Rendered:
    """A prompt that differs from the others right after its fixed part, so that it has to be read."""
    facts = f"- Fact {number} comes first. {FACTS}"
    question = fence(f"What do I do in week {number}, and why?")
    return load_prompt(f"answer_{COACHED[number % 3]}").render(facts=facts, earlier="", question=question)


if __name__ == "__main__":
    programs = {work.__name__: work for work in (answer, stop)}
    programs[sys.argv[1]](*sys.argv[2:])
