"""Who has which role: asked inside the transaction that does the work, so that a withdrawn role ends at once.

Roles come only from `grants`; what an `Actor` says of itself is a claim that is looked up here at every call. The
stores open their transactions with `reading` and `writing`, or ask `require` in one that has begun. What a person may
ask for about the own data depends on no role: `require_account`. Nothing here shows or changes a text.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from assistant.errors import AccessDenied, InputError
from assistant.roles import COACHED, PERSONAL, Actor, Role
from assistant.store.database import PERSONAL_MODE, Database
from assistant.store.people_tables import GrantRow, PersonRow
from assistant.store.strings import ID
from assistant.store.tables import MetaRow

_SHARED_SINCE = "accounts"
"""Name of the line in `meta` that says when the first account was made."""
_OPEN = exists().where(PersonRow.id == bindparam("person"), PersonRow.closed_at.is_(None))
_GRANTED = select(exists().where(GrantRow.person == bindparam("person"), GrantRow.role == bindparam("role")) & _OPEN)
"""Built once, because it is asked in nearly every transaction; both by primary keys."""


@contextmanager
def reading(database: Database, actor: Actor, *roles: Role) -> Iterator[Session]:
    """A session that sees one moment, at which the actor has one of these roles; none named: any. As `require`."""
    with database.read(actor) as session:
        require(session, actor, *(roles or Role))
        yield session


@contextmanager
def writing(database: Database, actor: Actor, *roles: Role) -> Iterator[Session]:
    """A session that changes something for an actor who has one of these roles; none named: any. As `require`."""
    with database.write(actor) as session:
        require(session, actor, *(roles or Role))
        yield session


def require(session: Session, actor: Actor, *roles: Role) -> None:
    """Let the actor pass whose role is one of these and was granted to its person. Raises `AccessDenied`.

    Unknown and closed persons have no role. `PERSONAL` has the three coached roles in personal mode, until the first
    account is made.
    """
    if actor.role in roles and has_role(session, actor.person, actor.role):
        return
    needed = " or ".join(sorted(role.value for role in (roles if len(roles) < len(Role) else (actor.role,))))
    raise AccessDenied(f"This takes the role of {needed} and your account does not have it; ask an administrator.")


def require_account(session: Session, person: str) -> None:
    """Let a person pass whose account is open, whatever roles it has or had. Raises `AccessDenied`."""
    if person == PERSONAL:
        passes = _is_personal(session)
    else:
        passes = bool(ID.fullmatch(person)) and bool(session.scalar(select(_OPEN), {"person": person}))
    if not passes:
        raise AccessDenied("There is no open account of yours; ask an administrator.")


def has_role(session: Session, person: str, role: Role) -> bool:
    """Whether an open account has this role."""
    if person == PERSONAL:
        return role in COACHED and _is_personal(session)
    if not ID.fullmatch(person):
        return False
    return bool(session.scalar(_GRANTED, {"person": person, "role": role.value}))


def note_accounts(session: Session) -> None:
    """Shut the way of the personal mode, for good: from now on every actor needs an account."""
    if session.get(MetaRow, _SHARED_SINCE) is None:
        session.add(MetaRow(name=_SHARED_SINCE, value=datetime.now(UTC).isoformat(timespec="seconds")))


def _is_personal(session: Session) -> bool:
    """Whether one person sits at this machine: the settings say so and nobody has an account.

    Also asks `meta`, because a server with row-level security shows nobody in `people` to a stranger.
    """
    if not session.info.get(PERSONAL_MODE) or session.get(MetaRow, _SHARED_SINCE) is not None:
        return False
    return session.scalar(select(PersonRow.id).limit(1)) is None


def keep_an_administrator(session: Session, without: str) -> None:
    """Raise `InputError` where this person is the only one with an open account who administers.

    To be called after `audit.take_turn`: two administrators must not remove each other at the same moment.
    """
    if not has_role(session, without, Role.ADMINISTRATOR):
        return
    others = select(GrantRow.person).join(PersonRow, PersonRow.id == GrantRow.person)
    others = others.where(GrantRow.role == Role.ADMINISTRATOR.value, PersonRow.closed_at.is_(None))
    if session.scalar(others.where(PersonRow.id != without).limit(1)) is None:
        raise InputError(
            f"The person {without!r} is the last administrator, whom nobody could replace; grant the role to another "
            "person first."
        )
