"""What is known when a session is planned, gathered from what the person and the pair have kept.

Asks the stores in the name of whoever has this session, and so finds only what that person may read. Where people sign
in it is about one pair; alone on a machine it is about everything that the person has kept in this part. A note whose
check was kept by a version that wrote it differently tells nothing and breaks nothing. Keeps nothing itself.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from app import state
from assistant.notes.mistake import Mistake
from assistant.notes.note import Debrief, NoteReport, Topic
from assistant.notes.session_plan import SessionPlan, read_plan
from assistant.roles import PAIRED, Role

if TYPE_CHECKING:
    from assistant.coach.plan import Known, Promise
    from assistant.store.commitments import Commitment
    from assistant.store.people_records import HeldSession, OwnPair, Programme
    from assistant.store.records import StoredNote

RECENT = timedelta(days=45)
"""How long a kept commitment is news for the next session; pairs meet every two to four weeks, some later."""
PLANS, NOTES = 12, 6
"""The latest that are read."""
SESSIONS_TALKED = 2
"""Of so many last debriefs it is asked whether there was a thread away from tools."""
MONTH = 365.25 / 12
"""Days."""
_OTHER = {Role.MENTOR: Role.MENTEE, Role.MENTEE: Role.MENTOR}


class Standing(NamedTuple):
    """Where a pair stands, in figures that both sides see."""

    held: int
    """Sessions that took place."""
    month: int
    months: int
    """Of the programme, from 1; never past its end."""
    next: "HeldSession | None"
    """The soonest session that is planned."""


class LastPlan(NamedTuple):
    """The plan that was kept last, as a beginning for the next."""

    id: str
    plan: SessionPlan


def own_pairs() -> "tuple[OwnPair, ...]":
    """The pairs of whoever has this session, active ones first; none for who is alone here. Raises `StoreError`."""
    if not state.shared():
        return ()
    actor = state.actor()
    return state.get_programmes().own_pairs(actor) if actor.role in PAIRED else ()


def only_pair() -> "OwnPair | None":
    """The person's only active pair: what is made is for it, and is erased with it. Raises `StoreError`."""
    active = [one for one in own_pairs() if one.active]
    return active[0] if len(active) == 1 else None


def gather(pair: "OwnPair | None" = None, starts: datetime | None = None, *, without: str | None = None) -> "Known":
    """All that a plan may use. `starts`: when the session is; `without`: id of the plan that is made anew.

    Raises `StoreError`.
    """
    from assistant.coach.plan import Known

    notes = list(_notes(pair))
    standing = stands(pair) if pair else None
    return Known(
        commitments=tuple(_promises(pair)),
        topics=topics_had(pair, without=without),
        findings=_findings(notes[0]) if notes else (),
        sessions=standing.held if standing else None,
        month=month_of_six(pair),
        starts=starts,
        human_thread=_human_thread(notes),
    )


def plans(pair: "OwnPair | None" = None) -> Iterator[LastPlan]:
    """The plans that were kept last, the latest first: those for this pair, or all. Raises `StoreError`."""
    actor, drafts = state.actor(), state.get_drafts()
    for one in [one for one in drafts.list(actor, "plan") if pair is None or one.pair == pair.id][:PLANS]:
        draft = drafts.open(actor, one.id)
        if plan := read_plan(draft.content, draft.form):
            yield LastPlan(one.id, plan)


def topics_had(pair: "OwnPair | None", *, without: str | None = None) -> tuple[str, ...]:
    """Ids of the topics of earlier plans, the latest first; not of the plan `without`. Raises `StoreError`."""
    return tuple(dict.fromkeys(topic.id for one in plans(pair) if one.id != without for topic in one.plan.topics))


