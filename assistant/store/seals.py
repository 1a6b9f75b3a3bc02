"""Whether every sealed text can be opened: what SQLite's own check cannot see, because to it a text is a text.

For `eyelevel doctor`. Opens the texts one after the other with their persons' keys and shows none of them.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.errors import StoreError
from assistant.store.account_tables import RosterRow
from assistant.store.database import HOUSE, Database
from assistant.store.people_tables import CommitmentRow, TakeawayRow
from assistant.store.tables import ConversationRow, DraftRow, KeptVerdictRow, NoteRow, TurnRow, place
from assistant.store.theme_tables import ContributionRow, ImportedNoteRow, SurveyAnswerRow

SEALED: tuple[InstrumentedAttribute[Any], ...] = (
    NoteRow.title,
    NoteRow.text,
    NoteRow.report,
    NoteRow.debrief,
    NoteRow.verdicts,
    ConversationRow.title,
    TurnRow.question,
    TurnRow.reply,
    DraftRow.title,
    DraftRow.content,
    CommitmentRow.text,
    CommitmentRow.reason,
    TakeawayRow.text,
    KeptVerdictRow.quotes,
    RosterRow.names,
    ContributionRow.codes,
    SurveyAnswerRow.answers,
    ImportedNoteRow.text,
    ImportedNoteRow.debrief,
)
"""Every column that holds what `keys` made of a text."""
_AT_ONCE = 500


def check_seals(database: Database) -> str | None:
    """`None`, or one plain line about the texts that cannot be opened: how many, and which is the first."""
    count, lost, first = 0, 0, ""
    with database.read(HOUSE) as session:
        for person, where, sealed in _texts(session):
            count += 1
            try:
                database.keys.open(person, where, sealed)
            except StoreError:
                lost += 1
                first = first or where
    if not lost:
        return None
    return (
        f"{lost:,} of {count:,} stored texts cannot be opened (the first is {first!r}): they or their keys were "
        "changed or lost; put the folder of keys back from your copy, or a backup in the place of the database."
    )


def _texts(session: Session) -> Iterator[tuple[str, str, str]]:
    """Person, place and sealed text of all that is there."""
    for column in SEALED:
        person, row = _owner(column.class_)
        query = select(person, row, column).where(column.is_not(None)).execution_options(yield_per=_AT_ONCE)
        if column.class_ is TurnRow:
            query = query.join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        for owner, name, sealed in session.execute(query):
            yield owner, place(column, name), sealed


def _owner(table: Any) -> tuple[InstrumentedAttribute[str], InstrumentedAttribute[str]]:
    """Whose a row is, and its name in `place`."""
    if table is RosterRow:
        return RosterRow.person, RosterRow.person
    return (ConversationRow if table is TurnRow else table).person, table.id
