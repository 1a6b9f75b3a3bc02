"""The survey page: answered, changed and erased for oneself; and what of it counts, as agreement or disagreement."""

from datetime import timedelta
from typing import Any

import pytest
from couple import TODAY, Couple, has, press
from firm import field
from streamlit.testing.v1 import AppTest

from assistant.errors import AccessDenied
from assistant.roles import Actor, Role


def answer(session: AppTest, **points: int | None) -> AppTest:
    """Choose a point for each of these statements and keep that."""
    for name, point in points.items():
        field(session.button_group, f"ey-survey-answer-{name}-").set_value(point)
    return press(session, "FormSubmitter:ey-survey-form-")


def test_answers_are_kept_for_oneself_and_count_for_nothing_without_consent(couple: Couple, html: Any) -> None:
    # why: answering is no consent; and the other side and managers get none of it
    session = answer(couple.see("survey"), worth=5, recommend=1)
    assert couple.surveys.own(couple.lina, couple.pair) == {"worth": 5, "recommend": 1}
    assert couple.own() == () and "They are kept for you alone." in html(session)
    assert couple.surveys.own(couple.henrik, couple.pair) == {}
    with pytest.raises(AccessDenied):
        couple.surveys.own(couple.firm.mara, couple.pair)
    press(session, "ey-survey-agree")
    assert set(couple.own()[0].codes) == {"survey:worth:agree", "survey:recommend:disagree"}
    assert "Your answers count in the next release" in html(session)


def test_answers_are_changed_and_erased_and_the_codes_follow(couple: Couple, html: Any) -> None:
    # why: until a release has taken it, an answer counts as it was said last
    couple.agree()
    session = answer(couple.see("survey"), worth=5, skill=2, team=3)
    (one,) = couple.own()
    assert set(one.codes) == {"survey:worth:agree", "survey:skill:disagree"}, "the middle counts for neither"
    answer(session, worth=1, skill=None)
    assert couple.surveys.own(couple.lina, couple.pair) == {"worth": 1, "team": 3}
    assert [one.codes for one in couple.own()] == [("survey:worth:disagree",)]
    press(session, "ey-survey-erase")
    assert couple.surveys.own(couple.lina, couple.pair) == {} and couple.own() == ()
    assert "Nothing is kept" in html(session) and not has(session, "ey-survey-erase")
    answer(session, worth=4)
    assert [one.codes for one in couple.own()] == [("survey:worth:agree",)]


def test_answers_that_were_left_out_stay_out_when_they_are_changed(couple: Couple, html: Any) -> None:
    # why: a no is not undone by another answer; counting again is a button beside it
    couple.agree()
    answer(couple.see("survey"), worth=5)
    press(couple.see("privacy"), f"ey-counting-none-{couple.own()[0].id}")
    session = couple.see("survey")
    assert "left out of the next release" in html(session)
    answer(session, worth=1)
    assert couple.own() == () and couple.surveys.own(couple.lina, couple.pair) == {"worth": 1}
    press(session, "ey-survey-count")
    assert [one.codes for one in couple.own()] == [("survey:worth:disagree",)]


def test_one_answer_is_left_out_like_any_code(couple: Couple, html: Any) -> None:
    # why: each statement is the person's own to give, and stays out when another answer changes
    couple.agree()
    answer(couple.see("survey"), worth=5, skill=5)
    session = couple.see("privacy")
    assert "Yes: The sessions are worth the time they take." in html(session)
    press(session, f"ey-code-out-{couple.own()[0].id}-survey-worth-agree")
    answer(couple.see("survey"), skill=1)
    (one,) = couple.own()
    assert one.withdrawn == ("survey:worth:agree",) and "survey:skill:disagree" in one.codes


def test_what_a_release_has_taken_stays_and_a_new_answer_counts_anew(couple: Couple, html: Any) -> None:
    # why: a release is frozen; what has changed since belongs to the next one
    couple.agree()
    answer(couple.see("survey"), worth=5)
    couple.publish()
    session = couple.see("survey")
    assert "A release has taken your answers" in html(session)
    answer(session, worth=5)
    assert [one.released for one in couple.own()] == [True], "the same answer again is none"
    answer(session, worth=1)
    new, taken = couple.own()
    assert (new.released, new.codes) == (False, ("survey:worth:disagree",))
    assert (taken.released, taken.codes) == (True, ("survey:worth:agree",))
    assert "are in an earlier one" in html(session)
    press(session, "ey-survey-erase")
    assert [one.codes for one in couple.own()] == [("survey:worth:agree",)]


def test_each_side_is_asked_in_its_own_words(couple: Couple) -> None:
    # why: both see the same change from two places
    labels = {
        actor.role: [one.label for one in couple.see("survey", actor).button_group]
        for actor in (couple.lina, couple.henrik)
    }
    assert "I do something differently at work because of our sessions." in labels[Role.MENTEE]
    assert "My mentee does something differently at work because of our sessions." in labels[Role.MENTOR]
    assert len(labels[Role.MENTOR]) == len(labels[Role.MENTEE]) == 10


def test_whoever_is_in_no_pair_is_told_so_and_of_several_pairs_one_is_chosen(couple: Couple, html: Any) -> None:
    # why: the survey is about the sessions of one pair, and answers must not slip into another
    otto = Actor(person=couple.firm.add("Otto", Role.MENTOR), role=Role.MENTOR)
    assert "You are in no pair yet" in html(couple.see("survey", otto))
    sal = couple.firm.add("Sal", Role.MENTEE)
    autumn = couple.firm.programmes.create(couple.firm.mara, "Autumn", TODAY, TODAY + timedelta(days=90))
    second = couple.firm.programmes.pair(couple.firm.mara, autumn, couple.lina.person, sal)
    session = couple.see("survey")
    field(session.selectbox, "ey-survey-pair").set_value(second).run()
    answer(session, worth=2)
    assert couple.surveys.own(couple.lina, second) == {"worth": 2}
    assert couple.surveys.own(couple.lina, couple.pair) == {}