def stands(pair: "OwnPair", today: date | None = None) -> Standing:
    """Where a pair stands on this day. Raises `StoreError`."""
    now = today or datetime.now(UTC).date()
    sessions = state.get_programmes().sessions(state.actor(), pair.id)
    month, months = programme_month(pair.programme, now)
    ahead = [one for one in sessions if one.minutes_held is None and one.held_on >= now]
    return Standing(
        held=sum(1 for one in sessions if one not in ahead and one.minutes_held != 0),
        month=month,
        months=months,
        next=min(ahead, key=lambda one: one.held_on, default=None),
    )


def session_number(pair: "OwnPair", day: date | None = None) -> int:
    """Which session of the pair the one on this day is, or the next one. Raises `StoreError`."""
    now = day or datetime.now(UTC).date()
    sessions = state.get_programmes().sessions(state.actor(), pair.id)
    return 1 + sum(1 for one in sessions if one.held_on < now and one.minutes_held != 0)


def programme_month(programme: "Programme", now: date) -> tuple[int, int]:
    """The month that a programme is in, from 1, and how many it has."""
    months = max(1, round(((programme.ends_on - programme.starts_on).days + 1) / MONTH))
    return min(months, max(1, int((now - programme.starts_on).days / MONTH) + 1)), months


def month_of_six(pair: "OwnPair | None") -> int | None:
    """The month of a pair's programme, were it one of six months; None without a pair."""
    from assistant.coach.topics import month_of

    if pair is None:
        return None
    length = max(1, (pair.programme.ends_on - pair.programme.starts_on).days)
    return month_of((datetime.now(UTC).date() - pair.programme.starts_on).days / length)


def _promises(pair: "OwnPair | None") -> "Iterator[Promise]":
    """The person's own that are open or were kept lately, and what the other side lets them read; oldest first."""
    from assistant.coach.plan import Promise

    actor = state.actor()
    mine = [one for one in state.get_commitments().list(actor) if pair is None or one.pair in (pair.id, None)]
    for one in sorted(mine, key=lambda one: one.created):
        if one.is_open or _is_news(one):
            owner = actor.role.value if actor.role in PAIRED else None
            yield Promise(text=one.text, owner=owner, due=one.due, state=_state(one))  # type: ignore[arg-type]
    if pair:
        given = state.get_shares().received(actor)
        shared = [one for one in given if one.kind == "commitment" and one.owner == pair.partner]
        for item in sorted(shared, key=lambda one: one.shared_at):
            yield Promise(text=item.title, owner=_OTHER[actor.role].value)  # type: ignore[arg-type]


def _is_news(one: "Commitment") -> bool:
    return one.outcome == "kept" and one.settled is not None and datetime.now(UTC) - one.settled < RECENT


def _state(one: "Commitment") -> str:
    if one.outcome == "kept":
        return "kept"
    return "missed" if one.due and one.due < datetime.now(UTC).date() else "open"


def _notes(pair: "OwnPair | None") -> "Iterator[StoredNote]":
    """The saved notes about the pair, the latest first."""
    actor, notes = state.actor(), state.get_notes()
    found = (notes.load(actor, one.id) for one in notes.list(actor)[:NOTES])
    return (one for one in found if pair is None or one.pair in (pair.id, None))


def _findings(note: "StoredNote") -> tuple[Mistake, ...]:
    """What the check found and the writer let stand, the surest first."""
    try:
        found = NoteReport.model_validate_json(note.report).findings
    except ValidationError:
        return ()
    standing = [one for one in found if note.verdicts.get(one.mistake.value) is not False]
    return tuple(dict.fromkeys(one.mistake for one in sorted(standing, key=lambda one: -one.confidence)))


def _human_thread(notes: "Sequence[StoredNote]") -> bool | None:
    """Whether the last debriefs name a topic other than tools; None where no debrief names any."""
    topics = [topics for note in notes if (topics := _topics(note))][:SESSIONS_TALKED]
    return any(one - {Topic.TOOLS} for one in topics) if topics else None


def _topics(note: "StoredNote") -> frozenset[Topic]:
    try:
        return Debrief.model_validate_json(note.debrief).topics if note.debrief else frozenset()
    except ValidationError:
        return frozenset()
