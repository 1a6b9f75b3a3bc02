"""What people let be counted for a programme's themes, and the releases made of it.

A contribution holds codes and no text. Each person sees the own ones, takes single codes back, and nothing counts
without consent; a manager has no method that returns one. `publish` gathers all of a programme's open cycle as the
house and freezes one release of it, in one transaction; what a release has taken is never in another. Nothing here
knows the codebook or decides what a release may show.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, exists, or_, select, true, update
from sqlalchemy.orm import Session

from assistant.errors import AccessDenied, InputError, TooFewPairs
from assistant.roles import PAIRED, Actor, Role
from assistant.store import audit
from assistant.store.access import reading, require, writing
from assistant.store.commitments import SIDES, is_side
from assistant.store.contributions import (
    Said,
    checked_codes,
    find_consent,
    of_source,
    open_codes,
    own_record,
    own_row,
    seal_codes,
    verify_source,
)
from assistant.store.database import HOUSE, Database, Who
from assistant.store.erasure import Subject, erase, find
from assistant.store.gathering import count_needed, gather, in_open_cycle, last_release, stands
from assistant.store.managers_view import load_programmes
from assistant.store.owned import denied, owned_by
from assistant.store.pairing import today
from assistant.store.people_records import Programme
from assistant.store.people_tables import PairRow, ProgrammeRow
from assistant.store.programmes import find_programme
from assistant.store.theme_records import (
    FLOOR,
    Cycle,
    CycleState,
    OwnContribution,
    StoredRelease,
    ThemeSource,
)
from assistant.store.theme_tables import ContributionRow, ReleaseRow, ThemeConsentRow

__all__ = ["FLOOR", "ThemeSource", "ThemeStore"]


class ThemeStore:
    """Contributions and releases of everyone; safe to call from many threads, and several processes may share one
    database.

    Every method raises `AccessDenied` for an actor who does not have the role it takes, `StoreUnavailable` or
    `StoreDamaged` where the database fails; what a method has returned from is on disk.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # For the two of a pair

    def consents(self, actor: Actor) -> bool:
        """Mentors and mentees: whether the actor, in this role, lets codes be counted; not so until it was said."""
        with reading(self._database, actor, *PAIRED) as session:
            return find_consent(session, actor) is not None

    def set_consent(self, actor: Actor, given: bool) -> None:
        """Mentors and mentees: give consent for this role, or withdraw it; twice changes nothing.

        Withdrawn, all that was to count under it is gone at once, from the file as well; what a release has taken
        stays in it, because nothing in it is the person's any more.
        """
        if given:
            with writing(self._database, actor, *PAIRED) as session:
                audit.take_turn(session)  # said twice at the same moment, on a server
                if find_consent(session, actor) is None:
                    made = ThemeConsentRow(id=uuid4().hex, person=actor.person, role=actor.role.value)
                    made.given_at = datetime.now(UTC)
                    session.add(made)
            return
        with self._database.write(HOUSE) as session:
            require(session, actor, *PAIRED)
            consent = find_consent(session, actor, lock=True)
            if consent is not None:
                erase(session, self._database.keys, Subject("theme_consent", consent.id))
                self._database.note_erasure(session)
        self._database.remove_traces()

    def contribute(
        self,
        actor: Actor,
        source: ThemeSource,
        pair: str,
        codes: Sequence[str],
        *,
        codebook: int,
        held_on: date | None = None,
    ) -> str:
        """Mentors and mentees: let these codes of an own note, settled commitment or survey count; returns an id.

        In place of the earlier codes of the same source, of which those taken back stay so. What a release has taken
        is left as it is, and its id returned; a survey counts again once it was answered again. Raises `AccessDenied`
        without consent, for a pair of which the actor, in the actor's role, is no side, and for a source that is not
        the actor's own and about this pair; `InputError` for what is no code.
        """
        checked = checked_codes(codes)
        with writing(self._database, actor, *PAIRED) as session:
            consent = find_consent(session, actor, lock=True)
            if consent is None:
                raise AccessDenied("Nothing of yours is counted, because you have not agreed to it; agree first.")
            answered = verify_source(session, actor, source, pair)
            if not is_side(session, actor, pair):
                raise denied("pair", actor, pair)
            known = select(ContributionRow).where(of_source(actor, source)).order_by(ContributionRow.created_at.desc())
            rows = session.scalars(known.with_for_update()).all()
            row = next((one for one in rows if one.release_id is None), None)
            if row is None and rows and (answered is None or answered <= rows[0].created_at):
                return rows[0].id
            keys, earlier = self._database.keys, rows[0] if rows else None
            withdrawn = open_codes(keys, actor.person, earlier.id, earlier.codes).withdrawn if earlier else []
            if row is None:
                row = ContributionRow(id=uuid4().hex, person=actor.person, role=actor.role.value)
                row.source_kind, row.source_item = source.kind, source.item
            row.pair_id, row.programme_id = pair, session.get_one(PairRow, pair).programme_id
            row.consent_id, row.codebook, row.held_on = consent.id, codebook, held_on
            row.created_at = datetime.now(UTC)
            row.codes = seal_codes(keys, actor.person, row.id, Said(checked, withdrawn))
            session.add(row)
            return row.id

    def retract(self, actor: Actor, source: ThemeSource) -> None:
        """Mentors and mentees: let nothing of this source count in the next release; a second time changes nothing.

        Its last traces leave the file with the next purge.
        """
        with self._database.write(HOUSE) as session:
            require(session, actor, *PAIRED)
            rows = find(session, "contribution", of_source(actor, source), ContributionRow.release_id.is_(None))
            if rows:
                erase(session, self._database.keys, *rows)
                self._database.note_erasure(session)

    def own(self, actor: Actor) -> tuple[OwnContribution, ...]:
        """Mentors and mentees: all that counts of the actor in this role, or was released, the latest first."""
        shown = or_(ContributionRow.release_id.is_not(None), stands())
        query = select(ContributionRow).where(owned_by(ContributionRow, actor), shown)
        with reading(self._database, actor, *PAIRED) as session:
            rows = session.scalars(query.order_by(ContributionRow.created_at.desc(), ContributionRow.id))
            return tuple(own_record(self._database.keys, row) for row in rows)

    def withdraw(self, actor: Actor, contribution: str, code: str) -> None:
        """Mentors and mentees: take back one code of an own contribution; twice changes nothing.

        Raises `AccessDenied` for another's, `InputError` for a code that is not in it, or once it was released.
        """
        self._change(actor, contribution, code, counts=False)

    def put_back(self, actor: Actor, contribution: str, code: str) -> None:
        """Mentors and mentees: let a code count again. Raises as `withdraw` does."""
        self._change(actor, contribution, code, counts=True)

    # Releases

    def programmes(self, who: Who) -> tuple[Programme, ...]:
        """Those of which `who` may read releases, the latest begun first: managers all, the two of a pair their own."""
        with self._database.read(who) as session:
            if isinstance(who, Actor):
                require(session, who, Role.MANAGER, *PAIRED)
            return load_programmes(session, _readable(who))

    def state(self, who: Who, programme: str) -> CycleState:
        """Managers, and whoever runs the machine: how far the open cycle is. Raises `InputError`."""
        with self._database.read(HOUSE) as session:
            require_manager(session, who)
            wanted = find_programme(session, programme).id
            last = last_release(session, wanted)
            needs = count_needed(session, wanted)
            return CycleState(programme=wanted, needs=needs, last=_released(last) if last else None)

    def releases(self, who: Who, programme: str) -> tuple[StoredRelease, ...]:
        """Managers, the house, and whoever has a pair in the programme: its releases, the newest first.

        Raises `AccessDenied` for everybody else, `InputError` for an unknown programme.
        """
        with self._database.read(who) as session:
            _verify_reader(session, who, programme)
            of = select(ReleaseRow).where(ReleaseRow.programme_id == find_programme(session, programme).id)
            return tuple(map(_released, session.scalars(of.order_by(ReleaseRow.number.desc()))))

    def publish(
        self, who: Who, programme: str, make: Callable[[Cycle], str], *, until: date | None = None
    ) -> StoredRelease:
        """Managers, and whoever runs the machine: close the open cycle and freeze what `make` says of it, as JSON.

        All or nothing; `make` is called inside the transaction, while nobody else can write, and raises none but
        errors of `assistant.errors`. `until`: another day than today, in a demonstration alone. Raises `TooFewPairs`
        while fewer than five distinct pairs contributed since the last release, `InputError`.
        """
        with self._database.write(HOUSE) as session:
            audit.take_turn(session)
            require_manager(session, who)
            within = find_programme(session, programme)
            if until is not None and not within.demonstration:
                raise InputError("A release is made today and on no other day, but in a demonstration; give no day.")
            row = _new_release(session, within.id, until or today())
            marked = update(ContributionRow).where(in_open_cycle(within.id)).values(release_id=row.id)
            session.execute(marked, execution_options={"synchronize_session": False})
            cycle = gather(session, self._database.keys, within, row)
            if len(cycle.pairs) < FLOOR:
                raise TooFewPairs(FLOOR - len(cycle.pairs))
            row.content = make(cycle)
            audit.append(session, self._database.keys, who, "publish", "release", row.id)
            return _released(row)

    def _change(self, actor: Actor, contribution: str, code: str, *, counts: bool) -> None:
        with writing(self._database, actor, *PAIRED) as session:
            row = own_row(session, actor, contribution)
            if row.release_id is not None:
                raise InputError("A release has taken this already, and nothing about it can be changed any more.")
            said = open_codes(self._database.keys, row.person, row.id, row.codes)
            if code not in said.codes:
                raise InputError(f"The code {code[:80]!r} is not in this contribution; choose one that is.")
            others = [one for one in said.withdrawn if one != code]
            now = said._replace(withdrawn=others if counts else [*others, code])
            row.codes = seal_codes(self._database.keys, row.person, row.id, now)


