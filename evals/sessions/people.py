"""Accounts for many people on a served app, made by the stores as an administrator makes them.

The password is the same for all: nobody but a benchmark or a test ever opens such a home.
"""

from typing import NamedTuple

from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.accounts import AccountStore
from assistant.store.database import HOUSE, Database
from assistant.store.people import PeopleStore

PASSWORD = "violet tram 71 window"
ROLES = (Role.MENTOR, Role.MENTEE)


class Account(NamedTuple):
    """Somebody who can sign in."""

    actor: Actor
    email: str


def make_people(settings: Settings, count: int) -> list[Account]:
    """So many people, mentor and mentee in turn, beside one administrator; the home must have no account yet."""
    database = Database(settings)
    people, accounts = PeopleStore(database), AccountStore(database)
    first = people.first_administrator("Ada", "ada@example.org")
    ada = Actor(person=first, role=Role.ADMINISTRATOR)
    made = []
    for number in range(count):
        email, role = f"person-{number}@example.org", ROLES[number % len(ROLES)]
        person = people.add(ada, f"Person {number}", email=email)
        people.grant(ada, person, role)
        accounts.redeem(accounts.invite(HOUSE, person), PASSWORD)
        made.append(Account(Actor(person=person, role=role), email))
    database.close()
    return made
