"""Notes from elsewhere: taken once, sealed, read by nobody, counted, and gone when they are removed."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from company import in_files, opened
from paired import MANAGER, found_programme, gathered, let_all_count, rows
from sqlalchemy import select

from assistant.errors import AccessDenied, InputError
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.audit import verify
from assistant.store.database import HOUSE, Database
from assistant.store.imported import CodedNote, ImportedNote, ImportedPair, ImportedStore
from assistant.store.pairing import today
from assistant.store.people_tables import AuditRow, PersonRow, ProgrammeRow
from assistant.store.programmes import ProgrammeStore
from assistant.store.retention import apply_retention
from assistant.store.seals import check_seals
from assistant.store.theme_tables import ContributionRow, ImportedNoteRow, ImportedPairRow, ReleaseRow
from assistant.store.themes import ThemeStore

DAY = date(2026, 3, 2)
TABLES = (ImportedPairRow.id, ImportedNoteRow.id, ContributionRow.id)


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    with opened(settings) as database:
        yield database


@pytest.fixture
def store(database: Database) -> ImportedStore:
    return ImportedStore(database)


def made(store: ImportedStore, **more: Any) -> str:
    return store.create(HOUSE, "Before", today() - timedelta(days=90), today() + timedelta(days=90), **more)


def notes(count: int, *, text: str = "Zimtstern", start: int = 0) -> list[ImportedNote]:
    """As many pairs with a note of each side; names and texts hold words that must be nowhere in clear."""
    return [
        ImportedNote(pair=f"Quisling {number}", role=role, held_on=DAY, text=f"{text} {number}", debrief='{"a": 1}')
        for number in range(start, start + count)
        for role in (Role.MENTOR, Role.MENTEE)
    ]


def code_all(store: ImportedStore, programme: str, *codes: str, codebook: int = 1) -> int:
    waiting = store.uncoded(HOUSE, programme, 1000, codebook=codebook)
    return store.code(HOUSE, [CodedNote(id=one.id, codes=codes, codebook=codebook) for one in waiting])


def counts(database: Database) -> list[int]:
    return [len(rows(database, column)) for column in TABLES]


def test_the_same_line_is_taken_once(store: ImportedStore, database: Database) -> None:
    # why: a file is imported again with new lines at its end, and by somebody who did not know
    programme, other = made(store), made(store)
    assert store.add(HOUSE, programme, notes(3)).model_dump() == {"notes": 6, "known": 0, "pairs": 3}
    assert store.add(HOUSE, programme, notes(4)).model_dump() == {"notes": 2, "known": 6, "pairs": 1}
    assert store.add(HOUSE, programme, [*notes(1, text="new"), *notes(1, text="new")]).model_dump() == {
        "notes": 2, "known": 2, "pairs": 0
    }  # fmt: skip
    assert store.add(HOUSE, other, notes(1)).model_dump() == {"notes": 2, "known": 0, "pairs": 1}
    assert counts(database) == [5, 12, 0]


def test_what_was_broken_off_goes_on(store: ImportedStore, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: 100,000 notes take minutes, and machines are switched off
    monkeypatch.setattr("assistant.store.imported._AT_ONCE", 4)
    programme = made(store)

    def broken() -> Iterator[ImportedNote]:
        yield from notes(3)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.add(HOUSE, programme, broken())
    assert counts(database) == [2, 4, 0]
    assert store.add(HOUSE, programme, notes(5)).model_dump() == {"notes": 6, "known": 4, "pairs": 3}
    first = store.uncoded(HOUSE, programme, 3)
    assert store.code(HOUSE, [CodedNote(id=one.id, codes=("no_time",), codebook=1) for one in first]) == 3
    assert store.waiting(HOUSE, programme) == 7 and not {one.id for one in first} & {
        one.id for one in store.uncoded(HOUSE, programme, 100)
    }
    assert code_all(store, programme, "no_time") == 7 and store.waiting(HOUSE, programme) == 0


def test_a_machine_of_one_person_stays_so(store: ImportedStore, database: Database) -> None:
    # why: an import that made people would shut out whoever sits at this machine
    me, mentor = (Actor(person=PERSONAL, role=role) for role in (Role.MANAGER, Role.MENTOR))
    programme = store.create(me, "Before", DAY, today() + timedelta(days=9))
    store.add(me, programme, notes(5))
    code_all(store, programme, "no_time")
    themes = ThemeStore(database)
    assert themes.state(me, programme).needs == 0
    release = themes.publish(me, programme, lambda cycle: json.dumps(len(cycle.pairs)))
    assert (release.content, themes.releases(me, programme)) == ("5", (release,))
    assert rows(database, PersonRow.id) == [] and not themes.consents(mentor)


def test_texts_and_names_are_nowhere_in_clear(home: Path, tmp_path: Path) -> None:
    # why: names of pairs and teams are names of people, and a digest without a key would let one try them all
    pair = ImportedPair(pair="Quisling 0", mentor_team="Zwetajewa", mentee_team="Zwetajewa")
    with opened(Settings(home=home, keys=tmp_path / "keys")) as database:
        store = ImportedStore(database)
        programme = made(store)
        store.add(HOUSE, programme, notes(2), [pair])
        code_all(store, programme, "mentor_holds_back")
        assert in_files(tmp_path, "Zimtstern", "Quisling", "Zwetajewa", "mentor_holds_back") == []
        (team, *_) = [one for one in rows(database, ImportedPairRow.mentor_team) if one]
        assert (
            team == rows(database, ImportedPairRow.mentee_team)[rows(database, ImportedPairRow.mentor_team).index(team)]
        )
        assert check_seals(database) is None
        with database.write(HOUSE) as session:
            session.get_one(ImportedNoteRow, rows(database, ImportedNoteRow.id)[0]).text = "rubbish"
        assert "imported_notes.text" in (check_seals(database) or "")


def test_notes_come_back_to_be_coded_to_the_house_alone(store: ImportedStore, database: Database) -> None:
    # why: a manager may bring notes, and reads none, not even those that the manager brought
    found_programme(database, 0)
    programme = store.create(MANAGER, "Before", DAY, today())
    store.add(MANAGER, programme, notes(1))
    read = store.uncoded(HOUSE, programme, 10)
    assert {(one.role, one.held_on, one.text, one.debrief) for one in read} == {
        (role, DAY, "Zimtstern 0", '{"a": 1}') for role in (Role.MENTOR, Role.MENTEE)
    }
    coded = [CodedNote(id=read[0].id, codes=("no_time",), codebook=1)]
    for call in (
        lambda: store.uncoded(MANAGER, programme, 10),
        lambda: store.waiting(MANAGER, programme),
        lambda: store.code(MANAGER, coded),
    ):
        with pytest.raises(AccessDenied, match="runs the machine"):
            call()
    assert rows(database, ContributionRow.id) == []


def test_a_note_counts_with_its_codes_or_not_at_all(store: ImportedStore, database: Database) -> None:
    # why: a note in which something must be dealt with by others contributes nothing, not even that it is there
    programme = made(store)
    store.add(HOUSE, programme, notes(6))
    read = store.uncoded(HOUSE, programme, 100)
    with pytest.raises(InputError, match="no text"):
        store.code(HOUSE, [CodedNote(id=read[0].id, codes=("He said it",), codebook=1)])
    untold = [CodedNote(id=one.id, codes=None, codebook=1) for one in read if one.text == "Zimtstern 5"]
    told = [CodedNote(id=one.id, codes=("no_time",), codebook=1) for one in read if one.text != "Zimtstern 5"]
    gone = CodedNote(id="0" * 32, codes=("no_time",), codebook=1)
    assert store.code(HOUSE, [*told, *untold, gone]) == 10
    cycle = gathered(ThemeStore(database), programme)
    assert len(cycle.pairs) == 5 and {one.codes for one in cycle.pairs} == {frozenset(["no_time"])}
    assert {(one.mentor, one.mentee) for one in cycle.pairs} == {
        (f"{one.pair}:mentor", f"{one.pair}:mentee") for one in cycle.pairs
    }


def test_a_newer_codebook_codes_again_what_no_release_has_taken(store: ImportedStore, database: Database) -> None:
    # why: a cycle of two codebooks could not be compared, and what is released never changes
    programme = made(store)
    store.add(HOUSE, programme, notes(5))
    code_all(store, programme, "old")
    gathered(ThemeStore(database), programme)
    store.add(HOUSE, programme, notes(5, start=5))
    assert code_all(store, programme, "old") == 10 and code_all(store, programme, "old") == 0
    assert code_all(store, programme, "new", codebook=2) == 10
    cycle = gathered(ThemeStore(database), programme)
    assert {one.codes for one in cycle.pairs} == {frozenset(["new"])}
    assert {one.codes for one in cycle.before_pairs} == {frozenset(["old"])}
    assert len(rows(database, ContributionRow.id)) == 20


def test_what_is_known_of_pairs_reaches_the_cycle(store: ImportedStore, database: Database) -> None:
    # why: one team alone must be told from several, and health needs sessions that were counted elsewhere
    programme = made(store, demonstration=True)
    facts = [ImportedPair(pair=f"Quisling {n}", mentor_team=f"Team {n % 2}", mentee_team="One", held=n, expected=3,
                          cancelled=n == 4) for n in range(5)]  # fmt: skip
    assert store.add(HOUSE, programme, (), facts[:2]).pairs == 2
    assert store.add(HOUSE, programme, notes(6), [*facts[1:]]).pairs == 4
    code_all(store, programme, "no_time")
    cycle = gathered(ThemeStore(database), programme)
    assert len({one.mentor_team for one in cycle.pairs if one.mentor_team}) == 2
    assert len({one.mentee_team for one in cycle.pairs if one.mentee_team}) == 1
    assert "Team" not in repr(cycle) and len(cycle.pairs) == 6
    assert sorted((one.held, one.expected, one.cancelled) for one in cycle.health) == [
        (0, 3, False), (1, 3, False), (2, 3, False), (3, 3, False), (4, 3, True)
    ]  # fmt: skip


def test_imported_and_own_pairs_make_one_cycle(store: ImportedStore, database: Database) -> None:
    # why: a company begins with Eyelevel half-way through a programme
    pairs = found_programme(database, 2)
    let_all_count(database, pairs, "no_time")
    store.add(MANAGER, "d" * 32, notes(3))
    code_all(store, "d" * 32, "no_time")
    assert len(gathered(ThemeStore(database)).pairs) == 5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": " "}, "needs a pair"),
        ({"pair": ""}, "needs a pair"),
        ({"role": Role.MANAGER}, "needs a pair"),
        ({"text": "x" * 400_001}, "400,001"),
        ({"debrief": "{"}, "not JSON"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    store: ImportedStore, database: Database, change: dict[str, Any], said: str
) -> None:
    # why: one clear line before anything of it is in the database
    note = notes(1)[0].model_copy(update={"debrief": None, **change})
    with pytest.raises(InputError, match=said):
        store.add(HOUSE, made(store), [note])
    assert counts(database) == [0, 0, 0]


def test_importing_and_removing_is_audited_in_ids(store: ImportedStore, database: Database) -> None:
    # why: whoever imports says that the authors agreed, and must be found afterwards
    found_programme(database, 0)
    for _ in range(2):
        store.add(MANAGER, "d" * 32, notes(1))
    store.remove(MANAGER, "d" * 32)
    with database.read(HOUSE) as session:
        entries = session.execute(select(AuditRow.actor, AuditRow.action, AuditRow.kind, AuditRow.item)).all()
    assert [tuple(entry) for entry in entries if "import" in entry.action] == [
        (MANAGER.person, action, "programme", "d" * 32) for action in ("import", "remove_import")
    ]
    assert verify(database).fault is None


def _keys(settings: Settings) -> Sequence[Path]:
    return sorted(settings.keys.rglob("*.key"))


def test_removing_takes_everything_but_the_releases_in_copies_too(home: Path, tmp_path: Path) -> None:
    # why: authors change their minds; a copy from before must hold nothing that can be read
    settings = Settings(home=home, keys=tmp_path / "keys")
    with opened(settings) as database:
        store = ImportedStore(database)
        programme, other = made(store), made(store)
        store.add(HOUSE, programme, notes(5))
        store.add(HOUSE, other, notes(1))
        code_all(store, programme, "no_time")
        gathered(ThemeStore(database), programme)
    copy, keys = (home / "eyelevel.db").read_bytes(), _keys(settings)
    with opened(settings) as database:
        store = ImportedStore(database)
        assert store.remove(HOUSE, programme) == 10 and store.remove(HOUSE, programme) == 0
        assert counts(database) == [1, 2, 0] and len(rows(database, ReleaseRow.id)) == 1
        assert len(set(keys) - set(_keys(settings))) == 1
        store.add(HOUSE, programme, notes(1))
        assert counts(database) == [2, 4, 0]
    (home / "eyelevel.db").write_bytes(copy)
    with opened(settings) as database:
        assert counts(database) == [1, 2, 0] and check_seals(database) is None


def test_a_demonstration_is_removed_with_its_programme_and_takes_no_people(
    store: ImportedStore, database: Database
) -> None:
    # why: what was made up must not be mixed with what was not, and goes without a trace
    pairs = found_programme(database, 1)
    programme = made(store, demonstration=True)
    store.add(HOUSE, programme, notes(5))
    code_all(store, programme, "no_time")
    gathered(ThemeStore(database), programme, until=today() - timedelta(days=30))
    listed = {one.id: one.demonstration for one in ProgrammeStore(database).list(MANAGER)}
    assert listed == {programme: True, "d" * 32: False}
    with pytest.raises(InputError, match="demonstration"):
        ProgrammeStore(database).pair(MANAGER, programme, pairs[0].mentor.person, pairs[0].mentee.person)
    assert store.remove(MANAGER, programme) == 10
    assert counts(database) == [0, 0, 0] and rows(database, ReleaseRow.id) == []
    assert rows(database, ProgrammeRow.id) == ["d" * 32]


def test_what_was_imported_is_kept_no_longer_than_its_programme_says(store: ImportedStore, database: Database) -> None:
    # why: notes of people who have no account here are erased like those of people who have one
    programme = made(store, retention_days=30)
    store.add(HOUSE, programme, notes(5))
    code_all(store, programme, "no_time")
    gathered(ThemeStore(database), programme)
    last = today() + timedelta(days=120)
    assert apply_retention(database, last) == 0 and counts(database) == [5, 10, 10]
    assert apply_retention(database, last + timedelta(days=1)) == 5
    assert counts(database) == [0, 0, 0] and len(rows(database, ReleaseRow.id)) == 1
