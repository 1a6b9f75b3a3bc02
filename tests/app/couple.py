"""Two of a pair where people sign in, over a real database and the real coder: what they keep, what counts of it."""

from datetime import UTC, datetime, timedelta

import pytest
from firm import Firm, field
from releases import KNOWLEDGE
from streamlit.testing.v1 import AppTest

from app import state
from assistant.notes.mistake import Mistake
from assistant.notes.note import Evidence, Finding, Method, NoteReport
from assistant.programme.codebook import load_codebook
from assistant.programme.publishing import publish
from assistant.roles import Actor, Role
from assistant.store.commitments import CommitmentStore
from assistant.store.database import HOUSE
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.survey import SurveyStore
from assistant.store.theme_records import OwnContribution, StoredRelease, ThemeSource
from assistant.store.themes import ThemeStore

TODAY = datetime.now(UTC).date()
SECRET = "Zwetajewa"
"""Stands in the note; no page of anybody else may show it."""
TOOLS = f"We spent the whole hour with {SECRET} on the AI assistant: prompts, data, and which app to use for notes."
SLIDES = "I showed 38 slides. He nodded a lot."
HARM = "He put his hand on my thigh and would not let me leave the room."


def report_of(text: str) -> NoteReport:
    """A check that finds a lecture where there are slides."""
    quote, findings = "38 slides.", []
    if quote in text:
        start = text.index(quote)
        evidence = (Evidence(quote=quote, start=start, end=start + len(quote)),)
        lecture = Mistake.ONE_WAY_LECTURING
        findings.append(
            Finding(mistake=lecture, confidence=0.9, evidence=evidence, question="Was it so?", advice="Ask first.")
        )
    return NoteReport(id="a" * 32, text=text, findings=tuple(findings), method=Method(classifier="none", sentences=2))


class Couple:
    """Lina, who is mentor of Henrik in the programme Spring, and what is kept of the two."""

    def __init__(self, firm: Firm) -> None:
        self.firm, database = firm, firm.database
        self.lina = Actor(person=firm.add("Lina", Role.MENTOR), role=Role.MENTOR)
        self.henrik = Actor(person=firm.add("Henrik", Role.MENTEE), role=Role.MENTEE)
        self.spring = firm.programmes.create(firm.mara, "Spring", TODAY, TODAY + timedelta(days=90))
        self.pair = firm.programmes.pair(firm.mara, self.spring, self.lina.person, self.henrik.person)
        self.themes, self.notes = ThemeStore(database), NoteStore(database)
        self.others = 0
        self.surveys, self.commitments = SurveyStore(database), CommitmentStore(database)

    def save(self, text: str, pair: str | None = "") -> str:
        """A note of Lina's, about the pair unless another is said."""
        report = report_of(text).model_copy(update={"text": ""}).model_dump_json()
        note = SavedNote(title=text[:40], text=text, report=report, pair=self.pair if pair == "" else pair)
        return self.notes.save(self.lina, note)

    def change(self, note: str, text: str, report: str) -> None:
        """Keep another text and check of a note of Lina's."""
        self.notes.update(self.lina, note, text=text, report=report, debrief=None, verdicts={})

    def agree(self) -> None:
        self.themes.set_consent(self.lina, True)

    def see(self, name: str, actor: Actor | None = None) -> AppTest:
        """One page as Lina, or somebody else, sees it."""
        session = self.firm.open((actor or self.lina).person, name)
        assert not session.exception
        return session

    def open_note(self, note: str) -> AppTest:
        return press(self.see("check"), f"ey-open-{note}")

    def read(self, session: AppTest) -> AppTest:
        """The page once every note that waits was read."""
        assert state.get_counting().join(120)
        return session.run()

    def publish(self, *codes: str) -> StoredRelease:
        """A release of the programme, after six more pairs let a note with these codes count."""
        for _ in range(6):
            self.others += 1
            mentor = Actor(person=self.firm.add(f"Mo{self.others}", Role.MENTOR), role=Role.MENTOR)
            mentee = self.firm.add(f"Me{self.others}", Role.MENTEE)
            pair = self.firm.programmes.pair(self.firm.mara, self.spring, mentor.person, mentee)
            self.themes.set_consent(mentor, True)
            note = self.notes.save(mentor, SavedNote(title="t", text="t", report="{}", pair=pair))
            version = load_codebook(KNOWLEDGE).version
            self.themes.contribute(mentor, ThemeSource("note", note), pair, codes, codebook=version)
        return publish(self.themes, HOUSE, self.spring, KNOWLEDGE)

    def own(self) -> tuple[OwnContribution, ...]:
        return self.themes.own(self.lina)


def press(session: AppTest, key: str) -> AppTest:
    """Press the button whose key begins like this."""
    field(session.button, key).click().run()
    assert not session.exception
    return session


def has(session: AppTest, key: str) -> bool:
    """Whether there is such a button."""
    return any(one.key and one.key.startswith(key) for one in session.button)


@pytest.fixture
def couple(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> Couple:
    """With the shipped codebook and survey."""
    shipped = state.get_settings().model_copy(update={"knowledge": KNOWLEDGE})
    monkeypatch.setattr(state, "get_settings", lambda: shipped)
    return Couple(firm)
