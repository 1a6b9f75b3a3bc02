"""`eyelevel accounts`: how a company begins, and what whoever runs the machine can do to accounts.

A thin layer over the stores, as the house; an invitation's link is printed once and kept nowhere.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from app.printing import AsJson, print_result
from assistant.errors import InputError
from assistant.roles import Role
from assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    from assistant.store.accounts import AccountStore
    from assistant.store.people import PeopleStore
    from assistant.store.people_records import Person

commands = typer.Typer(no_args_is_help=True, help="Accounts of a shared Eyelevel: invite, list, close, revoke.")
Email = Annotated[str, typer.Argument(help="The person's e-mail address.")]
Roles = Annotated[list[Role] | None, typer.Option("--role", help="May be given more than once.")]


@commands.command()
def invite(
    name: Annotated[str, typer.Argument(help="The person's name.")],
    email: Email,
    role: Roles = None,
    as_json: AsJson = False,
) -> None:
    """Make an account, or take the one with this address, and print a link that lets the person in, once."""
    from app.accounts import invitation_link
    from app.gate import public_address
    from assistant.store.database import HOUSE

    settings = load_settings()
    people, accounts = _stores(settings)
    person = _add(people, name, email, role or [])
    link = invitation_link(public_address(settings), accounts.invite(HOUSE, person))
    print_result(
        {"person": person, "link": link},
        f"Give this link to {name} by a safe way; it works once, for 7 days:\n{link}",
        as_json=as_json,
    )
    if settings.sign_in == "personal":
        typer.echo("Nobody can sign in while EYELEVEL_SIGN_IN is 'personal'; set it to 'local' or 'oidc'.", err=True)


@commands.command(name="list")
def list_accounts(as_json: AsJson = False) -> None:
    """All accounts with their roles."""
    from assistant.store.database import HOUSE

    people, _ = _stores(load_settings())
    found = people.list(HOUSE)
    lines = [
        f"{one.name}  {one.email or '-'}  {', '.join(one.roles) or '-'}{'  closed' if one.closed else ''}"
        for one in found
    ]
    shown = [one.model_dump(mode="json") for one in found]
    print_result(shown, "\n".join(lines) or "There are no accounts yet.", as_json=as_json)


@commands.command()
def close(email: Email, as_json: AsJson = False) -> None:
    """Close an account at once; what it holds stays."""
    from assistant.store.database import HOUSE

    people, _ = _stores(load_settings())
    person = _find(people, email)
    people.close(HOUSE, person.id)
    print_result({"person": person.id, "closed": True}, f"The account of {person.name} is closed.", as_json=as_json)


@commands.command()
def revoke(email: Email, role: Roles = None, as_json: AsJson = False) -> None:
    """End all sign-ins of an account at once; with --role, take that role away too."""
    from assistant.store.database import HOUSE

    people, accounts = _stores(load_settings())
    person = _find(people, email)
    ended = accounts.revoke(HOUSE, person.id)
    for one in role or []:
        people.revoke(HOUSE, person.id, one)
    print_result(
        {"person": person.id, "ended": ended}, f"{ended} sign-ins of {person.name} are ended.", as_json=as_json
    )


def _stores(settings: Settings) -> "tuple[PeopleStore, AccountStore]":
    from app.opening import open_database
    from assistant.store.accounts import AccountStore
    from assistant.store.people import PeopleStore

    database = open_database(settings)
    return PeopleStore(database), AccountStore(database)


def _add(people: "PeopleStore", name: str, email: str, roles: list[Role]) -> str:
    """Id of the account with this address, which has these roles afterwards."""
    from assistant.store.database import HOUSE

    known = [one.id for one in people.list(HOUSE) if one.email == email.strip().lower()]
    person = known[0] if known else people.add(HOUSE, name, email=email)
    for role in roles:
        people.grant(HOUSE, person, role)
    return person


def _find(people: "PeopleStore", email: str) -> "Person":
    from assistant.store.database import HOUSE

    found = [one for one in people.list(HOUSE) if one.email == email.strip().lower()]
    if not found:
        raise InputError(f"There is no account with the address {email!r}; `eyelevel accounts list` shows them.")
    return found[0]
