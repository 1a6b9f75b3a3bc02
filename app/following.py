"""What one's own promises, plans and sessions say of a pair's programme, gathered for whoever has this session.

Asks the stores in the person's own name, and so finds only what that person may read: the sessions of the pair, one's
own plans and commitments, and what the other side shares. Alone on a machine it is about all that the person kept in
this part. Keeps nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from app import state
from app.components.days import day_of, today
from assistant.coach.said_did import Promise
from assistant.notes.session_plan import SessionPlan, read_plan

if TYPE_CHECKING:
    from assistant.coach.arc import Planned, Span
    from assistant.coach.catalogue import Topic
    from assistant.store.commitments import Commitment
    from assistant.store.people_records import HeldSession, OwnPair
    from assistant.store.shares import SharedItem

MOST_PLANS = 40
"""The latest plans that are read; a programme of two years with two sessions a month has 48."""


class KeptPlan(NamedTuple):
    """A plan, and for which day it was made."""

    day: date
    plan: SessionPlan


class Course(NamedTuple):
    """All that is told of a programme."""

    span: "Span"
    sessions: "tuple[HeldSession, ...]"
    """Of the pair, the earliest first; empty where nobody signs in."""
    promises: "tuple[Commitment, ...]"
    """One's own."""
    shared: "tuple[SharedItem, ...]"
    """Commitments that the other side lets one read."""
    plans: tuple[KeptPlan, ...]
    """One's own, the earliest first."""


def load(pair: "OwnPair | None", own: "Sequence[Commitment]") -> Course:
    """Of a pair, or of somebody alone; `own`: the person's commitments. Raises `StoreError`."""
    from assistant.coach.arc import Span, span_of

    promises = tuple(one for one in own if pair is None or one.pair == pair.id)
    plans = tuple(sorted(_plans(pair), key=lambda one: one.day))
    if pair is None:
        days = [day_of(one.created) for one in promises] + [one.day for one in plans]
        return Course(span_of(days, today()), (), promises, (), plans)
    actor = state.actor()
    sessions = state.get_programmes().sessions(actor, pair.id)
    given = state.get_shares().received(actor) if pair.active else ()
    shared = tuple(one for one in given if one.kind == "commitment" and one.owner == pair.partner)
    span = Span(pair.programme.starts_on, pair.programme.ends_on)
    return Course(span, tuple(sorted(sessions, key=lambda one: one.held_on)), promises, shared, plans)


def told(promises: "Sequence[Commitment]") -> tuple[Promise, ...]:
    """One's own commitments for a summary."""
    return tuple(
        Promise(
            text=one.text,
            standing=one.outcome or "open",
            due=one.due,
            settled=day_of(one.settled) if one.settled else None,
            reason=one.reason,
        )
        for one in promises
    )


def planned(course: Course, topics: "Sequence[Topic]") -> "tuple[Planned, ...]":
    """The topics of the plans that the catalogue still has, the earliest first."""
    from assistant.coach.arc import Planned

    known = {one.id: one for one in topics}
    return tuple(
        Planned(kept.day, known[topic.id]) for kept in course.plans for topic in kept.plan.topics if topic.id in known
    )


def without_plan(pair: "OwnPair", meeting: "HeldSession") -> bool:
    """Whether nothing was planned since the session before this one. Raises `StoreError`."""
    actor = state.actor()
    before = [one.held_on for one in state.get_programmes().sessions(actor, pair.id) if one.held_on < meeting.held_on]
    since = max(before, default=pair.programme.starts_on)
    kept = state.get_drafts().list(actor, "plan")
    return not any(one.pair == pair.id and day_of(one.updated) >= since for one in kept)


def _plans(pair: "OwnPair | None") -> Iterator[KeptPlan]:
    """A plan of an older version that cannot be read is left out."""
    actor, drafts = state.actor(), state.get_drafts()
    mine = [one for one in drafts.list(actor, "plan") if pair is None or one.pair == pair.id]
    for one in mine[:MOST_PLANS]:
        draft = drafts.open(actor, one.id)
        if plan := read_plan(draft.content, draft.form):
            yield KeptPlan(_day(plan.starts, one.created), plan)


def _day(starts: datetime | None, created: datetime) -> date:
    return starts.date() if starts else day_of(created)
