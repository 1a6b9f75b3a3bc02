"""`pseudonyms`: are names of the roster found in whatever form, and does nothing else look like a name?

Three kinds of rows. Sentences written by hand before the finder was made, with every mention marked. Sentences made
from made-up names, half of which are in no list of the product. Session notes against rosters of made-up names, for
false alarms: a person named like somebody of the roster, written as in the roster, is none.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.privacy.data import ordinary_words
from assistant.privacy.mentions import Mention, find_mentions
from assistant.privacy.roster import Roster, roster_of
from assistant.privacy.tokens import fold
from evals.corpus import load_notes
from evals.data import MentionCase, load_rows
from evals.harness import MetricSpec, Outcome, Task
from evals.names import SEED, make_names, write_sentences
from evals.workspace import Workspace

MADE_UP = 60
"""Names of the generated sentences."""
NOTES = 1500
ROSTER = 20
"""Names in each roster for false alarms, and notes before the next roster, times three."""
WITH_WORDS = 0.1
"""Share of them that begin with an ordinary word."""


class Case(BaseModel):
    """A text, its roster, and what is to be found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    source: Literal["written", "made", "note"]
    text: str
    names: tuple[str, ...]
    wanted: tuple[tuple[int, int, str, str], ...] = ()
    """(start, end, kind, name)"""


def load(_: int | None) -> list[Case]:
    """All rows."""
    return [*_written(), *_made(), *_notes()]


def _written() -> list[Case]:
    rows = load_rows("mentions.jsonl", MentionCase)
    names = tuple(sorted({mention.name for row in rows for mention in row.mentions if mention.name}))
    return [
        Case(
            id=row.id,
            source="written",
            text=row.text,
            names=names,
            wanted=tuple((one.start, one.end, one.kind, one.name) for one in row.mentions),
        )
        for row in rows
    ]


def _made() -> list[Case]:
    names = make_names(MADE_UP)
    found = []
    for number, (kind, name, text, (start, end)) in enumerate(write_sentences(names)):
        wanted = ((start, end, kind, name),)
        found.append(Case(id=f"made-{number:04}", source="made", text=text, names=names, wanted=wanted))
    return found


def _notes() -> list[Case]:
    notes = load_notes("train")[:NOTES]
    return [
        Case(
            id=note.id,
            source="note",
            text=note.text,
            names=make_names(ROSTER, SEED + number // (3 * ROSTER), with_words=WITH_WORDS),
        )
        for number, note in enumerate(notes)
    ]


def solve(_: Workspace, rows: list[Case]) -> list[tuple[Mention, ...]]:
    """The mentions of each row."""
    return [find_mentions(row.text, roster_of(row.names)) for row in rows]


def score(rows: Sequence[Case], outputs: Sequence[tuple[Mention, ...]]) -> list[Outcome]:
    """Recall of what is to be found, one item a mention; false alarms, one item a row."""
    outcomes = []
    for row, found in zip(rows, outputs, strict=True):
        roster = roster_of(row.names)
        for number, (start, end, kind, name) in enumerate(row.wanted):
            hit = any(one.start <= start and end <= one.end and _names(one, roster, name) for one in found)
            key = f"{row.source}, {kind}"
            outcomes.append(Outcome(id=f"{row.id}.{number}", scores={key: float(hit)}))
        alarms = sum(_is_false(row, one) for one in found)
        words = max(1, len(row.text.split()))
        scores: dict[str, float | None] = {f"false alarms, {row.source}": 1000 * alarms / words}
        outcomes.append(Outcome(id=row.id, scores=scores))
    return outcomes


def _names(mention: Mention, roster: Roster, name: str) -> bool:
    """Whether it is a mention of this person; an address or a number has no name."""
    return not name or any(roster.known[who].name == name for who in mention.who)


def _is_false(row: Case, mention: Mention) -> bool:
    if any(mention.start < end and start < mention.end for start, end, *_ in row.wanted):
        return False
    written = row.text[mention.start : mention.end]
    parts = {fold(part) for name in row.names for part in name.split()}
    same_name = fold(written) in parts and fold(written) not in ordinary_words() and written[:1].isupper()
    return not (row.source == "note" and same_name)


PSEUDONYMS = Task(
    name="pseudonyms",
    version=1,
    about="Are names of the roster found however they are written, and nothing else?",
    datasets=("mentions.jsonl", "notes/train"),
    load=load,
    solve=solve,
    score=score,
    metrics=(
        MetricSpec(name="recall, exact", key="written, exact", bound=1.0),
        MetricSpec(name="recall, variants", key="written, variant", bound=0.95),
        MetricSpec(name="recall, typos", key="written, typo", tolerance=0.03),
        MetricSpec(name="recall, addresses and numbers", key="written, contact", bound=1.0),
        MetricSpec(name="made-up names, exact", key="made, exact", bound=1.0),
        MetricSpec(name="made-up names, variants", key="made, variant", bound=0.95),
        MetricSpec(name="made-up names, typos", key="made, typo", tolerance=0.03),
        MetricSpec(name="false alarms a thousand words, notes", key="false alarms, note", better="lower", bound=1.0),
        MetricSpec(name="false alarms a thousand words, sentences", key="false alarms, written", better="lower"),
    ),
)
