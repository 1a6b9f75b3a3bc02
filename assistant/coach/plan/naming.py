"""How often a plan says what it is about: by name where the reader or the senior needs it, by reference elsewhere.

While a plan is put together, each place is marked with the name and the reference, and each text that only this plan
has is marked as its own; `resolve` then chooses, over the whole plan. Pure.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, count
from typing import Final

from assistant.notes.note import Record
from assistant.notes.session_plan import PlanBlock, SessionPlan

MOST_NAMED: Final = 3
"""Times that a plan says what was typed; a fourth time it sounds like a form that was filled in."""
ALOUD, WRITTEN = "this", "the topic"
"""The usual references: in a question that is said to the other side, and in what the reader does."""
_BEGIN, _OR, _END, _OWN, _QUOTED = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
_ANY: Final = re.compile(f"[{_BEGIN}{_OR}{_END}{_OWN}{_QUOTED}]")
_PLACE: Final = re.compile(f"{_BEGIN}([^{_BEGIN}{_OR}{_END}]*){_OR}([^{_BEGIN}{_OR}{_END}]*){_END}")


class _Part(Record):
    """The places of one part of the plan, by their numbers in reading order."""

    best: int
    """In a question, where a question has one."""
    asked: tuple[int, ...]
    """All that stand in questions."""
    is_bare: bool
    """Whether it stands between opening and closing and has no text of its own."""
    is_middle: bool
    has_quoted: bool


def mention(name: str, reference: str) -> str:
    """A place for a name or a reference to it; to be resolved before anybody reads it."""
    return f"{_BEGIN}{_ANY.sub('', name)}{_OR}{reference}{_END}"


def particular(text: str) -> str:
    """A text of which no other plan has the like: a part that holds one needs the name less than others."""
    return f"{_OWN}{text}" if text else ""


def quoting(text: str) -> str:
    """A text that quotes the wish: in its part the name is not needed any more."""
    return f"{_QUOTED}{_ANY.sub('', text)}" if text else ""


def resolve(plan: SessionPlan, topic: str | None) -> SessionPlan:
    """The plan without marks. `topic`: what the catalogue calls its subject; None: it is made of a wish alone.

    It is named in every question, because a question is said alone and must tell what it is about. With a topic it is
    named once in each other part as well; what was typed instead of the topic's name stands `MOST_NAMED` times, and
    then the topic's name. Without one it stands elsewhere where the questions are fewer than that. A quotation counts.
    """
    parts = list(_parts(plan))
    typed = sum(block.what.count(_QUOTED) for block in plan.blocks)
    asked = {place for part in parts for place in part.asked}
    chosen = asked | ({part.best for part in parts} if topic else _spared(parts, asked, MOST_NAMED - typed))
    number = count()

    def name(found: re.Match[str]) -> str:
        nonlocal typed
        if next(number) not in chosen:
            return found[2]
        typed += found[1] != topic
        return topic if topic and typed > MOST_NAMED else found[1]

    return _each(plan, lambda text: _PLACE.sub(name, text).replace(_OWN, "").replace(_QUOTED, ""))


def _spared(parts: Sequence[_Part], asked: set[int], least: int) -> set[int]:
    """Places beside those in questions, where these alone would say the wish too seldom."""
    return set([place for place in _sparing(parts) if place not in asked][: max(0, least - len(asked))])


def _sparing(parts: Sequence[_Part]) -> list[int]:
    """The places in the order in which they need the name: first the parts between opening and closing, and of these
    the ones that have nothing of their own. The plan itself bears the wish as its title."""
    ranked = sorted(parts, key=lambda part: (part.has_quoted, not part.is_bare, not part.is_middle))
    return [part.best for part in ranked]


def _parts(plan: SessionPlan) -> Iterator[_Part]:
    """The parts that speak of the subject, in reading order: the purpose, the blocks, what comes after them."""
    at, blocks = 0, [[block.title, block.what, *block.questions] for block in plan.blocks]
    after = [*plan.ask, plan.commitment, *plan.leave_out]
    for part, texts in enumerate([[plan.purpose], *blocks, after]):
        held = list(enumerate(chain.from_iterable([text] * len(_PLACE.findall(text)) for text in texts), start=at))
        at += len(held)
        if held:
            asked = [place for place, text in held if text.endswith("?")]
            is_middle = 1 < part < len(blocks)
            is_bare = is_middle and not any(_OWN in text for text in texts)
            best = asked[0] if asked else held[0][0]
            quoted = any(_QUOTED in text for text in texts)
            yield _Part(best=best, asked=tuple(asked), is_bare=is_bare, is_middle=is_middle, has_quoted=quoted)


def _each(plan: SessionPlan, say: Callable[[str], str]) -> SessionPlan:
    """The plan with every text that may hold a mark said anew, in reading order."""
    changed = {
        "purpose": say(plan.purpose),
        "blocks": tuple(_block(block, say) for block in plan.blocks),
        "ask": tuple(map(say, plan.ask)),
        "commitment": say(plan.commitment),
        "leave_out": tuple(map(say, plan.leave_out)),
    }
    return plan.model_copy(update=changed)


def _block(block: PlanBlock, say: Callable[[str], str]) -> PlanBlock:
    title, what = say(block.title), say(block.what)
    return block.model_copy(update={"title": title, "what": what, "questions": tuple(map(say, block.questions))})
