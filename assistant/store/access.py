"""Who has which role: asked inside the transaction that does the work, so that a withdrawn role ends at once.

Roles come only from `grants`; what an `Actor` says of itself is a claim that is looked up here at every call. Used by
the stores; it changes nothing.
"""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.errors import AccessDenied, InputError
from assistant.roles import COACHED, PERSONAL, Actor, Role
from assistant.store.owned import ID
from assistant.store.people_tables import GrantRow, PersonRow
from assistant.store.tables import MetaRow

_SHARED_SINCE = "accounts"
"""Name of the line in `meta` that says when the first account was made."""


def require(session: Session, actor: Actor, *roles: Role) -> None:
    """Let the actor pass whose role is one of these and was granted to its person. Raises `AccessDenied`.

    Unknown and closed persons have no role. `PERSONAL` has the three coached roles until the first account is made.
    """
    if actor.role in roles and has_role(session, actor.person, actor.role):
        return
    needed = " or ".join(sorted(role.value for role in roles))
    raise AccessDenied(f"This takes the role of {needed} and your account does not have it; ask an administrator.")


def has_role(session: Session, person: str, role: Role) -> bool:
    """Whether an open account has this role."""
    if person == PERSONAL:
        return role in COACHED and not _has_accounts(session)
    if not ID.fullmatch(person):
        return False
    granted = select(GrantRow.person).join(PersonRow, PersonRow.id == GrantRow.person)
    wanted = granted.where(GrantRow.person == person, GrantRow.role == role.value, PersonRow.closed_at.is_(None))
    return session.scalar(wanted) is not None


def note_accounts(session: Session) -> None:
    """Shut the way of the personal mode, for good: from now on every actor needs an account."""
    if session.get(MetaRow, _SHARED_SINCE) is None:
        session.add(MetaRow(name=_SHARED_SINCE, value=datetime.now(UTC).isoformat(timespec="seconds")))


def _has_accounts(session: Session) -> bool:
    """Also asks `meta`, because a server with row-level security shows nobody in `people` to a stranger."""
    if session.get(MetaRow, _SHARED_SINCE) is not None:
        return True
    return session.scalar(select(PersonRow.id).limit(1)) is not None


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
