"""The administrator's page of people: who reports to whom, names and addresses; refused forms keep what was typed."""

from typing import Any

from firm import Firm, field
from streamlit.testing.v1 import AppTest

from assistant.roles import Role
from assistant.store.audit import AuditStore
from assistant.store.people_records import Person


def opened(firm: Firm, person: str) -> AppTest:
    """The page with this person's form open."""
    session = firm.open(firm.ada.person, "people")
    session.session_state[f"ey-more-{person}"] = True
    return session.run()


def account(firm: Firm, person: str) -> Person:
    return next(one for one in firm.people.list(firm.ada) if one.id == person)


def save(session: AppTest, person: str) -> AppTest:
    return field(session.button, f"FormSubmitter:ey-account-{person}").click().run()


def test_an_administrator_says_who_reports_to_whom(firm: Firm, html: Any) -> None:
    # why: without it nobody knows which pairs stand in one reporting line
    lina, henrik = firm.add("Lina", Role.MENTOR), firm.add("Henrik", Role.MENTEE)
    session = opened(firm, lina)
    field(session.selectbox, f"ey-above-{lina}").set_value(henrik)
    save(session, lina)
    assert not session.exception and account(firm, lina).line_manager == henrik
    assert "reports to Henrik" in html(session)
    field(session.selectbox, f"ey-above-{lina}").set_value("")
    save(session, lina)
    assert account(firm, lina).line_manager is None and "reports to" not in html(session)


def test_only_what_was_changed_is_done_and_audited(firm: Firm) -> None:
    # why: an audit full of changes that were none tells nothing
    lina = firm.add("Lina", Role.MENTOR)
    before = AuditStore(firm.database).entries(firm.ada)
    session = opened(firm, lina)
    field(session.text_input, f"ey-name-{lina}").set_value("Lina Vogt")
    field(session.text_input, f"ey-email-{lina}").set_value("VOGT@example.org")
    field(session.multiselect, f"ey-parts-{lina}").set_value([Role.MENTOR, Role.MENTEE])
    save(session, lina)
    kept = account(firm, lina)
    assert (kept.name, kept.email, kept.roles) == ("Lina Vogt", "vogt@example.org", (Role.MENTOR, Role.MENTEE))
    assert field(session.text_input, f"ey-email-{lina}").value == "vogt@example.org"
    after = AuditStore(firm.database).entries(firm.ada)
    done = [one.action for one in after[: len(after) - len(before)]]
    assert done == ["grant_mentee", "set_email", "rename_person", "redeem", "invite"]


def test_a_refused_change_names_people_and_keeps_what_was_typed(firm: Firm, html: Any) -> None:
    # why: a circle of bosses is a slip; the rest of the form must survive it
    lina, henrik = firm.add("Lina", Role.MENTOR), firm.add("Henrik", Role.MENTEE)
    firm.people.set_line_manager(firm.ada, henrik, lina)
    session = opened(firm, lina)
    field(session.selectbox, f"ey-above-{lina}").set_value(henrik)
    field(session.multiselect, f"ey-parts-{lina}").set_value([Role.MENTOR, Role.MANAGER])
    save(session, lina)
    assert "The person Lina cannot report to Henrik" in html(session)
    assert field(session.selectbox, f"ey-above-{lina}").value == henrik
    assert field(session.multiselect, f"ey-parts-{lina}").value == [Role.MENTOR, Role.MANAGER]
    assert account(firm, lina).roles == (Role.MENTOR,) and account(firm, lina).line_manager is None


def test_a_refused_invitation_keeps_what_was_typed_and_a_good_one_empties_the_form(firm: Firm, html: Any) -> None:
    # why: an address that is taken must not cost the name, the parts and the line manager
    henrik = firm.add("Henrik", Role.MENTEE)
    session = firm.open(firm.ada.person, "people")
    field(session.text_input, "ey-name-new").set_value("Lina")
    field(session.text_input, "ey-email-new").set_value("henrik@example.org")
    field(session.selectbox, "ey-above-new").set_value(henrik)
    field(session.multiselect, "ey-parts-new").set_value([Role.MENTOR])
    field(session.button, "FormSubmitter:ey-account-new").click().run()
    assert "Another account has this e-mail address" in html(session) and not session.code
    assert field(session.text_input, "ey-name-new").value == "Lina"
    field(session.text_input, "ey-email-new").set_value("lina@example.org")
    field(session.button, "FormSubmitter:ey-account-new").click().run()
    (made,) = [one for one in firm.people.list(firm.ada) if one.name == "Lina"]
    assert (made.roles, made.line_manager) == ((Role.MENTOR,), henrik)
    assert session.code and "The link for Lina" in html(session)
    assert field(session.text_input, "ey-name-new").value == ""


def test_the_id_that_the_audit_names_stands_with_the_account(firm: Firm, html: Any) -> None:
    # why: the audit has ids alone, and an administrator must be able to tell whose they are
    lina = firm.add("Lina", Role.MENTOR)
    assert f"Id, as in the audit: {lina}" in html(opened(firm, lina))


def test_the_last_administrator_is_named(firm: Firm, html: Any) -> None:
    # why: the refusal must not be a row of digits
    session = opened(firm, firm.ada.person)
    field(session.button, f"ey-close-{firm.ada.person}").click().run()
    assert "The person Ada is the last administrator" in html(session) and not account(firm, firm.ada.person).closed
