"""What the note check is compared with: keyword rules, TF-IDF, and a frozen sentence encoder.

Each gives every note ten probabilities or scores. The learned ones are fitted on the training notes and get their
cut-off by the rule of the product's own (the least that accuses few enough clean development notes).
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.models.encoder import MiniLMEncoder
from assistant.notes.linear import LinearText
from assistant.notes.mistake import Mistake
from assistant.notes.reader import MISTAKES, MODEL
from evals.corpus import Note
from evals.fit_notes import find_threshold

Array = NDArray[np.float64]

KEYWORDS = {
    Mistake.ONE_WAY_LECTURING: r"slides?|presentation|presented|lectur\w+|walked (?:him|her) through|monolog\w*",
    Mistake.TECH_ONLY_FOCUS: r"only (?:tools|tech\w*)|shortcuts?|settings|app|excel|install\w*|features?|how to use",
    Mistake.TOO_MUCH_HIERARCHY: r"sir|ma'am|the boss|ordered|told me to|report to me|interrupt\w*|assigned|dismiss\w*",
    Mistake.NO_TIME: r"cancel\w*|resched\w*|late|moved again|cut short|minutes left|phone|emails?|rushed|busy",
    Mistake.ALIBI: r"photo\w*|kpi|box.tick\w*|because hr|was told to|have to|newsletter|tick the box|for show",
    Mistake.MENTOR_HOLDS_BACK: r"didn't (?:dare|say)|kept quiet|held back|softened|bit my tongue|didn't mention",
    Mistake.MENTEE_DEFENSIVE: r"defensive|justif\w*|argued|excuses?|explained why|that's not|got angry|blamed",
    Mistake.UNCLEAR_EXPECTATIONS: r"not sure what|no (?:agenda|topic|plan)|what (?:this|we) (?:is|are) for|drift\w*",
    Mistake.NO_FOLLOW_THROUGH: r"forgot|didn't do|not done|never (?:did|happened)|still hasn't|nothing came",
    Mistake.CONFIDENTIALITY_BREACH: r"confiden\w*|passed (?:it )?on|between us|told (?:my|his|her) boss",
}


def by_keywords(notes: Sequence[Note]) -> Array:
    """(n, 10) 1 where a telling word occurs."""
    rules = [re.compile(rf"\b(?:{KEYWORDS[mistake]})\b", re.IGNORECASE) for mistake in MISTAKES]
    return np.array([[float(bool(rule.search(note.text))) for rule in rules] for note in notes])


def by_words(notes: Sequence[Note], dev: Sequence[Note]) -> tuple[Array, float]:
    """(n, 10) probabilities of TF-IDF with logistic regression, and the cut-off."""
    model = LinearText.load(MODEL / "words.npz")

    def stated(rows: Sequence[Note]) -> Array:
        return np.asarray(1 / (1 + np.exp(-model.all_logits(note.text for note in rows))), dtype=np.float64)

    return stated(notes), find_threshold(stated(dev), _clean(dev))


def by_frozen_encoder(
    notes: Sequence[Note], train: Sequence[Note], dev: Sequence[Note], encoder: MiniLMEncoder
) -> tuple[Array, float]:
    """(n, 10) probabilities of logistic regression on all-MiniLM-L6-v2's vectors of whole notes, and the cut-off."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    vectors = encoder.encode([note.text for note in train])
    labels = np.array([[mistake in note.findings for mistake in MISTAKES] for note in train])
    models = [
        LogisticRegression(C=10, class_weight="balanced", max_iter=1000).fit(vectors, labels[:, column])
        for column in range(len(MISTAKES))
    ]

    def stated(rows: Sequence[Note]) -> Array:
        found = encoder.encode([note.text for note in rows])
        return np.column_stack([model.predict_proba(found)[:, 1] for model in models])

    return stated(notes), find_threshold(stated(dev), _clean(dev))


def _clean(notes: Sequence[Note]) -> NDArray[np.bool_]:
    return np.array([not note.findings for note in notes])
