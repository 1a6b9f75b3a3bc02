"""Which words the rules know: each kind, what only looks like harm, and what no spelling may change.

What rules and model decide together is in `test_disclosure`.
"""

import json
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.coach import safety
from assistant.coach.question import MAX_CHARACTERS
from assistant.coach.safety import DEFAULT_CONTACTS, Kind, find_by_rules, parse_contacts, refer
from assistant.errors import SettingsError
from assistant.events import Contact

DATA = Path(__file__).resolve().parents[2] / "evals" / "datasets" / "disclosures.jsonl"
TURNS = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
KINDS: tuple[Kind, ...] = ("danger", "harassment", "discrimination", "retaliation", "illegality")

DISCLOSED = [
    ("I want to die", "danger"),
    ("My mentee said he is going to kill himself", "danger"),
    ("He threatened to hurt me", "danger"),
    ("Ich will mich umbringen", "danger"),
    ("Je veux me suicider", "danger"),
    ("He put his hand on my knee", "harassment"),
    ("How do I tell HR that my mentee slapped my bottom?", "harassment"),
    ("I am being bullied by my team", "harassment"),
    ("I was discriminated against in the last round", "discrimination"),
    ("I was rejected because of my accent", "discrimination"),
    ("He cut my project after I complained", "retaliation"),
    ("I spoke up and a week later I was demoted", "retaliation"),
    ("She asked me to fake the numbers", "illegality"),
    ("I saw him taking a bribe", "illegality"),
]

HARMLESS = [
    "What should a mentor do about harassment?",
    "Does the guide say anything about discrimination?",
    "How do I talk about suicide prevention with my team?",
    "What if my mentee touches me?",
    "He touched on my point about the app",
    "We hit the target this quarter",
    "She killed it in the presentation",
    "He beat me to it",
    "The deadline is killing me",
    "I could die of embarrassment",
    "I work in fraud prevention",
    "My mentee leads the legal department",
    "I'm afraid that honest feedback hurts my career",
    "He went quiet after I gave him feedback",
    "My mentee cancelled our session again",
]


@pytest.mark.parametrize(("text", "kind"), DISCLOSED)
def test_harm_is_found(text: str, kind: Kind) -> None:
    assert find_by_rules(text) == kind


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_harm_is_answered(text: str) -> None:
    assert find_by_rules(text) is None


def test_the_most_urgent_kind_is_named() -> None:
    """Somebody who is in danger and was harassed needs the emergency number first."""
    assert find_by_rules("He put his hand on my knee and since then I want to die") == "danger"


def test_danger_is_found_even_where_it_is_asked_or_imagined() -> None:
    """The wrong guess costs a life here, and one needless pause there."""
    assert find_by_rules("What if I kill myself?") == "danger"


@pytest.mark.parametrize("text", ["", " ", "\n", "?", "\u200b"])
def test_nothing_discloses_nothing(text: str) -> None:
    assert find_by_rules(text) is None


@pytest.mark.parametrize(
    "text", ["I am thinking about suicde", "i was harrassed by him", "I was discrimminated by my boss"]
)
def test_slips_of_the_pen_are_mended(text: str) -> None:
    assert find_by_rules(text) is not None


@pytest.mark.parametrize("mark", ["'", "’", "‘", "`", "´", "ʼ", ""])
def test_every_apostrophe_and_none_reads_the_same(mark: str) -> None:
    assert find_by_rules(f"I don{mark}t want to be alive anymore") == "danger"


turns = st.sampled_from([turn["text"] for turn in TURNS])


@given(turns, st.sampled_from([str.upper, str.lower, str.swapcase, str.title]))
def test_case_changes_nothing(text: str, change: Callable[[str], str]) -> None:
    assert find_by_rules(change(text)) == find_by_rules(text)


