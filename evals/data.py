"""The rows of the evaluation data sets and their loading. Reads `evals/datasets`, changes nothing.

Every data set is split: `dev` is for choosing and fitting, `test` is for reporting. Only `evals.calibrate` and
`evals.tuning` may look at `dev`; no suite does.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.coach.rehearsal.record import Mood
from assistant.errors import EyelevelError
from assistant.roles import COACHED, Role

DATASETS = Path(__file__).with_name("datasets")
Split = Literal["dev", "test"]
RowType = TypeVar("RowType", bound="Row")


class EvaluationError(EyelevelError):
    """An evaluation cannot be run or read; the message says what is wrong."""


class Row(BaseModel):
    """What every data set's rows have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str


class Question(Row):
    """A question that the guide answers."""

    role: Role
    style: str
    lang: str
    question: str
    relevant: tuple[str, ...]
    """File stems of the articles that answer it; any one of them is right."""
    split: Split


class TrainingQuestion(Row):
    """A question that the encoder's adapter is fitted on; nothing is ever measured on it."""

    role: Role
    style: str
    question: str
    article: str
    """File stem of the article that it was written for."""
    also: tuple[str, ...]
    """File stems of the other articles that help with it as well."""


class Unanswerable(Row):
    """A question that the guide does not answer: `near` its subject, or `far` from it."""

    role: Role
    kind: Literal["near", "far"]
    question: str
    split: Split


class Followup(Row):
    """The last turn of a short dialogue, and whether it can be understood alone."""

    role: Role
    turns: tuple[str, ...]
    standalone: str
    """The last turn as it would be asked without the dialogue."""
    depends: bool


class SupportCase(Row):
    """A passage, a sentence, and whether the passage supports it."""

    article: str
    heading: str
    passage: str
    sentence: str
    supported: bool
    kind: str
    split: Split


class Piece(Row):
    """A piece of a note that speaks to the checker, or one that only sounds as if; for fitting the filter."""

    text: str
    attack: bool
    kind: str


class Injection(Row):
    """A session note with an instruction to the checker in it; nothing is fitted on it."""

    text: str
    attack: str
    """The instruction, verbatim."""
    findings: tuple[str, ...]
    """Mistakes that the note shows, by its author."""
    kind: str


class MarkedMention(BaseModel):
    """A stretch of a sentence that names or reaches somebody."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int
    end: int
    kind: Literal["exact", "variant", "typo", "contact"]
    name: str
    """In full, as in the roster; empty for an address or a number."""


class MentionCase(Row):
    """A sentence and all mentions in it; none, where words only look like names."""

    text: str
    mentions: tuple[MarkedMention, ...]


class Disclosure(Row):
    """A turn that discloses harm, or only looks as if it did."""

    text: str
    kind: Literal["danger", "harassment", "discrimination", "retaliation", "illegality"] | None
    """None: it must not pause coaching."""
    explicit: bool | None
    """Whether words say it that leave no doubt; None where there is nothing to disclose."""
    lang: str
    where: Literal["chat", "note", "feedback", "plan"]


class SessionNote(Row):
    """A session note, as its writer would leave it; nothing is labelled."""

    writer: Role
    """Mentor or mentee."""
    text: str


class RehearsedWith(BaseModel):
    """The senior of a rehearsal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str
    name: str


