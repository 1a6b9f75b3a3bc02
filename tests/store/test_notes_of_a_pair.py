"""Notes that their writers saved as being about a pair: whose pair that may be, and that they go when the pair's do."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from company import ANA, BEN, CAI, DAYS, ENDS, NOW, PAIR, found_company, let_in
from kit import one_line

from assistant.errors import AccessDenied
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.commitments import CommitmentStore
from assistant.store.database import HOUSE, Database
from assistant.store.drafts import DraftStore
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.people_tables import PairRow, ProgrammeRow
from assistant.store.retention import apply_retention
from assistant.store.rights import RightsStore

ALONE = Actor(person=PERSONAL, role=Role.MENTOR)
NOT_ANAS = ("0" * 32, "%", "", "'; --", PAIR + "c")


def about(pair: str | None, title: str = "t") -> SavedNote:
    return SavedNote(title=title, text=title, report="{}", pair=pair)


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    with closing(Database(Settings(home=home))) as opened:
        yield opened


@pytest.fixture
def notes(database: Database) -> NoteStore:
    found_company(database)
    return NoteStore(database)


def titles(notes: NoteStore, actor: Actor) -> list[str]:
    return sorted(one.title for one in notes.list(actor) if not one.title.startswith("Sekret"))


def test_a_note_keeps_the_pair_it_was_saved_with(notes: NoteStore, home: Path) -> None:
    # why: what is erased with a pair, and when, rests on this link alone
    both = [notes.save(actor, about(PAIR)) for actor in (ANA, BEN)]
    loose = notes.save(ANA, about(None))
    with closing(Database(Settings(home=home))) as again:
        kept = NoteStore(again)
        found = [kept.load(actor, note).pair for actor, note in zip((ANA, BEN), both, strict=True)]
        assert found == [PAIR, PAIR] and kept.load(ANA, loose).pair is None
    notes.update(ANA, both[0], report="[]", debrief=None, verdicts={}, text="changed")
    assert notes.load(ANA, both[0]).pair == PAIR


@pytest.mark.parametrize("pair", NOT_ANAS)
def test_only_a_side_of_a_pair_may_name_it(notes: NoteStore, pair: str) -> None:
    # why: an id must not tell whether there is such a pair, and a refused note must not be kept after all
    made = notes.save(ANA, about(PAIR, "kept"))
    for call in (lambda: notes.save(ANA, about(pair)), lambda: notes.set_pair(ANA, made, pair)):
        with pytest.raises(AccessDenied) as denied:
            call()
        one_line(denied.value)
    assert titles(notes, ANA) == ["kept"] and notes.load(ANA, made).pair == PAIR


def test_somebody_elses_pair_is_none(notes: NoteStore, database: Database) -> None:
    # why: neither a stranger, nor a side of it in another role, may hang a note on it
    let_in(database, CAI, *(ANA.model_copy(update={"role": role}) for role in (Role.MENTEE, Role.MANAGER)))
    said = set()
    for actor in (CAI, ANA.model_copy(update={"role": Role.MENTEE}), ANA.model_copy(update={"role": Role.MANAGER})):
        made = notes.save(actor, about(None, "own"))
        for call in (lambda a=actor: notes.save(a, about(PAIR)), lambda a=actor, n=made: notes.set_pair(a, n, PAIR)):
            with pytest.raises(AccessDenied) as denied:
                call()
            said.add(str(denied.value).replace(actor.role.value, "ROLE"))
        assert titles(notes, actor) == ["own"] and notes.load(actor, made).pair is None
    with pytest.raises(AccessDenied) as unknown:
        notes.save(ANA, about("0" * 32))
    assert said == {str(unknown.value).replace("0" * 32, PAIR).replace("mentor", "ROLE")}


def test_in_personal_mode_there_is_no_pair_to_name(database: Database) -> None:
    # why: alone at the machine nothing changes
    notes = NoteStore(database)
    assert notes.load(ALONE, notes.save(ALONE, about(None))).pair is None
    with pytest.raises(AccessDenied):
        notes.save(ALONE, about(PAIR))


def test_the_pair_of_a_note_is_changed_and_nothing_else_of_it(notes: NoteStore) -> None:
    # why: a wrong answer at saving is put right without a new check, by the writer alone
    made = notes.save(ANA, about(None))
    before = notes.load(ANA, made)
    notes.set_pair(ANA, made, PAIR)
    assert notes.load(ANA, made) == before.model_copy(update={"pair": PAIR})
    with pytest.raises(AccessDenied):
        notes.set_pair(BEN, made, None)
    assert notes.load(ANA, made).pair == PAIR
    notes.set_pair(ANA, made, None)
    assert notes.load(ANA, made) == before
    notes.delete(ANA, made)
    with pytest.raises(AccessDenied):
        notes.set_pair(ANA, made, PAIR)


def test_an_ended_pair_can_still_be_named(notes: NoteStore, database: Database) -> None:
    # why: the note about the last session is often written after the end
    with database.write(HOUSE) as session:
        session.get_one(PairRow, PAIR).ended_at = session.get_one(PairRow, PAIR).created_at
    assert notes.load(ANA, notes.save(ANA, about(PAIR))).pair == PAIR


def test_a_pair_that_is_no_more_leaves_the_note_without_one(notes: NoteStore, database: Database) -> None:
    # why: the other side may erase everything, and one's own note stays readable
    made = notes.save(ANA, about(PAIR))
    RightsStore(database).erase_me(BEN)
    found = notes.load(ANA, made)
    assert found.pair is None and found.text == "t"


def test_erasing_a_pair_erases_the_notes_saved_with_it_and_no_other(notes: NoteStore, database: Database) -> None:
    # why: "erase this pair" is a promise about every note that names it, however it came to
    notes.save(ANA, about(PAIR, "saved with it"))
    notes.set_pair(ANA, notes.save(ANA, about(None, "given to it")), PAIR)
    notes.delete(ANA, deleted := notes.save(ANA, about(PAIR, "deleted")))
    notes.set_pair(ANA, notes.save(ANA, about(PAIR, "taken from it")), None)
    notes.save(ANA, about(None, "about nobody"))
    notes.save(BEN, about(PAIR, "of the other side"))
    DraftStore(database).add(BEN, "plan", "p", "{}", pair=PAIR)
    promise = CommitmentStore(database).add(BEN, "c", pair=PAIR)
    said = RightsStore(database).erase_pair(ANA, PAIR)
    assert said.erased["notes"] == 4  # one of them is the company's
    assert titles(notes, ANA) == ["about nobody", "taken from it"]
    with pytest.raises(AccessDenied):
        notes.restore(ANA, deleted)
    assert titles(notes, BEN) == ["of the other side"]
    assert len(DraftStore(database).list(BEN)) == 2
    assert promise in [one.id for one in CommitmentStore(database).list(BEN)]


def test_a_note_of_a_pair_is_kept_as_long_as_the_programme_says(notes: NoteStore, database: Database) -> None:
    # why: what pairs write goes with the programme's time, not a day earlier and not only by somebody's click
    later, programme = "f" * 32, "9" * 32
    with database.write(HOUSE) as session:
        session.add(ProgrammeRow(id=programme, title="Later", starts_on=ENDS, ends_on=ENDS + timedelta(days=100),
                                 retention_days=DAYS, created_at=NOW))  # fmt: skip
        session.flush()
        session.add(PairRow(id=later, programme_id=programme, mentor=ANA.person, mentee=BEN.person, created_at=NOW))
    notes.save(ANA, about(PAIR, "about us"))
    notes.save(ANA, about(later, "about us later"))
    notes.save(ANA, about(None, "about nobody"))
    last = ENDS + timedelta(days=DAYS)
    apply_retention(database, last)
    assert titles(notes, ANA) == ["about nobody", "about us", "about us later"]
    apply_retention(database, last + timedelta(days=1))
    assert titles(notes, ANA) == ["about nobody", "about us later"]
