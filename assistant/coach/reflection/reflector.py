"""Reflection prompts for the senior: before a session and after it. The public interface of this package.

    note ─ language ─ cast ─ moments ─┬─ questions (What? So what? Now what?)
    debrief, findings ────────────────┼─ listening check
                                      └─ commitments

Made from the words of the note and of `knowledge/reflection/` alone, in well under a second and the same each time.
Nothing is stored, and nothing of a note is logged.
"""

from collections.abc import Generator, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from assistant.coach.leaders import LEADERS, Family, FamilyFinder, load_leaders
from assistant.coach.reflection.asking import Asker, count_for
from assistant.coach.reflection.before import OTHERS, bring, choose_urge, promised
from assistant.coach.reflection.better import better
from assistant.coach.reflection.cast import Cast, find_cast
from assistant.coach.reflection.debriefs import GRAVE, ask_fact, ask_facts, facts_of
from assistant.coach.reflection.listening import check_listening
from assistant.coach.reflection.moments import Moment, find_moments
from assistant.coach.reflection.promises import WEEK, propose
from assistant.coach.reflection.record import About, After, Before, Prompt, Proposal, Urge
from assistant.coach.reflection.telling import fill, quoted
from assistant.coach.reflection.words import ReflectionWords, load_words
from assistant.coach.safety import find_referral, parse_contacts
from assistant.errors import InputError, ModelError
from assistant.events import Referral
from assistant.guide.passage import Citation
from assistant.guide.search import Encoder
from assistant.guide.sections import Section, Sections
from assistant.language import find_language
from assistant.models.service import ChatService
from assistant.notes.judge import can_judge
from assistant.notes.note import MAX_CHARACTERS, Note, NoteReport
from assistant.notes.parse import with_roles
from assistant.privacy.sending import Sending
from assistant.settings import Settings

MOST_CITATIONS: Final = 4
SPOKEN: Final = {"de": "German", "fr": "French", "es": "Spanish"}
NOTHING: Final = "There is nothing to reflect on yet: paste a note, or fill in the debrief."


