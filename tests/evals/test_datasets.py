"""The data sets are sound: a wrong row would make every figure wrong."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.settings import REPOSITORY
from assistant.text import words
from evals.baselines import find_outdated_prompts, load_baseline
from evals.data import (
    FILES,
    EvaluationError,
    MentionCase,
    Question,
    Row,
    SupportCase,
    Unanswerable,
    digest_datasets,
    load_followups,
    load_questions,
    load_rows,
    load_support,
    spread,
)
from evals.tasks import TASKS
from ingest.formats.article import read_front_matter

GUIDE = sorted((REPOSITORY / "knowledge" / "guide").rglob("*.md"))
QUESTIONS = load_rows("retrieval.jsonl", Question)
UNANSWERABLE = load_rows("unanswerable.jsonl", Unanswerable)
SUPPORT = load_rows("support.jsonl", SupportCase)


def normalise(text: str) -> str:
    return " ".join(words(text))


@pytest.mark.parametrize(("name", "shape"), FILES.items())
def test_ids_are_unique_and_rows_valid(name: str, shape: type[Row]) -> None:
    # Scores are kept by id; two rows of one id would hide each other.
    counts = Counter(row.id for row in load_rows(name, shape))
    assert counts and max(counts.values()) == 1


@pytest.mark.parametrize("rows", [QUESTIONS, UNANSWERABLE, SUPPORT])
def test_both_halves_are_there_and_alike_in_size(rows: Sequence[Question | Unanswerable | SupportCase]) -> None:
    # Fitting needs one half, reporting the other.
    share = sum(row.split == "test" for row in rows) / len(rows)
    assert 0.35 <= share <= 0.65


def test_right_articles_exist() -> None:
    # An answer that cannot be found would count as a miss for ever.
    known = {path.stem for path in GUIDE}
    assert not {name for row in QUESTIONS for name in row.relevant} - known
    assert all(row.relevant for row in QUESTIONS)
    assert not {row.article for row in SUPPORT} - known


@pytest.fixture(scope="module")
def own_questions() -> set[str]:
    """What the articles themselves are indexed with."""
    return {
        normalise(question)
        for path in GUIDE
        for questions in read_front_matter(path.read_text(encoding="utf-8"), path.name)[0].questions.values()
        for question in questions
    }


def test_no_test_question_is_an_articles_own(own_questions: set[str]) -> None:
    # That would measure memory instead of retrieval.
    copied = [row.id for row in QUESTIONS if row.split == "test" and normalise(row.question) in own_questions]
    assert own_questions and copied == []


def test_no_question_is_in_both_halves_or_both_sets() -> None:
    # What was tuned on must not be reported on, and nothing is both covered and not.
    texts = Counter(normalise(row.question) for row in [*QUESTIONS, *UNANSWERABLE])
    assert [text for text, count in texts.items() if count > 1] == []


def test_support_labels_and_kinds_agree_and_halves_share_no_sentence() -> None:
    # A kind is either supported or not; the same sentence on both sides would leak.
    labels = {(row.kind, row.supported) for row in SUPPORT}
    assert len(labels) == len({kind for kind, _ in labels})
    dev, test = ({normalise(row.sentence) for row in load_support(split)} for split in ("dev", "test"))
    assert not dev & test


def test_dialogues_have_an_earlier_turn() -> None:
    # Otherwise there is nothing to depend on.
    assert all(len(row.turns) >= 2 and row.standalone for row in load_followups())


def test_a_wrong_line_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Whoever edits a data set by hand must find the line.
    (tmp_path / "retrieval.jsonl").write_text('{"id": "a"}\n')
    monkeypatch.setattr("evals.data.DATASETS", tmp_path)
    with pytest.raises(EvaluationError, match=r"Line 1 of 'retrieval\.jsonl' is wrong"):
        load_questions("test")


def test_the_digest_follows_the_bytes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # A changed data set must make its baselines stale.
    monkeypatch.setattr("evals.data.DATASETS", tmp_path)
    (tmp_path / "a").write_text("1")
    first = digest_datasets(["a"])
    (tmp_path / "a").write_text("2")
    assert digest_datasets(["a"]) != first


def test_questions_for_answers_are_spread_over_the_roles_and_stay_the_same() -> None:
    # A handful of answers must stand for all three roles, and the next run must ask the same.
    rows = load_questions("test")
    chosen = spread(rows, 9)
    assert set(Counter(row.role for row in chosen).values()) == {3}
    assert chosen == spread(list(reversed(rows)), 9) and chosen == spread(rows, 12)[:9]


@pytest.mark.parametrize("name", TASKS)
def test_accepted_baselines_can_be_read_and_belong_to_their_suite(name: str) -> None:
    # A damaged baseline would be found only by the next long run.
    baseline = load_baseline(name)
    if baseline is not None:
        assert baseline.task == name and baseline.items


def test_accepted_figures_are_of_the_prompts_in_the_repository() -> None:
    # A changed prompt needs its figures renewed: `eyelevel eval grounding latency --save`.
    assert find_outdated_prompts(list(TASKS.values())) == []


def test_marked_mentions_stand_where_they_are_said_to() -> None:
    # why: an offset beside its name would count every hit as a miss
    rows = load_rows("mentions.jsonl", MentionCase)
    marked = [(row.text[one.start : one.end], one) for row in rows for one in row.mentions]
    assert len(marked) >= 300 and sum(not row.mentions for row in rows) >= 30
    for text, one in marked:
        assert text and text == text.strip() and bool(one.name) is (one.kind != "contact"), one
        if one.kind == "exact":
            assert text in one.name or text.replace(" ", "") in one.name.replace(" ", "") or text == "Ana López", text
