"""Whether what is shown "from your own notes" has to do with the question, on questions that chose no figure of it."""

import json
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from kit import ROOT
from own_desk import LIN, let_in

from assistant.coach.own_fit import least_cosine, looks_back
from assistant.coach.own_lookup import MOST
from assistant.coach.own_notes import Desk, OwnNotes, OwnPassage
from assistant.models.encoder import MiniLMEncoder
from assistant.notes.advice import Adviser
from assistant.notes.mistake import Mistake
from assistant.notes.next_time import plan_next
from assistant.notes.note import Finding
from assistant.settings import Settings, load_settings
from assistant.store.commitments import CommitmentStore
from assistant.store.database import Database
from assistant.store.drafts import DraftStore
from assistant.store.notes import NoteStore, SavedNote


class Row(NamedTuple):
    """A note, or a question: about one of the notes (`own`), for the guide, or about something else (`other`)."""

    kind: str
    title: str
    text: str


class Shown(NamedTuple):
    """What a question shows."""

    question: str
    wanted: list[str]
    """Id of the note that it is about; empty where there is none."""
    passages: list[OwnPassage]


LINES = (ROOT / "tests/coach/own_fit.jsonl").read_text(encoding="utf-8").splitlines()
ROWS = [Row(**json.loads(line)) for line in LINES]
MORE = [json.loads(line) for line in (ROOT / "tests/coach/own_notes.jsonl").read_text(encoding="utf-8").splitlines()]


def _finding(mistake: Mistake) -> Finding:
    return Finding(mistake=mistake, confidence=0.9, evidence=(), debrief="x", question="x?", advice="x")


def shown(home: Path, more: int) -> dict[str, list[Shown]]:
    """What every question shows of three notes, among `more` others and five plans in Eyelevel's own words."""
    found: dict[str, list[Shown]] = {"own": [], "guide": [], "other": []}
    with closing(Database(Settings(home=home))) as database:
        let_in(database, LIN)
        notes = NoteStore(database)
        desk = Desk(notes, DraftStore(database), CommitmentStore(database))
        texts = [row.text for row in ROWS if row.kind == "note"] + [one["text"] for one in MORE[:more]]
        saved = [notes.save(LIN, SavedNote(title=text, text=text, report="{}")) for text in texts]  # as the page does
        material = Adviser(Settings(home=home, chat_model="none")).material
        for at in range(0, len(Mistake), 2):
            findings = [_finding(one) for one in tuple(Mistake)[at : at + 2]]
            plan = plan_next(findings, LIN.role, material)
            desk.drafts.add(LIN, "plan", plan.purpose, plan.model_dump_json())
        own = OwnNotes(MiniLMEncoder(load_settings().model_dir))
        own.prepare(LIN, desk)
        for row in ROWS:
            if row.kind != "note":
                passages = own.search(LIN, row.text, desk, MOST).passages
                wanted = [saved[at] for at, note in enumerate(ROWS[:3]) if note.title == row.title]
                found[row.kind].append(Shown(row.text, wanted, [one for one in passages if one.fits]))
    return found


@pytest.mark.parametrize(("more", "least"), [(0, 9), (37, 7)])
def test_own_questions_show_the_note_and_others_show_nothing(tmp_path: Path, more: int, least: int) -> None:
    # why: a card that turns up beside unrelated questions is soon not read any more
    found = shown(tmp_path / "home", more)
    right = [one.question for one in found["own"] if one.wanted == [passage.item for passage in one.passages]]
    wrong = [(one.question, one.passages) for kind in ("guide", "other") for one in found[kind] if one.passages]
    assert len(found["own"]) == 12 and len(found["guide"]) == len(found["other"]) == 24
    assert len(right) >= least, right
    assert len(wrong) <= 4, wrong


@pytest.mark.parametrize(
    ("question", "back"),
    [
        ("What did she say about the phone?", True),
        ("Have we agreed on a date?", True),
        ("What stands in my notes about Brno?", True),
        ("How do I give feedback?", False),
        ("She went quiet yesterday. What do I do?", False),
        ("Was I right to say so?", False),
        ("", False),
    ],
)
def test_a_question_about_what_was_needs_less(question: str, back: bool) -> None:
    # why: the guide cannot know what was said, and a story that ends in "what do I do" asks the guide
    assert looks_back(question) is back
    assert (least_cosine(question, 10) < least_cosine("How do I begin?", 10)) is back


def test_more_passages_ask_for_more() -> None:
    # why: among a hundred passages, one is near by chance
    assert least_cosine("x", 1) < least_cosine("x", 100) < least_cosine("x", 1000) < 1
    assert least_cosine("x", 0) == least_cosine("x", 1)
