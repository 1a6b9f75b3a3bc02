"""The coder: what counts and what never does, with scripted readers; one note through the real models."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from assistant.coach.disclosure import shared_reader
from assistant.coach.screening import discloses, discloses_quickly
from assistant.errors import KnowledgeError
from assistant.notes.mistake import Mistake
from assistant.notes.note import Brought, Debrief, Evidence, Finding, Topic
from assistant.programme.codebook import load_codebook
from assistant.programme.coding import ThemeCoder
from assistant.programme.theme_reader import CODES, WINDOW, Decisions, ThemeReader, cut_windows
from assistant.roles import Role
from assistant.settings import Settings, load_settings

SETTINGS = load_settings()
TOLD = "He has stopped sending mails on Sundays since our talk in May."


class Waiting(NamedTuple):
    role: Role
    text: str
    debrief: str | None = None


class Scripted:
    """Gives every text the same codes, and remembers what it was given."""

    def __init__(self, *codes: str) -> None:
        self._scores = np.array([50.0 if code in codes else -50.0 for code in CODES], dtype=np.float32)
        self.closely: list[str] = []
        self.quickly: list[str] = []

    def read(self, text: str) -> Any:
        self.closely.append(text)
        return self._scores

    def skim(self, text: str) -> Any:
        self.quickly.append(text)
        return self._scores


class NoFindings:
    """A note check that finds nothing."""

    def check(self, _note: object) -> Any:
        return type("Report", (), {"findings": ()})()


def coder(reader: Scripted, harm: Callable[[str], bool] = lambda text: False) -> ThemeCoder:
    return ThemeCoder(SETTINGS, reader, harm, checker=NoFindings())  # type: ignore[arg-type]


def finding(mistake: Mistake) -> Finding:
    return Finding(
        mistake=mistake,
        confidence=0.9,
        evidence=(Evidence(quote="He", start=0, end=2),),
        question="Was it so?",
        advice="Ask first.",
    )


def test_a_dismissed_finding_never_counts_and_one_that_nobody_judged_does() -> None:
    # why: only what the writer lets stand may reach a manager
    found = coder(Scripted()).code(
        TOLD,
        findings=[finding(Mistake.ALIBI), finding(Mistake.NO_TIME), finding(Mistake.MENTOR_HOLDS_BACK)],
        verdicts={Mistake.ALIBI: False, Mistake.NO_TIME: True},
    )
    assert found == {"no_time", "mentor_holds_back"}


def test_a_note_that_discloses_harm_has_no_code_at_all_and_is_not_read() -> None:
    # why: nobody may learn from a report that there was something to disclose
    reader = Scripted("need_time")
    harmed = coder(reader, lambda text: "grabbed" in text)
    assert harmed.code("He grabbed me.", findings=[finding(Mistake.NO_TIME)]) == frozenset()
    both = [Waiting(Role.MENTOR, "He grabbed me."), Waiting(Role.MENTOR, TOLD)]
    assert harmed.code_many(both, closely=True) == [None, ("need_time",)]
    assert reader.closely == [TOLD]


@pytest.mark.parametrize(
    ("debrief", "codes"),
    [
        (
            Debrief(topics=frozenset({Topic.TOOLS, Topic.CAREERS})),
            {"area_tools", "area_careers", "sign_commitment_kept"},
        ),
        (Debrief(last_kept="not"), set()),
        (Debrief(last_kept="kept"), {"sign_commitment_kept"}),
        (Debrief(brought=frozenset({Brought.NOTHING})), {"sign_commitment_kept"}),
        (
            Debrief(brought=frozenset({Brought.DECISION}), asked_more="even"),
            {"sign_curiosity", "sign_dialogue", "sign_commitment_kept"},
        ),
    ],
)
def test_what_a_person_ticked_weighs_more_than_what_was_read(debrief: Debrief, codes: set[str]) -> None:
    # why: the models guess, the person was there
    assert coder(Scripted("sign_commitment_kept")).code(TOLD, debrief=debrief) == codes


def test_notes_are_read_closely_or_quickly_as_is_asked() -> None:
    # why: a hundred thousand notes would take a night with the encoders
    few, many, notes = Scripted("area_ways"), Scripted("area_ways"), [Waiting(Role.MENTEE, TOLD)] * 3
    assert coder(few).code_many(notes, closely=True) == [("area_ways",)] * 3
    assert all("area_ways" in (codes or ()) for codes in coder(many).code_many(notes, closely=False))
    assert len(few.closely) == 3 and not few.quickly
    assert len(many.quickly) == 3 and not many.closely


def test_a_debrief_alone_is_coded_closely_and_quickly() -> None:
    # why: notes without a text are kept, too
    note = Waiting(Role.MENTOR, "", Debrief(topics=frozenset({Topic.CUSTOMERS})).model_dump_json())
    assert coder(Scripted()).code_many([note], closely=True) == [("area_customers",)]
    assert "area_customers" in (coder(Scripted()).read_quickly(note) or ())


def test_a_long_note_is_read_whole_in_windows_that_fit() -> None:
    # why: a sentence at the end of a long note counts like one at its beginning
    text = " ".join(f"In week {number} we talked about the night shift again and again." for number in range(60))
    windows = cut_windows(text)
    assert len(windows) > 3 and all(len(window.split()) <= WINDOW + 34 for window in windows)
    assert all(f"week {number} " in " ".join(windows) for number in range(60))
    assert cut_windows("Short.") == ["Short."] and cut_windows("") == [""]


def test_cut_offs_are_there_for_every_code() -> None:
    # why: a missing cut-off would stop an import in the middle
    decisions = Decisions.load()
    assert set(decisions.close) == set(decisions.quick) == set(CODES)
    assert set(decisions.mistakes) == set(Mistake)


def test_the_coder_tells_its_codebook_and_refuses_a_broken_one(tmp_path: Path) -> None:
    # why: codes of two versions must never be compared
    assert coder(Scripted()).version == load_codebook(SETTINGS.knowledge).version
    with pytest.raises(KnowledgeError):
        ThemeCoder(SETTINGS.model_copy(update={"knowledge": tmp_path}), Scripted(), lambda text: False)  # type: ignore[arg-type]


def test_the_quick_look_for_disclosures_finds_what_is_said_plainly_and_passes_an_everyday_note() -> None:
    # why: what the screen lets through unread is never looked at again
    assert discloses_quickly("He put his hand on my thigh and would not let me leave the room.")
    assert not discloses_quickly(TOLD) and not discloses(TOLD)


def test_the_real_models_code_a_plain_note_and_nothing_in_an_empty_one(model_settings: Settings) -> None:
    # why: files, columns and cut-offs must belong together
    reader = ThemeReader(model_settings.model_dir, model_settings.threads, shared_reader().mean)
    whole = ThemeCoder(model_settings, reader, lambda text: False, checker=NoFindings())  # type: ignore[arg-type]
    found = whole.code("We spent the whole hour on the AI assistant: prompts, data, and which app to use for notes.")
    assert "area_tools" in found and not any(code.startswith("need_safety") for code in found)
    assert whole.code("   ") == frozenset()


@pytest.fixture
def model_settings() -> Settings:
    """Settings with the real models' folder."""
    return SETTINGS
