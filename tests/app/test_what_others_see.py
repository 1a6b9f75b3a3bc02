"""What others see, where people sign in: true in each part, and for managers the very picture that they get."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from firm import Firm, field

from app.components import pairs, seen, visibility
from assistant.roles import PAIRED, Actor, Role
from assistant.store.notes import NoteStore, SavedNote

TODAY = datetime.now(UTC).date()


@pytest.fixture
def paired(firm: Firm) -> dict[str, str]:
    """Ids: Lina has a pair that came into one line, one that was ended, and Tim has one of his own."""
    lina, tim = firm.add("Lina", Role.MENTOR), firm.add("Tim", Role.MENTOR)
    henrik, sal = firm.add("Henrik", Role.MENTEE), firm.add("Sal", Role.MENTEE)
    spring = firm.programmes.create(firm.mara, "Spring", TODAY, TODAY + timedelta(days=90))
    autumn = firm.programmes.create(firm.mara, "Autumn", TODAY, TODAY + timedelta(days=190), retention_days=30)
    firm.programmes.pair(firm.mara, spring, lina, henrik)
    firm.programmes.end_pair(firm.mara, firm.programmes.pair(firm.mara, autumn, lina, sal))
    firm.programmes.pair(firm.mara, spring, tim, sal)
    firm.people.set_line_manager(firm.ada, lina, henrik)
    return {"lina": lina, "tim": tim, "henrik": henrik, "sal": sal, "spring": spring, "autumn": autumn}


def test_a_mentor_sees_the_very_picture_that_the_manager_gets(firm: Firm, html: Any, paired: dict[str, str]) -> None:
    # why: "exactly" is a promise; each piece on this page must stand in the same words on the manager's
    shown = html(firm.open(paired["lina"], "privacy"))
    manager = firm.open(firm.mara.person, "programmes")
    theirs = html(manager)
    for wanted in ("spring", "autumn"):
        manager.selectbox(key="ey-programme").set_value(paired[wanted]).run()
        theirs += html(manager)
    own = firm.programmes.seen_by_managers(Actor(person=paired["lina"], role=Role.MENTOR))
    assert own.candidate and {one.programme.title for one in own.programmes} == {"Autumn", "Spring"}
    pieces = [pairs.programme(one.programme) for one in own.programmes]
    pieces += [pairs.pair(pair) for one in own.programmes for pair in one.pairs]
    assert len(pieces) == 4
    for piece in pieces:
        assert shown.count(piece) == 1 and piece in theirs
    assert pairs.IN_LINE in shown and "mentee Sal · ended" in shown and "<li>Lina, mentor</li>" in theirs
    assert "Tim" not in shown, "another pair is nobody's business here"


def test_it_follows_what_changes(firm: Firm, html: Any, paired: dict[str, str]) -> None:
    # why: a page that was true yesterday is not honest
    session = firm.open(paired["henrik"], "privacy")
    assert "mentee Henrik · active" in html(session)
    firm.programmes.end_pair(firm.mara, firm.programmes.pairs(firm.mara, paired["spring"])[0].id)
    assert "mentee Henrik · ended" in html(session.run())


@pytest.mark.parametrize("role", Role)
def test_each_part_is_told_its_own_truth(firm: Firm, html: Any, role: Role) -> None:
    # why: a manager and an administrator must read what they cannot see as well, and whose themes count whose do
    person = {Role.MANAGER: firm.mara.person, Role.ADMINISTRATOR: firm.ada.person}.get(role) or firm.add("Lina", role)
    session = firm.open(person, "privacy")
    shown = html(session)
    assert not session.exception and visibility.table(visibility.TABLES[role]) in shown
    looks_after = role in visibility.REACH
    assert ("What you cannot see" in shown) == looks_after
    assert ("What programme managers see of you" in shown) != looks_after
    assert ("Whether your themes count" in shown) == (role in PAIRED) == ("What counts of you" in shown)
    assert ("See it with their eyes" in shown) == (role in PAIRED)
    assert (seen.THEMES in shown) == (role in PAIRED) and seen.ALONE not in shown
    assert ("You are in no pair yet" in shown) == (role in (Role.MENTOR, Role.MENTEE))
    assert "Take it away" in shown and "has the keys as well and could read it" in shown


def test_the_tables_say_what_the_stores_do(firm: Firm, html: Any, paired: dict[str, str]) -> None:
    # why: "No" in a row must be a refusal of the store, and "Yes" something that is shown
    rows = {what: seen for what, _, *seen in visibility.TABLES[Role.MENTOR].rows}
    manager, administrator = 2, 3
    lina = Actor(person=paired["lina"], role=Role.MENTOR)
    NoteStore(firm.database).save(lina, SavedNote(title="Mark-7731", text="Mark-7731", report="{}"))
    pages = {
        manager: html(firm.open(firm.mara.person, "programmes")),
        administrator: html(firm.open(firm.ada.person, "people")) + html(firm.open(firm.ada.person, "audit")),
    }
    facts = {
        "Notes you save": "Mark-7731",
        "Your e-mail address": "lina@example.org",
        "Your name and your part": "Lina",
        "To whom you report": "reports to Henrik",
    }
    for what, sign in facts.items():
        for column, page in pages.items():
            assert (rows[what][column] == visibility.YES) == (sign in page), (what, column)


def test_one_person_alone_is_told_that_nobody_has_such_a_page(open_page: Any, html: Any) -> None:
    # why: the personal mode has no manager, no sign-in and no report
    shown = html(open_page("privacy"))
    assert "Nobody else in your programme has a page that shows anything of yours." in shown
    assert seen.ALONE in shown and seen.THEMES not in shown and "Administrators" not in shown
    assert visibility.table(visibility.PERSONAL) in shown


def test_an_administrator_can_take_the_own_account_away(firm: Firm, html: Any) -> None:
    # why: the right is everybody's, and this page is the only way to it
    session = firm.open(firm.ada.person, "privacy")
    assert not session.exception and field(session.button, "ey-erase") and "Take it away" in html(session)
    assert not session.get("page_link"), "an administrator has no conversations to go to"
