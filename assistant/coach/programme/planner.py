"""The plan of a programme, from the goal, the leaders' roles, the number of pairs, the months and the format.

`ProgrammePlanner.plan` is quick and the same for the same wish: the words come from `knowledge/programme_plan`, the
topics from the catalogue. `ProgrammePlanner.better` then lets the chat model word the goal and the pitch better, each
checked before it is taken. Nothing of a single person or pair goes in or comes out.
"""

from collections.abc import Generator

from assistant.coach.leaders import load_leaders
from assistant.coach.programme import arc, parts, weighing
from assistant.coach.programme.aims import fill
from assistant.coach.programme.better import better
from assistant.coach.programme.goal import GoalReader, Reading
from assistant.coach.programme.numbers import count_all, count_sessions, manager_hours
from assistant.coach.programme.parts import Case, words_of
from assistant.coach.programme.record import (
    PARTS,
    Part,
    PlannedSession,
    ProgrammePlan,
    ProgrammeWish,
    Support,
)
from assistant.coach.programme.remarks import remarks
from assistant.coach.programme.roles import Leaders, read_leaders
from assistant.coach.programme.sessions import Material, sessions_of, with_topic
from assistant.coach.programme.texts import ProgrammeTexts, RiskText, load_programme_texts
from assistant.coach.programme.timetable import calendar, weeks_of_check_ins
from assistant.coach.topics import LONGEST_WISH, TopicChooser, TopicWish
from assistant.guide.passage import Citation
from assistant.guide.search import Encoder
from assistant.guide.sections import Section, Sections
from assistant.models.service import ChatService
from assistant.privacy.sending import Sending
from assistant.settings import Settings

LONGEST_TITLE, LONGEST_WHOM = 70, 45
"""Characters of what stands in a title."""
OTHERS = 4
"""Topics that are offered in place of one."""


