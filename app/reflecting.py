"""A reflection on its page: made, answered, kept as it is made, and bettered meanwhile without a word being replaced.

Called by the page `reflection` and its parts. The draft on the page (`app.drafting`) holds the questions and answers;
the session holds what is typed and not made yet, and the thread that words questions better. What a person types is
looked at for disclosures first. Raises what the stores raise; the parts say it on the page.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from app import checking, drafting, hosting, known, state
from app.components.days import today
from app.improving import Improving
from assistant.coach.reflection import About, After, Kept, kept_from, read_kept, title_of
from assistant.errors import EyelevelError, InputError
from assistant.notes.note import Debrief, Note, NoteReport
from assistant.roles import Role

if TYPE_CHECKING:
    from assistant.coach.reflection import Before
    from assistant.events import Referral
    from assistant.store.drafts import DraftSummary, Kind
    from assistant.store.people_records import OwnPair
    from assistant.store.records import StoredNote

KIND: "Kind" = "reflection"
EARLIER = 6
"""Reflections whose wordings are not used again at once."""
_THREADS, _REFERRED, _TROUBLE, _ABOUT = (
    "ey-reflect-threads",
    "ey-reflect-referred",
    "ey-reflect-trouble",
    "ey-reflect-about",
)


class OnPage(NamedTuple):
    """The reflection on the page."""

    id: str
    pair: str | None
    kept: Kept


class Fitted(NamedTuple):
    """What the person says of the two, where no store knows it."""

    mentor: str = ""
    role: str = ""
    topic: str = ""


def pair() -> "OwnPair | None":
    """The pair that the next session is with: the first that has not ended. Raises `StoreError`."""
    return next((one for one in known.own_pairs() if one.active), None)


def fitted() -> Fitted:
    """What was said in this session, else what the last reflection or the last plan says. Raises `StoreError`."""
    said: Fitted | None = st.session_state.get(_ABOUT)
    if said is not None:
        return said
    last = next(_readable(), None)
    plan = next(known.plans(), None)
    mentor = "" if last is None or last.after.mentor == "your mentor" else last.after.mentor
    return Fitted(
        mentor=mentor or (plan.plan.name if plan else ""),
        role=(last.mentee_role if last else "") or (plan.plan.mentee_role if plan else ""),
        topic=plan.plan.about if plan else "",
    )


def fit(said: Fitted) -> bool:
    """Take this over for the questions to bring; whether it could be: not where it discloses harm."""
    if _is_referred(" ".join(said)):
        return False
    st.session_state[_ABOUT] = said
    return True


def about() -> About:
    """For whom the questions are. Raises `StoreError`."""
    with_whom, said = pair(), fitted()
    return About(
        mentor=said.mentor or (with_whom.partner_name if with_whom else ""),
        mentee_role=said.role,
        topic=said.topic,
        known=known.gather(with_whom),
        used=_used(),
    )


def before() -> "Before":
    """Ten minutes before the next session, from the last note of one's own. Raises `StoreError`, `KnowledgeError`."""
    return state.get_reflector().before(about(), _last_note())


def begin(text: str, note: "StoredNote | None" = None) -> None:
    """Make the questions and keep them: from a text, a saved note, or the debrief alone.

    What cannot be taken is said on the page, and nothing typed is lost.
    """
    st.session_state.pop(_TROUBLE, None)
    try:
        _begin(text, note)
    except EyelevelError as error:
        st.session_state[_TROUBLE] = str(error)


def _begin(text: str, stored: "StoredNote | None") -> None:
    from assistant.notes.parse import parse_note

    given = stored.text if stored else text
    if _is_referred(given):
        return
    sheet = checking.sheet()
    debrief = Debrief.model_validate_json(stored.debrief) if stored and stored.debrief else sheet.debrief
    debrief_given = None if debrief.is_empty else debrief
    if not given.strip() and debrief_given is None:
        raise InputError("There is nothing to look back at yet: write a line, choose a note, or fill in the debrief.")
    note = (
        parse_note(given, writer=Role.MENTEE, debrief=debrief_given)
        if given.strip()
        else Note(writer=Role.MENTEE, debrief=debrief_given)
    )
    who, reflector = about(), state.get_reflector()
    after = reflector.after(note, who, _report_of(stored), today=today())
    kept = kept_from(after, today(), mentee_role=who.mentee_role, topic=who.topic)
    drafting.leave(KIND)
    with_whom = pair()
    made = drafting.keep(KIND, title_of(kept), kept, pair=with_whom.id if with_whom else None)
    sheet.debrief = Debrief()
    sheet.files += 1
    _better(made, after)


