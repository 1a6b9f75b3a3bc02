"""The notes that the theme models are fitted on: sound labels, and development notes apart from the others."""

from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

from assistant.programme.theme_reader import CODES
from evals.corpus import LIKE, load_notes
from evals.data import ThemedArea, ThemedNote, load_rows
from evals.fit_themes import AREAS, NOTES, SENTENCES, load_examples, load_notes_of

ROWS = [row for name in NOTES for row in load_rows(name, ThemedNote)]


def test_every_code_is_one_of_the_book_and_often_enough_to_be_learnt() -> None:
    # why: a misspelt code would count as a note without it
    rows = [*ROWS, *load_rows(SENTENCES, ThemedNote)]
    assert {code for row in rows for code in row.codes} == set(CODES)
    assert min(sum(code in row.codes for row in rows) for code in CODES) >= 40
    assert sum(not row.codes for row in ROWS) >= 0.1 * len(ROWS)


def test_areas_name_training_notes_alone() -> None:
    # why: a test note of the note check must not be fitted on through the back door
    known = {note.id for note in load_notes("train")}
    areas = load_rows(AREAS, ThemedArea)
    assert {row.note for row in areas} <= known
    assert all(code.startswith("area_") for row in areas for code in row.codes)


def test_no_development_note_is_like_one_that_is_fitted_on_and_twins_stay_together() -> None:
    # why: cut-offs chosen on what the models have seen would be far too low
    held, others = load_notes_of(held=True), load_examples().texts
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(5, 5), sublinear_tf=True)
    vectors = grams.fit_transform([*(row.text for row in held), *others])
    alike = (vectors[: len(held)] @ vectors[len(held) :].T).max(axis=1).toarray().ravel()
    assert [row.id for row, value in zip(held, alike, strict=True) if value >= LIKE] == []
    inside = {row.id for row in held}
    assert all((row.id in inside) is (row.twin in inside) for row in ROWS if row.twin)
