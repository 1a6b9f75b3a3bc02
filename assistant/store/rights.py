"""A person's rights: a copy of everything that is kept of them, and erasing it.

Every call takes the `Actor` first and reaches the actor's own and nothing else; single items are deleted through their
own stores. How rows are erased for good stands in `erasure`, what an export holds in `rights_records`. Nothing here
writes a text to a log.
"""

from typing import Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from assistant.errors import InputError
from assistant.roles import PERSONAL, Actor, Role
from assistant.store import audit
from assistant.store.access import keep_an_administrator, require_account
from assistant.store.commitments import is_side
from assistant.store.database import HOUSE, Database, Who
from assistant.store.erasure import Subject, erase, find
from assistant.store.export import collect
from assistant.store.owned import ID, denied, owned_by
from assistant.store.people_tables import CommitmentRow, GrantRow, PairRow, PersonRow, TakeawayRow
from assistant.store.rights_records import Export, Remainder, Remains
from assistant.store.tables import ConversationRow, DraftRow, KeptVerdictRow, NoteRow
from assistant.store.theme_tables import ContributionRow, SurveyAnswerRow

__all__ = ["Export", "Remainder", "Remains", "RightsStore", "erase_person"]

TRACES_SECONDS: Final = 30.0
"""How long an erasure tries to clean the file while others are reading it; it is promised within a minute."""

LEDGER = Remainder(
    what="A line with the id and the time of what was erased",
    why="It lies beside the keys and makes a restored backup erase it again.",
)
AUDIT = Remainder(
    what="Entries of the audit with ids and times",
    why="They show who did what and that nobody changed it; they hold no text and no name.",
)
COPIES = Remainder(
    what="Backups and other copies of the database that were made before",
    why="The key to the texts in them is destroyed. Whoever keeps a copy of the folder of keys has to renew it, since "
    "an older one still holds that key; names and dates stay until the copies of the database are deleted. What "
    "`eyelevel restore` has left beside the database or in the home was cleaned too, or deleted.",
)
THEIRS = Remainder(
    what="What others wrote for themselves, also about you",
    why="It is theirs; it is erased by them, or when the time has passed for which the programme keeps it.",
)
ATTEMPTS = Remainder(what="Failed sign-ins, as digests", why="They limit guessing, and are erased after a day.")
SERVER = Remainder(
    what="Deleted rows in the files of the database server",
    why="The server overwrites them in time; the texts in them cannot be opened any more.",
)
PAIR = Remainder(
    what="That there was this pair, when it met and for how long",
    why="The other side sees it too; it is erased when the time has passed for which the programme keeps it.",
)
RELEASES = Remainder(
    what="Releases of a programme's themes that were made before",
    why="They show groups of at least five pairs and nothing of anybody alone; you count in no later one.",
)
ITEM_COPIES = Remainder(
    what="Backups and other copies of the database that were made before",
    why="They hold what was erased, sealed, until they are deleted; a restored one erases it again. The copies that "
    "`eyelevel restore` has left were cleaned too.",
)


