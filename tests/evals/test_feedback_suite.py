"""The data and the scoring of the suite `feedback`: a wrong row or a wrong verdict would make every figure wrong."""

import json
from collections import Counter

import pytest

from assistant.coach.feedback.grounded import find_inventions
from assistant.coach.feedback.record import MARKS
from assistant.coach.feedback.rules import Reading, Span
from evals.data import DATASETS, load_rows
from evals.feedback_rows import FeedbackText, Rewrite
from evals.tasks.feedback import FEEDBACK, FILE, REWRITES, TRAINING, SentenceRegression, Solved, dice, score

REWRITTEN = load_rows(REWRITES, Rewrite)
TEXT = "On Monday you left. I stopped. You always do that."
ROW = FeedbackText.model_validate(
    {
        "id": "a",
        "text": TEXT,
        "elements": {"situation": "On Monday", "behaviour": "you left", "impact": None, "request": None},
        "issues": [{"kind": "absolute", "quote": "always"}],
        "facts": [],
        "form": "draft",
        "lang": "en",
    }
)
NOTHING = Reading({}, dict.fromkeys(MARKS, ()))


@pytest.mark.parametrize("name", [FILE, *TRAINING])
def test_rows_are_valid_and_every_quote_stands_in_its_text(name: str) -> None:
    # why: offsets come from the quotes
    rows = load_rows(name, FeedbackText)
    assert len(rows) >= 60 and max(Counter(row.id for row in rows).values()) == 1
    for row in rows:
        assert set(row.spans) == {part for part, quote in row.elements.items() if quote}
        for issue in row.issues:
            start = row.text.index(issue.quote) if issue.start is None else issue.start
            assert row.text[start : start + len(issue.quote)] == issue.quote, row.id


def test_no_text_is_both_fitted_on_and_tested() -> None:
    # why: the figures would flatter; compared by program, nobody reads the test texts
    trained = {" ".join(row.text.lower().split()) for name in TRAINING for row in load_rows(name, FeedbackText)}
    assert not trained & {" ".join(row.text.lower().split()) for row in load_rows(FILE, FeedbackText)}


def test_the_rewrites_are_enough_and_of_many_kinds() -> None:
    # why: the checker's figure is worth what its cases are worth
    assert len(REWRITTEN) >= 120 and max(Counter(row.id for row in REWRITTEN).values()) == 1
    assert len({row.invented for row in REWRITTEN if row.invented}) >= 10
    assert {row.split for row in REWRITTEN} == {"dev", "test"}
    dev, test = ({row.source for row in REWRITTEN if row.split == half} for half in ("dev", "test"))
    assert not dev & test


def test_the_checker_holds_back_what_was_planted() -> None:
    # why: an invention that slips through is said in the writer's name
    planted = [bool(find_inventions(row.source, row.rewrite)) for row in REWRITTEN if row.invented]
    faithful = [not find_inventions(row.source, row.rewrite) for row in REWRITTEN if not row.invented]
    assert sum(planted) / len(planted) >= 0.95 and sum(faithful) / len(faithful) >= 0.85


def test_hits_misses_and_false_alarms_are_told_apart() -> None:
    # why: F1 is made of them
    right = Reading({"situation": Span(0, 9), "behaviour": Span(20, 30)}, dict.fromkeys(MARKS, ()))
    (outcome,) = score([ROW], [Solved({"Eyelevel": right, "patterns": NOTHING}, wordings=("On Monday you left.",))])
    assert outcome.scores["situation"] == 1 and outcome.scores["situation quote"] == 1
    assert outcome.scores["behaviour"] == 1 and outcome.scores["behaviour quote"] == 0
    assert "impact" not in outcome.scores and outcome.scores["absolute"] == 0
    assert outcome.scores["patterns: situation"] == 0 and outcome.scores["inventions in wordings"] == 0


def test_an_invention_and_a_pause_are_counted() -> None:
    # why: both must be visible in the report
    (invented,) = score([ROW], [Solved({"Eyelevel": NOTHING}, wordings=("On Tuesday you left.",))])
    (paused,) = score([ROW], [Solved({"patterns": NOTHING}, referred=True)])
    assert invented.scores["inventions in wordings"] == 1
    assert paused.scores == {"paused as a disclosure": 1.0}


def test_overlap_is_measured_by_both_lengths() -> None:
    # why: a quote of the whole text would overlap with everything
    assert dice(Span(0, 10), Span(0, 10)) == 1 and dice(Span(0, 2), Span(0, 100)) < 0.05


def test_the_simplest_trained_competitor_learns_something() -> None:
    # why: beating a broken competitor proves nothing
    rows = load_rows(TRAINING[0], FeedbackText)
    read = SentenceRegression(rows).read(rows[0].text)
    assert set(read.marks) == set(MARKS)
    assert FEEDBACK.quick and all(json.loads(line) for line in (DATASETS / FILE).read_text("utf-8").splitlines())
