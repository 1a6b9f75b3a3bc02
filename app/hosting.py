"""Whether what this person writes may go to a model that is not on this machine, and what is hidden before it does.

Asked anew for every question and every check, so that a "no" holds from the next one on. Keeps nothing in the process.
"""

from app import state
from assistant.errors import StoreError
from assistant.models.place import Place, hosted_place
from assistant.privacy.roster import Roster
from assistant.privacy.sending import Sending


def place() -> Place | None:
    """The model elsewhere that people are asked about here; None where there is none, or it is not allowed at all."""
    return hosted_place(state.get_settings())


def choice() -> bool | None:
    """What this person said to it; None: nothing yet. Raises `StoreError`."""
    from assistant.store.hosted import HostedChoiceStore

    where = place()
    return HostedChoiceStore(state.get_database()).choice(state.actor(), where.id) if where else None


def choose(allowed: bool) -> None:
    """Keep the person's yes or no. Raises `StoreError`."""
    from assistant.store.hosted import HostedChoiceStore

    if where := place():
        HostedChoiceStore(state.get_database()).choose(state.actor(), where.id, allowed)


def is_allowed() -> bool:
    """Whether something may be sent; a choice that cannot be read is no yes."""
    try:
        return choice() is True
    except StoreError:
        return False


def sending() -> Sending | None:
    """What a question or a check takes along: the yes and the names to hide; None: nothing is sent."""
    from assistant.store.hosted import sending_for

    if place() is None:
        return None
    try:
        return sending_for(state.get_database(), state.get_settings(), state.actor())
    except StoreError:
        return None


def may_write(sending: Sending | None, *, also_loading: bool = False) -> bool:
    """Whether the chat model may word something for this person: it is there, and on this machine or with their yes.

    `also_loading`: or it is on its way, for jobs that wait for it or say so.
    """
    coach = state.get_coach()
    there = ("ready", "loading") if also_loading else ("ready",)
    return coach.model_state().status in there and coach.chat.may_ask(sending)


def roster() -> Roster:
    """The names to hide: the person's own list and those of all who use Eyelevel here. Raises `StoreError`."""
    from assistant.store.hosted import RosterStore

    return RosterStore(state.get_database()).roster(state.actor())


def names() -> tuple[str, ...]:
    """The person's own list. Raises `StoreError`."""
    from assistant.store.hosted import RosterStore

    return RosterStore(state.get_database()).names(state.actor())


def set_names(given: str) -> None:
    """Keep the list, one name a line. Raises `InputError` and `StoreError`."""
    from assistant.store.hosted import RosterStore

    RosterStore(state.get_database()).set_names(state.actor(), given.splitlines())
