"""From a frame and what the session is about to the parts of a plan, shaped by the findings of the last check.

A finding's words take the place of the part that they can stand for ("Begin with a question" for the senior's picture
of the topic); what settles how the two work together becomes a part of its own, before the topic. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from typing import Final

from assistant.coach.catalogue import is_open
from assistant.coach.plan.brief import Brief
from assistant.coach.plan.carried import Carried
from assistant.coach.plan.frames import Format, Frame, FrameBlock, FramePart, fill
from assistant.coach.plan.matter import Matter
from assistant.coach.plan.naming import particular, quoting
from assistant.guide.sections import Section
from assistant.notes.advice import Material, MiddleText
from assistant.notes.mistake import Mistake
from assistant.notes.note import Record
from assistant.notes.session_plan import PlanBlock
from assistant.notes.timing import share_minutes
from assistant.roles import Role

MOST_QUESTIONS: Final = 3
ROOM_FOR_MORE: Final = 45
"""Minutes from which a part of a finding's own is added and takes no topic's place."""
LOOKING_BACK: Final = 4
"""Minutes more for the opening where two promises or more are carried over."""
BRIDGE_LEAVES: Final = 2
"""Questions on the topic that are left for the topic itself, before one leads over to it."""
_LOOKS_BACK: Final = re.compile(
    r"\b(?:these|those (?!who|on|for)|this (?!year|month|week|quarter|place|house|building|job|part)|our walk|"
    r"while you were|way back|the screen said|red light|tenth|of the poem|"
    r"did you (?:begin|start to guess|feel when|feel in|want to (?:ask|do for)|stop feeling|give up on))\b",
    re.IGNORECASE,
)
"""A question that speaks of what was just shown or tried."""


class Slot(Record):
    """A part between opening and closing, before its words are filled in."""

    part: FramePart | None = None
    """None for one of a finding's own."""
    text: MiddleText | None = None
    """A finding's words."""
    mistake: Mistake | None = None

    @property
    def settles(self) -> bool:
        """Whether it is about how the two work together, and so comes first."""
        return self.text is not None and self.text.kind == "settle"

    @property
    def minutes(self) -> int:
        """In a session of usual length."""
        if self.part:
            return self.part.minutes
        return self.text.minutes if self.text else 0


