"""Somebody whose last part was taken still takes away and erases what was written in it."""

from pathlib import Path
from typing import Any

import pytest
from firm import GOOD, Firm, field
from streamlit.testing.v1 import AppTest

from app import downloads, state
from app.components import rights
from assistant.errors import AccessDenied
from assistant.roles import Actor, Role
from assistant.store.database import HOUSE
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.people_tables import PersonRow

MAIN = Path(state.__file__).with_name("main.py")
WORDS = "Henrik came late, Mark-7731"


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> downloads.Shelf:
    """What the pages offer to download."""
    made = downloads.Shelf()
    monkeypatch.setattr(state, "get_shelf", lambda: made)
    return made


def former(firm: Firm, text: str = WORDS) -> str:
    """Id of a mentor who wrote a note, and is none any more."""
    lina = firm.add("Lina", Role.MENTOR)
    if text:
        NoteStore(firm.database).save(
            Actor(person=lina, role=Role.MENTOR), SavedNote(title="t", text=text, report="{}")
        )
    firm.people.revoke(firm.ada, lina, Role.MENTOR)
    return lina


def open_app(firm: Firm, person: str) -> AppTest:
    firm.cookie = firm.accounts.redeem(firm.accounts.invite(firm.ada, person), GOOD)
    return AppTest.from_file(str(MAIN), default_timeout=15).run()


def files(session: AppTest, shelf: downloads.Shelf) -> list[str]:
    addresses = [one.proto.url for one in session.get("link_button")]
    found = [shelf.find(state.browser() or "", one.rsplit("/", 1)[-1]) for one in addresses]
    return [str(one.make()) for one in found if one]


def test_what_was_written_can_be_taken_away(firm: Firm, html: Any, shelf: downloads.Shelf) -> None:
    # why: a right that ends with a part in the programme is none
    session = open_app(firm, former(firm))
    assert not session.exception
    page = html(session)
    assert "You have no part in the programme yet" in page and "Take it away" in page and WORDS not in page
    found = files(session, shelf)
    assert len(found) == 2 and all("Mark-7731" in one for one in found)
    assert not session.get("page_link"), "no page of the coach is offered"


def test_it_can_be_erased_and_the_account_with_it(firm: Firm, html: Any) -> None:
    # why: in two steps as everywhere, and nobody is signed in afterwards
    lina = former(firm)
    session = open_app(firm, lina)
    field(session.button, "ey-erase").click().run()
    field(session.text_input, "ey-erase-word").set_value("no")
    next(one for one in session.button if one.label == "Erase for good").click().run()
    assert "Nothing was erased" in html(session)
    field(session.text_input, "ey-erase-word").set_value(rights.WORD)
    next(one for one in session.button if one.label == "Erase for good").click().run()
    assert not session.exception and "Everything is erased" in html(session)
    with firm.database.read(HOUSE) as found:
        assert found.get(PersonRow, lina) is None
    assert "You are signed out" in html(session.run())


def test_who_never_wrote_is_only_told_whom_to_ask(firm: Firm, html: Any) -> None:
    # why: somebody who was just invited must not be greeted with a way to erase everything
    session = open_app(firm, former(firm, ""))
    assert not session.exception and not session.button
    assert "You have no part" in html(session) and "Take it away" not in html(session)


def test_nothing_but_the_rights_is_open_without_a_part(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: the actor that stands for somebody without a role must open nothing else
    lina = former(firm)
    assert not open_app(firm, lina).exception
    monkeypatch.setattr(state, "_signed_in", lambda: firm.accounts.whoami(firm.cookie))
    owner = state.owner()
    assert owner.person == lina and state.get_rights().kept(owner)["notes"] == 1
    with pytest.raises(AccessDenied):
        state.actor()
    with pytest.raises(AccessDenied):
        NoteStore(firm.database).list(owner)
