"""Ablations, tuning and fitting, on a small guide with hashed embeddings."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from kit import ENCODER, article, ingest

from assistant.guide.index import GuideIndex
from assistant.guide.search import HybridSearch
from assistant.roles import Role
from assistant.settings import Settings
from evals.fitting import fit, highest_with_recall, lowest_with_precision
from evals.probes.corpus import make_texts, make_vectors, write_documents
from evals.probes.rows import Row, Sample, Target, as_json, render_rows
from evals.tasks.retrieval import MAIN, build_rankers, remove_questions
from evals.tuning import RememberingIndex


@pytest.fixture
def search(settings: Settings) -> Iterator[HybridSearch]:
    bodies = {
        "feedback": ("## Giving it\nName what you saw and its effect.", ("how do I tell him he interrupts",)),
        "agenda": ("## Planning\nWrite three points before the meeting.", ("what do we talk about",)),
        "coffee": ("## Breaks\nDrink something warm together.", ("is small talk wasted",)),
    }
    for key, (body, questions) in bodies.items():
        (settings.knowledge / f"{key}.md").write_text(article(key, body, questions), encoding="utf-8")
    ingest(settings)
    index = GuideIndex.open(settings, ENCODER.name)
    yield HybridSearch(index, ENCODER)
    index.close()


def first(search: HybridSearch, variant: str, query: str) -> str:
    documents = list(build_rankers(search)[variant](query, search.embed([query])[0], Role.MENTOR))
    return Path(documents[0]).stem if documents else ""


def test_without_questions_an_article_is_not_found_by_them(search: HybridSearch) -> None:
    # The ablation must take the questions out of vectors and words, or it shows nothing.
    query = "tell him he interrupts"
    assert first(search, MAIN, query) == "feedback"
    bare = remove_questions(search.index)
    assert bare.nearest_questions(ENCODER.encode([query])[0], 9) == []
    assert bare.lexical.search("interrupts", 9) == {}
    assert search.index.lexical.search("interrupts", 9) and search.index.manifest.questions == 3


@pytest.mark.parametrize("variant", ["vectors alone", "BM25 alone", "no questions", "rank fusion", "without the role"])
def test_every_variant_finds_what_is_said_outright(search: HybridSearch, variant: str) -> None:
    # A variant that is broken would make the product look good.
    assert first(search, variant, "write three points before the meeting") == "agenda"


def test_the_remembering_index_ranks_as_the_real_one(search: HybridSearch) -> None:
    # Tuning on another ranking would tune something else.
    kept = HybridSearch(RememberingIndex(search.index), ENCODER)
    for query in ("write three points", "something warm", "write three points"):
        assert kept.search(query, 3) == search.search(query, 3)


def test_a_fit_separates_and_its_raw_weights_say_the_same() -> None:
    # Coverage keeps raw weights, support standardised ones; both must be the same decision.
    chance = np.random.default_rng(3)
    labels = chance.random(200) < 0.5
    features = np.column_stack([labels + chance.normal(0, 0.4, 200), chance.normal(5, 3, 200), np.ones(200)])
    fitted = fit(features, labels, strength=1.0, balanced=True)
    coefficients, intercept = fitted.raw()
    raw = 1 / (1 + np.exp(-(features @ coefficients + intercept)))
    assert np.allclose(raw, fitted.probabilities(features))
    assert ((fitted.out_of_fold >= 0.5) == labels).mean() > 0.85


def test_threshold_rules() -> None:
    # The rules are stated in `evals.calibrate`; these are their edges.
    probabilities = np.array([0.2, 0.4, 0.6, 0.8])
    labels = np.array([False, True, False, True])
    assert highest_with_recall(probabilities, labels, 1.0) == 0.4
    assert highest_with_recall(probabilities, labels, 0.5) == 0.8
    assert highest_with_recall(probabilities, labels, 0.75) == 0.4
    assert highest_with_recall(probabilities, labels, 0.75, np.array([1.0, 0.25, 1.0, 1.0])) == 0.8
    assert lowest_with_precision(probabilities, labels, 0.6) == 0.21
    assert lowest_with_precision(probabilities, labels, 0.8) == 0.61
    assert lowest_with_precision(probabilities, np.array([False] * 4), 0.8) is None


def test_the_benchmarks_documents_are_the_same_every_time(tmp_path: Path) -> None:
    # Two machines, and both pipelines, must read the same.
    texts = write_documents(tmp_path / "a", 40)
    assert texts == make_texts(40) and len(set(texts)) == 40
    assert len(list((tmp_path / "a").glob("*.md"))) == 2
    assert all(95 <= len(text.split()) < 170 for text in texts)
    vectors = make_vectors(5)
    assert np.array_equal(vectors, make_vectors(5)) and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize(
    ("ours", "tutorial", "higher", "ratio", "ok"),
    [
        ((1.0, 3.0, 2.0), (4.0,), False, 2.0, True),
        ((3.0,), (4.5,), False, 1.5, False),
        ((0.9,), (0.6,), True, 1.5, False),
        ((0.9,), None, False, None, True),
        (None, (1.0,), False, None, None),
    ],
)
def test_a_row_says_how_many_times_better(
    ours: tuple[float, ...] | None,
    tutorial: tuple[float, ...] | None,
    higher: bool,
    ratio: float | None,
    ok: bool | None,
) -> None:
    # Above one is better, whichever way the figure points; what was not measured is neither met nor missed.
    row = Row(
        name="r",
        unit="s",
        ours=Sample(values=ours) if ours else None,
        tutorial=Sample(values=tutorial) if tutorial else None,
        target=Target(most=2.5, ratio=2.0),
        higher_is_better=higher,
        why="not here",
    )
    assert row.ratio == (pytest.approx(ratio) if ratio else None)
    assert row.ok is ok and as_json(row)["ok"] is ok
    assert ("NO" in render_rows([row])) == (ok is False)