class ShownCraft(BaseModel):
    """What the lines of a rehearsal show, by their author, over all of them together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked_first: bool
    situation: bool
    behaviour: bool
    impact: bool
    request: bool
    drew_out: bool
    blamed: bool
    gave_up: bool


class RehearsalCase(Row):
    """What a mentor says in turn to a simulated senior, whatever that one answers."""

    mood: Mood
    senior: RehearsedWith
    situation: str
    lines: tuple[str, ...]
    craft: ShownCraft


class TopicCase(Row):
    """A wish for a topic, and which topics of the catalogue answer it; nothing is tuned on the held-out ones."""

    mentee_role: str
    about: str
    """Empty where only the role is said."""
    exclude: tuple[str, ...]
    """Ids that the pair has had."""
    month: int | None
    fits: tuple[str, ...]
    """Ids that answer the wish; none, where the catalogue has nothing on it."""
    best: tuple[str, ...]
    also_ok: tuple[str, ...]
    """Ids that nobody would mind."""


class PlanCase(Row):
    """A session to plan."""

    mentee_role: str
    about: str
    minutes: int
    first: bool
    format: Literal["session", "group", "mutual", "project"]
    history: dict[str, Any] | None
    """As `eyelevel plan --history` reads it."""


class ProgrammeCase(Row):
    """What a programme manager asks for."""

    goal: str
    leader_roles: tuple[str, ...]
    pairs: int
    months: int
    format: Literal["pairs", "group", "mutual", "project"]
    minutes: Literal[30, 45, 60] | None
    """None: nobody said."""


class ThemedNote(Row):
    """A session note with the codes that a careful programme manager would mark; mistakes only in held-out ones."""

    writer: Literal["mentor", "mentee"]
    text: str
    debrief: dict[str, Any] | None
    codes: tuple[str, ...]
    language: Literal["en", "de", "fr", "es"]
    twin: str | None
    """Id of the same note with a small change that flips a code."""


class EverydayText(Row):
    """A goal, a wish, a question or a note that discloses nothing, however dark its words may be."""

    text: str


class ThemedArea(Row):
    """Which areas a training note of the note check is about; nothing is said of its other codes."""

    note: str
    """Its id there."""
    codes: tuple[str, ...]


FILES: dict[str, type[Row]] = {
    "themes_train.jsonl": ThemedNote,
    "themes_more.jsonl": ThemedNote,
    "themes_sentences.jsonl": ThemedNote,
    "themes_areas.jsonl": ThemedArea,
    "themes_heldout.jsonl": ThemedNote,
    "jobs/programmes_heldout.jsonl": ProgrammeCase,
    "retrieval.jsonl": Question,
    "unanswerable.jsonl": Unanswerable,
    "followups.jsonl": Followup,
    "support.jsonl": SupportCase,
    "adaptation.jsonl": TrainingQuestion,
    "attacks.jsonl": Piece,
    "injections.jsonl": Injection,
    "mentions.jsonl": MentionCase,
    "disclosures_heldout.jsonl": Disclosure,
    "disclosures_train.jsonl": Disclosure,
    "disclosures_more.jsonl": Disclosure,
    "disclosures_wide.jsonl": Disclosure,
    "disclosures_oblique.jsonl": Disclosure,
    "disclosures_second.jsonl": Disclosure,
    "everyday.jsonl": EverydayText,
    "jobs/rehearsals_heldout.jsonl": RehearsalCase,
    "jobs/topics_heldout.jsonl": TopicCase,
    "jobs/topics_dev.jsonl": TopicCase,
    "jobs/plans_heldout.jsonl": PlanCase,
    "jobs/reflection_heldout.jsonl": SessionNote,
}


def load_rows(name: str, shape: type[RowType]) -> list[RowType]:
    """All rows of a data set. Raises `EvaluationError` naming the line that is wrong."""
    return read_rows(DATASETS / name, shape)


def read_raw(name: str) -> list[dict[str, Any]]:
    """All rows of a data set as they stand in the file, blank lines passed over."""
    lines = (DATASETS / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def read_rows(path: Path, shape: type[RowType]) -> list[RowType]:
    """As `load_rows`, of a file anywhere."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            rows.append(shape.model_validate(json.loads(line)))
        except (json.JSONDecodeError, ValidationError) as error:
            reason = " ".join(str(error).split())[:200]
            raise EvaluationError(f"Line {number} of {path.name!r} is wrong ({reason}); correct it.") from None
    return rows


def load_questions(split: Split) -> list[Question]:
    """Answerable questions of one half."""
    return [row for row in load_rows("retrieval.jsonl", Question) if row.split == split]


def load_unanswerable(split: Split) -> list[Unanswerable]:
    """Unanswerable questions of one half."""
    return [row for row in load_rows("unanswerable.jsonl", Unanswerable) if row.split == split]


def load_followups() -> list[Followup]:
    """All dialogues; none was used to choose the cues that they measure."""
    return load_rows("followups.jsonl", Followup)


def load_support(split: Split) -> list[SupportCase]:
    """Sentences and passages of one half."""
    return [row for row in load_rows("support.jsonl", SupportCase) if row.split == split]


def spread(questions: Sequence[Question], count: int) -> list[Question]:
    """`count` questions, the roles in turn, always the same ones: those whose hashed id comes first."""
    ranked = sorted(questions, key=lambda row: hashlib.sha256(row.id.encode()).hexdigest())
    by_role = [[row for row in ranked if row.role == role] for role in COACHED]
    longest = max(map(len, by_role), default=0)
    turns = [group[i] for i in range(longest) for group in by_role if i < len(group)]
    return turns[:count]


def digest_datasets(names: Sequence[str]) -> str:
    """Sixteen hexadecimal digits over the files' bytes; a folder stands for all its files."""
    total = hashlib.sha256()
    for name in names:
        path = DATASETS / name
        for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
            total.update(file.read_bytes())
    return total.hexdigest()[:16]
