"""A model elsewhere on screen: who asks, who says no, and the names that stay here."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import state
from app.doctor import examine
from assistant.models.place import model_place
from assistant.privacy.roster import roster_of
from assistant.privacy.sending import Sending
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.database import HOUSE, Database
from assistant.store.hosted import MOST_NAMES, HostedChoiceStore, RosterStore, sending_for
from assistant.store.people import PeopleStore

ACTOR = Actor(person=PERSONAL, role=Role.MENTOR)
NOTE = "I asked Ana López about the plan. ana laughed, and so did Priya."


def somebody_else(database: Database) -> Actor:
    """A mentor with an account; whoever sits at this machine is denied from then on."""
    people = PeopleStore(database)
    person = people.add(HOUSE, "Hal")
    people.grant(HOUSE, person, Role.MENTOR)
    return Actor(person=person, role=Role.MENTOR)


@pytest.fixture
def hosted(world: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The app with a model elsewhere that the administrator allows."""
    changed = settings.model_copy(update={"chat_model": "openai:gpt-x", "hosted_models": True})
    monkeypatch.setattr(state, "get_settings", lambda: changed)
    return changed


@pytest.fixture
def database(settings: Settings) -> Any:
    opened = Database(settings)
    yield opened
    opened.close()


def button(session: AppTest, key: str) -> Any:
    return session.button(key=key)


def keys(session: AppTest) -> set[str]:
    return {one.key for one in session.button if one.key}


def test_a_person_is_asked_once_and_sees_which_model_and_where(
    hosted: Settings, open_page: Any, html: Any, ask: Any, *, coach: Any, database: Database
) -> None:
    # why: nobody's words may leave because somebody else said yes, or because a setting did
    session = open_page("coach")
    assert "&#x27;gpt-x&#x27; at OpenAI" in html(session)
    ask(session, "How do I begin?")
    assert coach.asked[-1].sending is None
    button(session, "ey-hosted-True").click().run()
    assert "ey-hosted-True" not in keys(session)
    RosterStore(database).set_names(ACTOR, ["Ana López"])
    ask(session, "And then?")
    assert coach.asked[-1].sending == Sending(model=model_place(hosted).id, roster=roster_of(["Ana López"]))


def test_a_no_is_kept_and_a_yes_can_be_taken_back(
    hosted: Settings, open_page: Any, html: Any, ask: Any, *, coach: Any, database: Database
) -> None:
    # why: consent that cannot be withdrawn is none
    session = open_page("coach")
    button(session, "ey-hosted-False").click().run()
    assert not keys(session) & {"ey-hosted-True", "ey-hosted-False"}
    assert "nothing goes to" in html(session)
    page = open_page("privacy")
    assert "You said no" in html(page)
    button(page, "ey-hosted-True").click().run()
    assert sending_for(database, hosted, ACTOR) is not None
    button(page, "ey-hosted-False").click().run()
    assert sending_for(database, hosted, ACTOR) is None
    ask(session, "How do I begin?")
    assert coach.asked[-1].sending is None


def test_a_yes_is_one_persons_to_one_model(hosted: Settings, database: Database) -> None:
    # why: another person, another model, another address, and notes beside questions are other questions
    store = HostedChoiceStore(database)
    store.choose(ACTOR, model_place(hosted).id, True)
    assert sending_for(database, hosted, ACTOR) is not None
    for change in (
        {"chat_model": "openai:gpt-y"},
        {"chat_base_url": "https://proxy.example.org/v1"},
        {"hosted_models": False},
        {"note_judge": True},
    ):
        assert sending_for(database, hosted.model_copy(update=change), ACTOR) is None
    other = somebody_else(database)
    assert store.choice(other, model_place(hosted).id) is None and sending_for(database, hosted, other) is None


def test_nobody_is_asked_where_nothing_leaves(world: None, open_page: Any) -> None:
    # why: a question about what does not happen only frightens
    assert not keys(open_page("coach")) & {"ey-hosted-True", "ey-hosted-False"}


def test_the_list_of_names_is_kept_sealed_for_its_person(
    world: None, open_page: Any, database: Database, settings: Settings
) -> None:
    # why: a list of whom somebody writes about is itself a secret
    page = open_page("privacy")
    page.text_area(key="ey-names").set_value("Ana López\n\nZdenka\nAna López").run()
    button(page, "ey-names-keep").click().run()
    store = RosterStore(database)
    assert store.names(ACTOR) == ("Ana López", "Zdenka")
    assert {one.name for one in store.roster(ACTOR).known} == {"Ana López", "Zdenka"}
    assert store.names(somebody_else(database)) == ()
    database.close()
    assert b"Zdenka" not in b"".join(path.read_bytes() for path in settings.home.glob("eyelevel.db*"))


def test_too_long_a_list_is_refused_in_one_line(world: None, open_page: Any, html: Any, database: Database) -> None:
    # why: a pasted phone book must not be cut off silently
    page = open_page("privacy")
    page.text_area(key="ey-names").set_value("\n".join(f"Name N{n}" for n in range(MOST_NAMES + 1))).run()
    button(page, "ey-names-keep").click().run()
    assert f"{MOST_NAMES} are the most" in html(page)
    assert RosterStore(database).names(ACTOR) == ()


def test_names_in_a_note_are_replaced_and_put_back(
    world: None, open_page: Any, html: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: a saved note without names cannot hurt anybody when it is found
    RosterStore(database).set_names(ACTOR, ["Ana María López"])
    monkeypatch.setattr(state, "warm_checker", lambda: None)
    page = open_page("check")
    page.text_area[0].set_value(NOTE).run()
    assert html(page).count("names people") == 1
    button(page, "ey-naming-act").click().run()
    assert page.text_area[0].value == "I asked Person 1 about the plan. Person 1 laughed, and so did Person 2."
    button(page, "ey-naming-act").click().run()
    assert page.text_area[0].value == NOTE
    page.text_area[0].set_value("He asked what I would drop, and we agreed on Friday.").run()
    assert "names people" not in html(page) and "ey-naming-act" not in keys(page)


@pytest.mark.parametrize(("allowed", "told"), [(False, "EYELEVEL_HOSTED_MODELS"), (True, "those who said yes")])
def test_the_doctor_says_whether_a_model_elsewhere_is_used(settings: Settings, allowed: bool, told: str) -> None:
    # why: whoever set the model and sees only passages looks here first
    changed = settings.model_copy(update={"chat_model": "openai:gpt-x", "hosted_models": allowed})
    (check,) = [one for one in examine(changed)["checks"] if one["name"] == "chat model"]
    assert check["ok"] is allowed and told in check["message"] and "'gpt-x' at OpenAI" in check["message"]