class ProgrammePlanner:
    """Makes plans of programmes; one for a process, safe to share between threads."""

    def __init__(self, settings: Settings, embeddings: Encoder, chooser: TopicChooser | None = None) -> None:
        """`chooser`: the process's own, where there is one already. Raises `KnowledgeError`."""
        self._texts: ProgrammeTexts = load_programme_texts(settings.knowledge / "programme_plan")
        named = load_leaders(settings.knowledge / "topics" / "leaders.yaml")
        self._names = {family: one.name for family, one in named.families.items()}
        self._chooser = chooser or TopicChooser(settings, embeddings)
        self._reader = GoalReader(self._texts, embeddings)
        self._sections = Sections(settings, self._texts.sections)

    def warm(self) -> None:
        """Load what the first plan needs: vectors, lists of words, the language detector. Raises `ModelMissing`."""
        self._chooser.warm()
        self.plan(ProgrammeWish(goal="Nos directeurs comprennent le travail sur le terrain"))

    def plan(self, wish: ProgrammeWish) -> ProgrammePlan:
        """The plan.

        Raises `InputError` for a goal that says nothing or that no programme serves, with what to write instead in
        one plain line, and `ModelMissing`.
        """
        reading = self._reader.read(wish.goal)
        leaders = read_leaders(wish.leader_roles, self._chooser.families)
        count = count_sessions(wish, reading.aim, is_high=leaders.is_high)
        numbers = count_all(wish, count)
        sessions = self._sessions(wish, reading, leaders, count)
        case = Case(
            texts=self._texts,
            wish=wish,
            reading=reading,
            leaders=leaders,
            numbers=numbers,
            sessions=sessions,
            check_ins=weeks_of_check_ins(wish, sessions),
            names=self._names,
        )
        return self._compose(case)

    def _sessions(
        self, wish: ProgrammeWish, reading: Reading, leaders: Leaders, count: int
    ) -> tuple[PlannedSession, ...]:
        slots = arc.lay_out(wish, count)
        months = [arc.six_of(slot.month, wish.months) for slot in slots if slot.kind == "topic"]
        goal = "" if reading.foreign else reading.text
        topics = arc.choose_topics(self._chooser, goal, reading.aims, leaders, months)
        lines = reading.aim.lines({"leader": leaders.one, "leaders": leaders.bare, "subject": reading.phrase.subject})
        material = Material(aim=lines, returns=self._texts.returns, families=leaders.families, names=self._names)
        return sessions_of(wish, slots, topics, material)

    def _compose(self, case: Case) -> ProgrammePlan:
        words = words_of(case)
        risks = weighing.risks(case, words)
        frame = self._texts.frame
        checks = tuple(
            one.model_copy(update={"on": arc.day_of(case.wish, one.week)}) for one in parts.check_ins(case, words)
        )
        return ProgrammePlan(
            wish=case.wish,
            title=_title(case),
            aim=case.aim.id,
            about=_about(case),
            leaders=case.leaders.all,
            families=case.leaders.families,
            goal=parts.goal_sentence(case),
            outcomes=parts.outcomes(case),
            numbers=case.numbers,
            sessions=case.sessions,
            closing=fill(frame.closing, words),
            first_session=parts.first_session(case, words),
            briefings=parts.briefings(case, words),
            check_ins=checks,
            never=tuple(fill(one, words) for one in frame.never),
            confidence=(fill(frame.confidence, words), fill(frame.missed, words)),
            matching=parts.matching(case, words),
            pitch=weighing.pitch(case, words),
            openings=weighing.openings(case),
            evaluation=weighing.evaluation(case, words),
            shown=weighing.shown(case, words),
            risks=tuple(risk for risk, _ in risks),
            manager=manager_hours(case.wish, case.numbers, len(case.check_ins), words["name"]),
            participants=weighing.participants(case, words),
            calendar=calendar(case, words),
            supports=tuple(self._support(part, case, [text for _, text in risks]) for part in PARTS),
            remarks=remarks(case, words),
        )

    def _support(self, part: Part, case: Case, risks: list[RiskText | None]) -> Support:
        text = self._texts.frame.parts[part]
        found: list[Section] = list(text.rests_on)
        if part in ("goal", "months"):
            found += [section for aim in case.reading.aims for section in aim.rests_on]
        if part in ("first_session", "matching") and case.wish.format != "pairs":
            found += case.texts.formats[case.wish.format].sections
        if part == "pitch":
            found.append(weighing.evidence_for(case).section)
        if part == "risks":
            found += [text.section for text in risks if text is not None]
            found += case.aim.rests_on[-1:] if risks and risks[0] is None else ()
        return Support(part=part, rests_on=tuple(dict.fromkeys(found)), own=text.own, says=text.says or "")

    def others(self, plan: ProgrammePlan, number: int) -> tuple[PlannedSession, ...]:
        """A session of the plan with other topics that fit it, the best first; empty where it has no topic.

        Only tools in place of a tool, and only people in place of people where the balance needs it.
        Raises `ModelMissing`.
        """
        session = next((one for one in plan.sessions if one.number == number), None)
        if session is None or session.topic is None:
            return ()
        reading = self._reader.read(plan.wish.goal)
        asked = [aim.tools if session.technical else aim.query for aim in reading.aims]
        about = " ".join(["" if reading.foreign else reading.text, *asked])
        had = tuple(one.topic for one in plan.sessions if one.topic)
        roles = plan.wish.leader_roles or (None,)
        month = arc.six_of(session.month, plan.wish.months)
        found = {
            one.topic.id: one.topic
            for role in roles
            for one in self._chooser.suggest(
                TopicWish(mentee_role=role, about=about[:LONGEST_WISH], month=month, had=had), 5 * OTHERS
            )
        }
        alike = sorted(found.values(), key=lambda topic: topic.technical is not session.technical)
        made = (with_topic(session, topic, plan.families, self._names) for topic in alike)
        return tuple(one for one in made if one.families or not plan.families)[:OTHERS]

    def better(
        self, plan: ProgrammePlan, chat: ChatService, sending: Sending | None = None
    ) -> Generator[ProgrammePlan | None, None, None]:
        """The whole plan anew with each improvement of the model's, and None while there is nothing new.

        Closing the generator cancels the model. Raises what `ChatService.stream` raises.
        """
        yield from better(plan, chat, sending)

    def cite(self, plan: ProgrammePlan) -> tuple[Citation, ...]:
        """What the guide says to all parts, numbered from 1, each passage once; empty where the guide is not there."""
        sections = dict.fromkeys(section for one in plan.supports for section in one.rests_on)
        quotes = tuple(quote for text in self._texts.frame.parts.values() for quote in text.quotes)
        found = [citation for section in sections for citation in self._sections.cite(section, "0", quotes)]
        return tuple(one.model_copy(update={"marker": str(at)}) for at, one in enumerate(found, start=1))

    def cite_part(self, plan: ProgrammePlan, part: Part) -> tuple[Citation, ...]:
        """Those of `cite` on which a part rests, with the same markers."""
        own = {one.id for section in plan.support(part).rests_on for one in self._sections.cite(section, "0")}
        return tuple(one for one in self.cite(plan) if one.id in own)

    @property
    def trouble(self) -> str | None:
        """Why citations are missing, as one plain line; None where nothing is amiss."""
        return self._sections.trouble


def _about(case: Case) -> str:
    if case.aim.id != "general":
        return case.aim.name
    return case.reading.phrase.subject


def _title(case: Case) -> str:
    """What it is about, and for whom where that is short."""
    about = _about(case).strip("“”")
    whom = f": {case.leaders.bare}" if case.leaders.bare != "leaders" and len(case.leaders.bare) <= LONGEST_WHOM else ""
    return f"{about[:1].upper()}{about[1:]}"[:LONGEST_TITLE] + whom
