"""The corpus of session notes is sound: a wrong label or a leak between splits would make every figure wrong."""

from collections import Counter
from pathlib import Path

import pytest

from assistant.notes.mistake import CHALLENGES, CORE, Mistake
from evals.corpus import (
    NOTES,
    SPLITS,
    Note,
    describe,
    find_broken_quotes,
    find_giveaways,
    find_near_duplicates,
    load_notes,
    measure_agreement,
)
from evals.data import EvaluationError

ALL = {split: load_notes(split) for split in SPLITS}
USED = [note for split in ("train", "dev", "test") for note in ALL[split]]


def note(name: str, text: str, *mistakes: Mistake, second: tuple[Mistake, ...] | None = None) -> Note:
    found = dict.fromkeys(mistakes, (text,))
    return Note(
        id=name, writer="mentor", form="prose", text=text, findings=found,
        second=tuple(mistakes) if second is None else second, trap="",
    )  # fmt: skip


def test_ids_are_unique_and_a_batch_lies_on_one_side() -> None:
    # An author's habits must not be learnt on one side and rewarded on the other.
    ids = Counter(note.id for notes in ALL.values() for note in notes)
    assert max(ids.values()) == 1
    sides = {split: {path.stem for path in (NOTES / split).glob("*.jsonl")} for split in ("train", "dev", "test")}
    assert all(sides.values())
    assert not sides["train"] & sides["dev"] | sides["train"] & sides["test"] | sides["dev"] & sides["test"]
    assert all(note.id.startswith(path.stem) for path in NOTES.rglob("*.jsonl") for note in _read(path))


def _read(path: Path) -> list[Note]:
    return [Note.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_quote_stands_in_its_note() -> None:
    # Evidence that is not there would teach a checker to invent.
    assert find_broken_quotes([note for notes in ALL.values() for note in notes]) == []


def test_only_agreed_notes_are_used_and_the_others_are_kept_apart() -> None:
    # A disputed label is no yardstick.
    assert all(note.agreed for note in USED)
    assert ALL["disputed"] and not any(note.agreed for note in ALL["disputed"])


@pytest.mark.parametrize("split", ["train", "dev", "test"])
def test_each_split_has_clean_notes_and_every_mistake(split: str) -> None:
    # A mistake without examples cannot be learnt, and without clean notes false accusations cannot be counted.
    notes = ALL[split]  # type: ignore[index]
    counts = Counter(mistake for note in notes for mistake in note.findings)
    assert sum(not note.findings for note in notes) >= 0.4 * len(notes)
    assert min(counts[mistake] for mistake in Mistake) >= 0.05 * len(notes)


def test_no_two_notes_are_nearly_the_same() -> None:
    # A copy on the other side would be remembered, not understood.
    assert find_near_duplicates(USED) == []


def test_length_does_not_give_the_label_away() -> None:
    # A checker could otherwise accuse whoever writes much.
    lengths = {found: [len(note.text) for note in USED if bool(note.findings) is found] for found in (True, False)}
    means = {found: sum(sizes) / len(sizes) for found, sizes in lengths.items()}
    assert 0.85 <= means[True] / means[False] <= 1.18


def test_near_duplicates_broken_quotes_and_giveaways_are_found() -> None:
    # A check that finds nothing must be one that could.
    long = "We talked about the new rota and she asked me how nights feel on the ward, then we agreed on two trials."
    twins = [note("a", long), note("b", long.replace("two", "three")), note("c", "Forty slides. He nodded a lot.")]
    assert [(one, other) for one, other, _ in find_near_duplicates(twins)] == [("a", "b")]
    broken = note("d", "Nothing of the kind.").model_copy(update={"findings": {Mistake.ALIBI: ("a photo",)}})
    assert find_broken_quotes([broken, *twins]) == [("d", "a photo")]
    told = [note(f"e{i}", f"slides {i}", Mistake.ALIBI) for i in range(12)] + [
        note(f"f{i}", f"talk {i}") for i in range(12)
    ]
    assert {word for word, _ in find_giveaways(told, 2)} == {"slides", "talk"}


def test_agreement_is_kappa() -> None:
    # Share of agreement alone would be high for rare mistakes whatever the readers do.
    alibi, time = Mistake.ALIBI, Mistake.NO_TIME
    pairs = [((alibi,), (alibi,)), ((alibi,), ()), ((), ()), ((), ())]
    notes = [note(f"{i}", f"note {i}", *one, second=other) for i, (one, other) in enumerate(pairs)]
    found = measure_agreement(notes)
    assert found[alibi] == pytest.approx(0.5) and found["any"] == pytest.approx(0.5) and found[time] == 1.0


def test_a_wrong_line_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Whoever edits a batch by hand must find the line.
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "b99.jsonl").write_text('{"id": "b99-001"}\n')
    monkeypatch.setattr("evals.corpus.NOTES", tmp_path)
    with pytest.raises(EvaluationError, match=r"Line 1 of 'b99\.jsonl' is wrong"):
        load_notes("dev")


def test_the_description_has_the_figures_and_the_ten_are_five_and_five() -> None:
    # The datasheet refers to them.
    assert "kappa" in describe() and f"test: {len(ALL['test'])} notes" in describe()
    assert len(CORE) == len(CHALLENGES) == 5 and set(CORE) | set(CHALLENGES) == set(Mistake)
