"""What a session is about, in the words that go into its frame: from a topic, or from a wish alone. Pure."""

import re
from collections.abc import Sequence

from assistant.coach.catalogue import Topic
from assistant.coach.leaders import Family
from assistant.coach.plan.frames import WishKind, WishLines, fill
from assistant.coach.plan.subject import Subject
from assistant.notes.note import Record, Side


class Voice(Record):
    """Who reads the plan, and what the other side is called in it."""

    side: Side
    name: str = ""

    @property
    def other(self) -> str:
        """The other side, inside a sentence."""
        return self.name or ("your mentee" if self.side == "mentor" else "your mentor")

    @property
    def words(self) -> dict[str, str]:
        """The words of a frame for the other side."""
        others = f"{self.other}’" if self.other.endswith("s") else f"{self.other}'s"
        return {
            "other": self.other,
            "Other": _capital(self.other),
            "others": others.replace("’", "'"),
            "Others": _capital(others.replace("’", "'")),
        }

    def tell(self, text: str) -> str:
        """What was written of "your mentee" for a mentor, with the other side's name."""
        if self.side == "mentor" and self.name:
            text = re.sub(r"\byour mentee\b", self.name, text)
            return re.sub(r"\bYour mentee\b", _capital(self.name), text)
        return text

    def offer(self, commitment: str) -> str:
        """A senior's commitment as the mentor would say it, or as the senior reads it."""
        return re.sub(r"\bthe mentor\b", "me" if self.side == "mentor" else self.other, commitment)


class Matter(Record):
    """The substance of a session."""

    subject: Subject
    topic: Topic | None
    """None where it is made of the wish alone."""
    why: str
    """How it concerns this leader, said to the mentor."""
    show: str
    questions: tuple[str, ...]
    """Of the mentor to this leader, the best first."""
    people: str | None
    """A question about people that belongs to it; None where every question is one."""
    ask: tuple[str, ...]
    commitment: str
    pitfalls: tuple[str, ...]


def topic_matter(topic: Topic, family: Family | None, wished: Subject | None, questions: Sequence[str]) -> Matter:
    """Of a topic. `wished`: the wish, where it is short enough to stand for the topic; `questions`: those to ask after
    the one for this leader, the best first."""
    angle = topic.leaders.get(family) if family else None
    return Matter(
        subject=wished or Subject(written=topic.subject, spoken=topic.subject),
        topic=topic,
        why=angle.why if angle else topic.why,
        show=topic.show,
        questions=tuple(dict.fromkeys([*([angle.question] if angle else []), *questions])),
        people=topic.thread if topic.technical else None,
        ask=topic.ask,
        commitment=topic.commitment,
        pitfalls=topic.pitfalls,
    )


def wish_matter(lines: WishLines, kind: WishKind, subject: Subject, voice: Voice) -> Matter:
    """Of a wish that fits no topic: `lines` for the leader's family, and what can be done with wishes of its kind."""
    first, *others = asked_of(lines, subject)
    filled = {**voice.words, "subject": subject.written, "spoken": subject.spoken}
    return Matter(
        subject=subject,
        topic=None,
        why=fill(lines.why, filled),
        show=fill(kind.show, filled),
        questions=tuple(dict.fromkeys((first, *_said(kind.questions, subject), *others))),
        people=_said([kind.thread], subject)[0],
        ask=tuple(fill(one, filled) for one in kind.ask),
        commitment=_said([kind.commitment], subject)[0],
        pitfalls=tuple(fill(one, filled) for one in kind.pitfalls),
    )


def asked_of(lines: WishLines, subject: Subject) -> tuple[str, ...]:
    """Questions to a leader with the wish in it."""
    return _said(lines.questions, subject)


def _said(questions: Sequence[str], subject: Subject) -> tuple[str, ...]:
    """As they are said aloud to the senior, who is "you"."""
    spoken = {"subject": subject.spoken, "others": "your", "other": "you"}
    return tuple(fill(one, spoken) for one in questions)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