def require_manager(session: Session, who: Who) -> None:
    """Let a manager pass, and whoever runs the machine. Raises `AccessDenied`."""
    if isinstance(who, Actor):
        require(session, who, Role.MANAGER)


def _verify_reader(session: Session, who: Who, programme: str) -> None:
    """Raise `AccessDenied` for an actor who may not read this programme's releases."""
    if not isinstance(who, Actor):
        return
    require(session, who, Role.MANAGER, *PAIRED)
    own = select(ProgrammeRow.id).where(ProgrammeRow.id == programme, _readable(who))
    if who.role in SIDES and session.scalar(own) is None:
        raise denied("programme", who, programme)


def _readable(who: Who) -> ColumnElement[bool]:
    """Tells the programmes of which `who` may read releases."""
    if not isinstance(who, Actor) or who.role not in SIDES:
        return true()
    return exists().where(PairRow.programme_id == ProgrammeRow.id, SIDES[who.role] == who.person)


def _new_release(session: Session, programme: str, until: date) -> ReleaseRow:
    """The next one, still without its content."""
    last = last_release(session, programme)
    if last is not None and until < last.until:
        raise InputError(f"The release before was made on {last.until}; give no earlier day.")
    row = ReleaseRow(id=uuid4().hex, programme_id=programme, number=1, until=until, content="")
    row.created_at = datetime.now(UTC)
    if last is not None:
        row.number, row.since = last.number + 1, last.until
    session.add(row)
    session.flush()
    return row


def _released(row: ReleaseRow) -> StoredRelease:
    return StoredRelease(
        id=row.id,
        programme=row.programme_id,
        number=row.number,
        since=row.since,
        until=row.until,
        content=row.content,
        created=row.created_at,
    )
