"""Linear classifiers from a file: what scikit-learn computes, without scikit-learn and without pickle."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from assistant.notes.linear import LinearText, terms
from assistant.notes.mistake import Mistake
from assistant.notes.moves import MOVES
from assistant.notes.reader import MODEL

TEXTS = [
    "I showed her forty slides and she nodded.",
    "Slides again, forty slides, and no question at all.",
    "She asked me how the night rota feels. How does it feel?",
    "What would you change? He asked and asked, and I told him.",
    "He came late and left early; ten minutes, no more.",
    "Ten minutes! Moved again, and he read his mail.",
    "We talked about the rota and what it does to people.",
    "I told her about the depot and she told me about the board.",
] * 3
KINDS = np.array([0, 0, 1, 1, 2, 2, 1, 1] * 3)
MEASURES = np.array([[len(text) / 10, float("?" in text)] for text in TEXTS])
UNSEEN = [
    "How many slides did she show you? Forty!",
    "he read his mail and nodded",
    "rota rota rota rota people",
    "HOW DOES IT FEEL?",
    "Ten minutes and forty slides; what would you change?",
]


def fitted(labels: np.ndarray, folder: Path, *, measured: bool) -> tuple[LinearText, "Reference"]:
    """The same fit twice: by scikit-learn, and as a file of ours read back."""
    reference = Reference(labels, measured=measured)
    size = len(reference.bag.get_feature_names_out())
    weights = reference.model.coef_.astype(np.float32)
    LinearText(
        list(reference.bag.get_feature_names_out()),
        idf=reference.bag.idf_.astype(np.float32),
        weights=weights[:, :size].T,
        measures=weights[:, size:].T,
        shift=reference.shift,
        bias=reference.model.intercept_.astype(np.float32),
    ).save(folder / "fitted.npz")
    return LinearText.load(folder / "fitted.npz"), reference


class Reference:
    """Scikit-learn's own pipeline."""

    def __init__(self, labels: np.ndarray, *, measured: bool) -> None:
        self.bag = TfidfVectorizer(analyzer=terms, sublinear_tf=True).fit(TEXTS)
        used = MEASURES if measured else MEASURES[:, :0]
        self.shift = np.stack([used.mean(axis=0), used.std(axis=0) + 1.0]).astype(np.float32)
        self.model = LogisticRegression(C=1.0, max_iter=1000).fit(self._columns(TEXTS, used), labels)

    def logits(self, text: str, measures: np.ndarray) -> np.ndarray:
        return np.atleast_1d(self.model.decision_function(self._columns([text], measures[None, :]))[0])

    def _columns(self, texts: list[str], measures: np.ndarray) -> csr_matrix:
        scaled = csr_matrix((measures - self.shift[0]) / self.shift[1])
        return hstack([self.bag.transform(texts), scaled]).tocsr()


@pytest.mark.parametrize("measured", [False, True])
@pytest.mark.parametrize("labels", [KINDS, KINDS == 2], ids=["three classes", "yes or no"])
def test_scores_are_those_of_scikit_learn(labels: np.ndarray, measured: bool, tmp_path: Path) -> None:
    # why: the figures in the baselines were fitted there; a difference would make them another model's
    ours, reference = fitted(labels, tmp_path, measured=measured)
    for text in [*TEXTS, *UNSEEN]:
        measures = np.array([len(text) / 10, float("?" in text)] if measured else [])
        assert ours.logits(text, measures) == pytest.approx(reference.logits(text, measures), abs=1e-3), text
    if not measured:
        expected = np.stack([reference.logits(text, np.zeros(0)) for text in UNSEEN])
        assert ours.all_logits(UNSEEN) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("text", ["", " \n", "Zwiebelkuchen", "他迟到了", "!!!", "\ud800"])
def test_a_text_without_known_words_gets_the_bias(text: str, tmp_path: Path) -> None:
    # why: people paste anything; nothing known is no evidence either way, and no division by zero
    ours, reference = fitted(KINDS, tmp_path, measured=False)
    assert ours.logits(text) == pytest.approx(reference.model.intercept_, abs=1e-3)
    assert ours.all_logits([]).shape == (0, ours.classes) == (0, 3)


def test_scores_of_one_text_do_not_change_those_of_the_next(tmp_path: Path) -> None:
    # why: the bias is added to in place
    ours, _ = fitted(KINDS, tmp_path, measured=False)
    first = ours.logits(TEXTS[0])
    ours.logits(TEXTS[4])
    assert np.array_equal(ours.logits(TEXTS[0]), first) and first.dtype == np.float32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("So? So.", ["so", "qmark", "so", "so qmark", "qmark so"]),
        ("DON’T don't", ["don't", "don't", "don't don't"]),
        ("why??", ["why", "qmark", "qmark", "why qmark", "qmark qmark"]),
        ("one", ["one"]),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    # why: fitting and reading must see the same terms, and a question is half of what the models go by
    assert terms(text) == expected


@pytest.mark.parametrize(("name", "classes"), [("words", len(Mistake)), ("moves", len(MOVES)), ("attacks", 1)])
def test_the_shipped_files_are_plain_numbers(name: str, classes: int) -> None:
    # why: a pickle runs code when it is opened; and a file that overflowed half precision would answer with nothing
    with np.load(MODEL / f"{name}.npz", allow_pickle=False) as file:
        parts = {key: file[key] for key in file.files}
    assert all(part.dtype.kind in "fu" and np.isfinite(part.astype(np.float64)).all() for part in parts.values())
    assert set(parts) == {"vocabulary", "idf", "weights", "measures", "shift", "bias"}
    model = LinearText.load(MODEL / f"{name}.npz")
    assert model.classes == classes
    assert len(parts["vocabulary"].tobytes().decode().split("\n")) == len(parts["idf"]) == len(parts["weights"])
