"""What each side of a pair answers to the evaluation survey, shown to nobody else.

Sealed under the person's key. Answers alone count for nothing: `ThemeStore.contribute` makes codes of them count, under
the person's consent. The store does not know the questions. Nothing here writes an answer to a log.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from assistant.errors import InputError
from assistant.roles import PAIRED, Actor
from assistant.store.access import reading, require, writing
from assistant.store.commitments import is_side
from assistant.store.contributions import of_source
from assistant.store.database import HOUSE, Database
from assistant.store.erasure import erase, find
from assistant.store.owned import denied, owned_by
from assistant.store.tables import place
from assistant.store.theme_records import ThemeSource
from assistant.store.theme_tables import ContributionRow, SurveyAnswerRow

MOST_QUESTIONS: Final = 50
LOWEST, HIGHEST = 1, 5
"""From "not at all so" to "very much so"."""
_QUESTION: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")


class SurveyStore:
    """The answers of everyone; safe to call from many threads, and several processes may share one database.

    Every method takes a mentor or a mentee and raises `AccessDenied` for anybody else, and for a pair of which the
    actor, in the actor's role, is no side; `StoreUnavailable` or `StoreDamaged` where the database fails. What a method
    has returned from is on disk.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def answer(self, actor: Actor, pair: str, answers: Mapping[str, int]) -> None:
        """Keep the answers, from 1 to 5 by question, in place of all earlier ones; a question may be left out.

        What was made of earlier answers counts until `ThemeStore.contribute` replaces it; what a release has taken
        stays as it is. The same answers again change nothing. Raises `InputError` for none, and for what is no answer.
        """
        checked = _checked(answers)
        with writing(self._database, actor, *PAIRED) as session:
            _verify_side(session, actor, pair)
            row, now = _row(session, actor, pair, lock=True), datetime.now(UTC)
            if row is not None and self._opened(row) == checked:
                return
            if row is None:
                row = SurveyAnswerRow(id=uuid4().hex, pair_id=pair, person=actor.person, role=actor.role.value)
                row.created_at = now
                session.add(row)
            row.answers = self._database.keys.seal(
                actor.person, place(SurveyAnswerRow.answers, row.id), json.dumps(checked)
            )
            row.updated_at = now

    def own(self, actor: Actor, pair: str) -> Mapping[str, int]:
        """The actor's answers about this pair, by question; empty where nothing was answered."""
        with reading(self._database, actor, *PAIRED) as session:
            _verify_side(session, actor, pair)
            row = _row(session, actor, pair)
            return {} if row is None else self._opened(row)

    def withdraw(self, actor: Actor, pair: str) -> None:
        """Erase the actor's answers about this pair, and what was to count of them; a second time changes nothing.

        What a release has taken stays in it. The last traces leave the file with the next purge.
        """
        with self._database.write(HOUSE) as session:
            require(session, actor, *PAIRED)
            _verify_side(session, actor, pair)
            counted = of_source(actor, ThemeSource("survey", pair)), ContributionRow.release_id.is_(None)
            found = [*find(session, "survey", _own(actor, pair)), *find(session, "contribution", *counted)]
            if found:
                erase(session, self._database.keys, *found)
                self._database.note_erasure(session)

    def _opened(self, row: SurveyAnswerRow) -> dict[str, int]:
        said = self._database.keys.open(row.person, place(SurveyAnswerRow.answers, row.id), row.answers)
        return {str(question): int(value) for question, value in json.loads(said).items()}


def _own(actor: Actor, pair: str) -> ColumnElement[bool]:
    return and_(SurveyAnswerRow.pair_id == pair, owned_by(SurveyAnswerRow, actor))


def _row(session: Session, actor: Actor, pair: str, *, lock: bool = False) -> SurveyAnswerRow | None:
    query = select(SurveyAnswerRow).where(_own(actor, pair))
    return session.scalar(query.with_for_update() if lock else query)


def _verify_side(session: Session, actor: Actor, pair: str) -> None:
    if not is_side(session, actor, pair):
        raise denied("pair", actor, pair)


def _checked(answers: Mapping[str, int]) -> dict[str, int]:
    if not 1 <= len(answers) <= MOST_QUESTIONS:
        raise InputError(f"There are {len(answers)} answers; give 1 to {MOST_QUESTIONS}, or withdraw them all.")
    for question, value in answers.items():
        if not _QUESTION.fullmatch(question) or type(value) is not int or not LOWEST <= value <= HIGHEST:
            raise InputError(
                f"The answer to {question[:20]!r} cannot be kept; name a question of the survey, with {LOWEST} to "
                f"{HIGHEST}."
            )
    return dict(answers)