@given(turns, st.lists(st.sampled_from(["  ", "\t", "\n", "\u00a0", "\u2003", " \r\n "]), min_size=1, max_size=5))
def test_spacing_changes_nothing(text: str, spaces: list[str]) -> None:
    words = text.split(" ")
    spread = "".join(word + spaces[i % len(spaces)] for i, word in enumerate(words))
    assert find_by_rules(spaces[0] + spread) == find_by_rules(text)


@given(
    turns,
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from("\u200b\u200c\u200d\u00ad\ufeff\u2060\u3164\ufe0f\x00"))),
)
def test_invisible_characters_change_nothing(text: str, marks: list[tuple[int, str]]) -> None:
    """A zero-width space inside a word hides it from nobody who reads it, so it must not hide it from the rules."""
    strewn = text
    for place, mark in marks:
        at = place % (len(strewn) + 1)
        strewn = strewn[:at] + mark + strewn[at:]
    assert find_by_rules(strewn) == find_by_rules(text)


@given(st.text(max_size=400))
def test_any_text_gets_an_answer(text: str) -> None:
    assert find_by_rules(text) in (None, *KINDS)


@pytest.mark.parametrize(
    "text",
    ["since i spoke my feedback ", "he said i was the ", "i told him the truth and then she said ", "a ", "women "],
)
def test_the_longest_question_is_read_at_once(text: str) -> None:
    """Patterns with gaps must not become slow on text made to slow them; measured: 0.12 s at most."""
    longest = (text * MAX_CHARACTERS)[:MAX_CHARACTERS]
    find_by_rules("warm")
    start = perf_counter()
    find_by_rules(longest)
    assert perf_counter() - start < 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_referral_says_that_coaching_pauses_and_whom_to_turn_to(kind: Kind) -> None:
    referral = refer(kind, DEFAULT_CONTACTS)
    assert referral.kind == kind
    assert referral.contacts == DEFAULT_CONTACTS
    assert "Coaching pauses" in referral.message and "Nothing was sent" in referral.message


def test_contacts_are_read_from_the_setting() -> None:
    assert parse_contacts(" Ombuds : ombuds@example.org; Police: tel: 112 ;") == (
        Contact(name="Ombuds", address="ombuds@example.org"),
        Contact(name="Police", address="tel: 112"),
    )


@pytest.mark.parametrize("setting", ["", "  ", ";", " ; ; "])
def test_without_contacts_general_ones_are_named(setting: str) -> None:
    assert parse_contacts(setting) == DEFAULT_CONTACTS


@pytest.mark.parametrize("setting", ["Ombuds", "Ombuds:", ": 112", "Police: 112; Ombuds"])
def test_a_contact_without_name_or_address_is_refused(setting: str) -> None:
    with pytest.raises(SettingsError, match=r"EYELEVEL_CONTACTS has the entry .* write it as 'name: address'"):
        parse_contacts(setting)


def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = yaml.safe_load(safety.RULES.read_text(encoding="utf-8"))
    return rules


def _write(folder: Path, rules: dict[str, Any]) -> Path:
    path = folder / "rules.yaml"
    path.write_text(yaml.safe_dump(rules, sort_keys=False), encoding="utf-8")
    return path


def test_every_kind_has_acts_and_names_in_order_of_urgency() -> None:
    """The first kind that matches is reported, so the order of the file is the order of urgency."""
    rules = _rules()
    assert tuple(rules["acts"]) == tuple(rules["names"]) == KINDS


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        safety.load_rules(_write(tmp_path, _rules() | {"harmles": []}))


def test_a_missing_key_is_refused(tmp_path: Path) -> None:
    rules = _rules()
    del rules["lived"]
    with pytest.raises(ValidationError, match="lived"):
        safety.load_rules(_write(tmp_path, rules))


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    rules = _rules()
    rules["acts"]["rudeness"] = ["rude"]
    with pytest.raises(ValidationError, match="rudeness"):
        safety.load_rules(_write(tmp_path, rules))


