"""The arithmetic and the data under the figures of the note check."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from sklearn.metrics import f1_score, roc_auc_score

from assistant.notes.mistake import CORE, Mistake
from assistant.notes.note import Evidence, Finding, Method, NoteReport
from assistant.notes.segments import cut_segments
from evals.baselines import load_baseline
from evals.corpus import Note, load_notes
from evals.data import Injection, Piece, load_rows
from evals.fit_encoder import mark_segments
from evals.fit_notes import ACCUSED, LEAST, find_threshold
from evals.reliability import find_bins
from evals.scorers.note_baselines import KEYWORDS, by_keywords
from evals.statistics import CLASSES, find_interval, pack_verdicts, state, summarise
from evals.talks import MOVE_OF, Talk, load_talks
from evals.tasks.note_check import NOTE_CHECK, as_given, score_report

NAN = float("nan")
TALKS = {split: load_talks(split) for split in ("train", "test")}
INJECTIONS = load_rows("injections.jsonl", Injection)
PIECES = load_rows("attacks.jsonl", Piece)


def note(text: str, **findings: Sequence[str]) -> Note:
    found = {Mistake(name): tuple(quotes) for name, quotes in findings.items()}
    return Note(id="n", writer="mentor", form="prose", text=text, findings=found, second=tuple(found), trap="")


# Statistics


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("classes", [2, 5, 10])
def test_macro_f1_is_scikit_learns(seed: int, classes: int) -> None:
    # why: the headline figure; packing ten verdicts into a number must lose nothing
    random = np.random.default_rng(seed)
    named, true = random.random((60, classes)) < 0.3, random.random((60, classes)) < 0.2
    packed = np.array([pack_verdicts(list(a), list(b)) for a, b in zip(named, true, strict=True)])
    there = np.flatnonzero((named | true).any(axis=0))
    expected = f1_score(true[:, there], named[:, there], average="macro", zero_division=0)
    assert summarise(packed, "macro_f1") == pytest.approx(expected)
    # Absent items count for nothing; of several resamples each is its own.
    assert summarise(np.append(packed, NAN), "macro_f1") == pytest.approx(expected)
    both = summarise(np.stack([packed, packed[::-1], np.roll(packed, 7)]), "macro_f1")
    assert both == pytest.approx([expected] * 3)


def test_ten_verdicts_fit_into_a_number() -> None:
    # why: base three to the tenth is exact in a float; an eleventh mistake would be left out without a word
    everything = [True] * len(Mistake)
    assert len(Mistake) == CLASSES
    assert summarise(np.array([pack_verdicts(everything, everything)]), "macro_f1") == 1.0
    with pytest.raises(ValueError):
        pack_verdicts(everything, everything[1:])


@pytest.mark.parametrize("seed", range(5))
def test_the_area_is_scikit_learns(seed: int) -> None:
    # why: it says whether telling ranks poor talks above good ones; ties count half
    random = np.random.default_rng(seed)
    stated = random.integers(0, 9, 80) / 8
    true = random.random(80) < 0.4
    packed = np.array([state(float(p), bool(t)) for p, t in zip(stated, true, strict=True)])
    assert summarise(packed, "auc") == pytest.approx(roc_auc_score(true, stated))
    assert summarise(np.append(packed, [NAN, NAN]), "auc") == pytest.approx(roc_auc_score(true, stated))
    assert summarise(np.stack([packed, packed[::-1]]), "auc") == pytest.approx([roc_auc_score(true, stated)] * 2)


@pytest.mark.filterwarnings("ignore:The BCa confidence interval")  # said of any distribution with a gap
def test_an_area_of_one_kind_only_is_no_number() -> None:
    # why: a resample may hold good talks alone; it must not count as a bad one
    assert np.isnan(summarise(np.array([0.2, 0.9]), "auc"))
    interval = find_interval(np.array([0.1, 0.6, 2.4, 2.9]), "auc")
    assert interval and 0 <= interval.low < interval.high <= 1


CALIBRATION = {
    "by hand": ([(0.92, True), (0.94, False), (0.14, False), (0.16, True)], (0.86 + 0.70) / 4),
    "sure and right": ([(1.0, True), (0.0, False)], 0.0),
    "sure and wrong": ([(1.0, False), (0.0, True)], 1.0),
    "right on the whole of a bin": ([(0.25, True), (0.25, False), (0.25, False), (0.25, False)], 0.0),
    "opposite faults in two bins do not cancel": ([(0.75, True), (0.25, False)], 0.25),
    "one alone": ([(0.7, True)], 0.3),
}


@pytest.mark.parametrize(("stated", "expected"), CALIBRATION.values(), ids=CALIBRATION.keys())
def test_the_calibration_error(stated: list[tuple[float, bool]], expected: float) -> None:
    # why: reports show probabilities to people, and this is the figure that says whether they may
    packed = np.array([state(probability, true) for probability, true in stated])
    assert summarise(packed, "ece") == pytest.approx(expected, abs=1e-9)
    assert summarise(np.append(packed, NAN), "ece") == pytest.approx(expected, abs=1e-9)
    assert summarise(np.stack([packed, packed[::-1]]), "ece") == pytest.approx([expected] * 2, abs=1e-9)


@pytest.mark.parametrize("statistic", ["ece", "auc"])
def test_nothing_stated_is_no_number(statistic: str) -> None:
    # why: it must not look like a perfect score
    assert np.isnan(summarise(np.array([NAN, NAN]), statistic))  # type: ignore[arg-type]


# Scores of a report


def report(text: str, probabilities: dict[Mistake, float], **quotes: str) -> NoteReport:
    findings = tuple(
        Finding(
            mistake=Mistake(name),
            confidence=0.9,
            evidence=(Evidence(quote=quote, start=text.find(quote), end=text.find(quote) + len(quote)),),
            question="?",
            advice="!",
        )
        for name, quote in quotes.items()
    )
    method = Method(classifier="x", probabilities=probabilities, milliseconds=7)
    return NoteReport(id="n", text=text, findings=findings, method=method)


def test_a_report_is_scored_by_what_it_says() -> None:
    # why: a hit, a false alarm, a miss, and the place of the evidence each have their figure
    text = "He came late. I read him my slides. We made a photo."
    row = note(text, no_time=["He came late."], alibi=["We made a photo."])
    stated = {Mistake.NO_TIME: 0.75, Mistake.ONE_WAY_LECTURING: 0.5}
    found = score_report(row, report(text, stated, no_time="came late", one_way_lecturing="I read him my slides."))
    assert (found["F1 no_time"], found["F1 one_way_lecturing"], found["F1 alibi"]) == (1.0, 0.0, 0.0)
    assert (found["right no_time"], found["right one_way_lecturing"]) == (1.0, 0.0) and "right alibi" not in found
    assert found["evidence no_time"] == 1.0 and "evidence one_way_lecturing" not in found
    assert (found["stated no_time"], found["stated one_way_lecturing"]) == (2.75, 0.5)
    assert "accused" not in found and found["broken quotes"] == 0 and found["milliseconds"] == 7
    named = [one in (Mistake.NO_TIME, Mistake.ONE_WAY_LECTURING) for one in Mistake]
    true = [one in (Mistake.NO_TIME, Mistake.ALIBI) for one in Mistake]
    assert found["all"] == pack_verdicts(named, true)
    assert found["core"] == pack_verdicts(named[: len(CORE)], true[: len(CORE)])


def test_a_clean_note_is_accused_or_not() -> None:
    # why: the bound on false accusations is on clean notes alone
    text = "He came late. We talked for an hour."
    assert score_report(note(text), report(text, {}))["accused"] == 0.0
    wrong = score_report(note(text), report(text, {}, no_time="He came late."))
    assert wrong["accused"] == 1.0 and wrong["right no_time"] == 0.0


def test_every_score_that_is_summarised_is_made() -> None:
    # why: a key with a slip of the pen would be summarised as nothing, and no bound on it would ever fail
    text = "He came late."
    row = note(text, **{mistake.value: [text] for mistake in Mistake})
    full = report(text, dict.fromkeys(Mistake, 0.5), **dict.fromkeys(map(str, Mistake), text))
    made = set(score_report(row, full)) | set(score_report(note(text), full))
    wanted = {key for metric in NOTE_CHECK.metrics for key in metric.score_keys if "·" not in key}
    assert wanted <= made


def test_the_test_notes_are_given_as_a_person_would() -> None:
    # why: what the author of a note knows, its form and its traps, may not reach the checker
    row = load_notes("test")[0]
    given = as_given(row)
    assert given.text == row.text and given.id == row.id and given.debrief is None
    assert given.writer == (None if row.writer == "both" else row.writer)


def test_keyword_rules_see_their_words() -> None:
    # why: a rule that never matches would be a straw man
    assert set(KEYWORDS) == set(Mistake)
    seen = by_keywords([note("He CANCELLED again."), note("A good hour."), note("We made a photo for the newsletter.")])
    assert seen.shape == (3, 10) and seen.sum(axis=1).tolist() == [1, 0, 1]
    assert seen[0, list(Mistake).index(Mistake.NO_TIME)] == seen[2, list(Mistake).index(Mistake.ALIBI)] == 1
    assert (by_keywords(load_notes("dev")).sum(axis=0) > 0).all()


# What the models are fitted on

TEXT = "He came late again, and we sat there. I read him all my slides. He nodded and said nothing."
MARKS = {
    "a whole sentence": (["I read him all my slides."], [1]),
    "two sentences": (["I read him all my slides. He nodded and said nothing."], [1, 2]),
    "half of a sentence": (["I read him all"], [1]),
    "a short quote within a long sentence": (["late"], [0]),
    "a little of the next sentence": (["I read him all my slides. He"], [1]),
    "two quotes": (["He came late again", "said nothing"], [0, 2]),
    "a quote that is not there": (["We made a photo."], []),
    "none": ([], []),
}


@pytest.mark.parametrize(("quotes", "rows"), MARKS.values(), ids=MARKS.keys())
def test_evidence_marks_its_segments(quotes: list[str], rows: list[int]) -> None:
    # why: the encoder learns from these marks which sentence shows a mistake
    spans = cut_segments(TEXT)
    marked = mark_segments(note(TEXT, alibi=quotes), spans)
    assert marked.shape == (3, 10) and marked.dtype == np.float32
    assert np.flatnonzero(marked[:, list(Mistake).index(Mistake.ALIBI)]).tolist() == rows
    assert marked.sum() == len(rows), "and no other mistake's"


def test_nearly_every_quote_of_the_corpus_marks_something() -> None:
    # why: a note whose evidence marks nothing teaches that its mistake is nowhere
    quotes = [
        (one, mistake, quote) for one in load_notes("dev") for mistake, all_ in one.findings.items() for quote in all_
    ]
    missed = [
        quote
        for one, mistake, quote in quotes
        if not mark_segments(one.model_copy(update={"findings": {mistake: (quote,)}}), cut_segments(one.text)).any()
    ]
    assert len(missed) <= 0.01 * len(quotes), missed[:5]


def test_the_cut_off_is_the_least_that_accuses_few_enough() -> None:
    # why: it is the promise of how seldom a good session is accused, and it must be chosen on clean notes alone
    clean = np.array([True] * 100 + [False] * 50)
    stated = np.zeros((150, 10))
    stated[:100, 3] = np.linspace(0, 0.99, 100)
    stated[100:] = 1.0
    found = find_threshold(stated, clean)
    assert found == pytest.approx(0.94)
    accused = (stated[clean].max(axis=1) >= found).mean()
    assert accused <= ACCUSED < (stated[clean].max(axis=1) >= found - 0.01).mean()


THRESHOLDS = {
    "nobody is accused anyway": (np.full((50, 10), 0.3), LEAST),
    "everybody is accused anyhow": (np.full((50, 10), 0.99), 0.95),
    "just as many as may be": (np.vstack([np.full((3, 10), 0.99), np.full((47, 10), 0.6)]), 0.61),
    "one more than may be": (np.vstack([np.full((4, 10), 0.7), np.full((46, 10), 0.6)]), 0.71),
}


@pytest.mark.parametrize(("stated", "expected"), THRESHOLDS.values(), ids=THRESHOLDS.keys())
def test_the_cut_off_at_its_edges(stated: np.ndarray, expected: float) -> None:
    # why: no finding is less likely than not, and some cut-off there always is
    assert find_threshold(stated, np.ones(50, dtype=bool)) == pytest.approx(expected)


# Data sets


@pytest.mark.parametrize("split", ["train", "test"])
def test_talks_are_sound(split: str) -> None:
    # why: a turn of nobody, or a teller among the good, would make the figures of transcripts wrong
    ids = Counter(talk.id for talk in TALKS[split])
    assert len(ids) >= 70 and max(ids.values()) == 1
    for talk in TALKS[split]:
        speakers = {turn.speaker for turn in talk.turns}
        assert 2 <= len(speakers) <= 4 and talk.helper in speakers, talk.id
        assert (talk.teller in speakers) if talk.quality == "poor" else talk.teller is None, talk.id
        assert len(talk.turns) >= 10 and all(turn.text.strip() == turn.text != "" for turn in talk.turns), talk.id


@pytest.mark.parametrize("split", ["train", "test"])
def test_half_of_each_batch_is_poor_and_every_move_is_there(split: str) -> None:
    # why: an area under the curve of nearly one kind is chance, and a move that never occurs is never learnt
    batches = {talk.id.split("-")[0] for talk in TALKS[split]}
    for batch in batches:
        poor = [talk.quality == "poor" for talk in TALKS[split] if talk.id.split("-")[0] == batch]
        assert 0.4 <= sum(poor) / len(poor) <= 0.6, batch
    moves = Counter(turn.move for talk in TALKS[split] for turn in talk.turns)
    assert set(moves) == set(MOVE_OF) and min(moves.values()) >= 50


def test_no_talk_is_on_both_sides() -> None:
    # why: what was learnt by heart is not measured
    texts = {split: {turn.text for talk in TALKS[split] for turn in talk.turns} for split in TALKS}
    shared = {text for text in texts["train"] & texts["test"] if len(text.split()) > 8}
    assert not shared
    assert not {talk.id.split("-")[0] for talk in TALKS["train"]} & {talk.id.split("-")[0] for talk in TALKS["test"]}


def test_a_talks_note_has_its_turns_verbatim() -> None:
    # why: the product is given turns by offsets, so the figures must be of the words that were labelled
    for talk in [*TALKS["train"], *TALKS["test"]]:
        given = talk.note()
        assert given.transcript and given.id == talk.id
        found = [(turn.speaker, given.text[turn.start : turn.end]) for turn in given.transcript.turns]
        assert found == [(turn.speaker, turn.text) for turn in talk.turns]


def test_talk_share_is_alike_in_poor_and_good_talks() -> None:
    # why: the comparison of telling with talk share is fair only where neither was written to win
    def share(talk: Talk) -> float:
        said = Counter(dict.fromkeys((turn.speaker for turn in talk.turns), 0))
        for turn in talk.turns:
            said[turn.speaker] += len(turn.text.split())
        return said[talk.helper] / said.total()

    for split, talks in TALKS.items():
        medians = [np.median([share(talk) for talk in talks if talk.quality == kind]) for kind in ("poor", "good")]
        assert abs(medians[0] - medians[1]) <= 0.1, split


def test_every_injection_stands_once_in_its_note() -> None:
    # why: the note without it is what the verdict is compared with
    for row in INJECTIONS:
        assert row.text.count(row.attack) == 1 and row.attack.strip(), row.id
        assert len(row.text.replace(row.attack, "", 1).split()) >= 15, row.id
        assert set(row.findings) <= set(Mistake) and len(set(row.findings)) == len(row.findings), row.id
    clean = sum(not row.findings for row in INJECTIONS)
    assert len(INJECTIONS) >= 100 and 0.3 <= clean / len(INJECTIONS) <= 0.7


def test_no_injection_was_fitted_on() -> None:
    # why: a filter that has seen the attacks is not measured by them, nor a model by notes that it knows
    fitted = {" ".join(piece.text.lower().split()) for piece in PIECES}
    assert not fitted & {" ".join(row.attack.lower().split()) for row in INJECTIONS}
    notes = {one.text for split in ("train", "dev", "test") for one in load_notes(split)}
    assert not notes & {row.text for row in INJECTIONS}
    assert not notes & {row.text.replace(row.attack, "", 1) for row in INJECTIONS}


def test_attacks_and_innocent_pieces_are_halves_and_differ() -> None:
    # why: a filter fitted on attacks alone would call everything one
    assert len({piece.text for piece in PIECES}) == len(PIECES)
    assert 0.4 <= sum(piece.attack for piece in PIECES) / len(PIECES) <= 0.6
    assert len({piece.kind for piece in PIECES if piece.attack}) >= 20
    assert len({piece.kind for piece in PIECES if not piece.attack}) >= 15
    assert all(piece.text.strip() for piece in PIECES)


def test_bins_of_the_reliability_plot_say_what_was_stated_and_what_was_true() -> None:
    # A plot that mixes up truth and statement would make any model look honest.
    values = [state(0.15, False), state(0.17, False), state(0.13, True), state(0.9, True), state(1.0, True)]
    low, high = find_bins(values)
    assert (low.size, high.size) == (3, 2)
    assert low.stated == pytest.approx(0.15) and low.right == pytest.approx(1 / 3)
    assert high.stated == pytest.approx(0.95) and high.right == 1.0
    assert low.low < low.right < low.high


def test_the_miss_rate_on_the_screen_is_the_measured_one() -> None:
    # "Roughly one mistake in five" must stay true of the accepted figures.
    baseline = load_baseline("note_check")
    assert baseline is not None
    found = missed = 0
    for scores in baseline.items.values():
        for name, score in scores.items():
            if name.startswith("F1 "):
                found += score == 1
                missed += score == 0 and f"right {name.removeprefix('F1 ')}" not in scores
    assert 0.17 <= missed / (found + missed) <= 0.24
