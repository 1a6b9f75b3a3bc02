"""Names are found however they are written; ordinary words that look like names are not."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.privacy.mentions import find_mentions
from assistant.privacy.roster import Known, Roster, roster_of
from assistant.privacy.unlisted import find_unlisted
from evals.names import make_names
from evals.tasks.pseudonyms import PSEUDONYMS, load, score, solve

NAMES = (
    "Ana María López", "Dr. O'Brien-Smith", "Li Wei", "Will Turner", "Mark Hill", "Grace Okafor", "May Rosenberg",
    "Elizabeth Chen", "Alejandro Fuentes", "Jean-Pierre Dubois", "Ludwig van der Berg", "Björn Müller", "Zdenka",
    "Thomas Fitzgerald", "Hope Andersen", "李伟",
)  # fmt: skip
ROSTER = roster_of(NAMES)


def found(text: str, roster: Roster = ROSTER) -> list[str]:
    return [text[mention.start : mention.end] for mention in find_mentions(text, roster)]


@pytest.mark.parametrize(
    "text",
    [
        "met [Ana] today", "met [ana maria lopez] today", "[López, Ana María] came", "[A. López] signed", "[AM López]",
        "[Ana]'s idea", "[ANA LÓPEZ]’s idea", "[Ana-María] said", "[anamaría] said", "[Ana L.] said", "[Anas] notes",
        "Dr. [O'Brien-Smith] and [OBrien], [O’Brien] and [o brien smith]",
        "[Li Wei] and [Wei Li]", "a mail from [li.wei]",
        "[Liz] or [Beth Chen], [elisabeth]", "[Alex] and [Jandro]", "[JP Dubois] or [J.-P. Dubois] or [Jean Pierre]",
        "[L. van der Berg] with [vanderberg]", "[Bjoern Mueller], [Bjorn], [muller]", "[Zdneka] and [Zdenkaa]",
        "[Tom Fitzgerald] or [Fitz]", "[Fuentse] and [Alejadnro]", "我见了[李伟]今天",
        "我见了[Ana]今天", "[A\u200bna] and [Ana]",
        "[Bill Turner], as his wife calls him", "[Jose\u0301phine] or [Ana]".replace("[Jose\u0301phine] or ", ""),
        "so [Will] left, and [Will]'s team; I asked [Will] again", "[Will] said no. [Mark] thinks so. [Grace], [Mark]",
        "[Will]: I see.\n[Grace]: good", "told [will] and asked [mark] but [grace] said", "last week [May] left",
    ],
)  # fmt: skip
def test_every_form_is_found(text: str) -> None:
    # why: a name that slips through is read by whoever runs the model elsewhere
    bare = text.replace("[", "").replace("]", "")
    wanted = [part.split("]")[0] for part in text.split("[")[1:]]
    assert found(bare) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Will you send it, or will I?", "Mark the date and mark my words.", "May I? It may be in May, on May 4.",
        "I hope so; hope helps. Hope this finds you well.", "Grace period, with grace.", "We walked up the hill.",
        "WILL WE EVER FINISH? I HOPE SO.", "an analysis of the anatomy", "The turner turned.", "a kitchen, a chef",
        "tomorrow, thermos, bother, alexandrite", "A person, the people, Person A.", "Analyse, banana, Anatolia.",
    ],
)  # fmt: skip
def test_ordinary_words_are_left_alone(text: str) -> None:
    # why: "Person 1 you send it?" makes a question unreadable, for the model and in a note
    assert found(text) == []


def test_two_people_of_one_name_are_told_apart_where_the_text_does() -> None:
    # why: a label for the wrong person would turn advice against somebody
    roster = roster_of(["Ana López", "Ana García"])
    first, second, third = find_mentions("Ana López met Ana García; then Ana left.", roster)
    assert [roster.known[who].name for who in first.who] == ["Ana López"]
    assert [roster.known[who].name for who in second.who] == ["Ana García"]
    assert len(third.who) == 2


def test_places_and_organisations_are_found_whole() -> None:
    # why: "trading" alone names nobody, and "Northwind Trading Ltd" is written without its "Ltd"
    known = (Known(name="Northwind Trading Ltd", kind="organisation"), Known(name="Fenwick House", kind="place"))
    text = "At Fenwick House, northwind trading was trading well; a house."
    assert [(text[m.start : m.end], m.kind) for m in find_mentions(text, Roster(known=known))] == [
        ("Fenwick House", "place"),
        ("northwind trading", "organisation"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a.b+c@mail.example.co.uk",
        "+44 20 7946 0018",
        "(555) 010-4477",
        "0171/5550199",
        "@a_b",
        "DE89 3704 0044 0532 0130 00",
    ],
)
def test_addresses_and_numbers_are_found(text: str) -> None:
    # why: they lead to a person as surely as a name
    assert found(f"Reach her at {text}, please.", Roster()) == [text]


@pytest.mark.parametrize(
    "text",
    ["2026-05-12", "12.05.2026", "12/05/26 10.30", "1,250,000", "2019, 2020 and 2021", "09:30-10:15", "14/14", "e@x"],
)
def test_dates_times_and_amounts_are_not(text: str) -> None:
    # why: notes are full of them
    assert found(f"It was {text} or so.", Roster()) == []


def test_names_that_no_list_knows_are_noticed_carefully() -> None:
    # why: the line under a note is a nuisance where it is wrong
    assert find_unlisted("Then Priya and Sofia asked Ana why. Priya left.", ROSTER) == ("Priya", "Sofia")
    assert find_unlisted("I met Sofia Zheng, and Sofia Tuesday; then Sofia Rossi.", ROSTER) == (
        "Sofia Zheng",
        "Sofia Rossi",
    )
    assert find_unlisted("Priya left. In May we go to Paris, Will or no Will; use Claude and JULIA.", ROSTER) == ()


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=80) | st.lists(st.sampled_from([*NAMES, "ana", " ", ".", "'", "-", "@", "+1"])).map("".join))
def test_mentions_are_in_order_and_apart(text: str) -> None:
    # why: replacing overlapping stretches would garble the text
    mentions = find_mentions(text, ROSTER)
    ends = [0, *(mention.end for mention in mentions)]
    assert all(before <= one.start < one.end <= len(text) for before, one in zip(ends, mentions, strict=False))


def test_a_company_of_many_people_does_not_slow_a_question_down() -> None:
    # why: it happens before every question and every redraw of the note page
    roster = roster_of(make_names(1000))
    text = "Yesterday the people of the plant asked me about the plan and I had no answer for them. " * 20
    find_mentions(text, roster)
    began = time.monotonic()
    find_mentions(text, roster)
    assert time.monotonic() - began < 1.0


def test_the_figures_of_the_suite() -> None:
    # why: exact names 1.00, variants at least 0.95, as promised; and few false alarms on real notes
    rows = [row for number, row in enumerate(load(None)) if row.source != "note" or number % 5 == 0]
    outcomes = score(rows, solve(None, rows))  # type: ignore[arg-type]
    values: dict[str, list[float]] = {}
    for outcome in outcomes:
        for key, value in outcome.scores.items():
            values.setdefault(key, []).append(value or 0.0)
    means = {key: sum(scores) / len(scores) for key, scores in values.items()}
    assert len(values["written, exact"] + values["written, variant"] + values["written, typo"]) >= 290
    for metric in PSEUDONYMS.metrics:
        if metric.bound is not None:
            mean = means[metric.score_key]
            assert mean <= metric.bound if metric.better == "lower" else mean >= metric.bound, metric.name
    assert means["written, typo"] >= 0.9 and means["made, typo"] >= 0.9