def _report_of(stored: "StoredNote | None") -> NoteReport | None:
    if stored is None:
        return None
    try:
        return NoteReport.model_validate_json(stored.report).model_copy(update={"text": stored.text})
    except ValueError:
        return None


def _better(draft: str, after: After) -> None:
    """Let the chat model word questions, where there is one that may be asked."""
    coach, reflector = state.get_coach(), state.get_reflector()
    sending = hosting.sending()
    if not reflector.asks_model or not hosting.may_write(sending):
        return
    threads: dict[str, Improving[After]] = st.session_state.setdefault(_THREADS, {})
    threads[draft] = Improving(after, lambda: reflector.better(after, coach.chat, sending))


def improving(draft: str) -> "Improving[After] | None":
    """The thread that words questions of this reflection better, while it runs and until it was taken in."""
    found: Improving[After] | None = st.session_state.get(_THREADS, {}).get(draft)
    return found


def take_in(shown: OnPage) -> bool:
    """Keep what the thread has, beside the questions; whether it is over."""
    thread = improving(shown.id)
    if thread is None:
        return True
    over, latest = thread.is_over, thread.latest
    change(shown, lambda kept: kept.offered(latest))
    if over:
        st.session_state[_THREADS].pop(shown.id, None)
    return over


def stop(draft: str) -> None:
    """Let the chat model be."""
    if thread := improving(draft):
        thread.stop()


def on_page() -> OnPage | None:
    """The reflection that the address or the session names. Raises `StoreError`, and `InputError` for an old form."""
    found = drafting.on_page(KIND)
    return load(found.id) if found else None


def load(draft: str) -> OnPage:
    """A kept one. Raises `StoreError`, and `InputError` where a version kept it that wrote it differently."""
    found = state.get_drafts().open(state.actor(), draft)
    kept = read_kept(found.content)
    if kept is None:
        raise InputError(
            f"The reflection {draft!r} is in a form that is not read any more; take its words from the file with "
            "everything that is kept of you, under “What others see”."
        )
    return OnPage(draft, found.pair, kept)


def change(shown: OnPage, act: Callable[[Kept], Kept]) -> None:
    """Change what is kept, from what the store has at this moment. Raises `StoreError`, `InputError`."""
    now = load(shown.id)
    after = act(now.kept)
    if after != now.kept:
        state.get_drafts().save(state.actor(), shown.id, title_of(after), after.model_dump_json())


def answer(shown: OnPage, frame: str, text: str) -> None:
    """Keep an answer, unless it discloses harm: then the contacts stand on the page, and nothing is kept of it."""
    if not _is_referred(text):
        change(shown, lambda kept: kept.answered(frame, text))


def earlier() -> "tuple[DraftSummary, ...]":
    """What was kept, the latest first. Raises `StoreError`."""
    return drafting.kept(KIND)


def _readable() -> Iterator[Kept]:
    """The latest that were kept, without those of a form that is not read any more."""
    for one in earlier()[:EARLIER]:
        if kept := read_kept(state.get_drafts().open(state.actor(), one.id).content):
            yield kept


def _used() -> frozenset[str]:
    return frozenset(frame for kept in _readable() for frame in kept.frames)


def _last_note() -> Note | None:
    from assistant.notes.parse import parse_note

    notes, with_whom = state.get_notes(), pair()
    for one in notes.list(state.actor())[:EARLIER]:
        stored = notes.load(state.actor(), one.id)
        if stored.text.strip() and (with_whom is None or stored.pair in (with_whom.id, None)):
            return parse_note(stored.text, writer=Role.MENTEE)
    last = next(_readable(), None)  # its text is not kept, but the words that its questions are about
    quotes = dict.fromkeys(quote.quote for one in last.after.prompts for quote in one.quotes) if last else {}
    return parse_note("\n".join(quotes), writer=Role.MENTEE) if quotes else None


def _is_referred(text: str) -> bool:
    found = state.get_reflector().refer(text) if text.strip() else None
    if found:
        st.session_state[_REFERRED] = found
    return found is not None


def referred() -> "Referral | None":
    """Whom to turn to, where something that was just typed discloses harm; until the page is left or cleared."""
    found: Referral | None = st.session_state.get(_REFERRED)
    return found


def go_on() -> None:
    """Take the referral off the page."""
    st.session_state.pop(_REFERRED, None)


def trouble() -> str:
    """One plain line where nothing could be made of what was typed."""
    found: str = st.session_state.get(_TROUBLE, "")
    return found
