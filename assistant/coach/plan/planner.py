"""The plan of a session, from the leader, the wish and what is known of the pair.

`Planner.plan` is pure and quick: the words come from the topics, the frames in `knowledge/plan` and the wish.
`Planner.better` then lets the chat model put forward pieces of its own, each checked before it is taken.
"""

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Final, NamedTuple

from assistant.coach.catalogue import Topic
from assistant.coach.kept_vectors import KeptVectors
from assistant.coach.plan.better import improve, render, write
from assistant.coach.plan.brief import Brief, PlanWish
from assistant.coach.plan.carried import carry
from assistant.coach.plan.compose import Composer
from assistant.coach.plan.frames import GENERAL, FrameName, WishKind, WishLines, load_frames
from assistant.coach.plan.known import Known
from assistant.coach.plan.matter import Matter, asked_of, topic_matter, wish_matter
from assistant.coach.plan.naming import resolve
from assistant.coach.plan.pieces import PieceCheck
from assistant.coach.plan.remarks import remark
from assistant.coach.plan.subject import UNSPOKEN, subject_of
from assistant.coach.topics import CLOSE_ENOUGH, Suggestion, TopicChooser, TopicWish
from assistant.errors import InputError
from assistant.guide.passage import Citation
from assistant.guide.search import Encoder
from assistant.guide.sections import Section, Sections
from assistant.language import find_language
from assistant.models.service import HEARTBEAT_SECONDS, ChatService
from assistant.notes.advice import load_material
from assistant.notes.note import Side
from assistant.notes.session_plan import PlanTopic, SessionPlan, plan_text
from assistant.privacy.sending import Sending
from assistant.settings import Settings

__all__ = ["PlanWish", "Planner"]

OTHERS: Final = 3
"""Topics named for another time, and in a first session to choose from."""
RATHER: Final = 0.28
"""Closeness from which a topic is taken for a wish that names nothing that could be said aloud."""
ABROAD: Final = 0.18
"""The same for a wish in another language, which the embedding model reads badly."""
ALIKE: Final = 0.22
"""Cosine of a wish and what a kind of wishes is about from which it is of that kind; by 90 wishes of our own."""
THREADS: Final = 30
"""Topics among which one that is not technical is looked for."""
MOST_TO_LEAVE_OUT: Final = 3
MOST_OPENINGS: Final = 2
"""Findings whose opening and advice on what to leave out are taken up."""


class _Topics(NamedTuple):
    """What a session could be about."""

    chosen: Suggestion | None
    """None where no topic is what the wish asks for."""
    others: tuple[Suggestion, ...]