class Composer:
    """Puts one plan together."""

    def __init__(self, shape: Format, brief: Brief, matter: Matter, carried: Carried, titles: str) -> None:
        """`titles`: topics to choose from, for a first session."""
        self._shape, self._brief, self._matter, self._carried = shape, brief, matter, carried
        self._voice = brief.voice
        self._frame: Frame = shape.of(self._voice.side)
        self._words = self._fill_in(titles)
        after = [one for one in matter.questions if _LOOKS_BACK.search(one)]
        self._after = after
        self._before = [one for one in matter.questions if one not in after]

    def _fill_in(self, titles: str) -> dict[str, str]:
        """What stands between the braces of the frame."""
        matter, voice = self._matter, self._voice
        is_quoted = voice.side == "mentee"  # then what a mentor does is sent on as it is
        return {
            **voice.words,
            "subject": matter.subject.written,
            "spoken": matter.subject.spoken,
            "why": particular(voice.tell(matter.why)),
            "show": particular(matter.show.rstrip(".") + "." if is_quoted else voice.tell(matter.show)),
            "ask": particular(matter.ask[0] if is_quoted else voice.tell(_lower(matter.ask[0]))),
            "pitfall": particular(voice.tell(matter.pitfalls[0])),
            "thread": particular(matter.people or ""),
            "question": particular(matter.questions[1]),
            "commitment": voice.offer(matter.commitment).rstrip(".") + ".",
            "start": quoting(self._brief.read_back(matter.subject)),
            "topics": titles,
            **self._shape.leaders.get(self._brief.family or "general", {}),
        }

    @property
    def _shown(self) -> set[str]:
        """The parts in and after which there is something to look back on."""
        names: list[str] = [part.part for part in self._frame.parts]
        return set(names[names.index("show") :]) if "show" in names else set()

    @property
    def purpose(self) -> str:
        """In one sentence or two."""
        purposes, topic = self._frame.purposes, self._matter.topic
        if "any" in purposes:
            template = purposes.get("wish", purposes["any"]) if self._brief.subject else purposes["any"]
        else:
            template = purposes[topic.area if topic else "wish"]
        return fill(template, self._words)

    @property
    def ask(self) -> tuple[str, ...]:
        """What to ask the senior for."""
        return self._frame.ask or tuple(map(self._voice.tell, self._matter.ask))

    @property
    def leave_out(self) -> tuple[str, ...]:
        """What harms such a session."""
        return self._frame.leave_out or tuple(map(self._voice.tell, self._matter.pitfalls))

    @property
    def commitment(self) -> str:
        """What to end on."""
        return fill(self._frame.commitment, self._words)

    def blocks(self, minutes: int, findings: Sequence[Mistake], material: Material) -> tuple[PlanBlock, ...]:
        """Every part with its minutes; they add up."""
        slots = self._slots(minutes, findings, material)
        opening = self._frame.opening.minutes + (LOOKING_BACK if len(self._carried.lines) > 1 else 0)
        lengths = share_minutes(
            minutes,
            (opening, self._frame.closing.minutes),
            [slot.minutes for slot in slots],
            [slot.part is not None for slot in slots],
            whole=self._frame.usual_minutes,
        )
        middle = [self._block(slot, length, material) for slot, length in zip(slots, lengths[1:-1], strict=True)]
        return (self._opening(lengths[0]), *middle, self._plain(self._frame.closing, lengths[-1]))

    def _slots(self, minutes: int, findings: Sequence[Mistake], material: Material) -> list[Slot]:
        """The parts that there is room for, in the order in which they are held."""
        room = self._shape.parts_in(minutes)
        kept = sorted(self._frame.parts, key=lambda part: part.rank)[:room]
        stands_for: dict[str, Slot] = {}
        own: list[Slot] = []
        for mistake, text in self._offered(findings, material):
            part = next((part for part in kept if part.part == text.part), None)
            if part and part.part not in stands_for:
                stands_for[part.part] = Slot(part=part, text=text, mistake=mistake)
            elif text.part is None and not any(slot.mistake is mistake for slot in own):
                own.append(Slot(text=text, mistake=mistake))
        own = [slot for slot in own if room > 1 or slot.settles][: max(1, room - 1)]
        more = 1 if own and minutes >= ROOM_FOR_MORE else 0
        held = {part.part for part in kept[: room + more - len(own)]}
        topic = [stands_for.get(part.part, Slot(part=part)) for part in self._frame.parts if part.part in held]
        return [*sorted(own, key=lambda slot: not slot.settles), *topic]

    def _offered(self, findings: Sequence[Mistake], material: Material) -> Iterator[tuple[Mistake, MiddleText]]:
        """The words of each finding, first the first ones of all, then their second ones.

        What became of a promise is asked in the opening where there is one to ask about.
        """
        asked = [one for one in findings if not (self._carried.lines and one is Mistake.NO_FOLLOW_THROUGH)]
        texts = [[(one, text) for text in material.plan(one, self._voice.side).blocks] for one in asked]
        return (one for one in chain.from_iterable(zip_longest(*texts)) if one is not None)

    def _opening(self, minutes: int) -> PlanBlock:
        block = self._plain(self._frame.opening, minutes)
        if not self._carried.naming:
            return block
        what = f"Before anything new, look back. {self._carried.naming} {block.what}"
        return block.model_copy(update={"what": what, "questions": self._carried.questions})

    def _plain(self, block: FrameBlock, minutes: int) -> PlanBlock:
        return PlanBlock(
            title=fill(block.title, self._words),
            minutes=minutes,
            what=fill(block.what, self._words),
            questions=self._ask(block.questions, len(block.questions)),
            lead=block.lead,
            section=block.section,
        )

    def _block(self, slot: Slot, minutes: int, material: Material) -> PlanBlock:
        if slot.part is None:
            return self._of_finding(slot, minutes, material)
        part = slot.part
        block = self._plain(part, minutes).model_copy(update={"questions": self._questions(part)})
        if slot.text is None:
            return block
        section = self._advised(slot, material)
        what = f"{self._voice.tell(slot.text.what)} {fill(part.beside or part.what, self._words)}".strip()
        title = self._voice.tell(slot.text.title)
        return block.model_copy(update={"title": title, "what": what, "mistake": slot.mistake, "section": section})

    def _of_finding(self, slot: Slot, minutes: int, material: Material) -> PlanBlock:
        """A part about the two people, which ends with the way into the topic."""
        assert slot.text is not None
        can_lead = self._voice.side == "mentor" and len(self._before) > BRIDGE_LEAVES  # the topic's are a mentor's
        nearest = 1 if self._matter.topic is None else -1  # of a wish, the first question that only its kind has
        bridge = [particular(self._before.pop(nearest))] if can_lead else []
        then = "Then turn to {subject}, with the last of these questions." if bridge else "Then turn to {subject}."
        return PlanBlock(
            title=self._voice.tell(slot.text.title),
            minutes=minutes,
            what=f"{self._voice.tell(slot.text.what)} {fill(then, self._words)}",
            questions=(*slot.text.questions[: MOST_QUESTIONS - 1], *bridge),
            mistake=slot.mistake,
            section=self._advised(slot, material),
        )

    def _advised(self, slot: Slot, material: Material) -> Section:
        assert slot.mistake is not None
        return material.mistakes[slot.mistake].next_time.to(Role(self._voice.side)).section

    def _questions(self, part: FramePart) -> tuple[str, ...]:
        """Of the topic as many as the part takes, then its own where they are missing."""
        drawn: list[str] = []
        if part.part == "people" and part.draw and self._matter.people:
            drawn.append(particular(self._voice.tell(self._matter.people)))
        count = part.draw if self._matter.topic or not drawn else part.draw + 1  # one to this leader, beside any wish's
        drawn += self._draw(count - len(drawn), shown=part.part in self._shown)
        if part.wished and self._brief.subject:
            drawn += self._ask([part.wished], 1)
        own = self._ask(part.questions, len(part.questions) if not part.draw else max(0, 1 - len(drawn)))
        return tuple(dict.fromkeys((*drawn, *own)))[:MOST_QUESTIONS]

    def _draw(self, count: int, *, shown: bool) -> list[str]:
        """So many of the topic's questions that were not asked yet; those that look back only once it was shown."""
        drawn: list[str] = []
        for pool in (self._after, self._before) if shown else (self._before,):
            while pool and len(drawn) < count:
                drawn.append(particular(pool.pop(0)))
        return drawn

    def _ask(self, questions: Sequence[str], count: int) -> tuple[str, ...]:
        said = {**self._words, "subject": self._matter.subject.spoken}
        return tuple(one for one in (fill(text, said) for text in questions[:count]) if is_open(one))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
