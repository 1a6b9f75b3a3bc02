"""Labels in place of names: stable, injective, put back exactly, also from an answer in pieces."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.privacy.mentions import find_mentions
from assistant.privacy.pseudonyms import LABELS, Pseudonymiser, replace_names
from assistant.privacy.roster import Known, Roster, roster_of

NAMES = ("Ana María López", "Declan O'Brien-Smith", "Li Wei", "Will Turner", "Zdenka", "Jean-Pierre Dubois", "李伟")
ROSTER = roster_of(NAMES) | Roster(known=(Known(name="Northwind Trading Ltd", kind="organisation"),))
PARTS = [
    *"Ana|ana|LÓPEZ|Ana López|A. López|O’Brien|obrien smith|Li Wei|Will|will|zdenka|Zdneka|JP Dubois|李伟".split("|"),
    *"Northwind Trading|ana@example.org|+44 20 7946 0018|@zdenka|2024-05-12|7".split("|"),
    *"Person 1|person 2|PERSON 1b|Person-3|Person1|Person ١|Perſon 1|Digits 1|Address 01|Company 1|person a".split("|"),
    *" |, |. |'s |-|_|\n|(|)|/|\u00a0|\u200b|\u0301|x|9|Per|son ".split("|"),
]
TEXTS = st.lists(st.sampled_from(PARTS) | st.text(max_size=6), max_size=14).map("".join)


@settings(deadline=None, max_examples=300)
@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_what_is_hidden_comes_back_exactly(texts: list[str]) -> None:
    # why: an answer with a wrong name is worse than none, whatever a person typed
    names = Pseudonymiser(ROSTER)
    hidden = [names.hide(text) for text in texts]
    assert [names.restore(text) for text in hidden] == texts


@settings(deadline=None, max_examples=300)
@given(TEXTS, st.lists(st.integers(0, 60), max_size=12))
def test_pieces_make_no_difference(text: str, cuts: list[int]) -> None:
    # why: a model's answer arrives cut anywhere, also inside a label
    names = Pseudonymiser(ROSTER)
    answer = names.hide(text)
    places = sorted({0, *(min(cut, len(answer)) for cut in cuts), len(answer)})
    restorer = names.restorer()
    said = [restorer.feed(answer[one:other]) for one, other in pairwise(places)]
    assert "".join(said) + restorer.finish() == text


@settings(deadline=None, max_examples=300)
@given(TEXTS, TEXTS, st.lists(st.integers(0, 80), max_size=12))
def test_any_answer_in_pieces_is_the_answer_as_a_whole(text: str, answer: str, cuts: list[int]) -> None:
    # why: what a model writes is not what it was sent; the screen must not depend on how the net cut it
    names = Pseudonymiser(ROSTER)
    names.hide(text)
    places = sorted({0, *(min(cut, len(answer)) for cut in cuts), len(answer)})
    restorer = names.restorer()
    said = [restorer.feed(answer[one:other]) for one, other in pairwise(places)]
    assert "".join(said) + restorer.finish() == names.restore(answer)


@settings(deadline=None, max_examples=300)
@given(st.lists(TEXTS, min_size=2, max_size=2, unique=True))
def test_two_texts_are_never_the_same_when_hidden(texts: list[str]) -> None:
    # why: two names under one label could not be told apart in the answer
    names = Pseudonymiser(ROSTER)
    assert names.hide(texts[0]) != names.hide(texts[1])


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_nothing_of_the_roster_is_left(text: str) -> None:
    # why: a name that is found must be gone, and what hides it must not look like a name again
    left = find_mentions(Pseudonymiser(ROSTER).hide(text), ROSTER)
    assert [mention for mention in left if mention.who] == []


def test_labels_read_like_names_and_stay_the_same() -> None:
    # why: a model that cannot tell who is who, or whose sentence broke, answers something else
    names = Pseudonymiser(ROSTER)
    assert names.hide("Ana told Will's team. Ana López, ana@example.org, was there; so was Will.") == (
        "Person 1 told Person 2's team. Person 1b, Address 1, was there; so was Person 2."
    )
    assert names.hide("What would Zdenka ask Ana?") == "What would Person 3 ask Person 1?"


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("Ask Person 1 first.", "Ask Ana first."),
        ("PERSON 1’s idea, person 1's list, Person-2, Person\u00a02", "Ana’s idea, Ana's list, Zdenka, Zdenka"),
        ("**Person 1**, “Person 2”; (person 1)", "**Ana**, “Zdenka”; (Ana)"),
        ("Person 12 and Person 1x and Xperson 1", "Person 12 and Person 1x and Xperson 1"),
        ("Give the person a choice, person to person.", "Give the person a choice, person to person."),
    ],
)
def test_a_model_may_write_a_label_in_its_own_way(answer: str, meant: str) -> None:
    # why: models change case, put labels into possessives and emphasis, and invent labels that stand for nobody
    names = Pseudonymiser(ROSTER)
    names.hide("Ana met Zdenka.")
    assert names.restore(answer) == meant


def test_a_label_of_the_writer_is_no_label_of_ours() -> None:
    # why: who has replaced names already must get the same words back, not somebody's name
    names = Pseudonymiser(ROSTER)
    hidden = names.hide("Person 1 is not Ana, and person 1 is not Person 2.")
    assert names.restore(hidden) == "Person 1 is not Ana, and person 1 is not Person 2."
    assert len(set(re.findall(r"Person \d+", hidden))) == 4


def test_text_flows_while_no_label_is_begun() -> None:
    # why: holding back more than a beginning label would stop the words on the screen
    names = Pseudonymiser(ROSTER)
    names.hide("Ana")
    restorer = names.restorer()
    assert restorer.feed("Good. Ask the pers") == "Good. Ask the "
    assert restorer.feed("on ") == ""
    assert restorer.feed("there, then Pe") == "person there, then "
    assert restorer.feed("rson 1") == ""
    assert restorer.feed(".") == "Ana."
    assert restorer.feed("XP") + restorer.feed("erson 1 ") == "XPerson 1 "


def test_replaced_for_good_each_person_has_one_label() -> None:
    # why: what stays in a saved note is read by people; "Person 1b" would puzzle them
    text = "Ana said no. Person 2 laughed. ana lópez and López are one; Will Turner knows."
    assert replace_names(text, ROSTER) == (
        "Person 1 said no. Person 2 laughed. Person 1 and Person 1 are one; Person 3 knows."
    )


def test_every_kind_has_a_label() -> None:
    # why: a kind without one would stop the sending with an error that nobody can mend
    kinds = {mention.kind for mention in find_mentions("Ana, Northwind Trading, a@b.org, @ana_l, 0171 5550199", ROSTER)}
    assert kinds == {"person", "organisation", "address", "handle", "number"}
    assert kinds < set(LABELS)