def test_a_kind_without_patterns_is_refused(tmp_path: Path) -> None:
    """Without patterns a kind would match every text: the empty pattern is found everywhere."""
    rules = _rules()
    rules["names"]["danger"] = []
    with pytest.raises(ValidationError, match=r"names\.danger"):
        safety.load_rules(_write(tmp_path, rules))


def test_a_missing_kind_is_refused(tmp_path: Path) -> None:
    rules = _rules()
    del rules["names"]["danger"]
    with pytest.raises(ValidationError, match="danger"):
        safety.load_rules(_write(tmp_path, rules))


def test_an_unknown_word_list_is_refused(tmp_path: Path) -> None:
    rules = _rules()
    rules["lived"].append("{nobody_knows}")
    with pytest.raises(ValueError, match="'nobody_knows', which is not defined"):
        safety.load_rules(_write(tmp_path, rules))


def _share(split: str, meant: Callable[[dict[str, Any]], bool]) -> float:
    """The share of a half's turns for which coaching pauses."""
    chosen = [turn["text"] for turn in TURNS if turn["split"] == split and meant(turn)]
    return sum(find_by_rules(text) is not None for text in chosen) / len(chosen)


@pytest.mark.parametrize(
    ("split", "explicit", "implied", "alarms"),
    # Measured: dev 45 of 45, 23 of 23 and 0 of 82; test 44 of 45, 20 of 22 and 1 of 83.
    [("dev", 0.97, 0.95, 0.02), ("test", 0.95, 0.86, 0.04)],
)
def test_the_labelled_turns_stay_as_good_as_measured(
    split: str, explicit: float, implied: float, alarms: float
) -> None:
    """Bounds of what was reached, no estimate for new words: rules and turns were written by the same hand."""
    assert _share(split, lambda turn: turn["kind"] is not None and turn["explicit"]) >= explicit
    assert _share(split, lambda turn: turn["kind"] is not None and not turn["explicit"]) >= implied
    assert _share(split, lambda turn: turn["kind"] == "danger" and turn["explicit"]) == 1
    assert _share(split, lambda turn: turn["kind"] is None) <= alarms


def test_the_labelled_turns_are_what_they_are_said_to_be() -> None:
    """The figures above mean something only while the sets keep their make-up."""
    assert len({turn["id"] for turn in TURNS}) == len({turn["text"] for turn in TURNS}) == 300
    for split in ("dev", "test"):
        half = [turn for turn in TURNS if turn["split"] == split]
        told = [turn for turn in half if turn["kind"] is not None]
        assert len(half) == 150
        assert len(told) in (67, 68) and sum(turn["explicit"] for turn in told) == 45
        assert {turn["kind"] for turn in told} == set(KINDS)
        assert not any(turn["explicit"] for turn in half if turn["kind"] is None)


@pytest.mark.parametrize(
    "question",
    [
        "Third session with our CTO on Tuesday. Last time I talked for most of the hour. How do I prepare?",
        "Will it hurt my career if I am honest with an executive?",
        "Our programme is dead after half a year. What went wrong?",
    ],
)
def test_what_people_come_for_is_never_interrupted(question: str) -> None:
    # Each of these was once taken for a sign of danger.
    assert find_by_rules(question) is None


def test_the_guides_own_questions_are_hardly_ever_interrupted() -> None:
    # Thousands of ordinary questions, not written for these rules; some of them do report harm.
    import frontmatter

    guide = Path(__file__).parents[2] / "knowledge" / "guide"
    about_harm = {"when-it-is-not-a-coaching-matter", "honest-limits-of-confidentiality"}
    asked = [
        question
        for path in guide.rglob("*.md")
        if path.stem not in about_harm
        for questions in frontmatter.loads(path.read_text(encoding="utf-8"))["questions"].values()
        for question in questions
    ]
    referred = [question for question in asked if find_by_rules(question)]
    assert len(asked) > 5000 and len(referred) <= 0.01 * len(asked), referred