class Planner:
    """Makes plans; one for a process, safe to share between threads."""

    def __init__(self, settings: Settings, embeddings: Encoder, chooser: TopicChooser | None = None) -> None:
        """`chooser`: the process's own, where there is one already. Raises `KnowledgeError`."""
        self._settings, self._embeddings = settings, embeddings
        self._chooser = chooser or TopicChooser(settings, embeddings)
        self._frames = load_frames(settings.knowledge / "plan")
        self._sections = Sections(settings, self._wanted)
        alike = [one for kind in self._frames.wish.kinds.values() for one in kind.like]
        self._kinds = KeptVectors(alike, embeddings, settings.home / "wishes.npz")

    def warm(self) -> None:
        """Make or read the vectors, so that the first plan is quick too. Raises `ModelMissing`."""
        self._chooser.warm()
        self._kinds.get()

    def plan(self, wish: PlanWish, known: Known = Known()) -> SessionPlan:  # noqa: B008  # frozen
        """The plan, the same for the same request.

        Raises `InputError` for a topic that is not there and for what is too long, `ModelMissing`.
        """
        wish.verify()
        brief = self._understand(wish, known)
        topics, material = self._topics(brief), load_material(self._settings.knowledge)
        matter = self._matter(brief, topics.chosen)
        shape = self._frames.formats[_frame_name(brief)]
        is_first = wish.format == "first"
        listed = ((topics.chosen, *topics.others) if topics.chosen else topics.others)[: OTHERS if is_first else 1]
        carried = carry(known.commitments, wish.side, brief.voice.other)
        composer = Composer(shape, brief, matter, carried, _titles(listed))
        findings = () if is_first else known.findings
        blocks = composer.blocks(wish.minutes, findings, material)
        plans = [material.plan(one, wish.side) for one in findings][:MOST_OPENINGS]
        planned = listed if topics.chosen or is_first else ()
        left_out = (*(brief.voice.tell(plan.instead) for plan in plans), *composer.leave_out)
        plan = SessionPlan(
            side=wish.side,
            minutes=wish.minutes,
            purpose=composer.purpose,
            blocks=blocks,
            first=(*carried.lines, *(brief.voice.tell(plan.opening) for plan in plans)),
            leave_out=left_out[:MOST_TO_LEAVE_OUT],
            thread=self._thread(brief, matter),
            commitment=composer.commitment,
            rests_on=_sections([*shape.sections, *(block.section for block in blocks)], matter.topic),
            remarks=remark(brief, topics.chosen is not None, blocks, material),
            format=wish.format,
            mentee_role=wish.mentee_role,
            name=brief.voice.name,
            about=wish.about,
            topics=tuple(_plan_topic(one, wish.side) for one in planned),
            others=tuple(_plan_topic(one, wish.side) for one in topics.others if one not in planned),
            ask=composer.ask,
            starts=known.starts,
        )
        return resolve(plan, matter.topic.subject if matter.topic else None)

    def better(
        self, plan: SessionPlan, chat: ChatService, sending: Sending | None = None
    ) -> Generator[SessionPlan | None, None, None]:
        """The whole plan anew with each improvement of the model's, and None while there is nothing new.

        Nothing where no model is there, or this person's texts may not go to it. Closing the generator cancels the
        model. Raises what `ChatService.stream` raises.
        """
        while chat.state.status == "loading":
            chat.wait(HEARTBEAT_SECONDS)
            yield None
        is_about_nothing = plan.format == "first" and subject_of(plan.about) is None
        if chat.state.status != "ready" or not chat.may_ask(sending) or is_about_nothing:
            return
        subject = subject_of(plan.about, foreign=find_language(plan.about) not in (None, "en"))
        topic = self._chooser.find(plan.topics[0].id) if plan.topics else None
        named = topic.subject if topic else subject.written if subject else plan.purpose
        matters = plan.topics[0].why if plan.topics and plan.side == "mentor" else plan.purpose
        about = [one for one in (named, topic.title if topic else "", subject.spoken if subject else "") if one]
        said = [question for block in plan.blocks for question in block.questions]
        given = "\n".join((plan_text(plan), plan.about, plan.mentee_role, plan.name, named))
        check = PieceCheck(self._embeddings, given, about, said)
        with closing(write(chat, render(plan, named, matters), sending)) as writing:
            yield from improve(plan, writing, check, self._opens(plan))

    def _opens(self, plan: SessionPlan) -> int:
        """The part in which the topic is opened: the first that is not about how the two work together."""
        material = load_material(self._settings.knowledge)
        own = {
            text.title
            for mistake in material.mistakes
            for text in material.plan(mistake, plan.side).blocks
            if text.part is None
        }
        return next((at for at, block in enumerate(plan.blocks) if at > 0 and block.title not in own), 1)

    def cite(self, plan: SessionPlan) -> tuple[Citation, ...]:
        """What the guide says to it, numbered from 1; empty where the guide is not there."""
        found = (self._sections.cite(section, str(at)) for at, section in enumerate(plan.rests_on, start=1))
        return tuple(citation for cited in found for citation in cited)

    def _understand(self, wish: PlanWish, known: Known) -> Brief:
        language = find_language(wish.about) if wish.about.strip() else None
        return Brief(
            wish=wish,
            known=known,
            families=self._chooser.families(wish.mentee_role),
            language=language,
            subject=subject_of(wish.about, foreign=language not in (None, "en")),
        )

    def _topics(self, brief: Brief) -> _Topics:
        """The topic that the person chose, or one that suits and is new to the pair, and more for another time."""
        wish = brief.wish
        asked = self._asked(brief, wish.about if brief.subject else "")
        found = self._chooser.suggest(asked, OTHERS + 1)
        if not found:  # the pair has had them all
            found = self._chooser.suggest(asked.model_copy(update={"had": ()}), OTHERS + 1)
        if wish.topic is None:
            says_little = brief.subject is not None and brief.subject.spoken == UNSPOKEN
            least = ABROAD if brief.is_foreign else RATHER if says_little else CLOSE_ENOUGH
            if brief.subject is None or self._chooser.fits(wish.about, found[0].topic, least):
                return _Topics(found[0], found[1:])
            return _Topics(None, found[:OTHERS])
        topic = self._chooser.find(wish.topic)
        if topic is None:
            raise InputError(f"There is no topic {wish.topic!r}; `eyelevel topics` lists those that suit.")
        chosen = self._chooser.tell(topic, wish.mentee_role, brief.known.topics)
        return _Topics(chosen, tuple(one for one in found if one.topic.id != topic.id)[:OTHERS])

    def _asked(self, brief: Brief, about: str) -> TopicWish:
        month = brief.known.month or (1 if brief.wish.format == "first" else None)
        return TopicWish(mentee_role=brief.wish.mentee_role or None, about=about, month=month, had=brief.known.topics)

    def _matter(self, brief: Brief, chosen: Suggestion | None) -> Matter:
        if chosen is None:
            assert brief.subject is not None
            return wish_matter(self._lines(brief), self._kind(brief), brief.subject, brief.voice)
        if brief.subject is None or brief.wish.topic or brief.is_foreign:
            return topic_matter(chosen.topic, chosen.family, None, chosen.topic.questions)
        nearest = self._nearest(chosen.topic.questions, brief.wish.about)
        if not brief.subject.is_short:
            return topic_matter(chosen.topic, chosen.family, None, nearest)
        asked = asked_of(self._frames.wish.leaders[brief.family or GENERAL], brief.subject)[:1]
        return topic_matter(chosen.topic, chosen.family, brief.subject, (*asked, *nearest))

    def _kind(self, brief: Brief) -> WishKind:
        """The kind of wish that this one is nearest to, by the two nearest things that such wishes are about."""
        near = iter((self._kinds.get() @ self._embeddings.encode([brief.wish.about])[0]).tolist())
        kinds = self._frames.wish.kinds
        best = {name: sum(sorted(next(near) for _ in kind.like)[-2:]) / 2 for name, kind in kinds.items()}
        found = max(best, key=lambda name: best[name])
        kind, about = kinds[found if best[found] >= ALIKE else GENERAL], brief.wish.about
        nearest = {"ask": self._nearest(kind.ask, about), "pitfalls": self._nearest(kind.pitfalls, about)}
        return kind.model_copy(update=nearest)

    def _lines(self, brief: Brief) -> WishLines:
        """What is said to the leader's family, with the questions nearest to the wish behind the first."""
        lines = self._frames.wish.leaders[brief.family or GENERAL]
        first, *others = lines.questions
        return lines.model_copy(update={"questions": (first, *self._nearest(others, brief.wish.about))})

    def _nearest(self, questions: Sequence[str], about: str) -> tuple[str, ...]:
        """The questions or other lines, the nearest to the wish first."""
        vectors = self._embeddings.encode([about, *questions])
        near = vectors[1:] @ vectors[0]
        order = sorted(range(len(questions)), key=lambda at: -float(near[at]))
        return tuple(questions[at] for at in order)

    def _thread(self, brief: Brief, matter: Matter) -> str | None:
        """A question that is not about a tool: the topic's, or where that is technical one of another area."""
        topic = matter.topic
        if topic and not topic.technical:
            return topic.thread
        asked = self._asked(brief, topic.thread if topic else brief.wish.about)
        human = (one.topic for one in self._chooser.suggest(asked, THREADS) if not one.topic.technical)
        fallback = topic.thread if topic else None
        return next((one.thread for one in human if topic is None or one.area is not topic.area), fallback)

    def _wanted(self) -> frozenset[Section]:
        material = load_material(self._settings.knowledge)
        return self._frames.sections() | material.sections() | self._chooser.sections()


def _frame_name(brief: Brief) -> FrameName:
    """The frame; in the mutual format the junior begins, and the two take turns from session to session."""
    form = brief.wish.format
    return "mutual_turned" if form == "mutual" and (brief.known.sessions or 0) % 2 else form


def _plan_topic(one: Suggestion, side: Side) -> PlanTopic:
    why = one.why if side == "mentor" else f"Your mentor may ask you: “{one.question}”"
    return PlanTopic(id=one.topic.id, title=one.topic.title, why=why)


def _titles(listed: Sequence[Suggestion]) -> str:
    quoted = [f"“{one.topic.title}”" for one in listed]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}" if len(quoted) > 1 else "".join(quoted)


def _sections(sections: Sequence[Section | None], topic: Topic | None) -> tuple[Section, ...]:
    own = topic.rests_on if topic else ()
    return tuple(dict.fromkeys(one for one in (*sections, *own) if one is not None))
