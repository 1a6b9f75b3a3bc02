"""What the chat model adds to a plan: two opening questions for this leader and wish, and the purpose in one sentence.

Line by line, as the model writes them; each line is checked (`pieces`) and dropped where it fails. The plan is never
worse than it was: a question is added beside those of the topic, and the time is bounded.
"""

import time
from collections.abc import Generator, Iterator
from typing import Final

from assistant.coach.plan.pieces import PieceCheck
from assistant.models.service import ChatService
from assistant.notes.session_plan import PlanBlock, SessionPlan
from assistant.privacy.sending import Sending
from assistant.prompts import Rendered, fence, load_prompt
from assistant.text import shorten

SECONDS: Final = 17.0
"""Until the model is left alone, whatever it has written."""
MOST_QUESTIONS: Final = 3
"""Of one part."""
LONGEST_WISH: Final = 200
"""Characters of the wish that the model reads."""


def render(plan: SessionPlan, subject: str, matters: str) -> Rendered:
    """The prompt; what people typed is fenced."""
    senior = f"the senior, {fence(plan.mentee_role)}" if plan.mentee_role.strip() else "the senior"
    asker, listener = ("a junior", senior) if plan.side == "mentor" else (senior, "a junior")
    return load_prompt("plan_questions").render(
        asker=asker,
        listener=listener,
        subject=fence(subject),
        wish=fence(shorten(plan.about, LONGEST_WISH)) if plan.about.strip() else "none",
        matters=matters,
        known=next((block.questions[0] for block in plan.blocks[1:-1] if block.questions), "nothing"),
    )


def write(chat: ChatService, prompt: Rendered, sending: Sending | None) -> Generator[str | None, None, None]:
    """What the model writes; closing it cancels the model."""
    yield from chat.stream(prompt, sending)


def improve(
    plan: SessionPlan, writing: Iterator[str | None], check: PieceCheck, target: int
) -> Generator[SessionPlan | None, None, None]:
    """The plan anew with each line that was accepted, None while there is nothing new.

    `writing`: what the model writes, piece by piece, as `ChatService.stream` gives it; `target`: the part that takes
    the questions.
    """
    until, text = time.monotonic() + SECONDS, ""
    for piece in writing:
        *lines, text = (text + (piece or "")).split("\n")
        for line in lines:
            if (better := _with(plan, line, check, target)) is not None:
                plan = better
                yield plan
        if time.monotonic() > until:
            return
        yield None
    if (better := _with(plan, text, check, target)) is not None:
        yield better


def _with(plan: SessionPlan, line: str, check: PieceCheck, target: int) -> SessionPlan | None:
    """The plan with what this line says, or None where it is not accepted."""
    if line.strip().lower().startswith("purpose"):
        purpose = check.accept_purpose(line, plan.name or "Your ment")
        return plan.model_copy(update={"purpose": purpose}) if purpose else None
    question = check.accept_question(line)
    if question is None:
        return None
    blocks = list(plan.blocks)
    blocks[target] = _asking(blocks[target], question)
    return plan.model_copy(update={"blocks": tuple(blocks)})


def _asking(block: PlanBlock, question: str) -> PlanBlock:
    """The part with one question more, after its first; the last one makes room."""
    first, *rest = block.questions or (question,)
    kept = [first, question, *(one for one in rest if one != question)]
    return block.model_copy(update={"questions": tuple(dict.fromkeys(kept))[:MOST_QUESTIONS]})
