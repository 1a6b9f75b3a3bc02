"""Eyelevel where people sign in, over a real database: an administrator, a manager, and whom a test adds."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import state
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.accounts import AccountStore
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database
from assistant.store.people import PeopleStore
from assistant.store.programmes import ProgrammeStore

GOOD = "violet tram 71 window"
PAGE = """
import streamlit as st
from app import navigation, state
state.admit()
role = state.role()
st.navigation([navigation.page(name, role) for name in navigation.names(role)], position="hidden")
navigation._renderer("{name}")()
"""


class Firm:
    """Who is here by name, and who is signed in in the browser."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.accounts, self.people = AccountStore(database), PeopleStore(database)
        self.programmes = ProgrammeStore(database)
        self.ada = Actor(person=self.people.first_administrator("Ada"), role=Role.ADMINISTRATOR)
        self.mara = Actor(person=self.add("Mara", Role.MANAGER), role=Role.MANAGER)
        self.cookie: str | None = None

    def add(self, name: str, *roles: Role, above: str | None = None) -> str:
        made = self.people.add(self.ada, name, email=f"{name}@example.org", line_manager=above)
        for role in roles:
            self.people.grant(self.ada, made, role)
        return made

    def open(self, person: str, name: str) -> AppTest:
        """A new session of this person on one page."""
        self.cookie = self.accounts.redeem(self.accounts.invite(self.ada, person), GOOD)
        return AppTest.from_string(PAGE.format(name=name), default_timeout=15).run()


@pytest.fixture
def firm(world: None, settings: Settings, monkeypatch: pytest.MonkeyPatch, store: ConversationStore) -> Firm:
    shared = settings.model_copy(update={"sign_in": "local"})
    made = Firm(store._database)
    monkeypatch.setattr(state, "get_settings", lambda: shared)
    monkeypatch.setattr(state, "get_database", lambda: store._database)
    monkeypatch.setattr(state, "token", lambda: made.cookie)
    return made


def field(elements: Any, key: str) -> Any:
    """The widget whose key begins like this."""
    return next(one for one in elements if one.key and one.key.startswith(key))
