"""The administrator's audit: ids and times, page by page, by what was done, and whether the chain holds."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from firm import Firm, field
from streamlit.testing.v1 import AppTest

from app.views import audit as page
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.audit import verify
from assistant.store.conversations import ConversationStore


def opened(firm: Firm) -> AppTest:
    return firm.open(firm.ada.person, "audit")


def numbers(shown: str) -> list[int]:
    """The positions on the page, in order."""
    return [int(one.split("<")[0]) for one in shown.split('<th scope="row">')[1:]]


def change(settings: Settings, statement: str) -> None:
    with closing(sqlite3.connect(settings.home / "eyelevel.db")) as connection, connection:
        connection.execute(statement)


def test_entries_are_ids_and_times_the_newest_first(firm: Firm, html: Any) -> None:
    # why: who gave whom which part must be answerable, and no name or text stands in the answer
    lina = firm.add("Lina", Role.MENTOR)
    mentor = Actor(person=lina, role=Role.MENTOR)
    ConversationStore(firm.database).start(mentor, "Mark-7731")
    shown = html(opened(firm))
    assert '<td data-for="What">grant_mentor</td>' in shown and lina in shown
    count = verify(firm.database).right
    assert numbers(shown) == list(range(count, 0, -1)) and "UTC" in shown
    assert not any(word in shown for word in ("Lina", "lina@", "Mark-7731"))


def test_the_chain_is_looked_at_by_the_function_of_the_command(firm: Firm, html: Any, settings: Settings) -> None:
    # why: the page and `eyelevel audit` must never disagree
    session = opened(firm)
    found = verify(firm.database)
    assert found.fault is None
    assert f"{found.right} entries in order" in html(session) and found.newest in html(session)
    change(settings, "UPDATE audit SET action = 'grant_manager' WHERE position = 2")
    assert "The audit is as it was written" in html(session.run()), "the page says when it looked"
    field(session.button, "ey-audit-check").click().run()
    fault = verify(firm.database).fault
    assert fault and "entry 2 was changed" in fault and fault in html(session)
    assert "Somebody changed the audit" in html(session) and "as it was written" not in html(session)


def test_a_value_that_no_entry_can_hold_is_said_and_not_drawn(firm: Firm, html: Any, settings: Settings) -> None:
    # why: whoever spoils an entry must not take the page away with it, nor put a picture on it
    change(settings, "UPDATE audit SET item = '<img src=x>' WHERE position = 1")
    assert "&lt;img src=x&gt;" in html(opened(firm))
    change(settings, "UPDATE audit SET at = 'never' WHERE position = 1")
    session = opened(firm)
    assert not session.exception
    assert "entry 1 cannot be read" in html(session) and "<code>eyelevel audit</code>" in html(session)


def test_pages_and_the_filter(firm: Firm, html: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: in a year there are thousands; one kind of act must be found among them
    monkeypatch.setattr(page, "PAGE", 4)
    for number in range(3):
        firm.add(f"P{number}", Role.MENTOR)
    count = verify(firm.database).right
    session = opened(firm)
    count = verify(firm.database).right
    seen = numbers(html(session))
    assert seen == [count, count - 1, count - 2, count - 3]
    assert [one.key for one in session.button if one.key and one.key.startswith("ey-audit-newer")] == []
    while any(one.key == "ey-audit-older" for one in session.button):
        field(session.button, "ey-audit-older").click().run()
        seen += numbers(html(session))
    assert seen == list(range(count, 0, -1))
    field(session.button, "ey-audit-newer").click().run()
    assert len(numbers(html(session))) == 4
    session.selectbox(key="ey-audit-action").set_value("grant_mentor").run()
    shown = html(session)
    assert len(numbers(shown)) == 3 == shown.count('"What">grant_mentor<') and not session.exception


@pytest.mark.parametrize("role", [Role.MENTOR, Role.MENTEE, Role.MANAGER])
def test_nobody_else_gets_the_page(firm: Firm, html: Any, role: Role) -> None:
    # why: it tells who did something and when
    session = firm.open(firm.add("Lina", role), "audit")
    assert firm.ada.person not in html(session)
    assert "Not a page of yours" in html(session) or session.exception