class RightsStore:
    """What each person may ask for about the own data; safe to call from many threads.

    It depends on no role: whoever has lost one takes away and erases what was written in it all the same. Every method
    raises `AccessDenied` for an actor without an open account, `StoreUnavailable` or `StoreDamaged` where the database
    fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def export(self, actor: Actor) -> Export:
        """Everything that is kept of the actor's person, in all roles. Raises `KeyMissing` where the key is gone."""
        self._require(actor)
        return collect(self._database, actor)

    def kept(self, actor: Actor) -> dict[str, int]:
        """How many notes, drafts, conversations … are kept of the actor, in all roles, by what they are called."""
        self._require(actor)
        with self._database.read(HOUSE) as session:
            return _count(session, actor.person)

    def erase_me(self, actor: Actor) -> Remains:
        """Erase all of it now and for good, in every role; there is no way back.

        Raises `InputError` for the last administrator. Where the database fails half-way, the key is gone already and
        the rows go at the next opening.
        """
        self._require(actor)
        return erase_person(self._database, actor, actor.person)

    def erase_pair(self, actor: Actor, pair: str) -> Remains:
        """Erase what the actor wrote about a pair of theirs, in the actor's role in it, and end the pair.

        Raises `AccessDenied` for a pair of which the actor, in the actor's role, is no side.
        """
        keys = self._database.keys
        with self._database.write(HOUSE) as session:
            audit.take_turn(session)
            require_account(session, actor.person)
            if not is_side(session, actor, pair):
                raise denied("pair", actor, pair)
            notes = find(session, "note", NoteRow.pair_id == pair, owned_by(NoteRow, actor))
            drafts = find(session, "draft", DraftRow.pair_id == pair, owned_by(DraftRow, actor))
            commitments = find(session, "commitment", CommitmentRow.pair_id == pair, owned_by(CommitmentRow, actor))
            takeaways = find(session, "takeaway", TakeawayRow.pair_id == pair, owned_by(TakeawayRow, actor))
            said = find(session, "survey", SurveyAnswerRow.pair_id == pair, owned_by(SurveyAnswerRow, actor))
            counted = find(session, "contribution", ContributionRow.pair_id == pair, owned_by(ContributionRow, actor))
            audit.append(session, keys, actor, "erase", "pair", pair)
            written = (*notes, *drafts, *commitments, *takeaways, *said, *counted)
            erase(session, keys, *written, Subject("pair", pair))
            self._database.note_erasure(session)
            left = (PAIR, THEIRS, RELEASES, LEDGER, AUDIT, ITEM_COPIES, *_of_server(session))
        return Remains(
            erased={
                "notes": len(notes),
                "drafts": len(drafts),
                "commitments": len(commitments),
                "takeaways": len(takeaways),
                "survey_answers": len(said),
                "contributions": len(counted),
            },
            remains=left,
            traces_removed=self._database.remove_traces(TRACES_SECONDS),
        )

    def _require(self, actor: Actor) -> None:
        """Asked as the house, who sees whether anybody stands in `people`: then nobody is `PERSONAL`."""
        with self._database.read(HOUSE) as session:
            require_account(session, actor.person)


def erase_person(database: Database, who: Who, person: str) -> Remains:
    """Erase a person: for the person, or for whoever runs the machine; no page calls it with somebody else's id.

    Raises `InputError` for an unknown person and for the last administrator.
    """
    with database.write(HOUSE) as session:
        audit.take_turn(session)
        _verify_erasable(session, person)
        counts = _count(session, person)
        audit.append(session, database.keys, who, "erase", "person", person)
        erase(session, database.keys, Subject("person", person))
        database.note_erasure(session)
        shared = () if person == PERSONAL else (THEIRS, ATTEMPTS, RELEASES)
        left = (*shared, LEDGER, AUDIT, COPIES, *_of_server(session))
    return Remains(erased=counts, remains=left, traces_removed=database.remove_traces(TRACES_SECONDS))


def _verify_erasable(session: Session, person: str) -> None:
    if person == PERSONAL:
        return
    if not ID.fullmatch(person) or session.get(PersonRow, person) is None:
        raise InputError(f"There is no person {person[:32]!r}; give the id of one who is here.")
    if session.get(GrantRow, (person, Role.ADMINISTRATOR.value)):
        keep_an_administrator(session, person)


def _count(session: Session, person: str) -> dict[str, int]:
    counted = {
        "notes": NoteRow.person == person,
        "drafts": DraftRow.person == person,
        "conversations": ConversationRow.person == person,
        "commitments": CommitmentRow.person == person,
        "takeaways": TakeawayRow.person == person,
        "kept_verdicts": KeptVerdictRow.person == person,
        "survey_answers": SurveyAnswerRow.person == person,
        "contributions": ContributionRow.person == person,
        "pairs": or_(PairRow.mentor == person, PairRow.mentee == person),
    }
    return {
        name: session.scalar(select(func.count()).where(and_(condition))) or 0 for name, condition in counted.items()
    }


def _of_server(session: Session) -> tuple[Remainder, ...]:
    return () if session.get_bind().dialect.name == "sqlite" else (SERVER,)