class Reflector:
    """Makes reflections; one for a process, safe to share between threads."""

    def __init__(self, settings: Settings, embeddings: Encoder) -> None:
        """Reads the words; `embeddings` place a role that no title names. Raises `KnowledgeError`."""
        self._settings = settings
        self._words = load_words(settings.knowledge / "reflection")
        leaders = load_leaders(settings.knowledge / "topics" / "leaders.yaml")
        self._finder = FamilyFinder(leaders, embeddings, settings.home / LEADERS)
        self._sections = Sections(settings, self._wanted)

    @property
    def words(self) -> ReflectionWords:
        """What reflections say."""
        return self._words

    @property
    def trouble(self) -> str | None:
        """Why citations are missing, as one plain line; None where nothing is amiss."""
        return self._sections.trouble

    @property
    def asks_model(self) -> bool:
        """Whether the chat model in use is asked to word questions: not the small one that comes along.

        Of its questions few hold, and those are worse than what they would replace (`docs/examples/reflections.md`).
        """
        return can_judge(self._settings.chat_model)

    def refer(self, text: str) -> Referral | None:
        """Whom to turn to where a text discloses harm; to be asked before anything else is made of it."""
        return find_referral(text, parse_contacts(self._settings.contacts))

    def before(self, about: About = About(), last: Note | None = None) -> Before:  # noqa: B008  (frozen)
        """Ten minutes before the next session; `last`: the note of the last one."""
        cast = self._cast(last or Note(), about)
        moments = find_moments(last, cast, self._words) if last and last.text.strip() else []
        found = bring(about, cast, moments, self._families(about.mentee_role), self._words)
        chosen, mine = choose_urge(about, moments, self._words), promised(about)
        text = fill(chosen.text, cast, quote=quoted(chosen.quote))
        cited = self._cite(self._words.before.rests_on, start=2)
        section = Section(article=chosen.article, heading=chosen.heading)
        return Before(
            promised=mine,
            questions=found[:3],
            others=found[3 : 3 + OTHERS],
            urge=Urge(text=text, quote=chosen.quote, citations=self._sections.cite(section, "1", (chosen.quote,))),
            hint=self._words.before.not_done if mine else self._words.before.nothing_promised,
            citations=cited,
        )

    def after(
        self,
        note: Note,
        about: About = About(),  # noqa: B008  (frozen)
        report: NoteReport | None = None,
        *,
        today: date | None = None,
        quick: bool = False,
    ) -> After:
        """What to ask oneself after a session; `report`: what the note check found in this note.

        `quick`: one question a step. Raises `InputError` for a note without words and without a debrief, and for one
        that is too long.
        """
        if len(note.text) > MAX_CHARACTERS:
            size = f"{len(note.text):,} characters, at most {MAX_CHARACTERS:,} are read"
            raise InputError(f"The note {note.id!r} has {size}; give it in parts.")
        note = _with_sides(note, about)
        cast = self._cast(note, about)
        findings = report.findings if report and report.text == note.text else ()
        moments = find_moments(note, cast, self._words, findings)
        facts = facts_of(note.debrief, self._words.phrases.debrief) if note.debrief else []
        if not moments and not facts:
            raise InputError(NOTHING)
        day = today or datetime.now(UTC).date()
        due = _due(about, day)
        if moments:
            prompts = self._asked(note, cast, moments, about, quick=quick)
            commitments = propose(note, cast, moments, self._words, today=day, due=due)
        else:
            prompts, commitments = ask_facts(facts, cast, about.used, most=1 if quick else 2), ()
        if moments and not quick and (grave := next((fact for fact in facts if fact.id in GRAVE), None)):
            prompts.append(ask_fact(grave, "now_what", cast, {one.frame for one in prompts}, about.used))
        offered = [Proposal(text=_mine(fill(one.text.commitment, cast, **one.slots)), due=due) for one in facts]
        measures = report.measures if report else None
        return After(
            what=tuple(one for one in prompts if one.stage == "what"),
            so_what=tuple(one for one in prompts if one.stage == "so_what"),
            now_what=tuple(one for one in prompts if one.stage == "now_what"),
            listening=check_listening(moments, cast, self._words.phrases.listening, note.debrief, measures)
            if moments
            else None,
            commitments=tuple([*commitments, *offered][: max(1, min(3, len(commitments) or 2))]),
            citations=self._cited(prompts),
            remarks=tuple(self._remarks(note, cast)),
            language=cast.language,
            mentor=cast.mentor,
            text=note.text,
        )

    def better(
        self, after: After, chat: ChatService, sending: Sending | None = None
    ) -> Generator[After | None, None, None]:
        """The whole result anew with each question that the chat model worded better, and None while there is none.

        Closing the generator cancels the model. Raises what `ChatService.stream` raises.
        """
        return better(after, self._words, chat, sending)

    def _asked(self, note: Note, cast: Cast, moments: Sequence[Moment], about: About, *, quick: bool) -> list[Prompt]:
        asker = Asker(note.text, cast, self._words, about.used)
        return asker.ask_all(moments, count_for(len(note.text.split()), quick=quick))

    def _cast(self, note: Note, about: About) -> Cast:
        language = find_language(note.text) or "en" if note.text.strip() else "en"
        mentor = about.mentor or (note.transcript.mentor if note.transcript and note.transcript.mentor else "")
        return find_cast(note.text, note.writer, " ".join(mentor.split())[:60], language)

    def _families(self, role: str) -> tuple[Family, ...]:
        try:
            return self._finder.find(role) if role.strip() else ()
        except ModelError:
            return ()  # without the embedding model a role that no title names is of no family

    def _wanted(self) -> frozenset[Section]:
        return self._words.sections()

    def _cited(self, prompts: Iterable[Prompt]) -> tuple[Citation, ...]:
        moves = [self._words.moves[one.move] for one in prompts if one.move in self._words.moves]
        rested = [section for move in moves for section in move.rests_on]
        return self._cite([*rested, *self._words.before.rests_on[-1:]])

    def _cite(self, sections: Iterable[Section], start: int = 1) -> tuple[Citation, ...]:
        found: list[Citation] = []
        for section in dict.fromkeys(sections):
            if len(found) < MOST_CITATIONS:
                found += self._sections.cite(section, str(start + len(found)))
        return tuple(found)

    def _remarks(self, note: Note, cast: Cast) -> Iterable[str]:
        remarks = self._words.phrases.remarks
        if cast.language in SPOKEN:
            yield fill(remarks.language, cast, language=SPOKEN[cast.language])
        elif cast.language != "en":
            yield fill(remarks.language, cast, language="another language")
        if note.transcript and note.transcript.mentee is None:
            yield remarks.sides_unknown
        if note.text.strip() and note.transcript is None:
            if cast.writer is None:
                yield remarks.writer_unknown
            elif cast.guessed:
                yield fill(remarks.writer_guessed, cast, writer=f"the {cast.writer}")


def _with_sides(note: Note, about: About) -> Note:
    """The note with the sides of its transcript, where the mentor's name tells them."""
    if note.transcript is None or note.transcript.mentor or not about.mentor:
        return note
    try:
        return with_roles(note, about.mentor, None)
    except InputError:
        return note  # the name is not in it


def _due(about: About, today: date) -> date:
    """The day before the next session where that is known and ahead, else in a week."""
    starts = about.known.starts
    eve = starts.date() - timedelta(1) if starts else None
    return eve if eve and eve > today else today + WEEK


def _mine(text: str) -> str:
    """As the reader would say it."""
    return text.replace("your mentor", "my mentor")
