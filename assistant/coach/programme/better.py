"""The goal sentence and the pitch in better words, by the chat model; each is checked before it is taken.

The model never adds: a sentence with a number, a name or a subject that is not in the plan already is dropped, and what
the engine wrote stays. The evidence, the time and the free no are not given to it at all.
"""

import re
import time
from collections.abc import Generator
from contextlib import closing
from typing import Final

from assistant.coach.programme.record import ProgrammePlan
from assistant.models.service import ChatService
from assistant.privacy.sending import Sending
from assistant.prompts import fence, load_prompt
from assistant.text import content_words, sentences, stems, words

SECONDS: Final = 18.0
"""After which the model is let go."""
LONGER: Final = 1.3
SHORTER: Final = 0.5
"""How much longer or shorter than the engine's sentence another may be, in words."""
NEW: Final = 0.34
"""Share of content words that may be new."""
KEPT: Final = 0.8
"""Share of the engine's content words that a pitch must keep; a goal keeps all of them, so that only its order and its
small words change: the small local model once made “where it lands” into “in action”."""
_LINE: Final = re.compile(r"^\s*(goal|pitch)\s*:\s*(.+)$", re.IGNORECASE | re.MULTILINE)
_HOLLOW: Final = frozenset(
    "leverage synergy synergies unlock empower empowering journey transformative game-changer cutting-edge "
    "world-class holistic paradigm seamless robust delve foster unleash elevate exciting".split()
)


def better(
    plan: ProgrammePlan, chat: ChatService, sending: Sending | None = None
) -> Generator[ProgrammePlan | None, None, None]:
    """The plan anew with each improvement, None while there is none. Raises what `ChatService.stream` does."""
    prompt = load_prompt("word_programme").render(goal=fence(plan.goal), pitch=fence(plan.pitch[0]))
    text, until, latest = "", time.monotonic() + SECONDS, plan
    with closing(chat.stream(prompt, sending)) as pieces:  # type: ignore[type-var]
        for piece in pieces:
            text += piece or ""
            found = take(latest, text if piece and "\n" in piece else "")
            yield found
            latest = found or latest
            if time.monotonic() > until:
                return
    yield take(latest, f"{text}\n")


def take(plan: ProgrammePlan, text: str) -> ProgrammePlan | None:
    """The plan with what of the model's whole lines is better, or None where nothing is taken."""
    changes: dict[str, object] = {}
    for name, said in _LINE.findall(text[: text.rfind("\n") + 1]):
        line = " ".join(said.split()).strip("“”\"'` ")
        if name.lower() == "goal" and line != plan.goal and is_better(line, plan.goal, plan, most=1, least=1.0):
            changes["goal"] = line
        if (
            name.lower() == "pitch"
            and line != plan.pitch[0]
            and is_better(line, plan.pitch[0], plan, most=2, least=KEPT)
        ):
            changes["pitch"] = (line, *plan.pitch[1:])
    return plan.model_copy(update=changes) if changes else None


def is_better(line: str, before: str, plan: ProgrammePlan, *, most: int, least: float) -> bool:
    """Whether a line says the same as the one before in other words, in as few of them, and nothing new.

    `most`: its sentences; `least`: share of the content words that it keeps.
    """
    own, known = set(stems(line)), set(stems(_known(plan)))
    old = set(stems(before))
    fresh = len(own - known) / max(1, len(own))
    kept = len(own & old) / max(1, len(old))
    length = len(words(line)) / max(1, len(words(before)))
    return (
        line[-1:] in ".?"
        and "!" not in line
        and 1 <= len(sentences(line)) <= most
        and SHORTER <= length <= LONGER
        and fresh <= NEW
        and kept >= least
        and words(line) != words(before)
        and _numbers(line) == _numbers(before)
        and _capitals(line) <= _capitals(_known(plan))
        and not _HOLLOW & set(content_words(line))
        and ("each " in line) == ("each " in before)
    )


def _known(plan: ProgrammePlan) -> str:
    """All that the model may draw on."""
    return "\n".join((plan.goal, *plan.pitch, *plan.outcomes, plan.about, plan.leaders, plan.wish.goal))


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


def _capitals(text: str) -> set[str]:
    """Words with a capital letter that do not begin a sentence: names and abbreviations."""
    inside = re.sub(r"(^|[.?:“]\s+|“)\w+", " ", text)
    return {word.lower() for word in re.findall(r"\b[A-Z]\w*", inside)} | {"i"}
