"""The programme manager's page: programmes and pairs, refusals beside the form, and nothing of what a pair does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from firm import PAGE, Firm, field
from streamlit.testing.v1 import AppTest

from app import navigation
from app.components import pairs
from app.components.days import in_full
from assistant.roles import Actor, Role
from assistant.store.notes import NoteStore, SavedNote

TODAY = datetime.now(UTC).date()
END = TODAY + timedelta(days=90)


class Spring:
    """A programme with a mentor and two mentees, nobody paired yet."""

    def __init__(self, firm: Firm) -> None:
        self.firm = firm
        self.lina = firm.add("Lina", Role.MENTOR)
        self.henrik, self.sal = firm.add("Henrik", Role.MENTEE), firm.add("Sal", Role.MENTEE)
        self.id = firm.programmes.create(firm.mara, "Spring <b>", TODAY, END)

    def open(self) -> AppTest:
        return self.firm.open(self.firm.mara.person, "programmes")

    def pairs(self) -> list[tuple[str, str, bool]]:
        found = self.firm.programmes.pairs(self.firm.mara, self.id)
        return [(one.mentor_name, one.mentee_name, one.active) for one in found]


@pytest.fixture
def spring(firm: Firm) -> Spring:
    return Spring(firm)


def choose(session: AppTest, mentor: str, mentee: str) -> AppTest:
    """Choose two and press the button."""
    field(session.selectbox, "ey-mentor-").set_value(mentor)
    field(session.selectbox, "ey-mentee-").set_value(mentee)
    return field(session.button, "FormSubmitter:ey-pair-").click().run()


def refused(page: str) -> str:
    """The one refusal on the page."""
    _, rest = page.split('<p class="ey-error" role="alert">')
    return rest.split("</p>")[0]


def test_the_first_programme_begins_with_an_empty_page(firm: Firm, html: Any) -> None:
    # why: a manager who comes first must see what to do, and ends up where people are missing
    session = firm.open(firm.mara.person, "programmes")
    assert "No programme yet" in html(session) and not session.selectbox
    field(session.text_input, "ey-title-").set_value("Spring")
    field(session.button, "FormSubmitter:ey-programme-form").click().run()
    assert not session.exception
    (made,) = firm.programmes.list(firm.mara)
    assert (made.title, made.starts_on, made.retention_days) == ("Spring", TODAY, 365)
    page = html(session)
    assert "The programme is made" in page and "Nobody takes part as mentor and as mentee yet" in page
    assert "Ask the administrator to invite people" in page
    firm.add("Lina", Role.MENTOR)
    assert "Nobody takes part as mentee yet" in html(session.run())


def test_a_refused_programme_says_why_and_keeps_what_was_typed(spring: Spring, html: Any) -> None:
    # why: dates are mistyped; nobody should have to type the rest again
    session = spring.open()
    field(session.text_input, "ey-title-new").set_value("Autumn")
    field(session.date_input, "ey-ends-new").set_value(TODAY - timedelta(days=9))
    field(session.number_input, "ey-days-new").set_value(30)
    field(session.button, "FormSubmitter:ey-programme-form-new").click().run()
    assert "let it end after it begins" in refused(html(session))
    assert field(session.text_input, "ey-title-new").value == "Autumn"
    assert field(session.date_input, "ey-ends-new").value == TODAY - timedelta(days=9)
    assert field(session.number_input, "ey-days-new").value == 30
    assert [one.title for one in spring.firm.programmes.list(spring.firm.mara)] == ["Spring <b>"]
    field(session.date_input, "ey-ends-new").set_value(END)
    field(session.button, "FormSubmitter:ey-programme-form-new").click().run()
    (made,) = [one for one in spring.firm.programmes.list(spring.firm.mara) if one.title == "Autumn"]
    assert (made.ends_on, made.retention_days) == (END, 30)
    assert session.selectbox(key="ey-programme").value == made.id, "the new one is on screen"
    assert field(session.text_input, "ey-title-new").value == "", "and the form is empty again"


def test_a_programme_is_changed(spring: Spring, html: Any) -> None:
    # why: programmes are prolonged, and the page must show when texts are erased
    session = spring.open()
    assert "Spring &lt;b&gt;" in html(session) and "Spring <b>" not in html(session)
    field(session.text_input, f"ey-title-{spring.id}").set_value("Spring")
    field(session.number_input, f"ey-days-{spring.id}").set_value(10)
    field(session.button, f"FormSubmitter:ey-programme-form-{spring.id}").click().run()
    (kept,) = spring.firm.programmes.list(spring.firm.mara)
    assert (kept.title, kept.retention_days) == ("Spring", 10)
    page = html(session)
    assert "The programme is changed" in page and f"erased after {in_full(END + timedelta(days=10))}" in page


def test_two_people_are_paired_and_the_pair_is_ended_and_resumed(spring: Spring, html: Any) -> None:
    # why: the whole of what a manager does; ending takes a second look
    session = choose(spring.open(), spring.lina, spring.henrik)
    assert not session.exception and spring.pairs() == [("Lina", "Henrik", True)]
    page = html(session)
    assert "Lina and Henrik are a pair now." in page and "Mentor Lina, mentee Henrik · active" in page
    assert field(session.selectbox, "ey-mentor-").value is None
    field(session.button, "ey-end-").click().run()
    assert "End the pair of Lina and Henrik?" in html(session) and spring.pairs() == [("Lina", "Henrik", True)]
    field(session.button, "ey-end-no-").click().run()
    assert "End the pair of" not in html(session)
    field(session.button, "ey-end-").click().run()
    field(session.button, "ey-end-yes-").click().run()
    assert spring.pairs() == [("Lina", "Henrik", False)] and "· ended" in html(session)
    field(session.button, "ey-resume-").click().run()
    assert spring.pairs() == [("Lina", "Henrik", True)] and "are a pair again" in html(session)


def test_a_pair_inside_one_reporting_line_is_refused_by_name(spring: Spring, html: Any) -> None:
    # why: the manager reads people's names, and keeps the choice that was right
    spring.firm.people.set_line_manager(spring.firm.ada, spring.lina, spring.henrik)
    session = choose(spring.open(), spring.lina, spring.henrik)
    said = refused(html(session))
    assert said.startswith("The mentor Lina reports to the mentee Henrik") and "cannot speak freely" in said
    assert spring.lina not in said and spring.henrik not in said and spring.pairs() == []
    assert field(session.selectbox, "ey-mentor-").value == spring.lina
    assert field(session.selectbox, "ey-mentee-").value == spring.henrik
    assert spring.pairs() == [] and not choose(session, spring.lina, spring.sal).exception
    assert spring.pairs() == [("Lina", "Sal", True)]


def test_one_person_on_both_sides_or_none_is_refused(spring: Spring, html: Any) -> None:
    # why: who is mentor and mentee stands in both lists
    both = spring.firm.add("Bo", Role.MENTOR, Role.MENTEE)
    session = spring.open()
    field(session.button, "FormSubmitter:ey-pair-").click().run()
    assert "choose both" in refused(html(session))
    assert refused(html(choose(session, both, both))).startswith("The person Bo cannot be both sides")
    assert field(session.selectbox, "ey-mentor-").value == both and spring.pairs() == []


def test_an_account_that_was_closed_meanwhile_is_named_with_the_reason(spring: Spring, html: Any) -> None:
    # why: it is no candidate any more; the choice must not vanish without a word
    session = spring.open()
    spring.firm.people.close(spring.firm.ada, spring.lina)
    spring.firm.add("Tim", Role.MENTOR)
    choose(session, spring.lina, spring.henrik)
    assert not session.exception
    assert refused(html(session)).startswith("The account of Lina is closed")
    assert field(session.selectbox, "ey-mentor-").value == spring.lina
    assert field(session.selectbox, "ey-mentee-").value == spring.henrik


def test_a_programme_that_is_over_takes_no_pair(spring: Spring, html: Any) -> None:
    # why: what its pairs write would be erased soon; the manager learns the way out, for a new pair and an old one
    past = TODAY - timedelta(days=1)
    spring.firm.programmes.end_pair(
        spring.firm.mara, spring.firm.programmes.pair(spring.firm.mara, spring.id, spring.lina, spring.sal)
    )
    spring.firm.programmes.change(spring.firm.mara, spring.id, "Spring", past, past, retention_days=365)
    session = choose(spring.open(), spring.lina, spring.henrik)
    assert "It is over." in html(session)
    assert refused(html(session)).startswith(f"The programme “Spring” ended on {past}; move its end")
    assert field(session.selectbox, "ey-mentee-").value == spring.henrik
    field(session.button, "ey-resume-").click().run()
    assert "“Spring” ended on" in refused(html(session)) and spring.pairs() == [("Lina", "Sal", False)]


def test_a_pair_that_came_into_one_line_is_marked_with_what_to_do(spring: Spring, html: Any) -> None:
    # why: people change desks; ended pairs come last, and cannot be resumed into a line
    firm, pair = spring.firm, spring.firm.programmes.pair
    firm.programmes.end_pair(firm.mara, pair(firm.mara, spring.id, spring.lina, spring.henrik))
    pair(firm.mara, spring.id, spring.lina, spring.sal)
    session = spring.open()
    assert pairs.IN_LINE not in html(session)
    firm.people.set_line_manager(firm.ada, spring.henrik, spring.lina)
    firm.people.set_line_manager(firm.ada, spring.sal, spring.henrik)
    page = html(session.run())
    assert page.count(pairs.IN_LINE) == 1 and page.count(pairs.IN_LINE_ENDED) == 1
    assert page.index("mentee Sal · active") < page.index(pairs.IN_LINE) < page.index("mentee Henrik · ended")
    field(session.button, "ey-resume-").click().run()
    assert refused(html(session)).startswith("The mentee Henrik reports to the mentor Lina")


def test_nothing_that_a_pair_does_reaches_the_page(spring: Spring, html: Any) -> None:
    # why: juniors write about powerful people; the page is the same whether they meet and write, or not
    firm = spring.firm
    pair = firm.programmes.pair(firm.mara, spring.id, spring.lina, spring.henrik)
    before = html(spring.open())
    lina = Actor(person=spring.lina, role=Role.MENTOR)
    for _ in range(3):
        firm.programmes.record_session(lina, pair, TODAY, minutes_held=40)
    NoteStore(firm.database).save(lina, SavedNote(title="Mark-7731", text="Mark-7731", report="{}"))
    assert html(spring.open()) == before and "What you do not see" in before
    assert "Lina@example.org".lower() not in before.lower()


def test_namesakes_can_be_told_apart(spring: Spring, html: Any) -> None:
    # why: the wrong Lina would be paired with her own boss
    other = spring.firm.people.add(spring.firm.ada, "Lina")
    spring.firm.people.grant(spring.firm.ada, other, Role.MENTOR)
    options = field(spring.open().selectbox, "ey-mentor-").options
    assert sorted(options) == sorted(f"Lina ({one[:4]})" for one in (spring.lina, other))


@pytest.mark.parametrize("role", [Role.MENTOR, Role.MENTEE])
def test_nobody_else_gets_the_page(spring: Spring, html: Any, role: Role) -> None:
    # why: who is paired with whom is for managers; typing the address gives nothing
    session = spring.firm.open(spring.lina if role is Role.MENTOR else spring.henrik, "programmes")
    assert "Not a page of yours" in html(session) and "Spring" not in html(session)
    assert "programmes" not in navigation.names(Role.ADMINISTRATOR)


def test_in_personal_mode_the_page_says_why_it_is_empty(open_app: Any, html: Any) -> None:
    # why: one person has nobody to pair; the sidebar does not offer it, and an old address explains itself
    session = open_app()
    session.segmented_control[0].set_value(Role.MANAGER).run()
    assert not session.exception and navigation.page("programmes", Role.MANAGER).visibility == "hidden"
    assert navigation.page("guide", Role.MANAGER).visibility == "visible"
    alone = AppTest.from_string(PAGE.format(name="programmes").replace("state.admit()", ""), default_timeout=15).run()
    assert "there is nobody to pair" in html(alone) and not alone.selectbox
