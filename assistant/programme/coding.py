"""From a note to codes: which themes of the codebook it names, on its owner's side.

Mistakes are the findings of the note check that the writer did not dismiss; needs, signs and areas come from the
models of `theme_reader`, and from the debrief where it says so. A note in which somebody discloses harm has no codes
at all. Few notes are read closely; of thousands, imported at once, the words alone are read, which is said in the
figures of the suite `themes`. Nothing is stored or logged here, and no text leaves this module.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from assistant.notes.attacks import blank_out, find_attacks
from assistant.notes.checker import NoteChecker
from assistant.notes.debriefing import DENIED, SHOWN, settle
from assistant.notes.linear import LinearText
from assistant.notes.mistake import Mistake
from assistant.notes.note import Brought, Debrief, Finding, Note, Topic
from assistant.notes.parse import parse_note
from assistant.notes.reader import MISTAKES
from assistant.notes.reader import MODEL as NOTE_MODEL
from assistant.notes.segments import cut_segments
from assistant.programme.codebook import load_codebook
from assistant.programme.theme_reader import CODES, Decisions, Floats, ThemeReader
from assistant.roles import Role
from assistant.settings import Settings

AREAS: Final = {
    Topic.TOOLS: "area_tools",
    Topic.WAYS_OF_WORKING: "area_ways",
    Topic.CAREERS: "area_careers",
    Topic.CUSTOMERS: "area_customers",
}
"""What a ticked topic says; `people` may be culture or leadership, which the text has to say."""

Discloses = Callable[[str], bool]
"""Whether somebody discloses harm in a text."""


class Uncoded(Protocol):
    """A note as it waits to be coded."""

    @property
    def role(self) -> Role:
        """Who wrote it."""

    @property
    def text(self) -> str:
        """What it says."""

    @property
    def debrief(self) -> str | None:
        """The debrief as JSON."""


class Waiting(NamedTuple):
    """A note on its way to another process."""

    role: Role
    text: str
    debrief: str | None


class Pool(Protocol):
    """Reads notes quickly, several at a time; `assistant.programme.coding_pool`."""

    def code(self, notes: Sequence[Waiting]) -> list[tuple[str, ...] | None]:
        """As `ThemeCoder.code_many`."""


class ThemeCoder:
    """Turns notes into codes; safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        reader: ThemeReader,
        discloses: Discloses,
        *,
        discloses_quickly: Discloses | None = None,
        checker: NoteChecker | None = None,
        pool: "Pool | None" = None,
    ) -> None:
        """`discloses` stops a note from counting; `discloses_quickly` does the same where there are thousands.

        `pool` reads thousands of notes in other processes; without one they are read in this one. Raises
        `KnowledgeError` where the codebook cannot be read.
        """
        self._codebook = load_codebook(settings.knowledge)
        self._discloses, self._quickly = discloses, discloses_quickly or discloses
        self._reader = reader
        self._checker = checker or NoteChecker(settings)
        self._mistakes: LinearText | None = None
        self._pool = pool

    @property
    def version(self) -> int:
        """Of the codebook."""
        return self._codebook.version

    def code(
        self,
        note_text: str,
        *,
        findings: Iterable[Finding] = (),
        verdicts: Mapping[Mistake, bool] | None = None,
        debrief: Debrief | None = None,
        writer: Role | None = None,
    ) -> frozenset[str]:
        """The codes of one note; none where it discloses harm.

        `findings`: of its check. `verdicts`: what its writer said to them; `False`, "not so", dismisses one. `writer`
        changes nothing: a need counts whoever has it. Raises `ModelMissing`.
        """
        del writer
        return self.code_own(note_text, findings=findings, verdicts=verdicts, debrief=debrief) or frozenset()

    def code_own(
        self,
        note_text: str,
        *,
        findings: Iterable[Finding] = (),
        verdicts: Mapping[Mistake, bool] | None = None,
        debrief: Debrief | None = None,
    ) -> frozenset[str] | None:
        """As `code`; `None`: the note discloses harm and must not count at all. Raises `ModelMissing`."""
        if self._discloses(note_text):
            return None
        dismissed = {mistake for mistake, holds in (verdicts or {}).items() if not holds}
        mistakes = {finding.mistake.value for finding in findings if finding.mistake not in dismissed}
        return frozenset(mistakes | self._themes(note_text, debrief))

    def code_many(self, notes: Sequence[Uncoded], *, closely: bool) -> list[tuple[str, ...] | None]:
        """For each note its codes in alphabetical order; `None`: it discloses harm and must not count.

        Read closely, or quickly and by the pool's processes where there is one. Raises `ModelMissing`.
        """
        if closely:
            return [self.read_closely(note) for note in notes]
        if self._pool is None:
            return [self.read_quickly(note) for note in notes]
        return self._pool.code([Waiting(note.role, note.text, note.debrief) for note in notes])

    def read_closely(self, note: Uncoded) -> tuple[str, ...] | None:
        """As `code_many`, of one note, with the note check and the encoders."""
        if self._discloses(note.text):
            return None
        debrief = _debrief(note)
        given = parse_note(note.text, writer=note.role).model_copy(update={"debrief": debrief})
        mistakes = {one.mistake.value for one in self._checker.check(given).findings} if _says(given) else set[str]()
        return tuple(sorted(mistakes | self._themes(note.text, debrief)))

    def read_quickly(self, note: Uncoded) -> tuple[str, ...] | None:
        """As `code_many`, of one note, by its words alone."""
        if self._quickly(note.text):
            return None
        debrief, text = _debrief(note), _without_attacks(note.text)
        decisions = Decisions.load()
        scores = self._words_of_mistakes().logits(text)
        mistakes = {
            mistake for mistake, score in zip(MISTAKES, scores, strict=True) if score >= decisions.mistakes[mistake]
        }
        for mistake, said in settle(debrief).items():
            if said.probability == SHOWN:
                mistakes.add(mistake)
            elif said.probability == DENIED:
                mistakes.discard(mistake)
        found = _above(self._reader.skim(text), decisions.quick)
        return tuple(sorted({one.value for one in mistakes} | _with_debrief(found, debrief)))

    def _themes(self, text: str, debrief: Debrief | None) -> set[str]:
        plain = _without_attacks(text)
        found = _above(self._reader.read(plain), Decisions.load().close) if plain.strip() else set[str]()
        return _with_debrief(found, debrief)

    def _words_of_mistakes(self) -> LinearText:
        if self._mistakes is None:
            self._mistakes = LinearText.load(NOTE_MODEL / "words.npz")
        return self._mistakes


def _above(scores: Floats, cuts: dict[str, float]) -> set[str]:
    return {code for code, score in zip(CODES, scores, strict=True) if score >= cuts[code]}


def _with_debrief(found: set[str], debrief: Debrief | None) -> set[str]:
    """What the text says, put right by what a person ticked."""
    if debrief is None:
        return found
    said = found | {AREAS[topic] for topic in debrief.topics if topic in AREAS}
    if debrief.last_kept == "kept":
        said.add("sign_commitment_kept")
    elif debrief.last_kept in ("not", "no_last"):
        said.discard("sign_commitment_kept")
    brought = debrief.brought - {Brought.NOTHING}
    if brought:
        said.add("sign_curiosity")
    if brought and debrief.asked_more == "even":
        said.add("sign_dialogue")
    return said


def _debrief(note: Uncoded) -> Debrief | None:
    return Debrief.model_validate_json(note.debrief) if note.debrief else None


def _says(note: Note) -> bool:
    return bool(note.text.strip()) or not (note.debrief is None or note.debrief.is_empty)


def _without_attacks(text: str) -> str:
    """The text without what speaks to whoever reads it: nobody can put a code into a report by asking for it."""
    return blank_out(text, find_attacks(text, cut_segments(text)))
