"""What a person may ask for: a copy of everything, erasing it, and that nothing is kept for longer than promised."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from company import (
    ANA,
    BEN,
    DAYS,
    ENDS,
    NOW,
    PAIR,
    PROGRAMME,
    found_company,
    in_files,
    opened,
    words_of,
    write_everything,
)
from sqlalchemy import delete, func, inspect, select, true, update

from assistant.errors import AccessDenied, InputError, KeyMissing
from assistant.events import configure_log
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store import rights
from assistant.store.audit import verify
from assistant.store.conversations import ConversationStore
from assistant.store.database import HOUSE, Database
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.people_tables import (
    CommitmentRow,
    GrantRow,
    PairRow,
    PersonRow,
    ProgrammeRow,
    SessionRow,
    ShareRow,
    TakeawayRow,
)
from assistant.store.retention import apply_retention
from assistant.store.rights import RightsStore, erase_person
from assistant.store.rights_records import Export
from assistant.store.tables import Base, ConversationRow, DraftRow, NoteRow
from assistant.store.theme_tables import ContributionRow, SurveyAnswerRow

ME = Actor(person=PERSONAL, role=Role.MENTOR)
STRANGER = Actor(person="f" * 32, role=Role.MENTOR)


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    with opened(settings) as database:
        yield database


def count(database: Database, column: object, *values: str) -> int:
    with database.read(HOUSE) as session:
        return session.scalar(select(func.count()).where(column.in_(values))) or 0  # type: ignore[attr-defined]


# Everything I have


def test_the_export_holds_everything_of_one_person_and_nothing_of_another(database: Database) -> None:
    # why: the right is to all of it, and only to one's own
    found_company(database)
    store = RightsStore(database)
    for actor, other, partner in ((ANA, BEN, "Ben Quisling"), (BEN, ANA, "Ana Zwetajewa")):
        found = store.export(actor)
        text = found.model_dump_json()
        assert words_of(other) not in text
        assert found.pairs[0].partner == partner and found.pairs[0].retention_days == DAYS
        mine = words_of(actor)
        assert (found.conversations[0].title, found.conversations[0].turns[0].question) == (mine, mine)
        assert found.conversations[0].turns[0].reply and found.conversations[0].turns[0].reply.text == mine
        note = found.notes[0]
        assert (note.title, note.text, note.report, note.debrief) == (mine, mine, {"q": mine}, {"brought": mine})
        assert (note.verdicts, note.pair) == ({"a": True}, PAIR)
        (promise,) = found.commitments
        assert (found.kept_verdicts[0].quotes, promise.text, promise.reason) == ([mine], mine, mine)
        assert (promise.outcome, promise.source_kind, promise.source_item) == ("dropped", "note", note.id)
        (draft,) = found.drafts
        assert (draft.kind, draft.title, draft.content, draft.form) == ("plan", mine, {"purpose": mine}, 1)
        assert (draft.pair, draft.role, draft.deleted_at) == (PAIR, actor.role, None)
        (taken,) = found.takeaways
        assert (taken.text, taken.pair, taken.role, taken.meeting) == (mine, PAIR, actor.role, found.sessions[0].id)
        (counted,), (said,) = found.contributions, found.survey_answers
        assert (counted.codes, counted.source_item, counted.released) == (("no_time", "need_time"), note.id, False)
        assert (said.answers, said.role, found.theme_consents[0].role) == ({"useful": 4}, actor.role, actor.role)
        assert taken.consented_at and found.reminder_choice and not found.reminder_choice.wanted
        assert found.verdict_consent and found.person.email and not found.unreadable
        lengths = [len(getattr(found, name)) for name in ("roles", "company_sign_ins", "sessions", "shares_given",
                   "shares_received", "sign_ins", "hosted_choices")]  # fmt: skip
        assert lengths == [1] * 7
        assert set(type(found.shares_received[0]).model_fields) == {"kind", "shared_at"}
        assert Export.model_validate_json(text) == found and json.loads(text)["version"] == 1
        assert "argon" not in text


def test_the_export_joins_all_roles_and_what_is_deleted_but_still_there(database: Database) -> None:
    # why: one person may be mentor here and mentee there; what waits for the purge is still held
    for role in (Role.MENTOR, Role.MENTEE, Role.MANAGER):
        actor = ME.model_copy(update={"role": role})
        NoteStore(database).save(actor, SavedNote(title=role, text="", report="{}"))
    store = NoteStore(database)
    store.delete(ME, store.list(ME)[0].id)
    found = RightsStore(database).export(ME.model_copy(update={"role": Role.MENTEE}))
    assert {(note.role, note.deleted_at is None) for note in found.notes} == {
        (Role.MENTOR, False), (Role.MENTEE, True), (Role.MANAGER, True)
    }  # fmt: skip
    assert found.person.id == PERSONAL and found.person.name is None


def test_every_table_is_exported_or_left_out_for_a_reason() -> None:
    # why: a table that is added later must not be forgotten
    left_out = {
        "meta": "of no person", "attempts": "digests, erased after a day", "audit": "ids, for the administrator",
        "invitations": "a digest and a date, of a link that nobody can read back",
        "releases": "of a programme, and of nobody in it",
        "imported_pairs": "of nobody who has an account", "imported_notes": "of nobody who has an account",
    }  # fmt: skip
    exported = {
        "people", "grants", "credentials", "identities", "pairs", "programmes", "sessions", "conversations", "turns",
        "notes", "drafts", "consents", "kept_verdicts", "commitments", "shares", "sign_ins", "hosted_choices",
        "rosters", "takeaways", "takeaway_consents", "reminder_choices", "theme_consents", "contributions",
        "survey_answers",
    }  # fmt: skip
    assert exported | set(left_out) == set(Base.metadata.tables)


def test_a_damaged_text_is_named_and_the_rest_is_there(database: Database) -> None:
    # why: one bad sector must not keep a person from all the rest
    note = found_company(database)[ANA]
    with database.write(HOUSE) as session:
        session.get_one(NoteRow, note).text = "rubbish"
    found = RightsStore(database).export(ANA)
    assert found.unreadable == (f"notes.text:{note}",)
    assert found.notes[0].text is None and found.notes[0].title == words_of(ANA)


def test_strangers_and_closed_accounts_get_nothing(database: Database) -> None:
    # why: deny by default, here as everywhere
    found_company(database)
    with database.write(HOUSE) as session:
        session.get_one(PersonRow, BEN.person).closed_at = NOW
    store = RightsStore(database)
    others = (
        STRANGER,
        BEN,
        ME,
        Actor(person="", role=Role.MENTOR),
    )
    for actor in others:
        for call in (store.export, store.kept, store.erase_me, lambda one: store.erase_pair(one, PAIR)):
            with pytest.raises(AccessDenied):
                call(actor)
    assert count(database, PersonRow.id, ANA.person, BEN.person) == 2


def test_the_own_data_is_there_without_the_role_in_which_it_was_written(database: Database) -> None:
    # why: rights are a person's; a part that was taken away, or is played at the moment, takes nothing of them
    note = found_company(database)[ANA]
    with database.write(HOUSE) as session:
        session.execute(delete(GrantRow))
    for role in Role:
        assert [one.id for one in RightsStore(database).export(ANA.model_copy(update={"role": role})).notes] == [note]
    with pytest.raises(AccessDenied):
        RightsStore(database).erase_pair(ANA.model_copy(update={"role": Role.MENTEE}), PAIR)
    assert RightsStore(database).erase_pair(ANA, PAIR).erased["notes"] == 1


# Erase me


def test_after_erasing_nothing_of_a_person_is_in_any_table(database: Database) -> None:
    # why: "erase" means all of it, also where a later table names the person in a new column
    notes = found_company(database)
    said = RightsStore(database).erase_me(ANA)
    assert said.erased == {
        "notes": 1, "drafts": 1, "conversations": 1, "commitments": 1, "takeaways": 1, "kept_verdicts": 1, "pairs": 1,
        "survey_answers": 1, "contributions": 1,
    }  # fmt: skip
    assert said.traces_removed and not database.keys.has(ANA.person)
    with database.read(HOUSE) as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                if table.name != "audit":
                    assert ANA.person not in row.values(), table.name
    assert count(database, PairRow.id, PAIR) == count(database, SessionRow.pair_id, PAIR) == 0
    assert NoteStore(database).load(BEN, notes[BEN]).text == words_of(BEN)
    assert verify(database).fault is None


def test_the_partners_note_is_still_kept_no_longer_than_promised(database: Database) -> None:
    # why: without its pair a note would otherwise stay for ever
    notes = found_company(database)
    RightsStore(database).erase_me(ANA)
    last = ENDS + timedelta(days=DAYS)
    left = RightsStore(database).export(BEN)
    assert {one.keep_until for one in (*left.notes, *left.drafts, *left.commitments, *left.takeaways)} == {last}
    assert apply_retention(database, last) == 0
    assert apply_retention(database, last + timedelta(days=1)) == 4
    with pytest.raises(AccessDenied):
        NoteStore(database).load(BEN, notes[BEN])


def test_what_remains_is_the_same_whatever_the_partner_wrote(database: Database, settings: Settings) -> None:
    # why: what is said after erasing must not tell whether the other side keeps notes
    found_company(database)
    store = RightsStore(database)
    with_notes = store.erase_pair(ANA, PAIR)
    with database.write(HOUSE) as session:
        session.execute(update(NoteRow).where(NoteRow.person == BEN.person).values(pair_id=None))
    without = store.erase_pair(ANA, PAIR)
    assert with_notes.remains == without.remains
    everything = " ".join(one.what + one.why for one in (*with_notes.remains, *store.erase_me(ANA).remains))
    assert words_of(BEN) not in everything and "Ben" not in everything


def test_no_trace_is_left_in_file_log_or_journal(home: Path, tmp_path: Path, in_clear: None) -> None:
    # why: nothing of it in database, write-ahead log and logs, also while others have the file open
    settings = Settings(home=home, keys=tmp_path / "keys")
    configure_log(home / "logs")
    with opened(settings) as database, opened(settings) as other:
        found_company(database)
        for _ in range(30):
            write_everything_again(database)
        words = (words_of(ANA), "Zwetajewa", "ana@example.org", "argon-aaaa", "subject-aaaa")
        assert len(in_files(home, *words)) > 2
        assert ConversationStore(other).list(BEN)
        started = datetime.now(UTC)
        assert RightsStore(database).erase_me(ANA).traces_removed
        assert datetime.now(UTC) - started < timedelta(seconds=60)
        assert in_files(home, *words) == [] and in_files(tmp_path, *words) == []
        assert in_files(home, words_of(BEN)) != []


def write_everything_again(database: Database) -> None:
    notes, talks = NoteStore(database), ConversationStore(database)
    for actor in (ANA, BEN):
        notes.save(actor, SavedNote(title=words_of(actor), text=words_of(actor) * 40, report="{}"))
        talks.start(actor, words_of(actor))


def test_traces_wait_for_a_reader_and_then_go(
    home: Path, tmp_path: Path, in_clear: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: a page that reads at that moment keeps the log from being cut; the next cleaning does it
    monkeypatch.setattr(rights, "TRACES_SECONDS", 0.1)
    with opened(Settings(home=home, keys=tmp_path / "keys")) as database:
        found_company(database)
        with database.read(HOUSE) as reading:
            assert reading.scalar(select(func.count()).select_from(NoteRow)) == 2
            assert not RightsStore(database).erase_me(ANA).traces_removed
        assert database.remove_traces()
        assert in_files(home, words_of(ANA)) == []


def test_at_ones_own_machine_one_starts_anew(database: Database) -> None:
    # why: erasing everything must not lock the only person out
    write_everything(database, ME)
    assert RightsStore(database).erase_me(ME).erased["notes"] == 1
    assert RightsStore(database).export(ME).notes == () and not database.keys.has(PERSONAL)
    write_everything(database, ME)
    assert RightsStore(database).export(ME).notes[0].text == words_of(ME)


def test_the_last_administrator_stays(database: Database) -> None:
    # why: nobody could invite anybody any more
    found_company(database)
    with database.write(HOUSE) as session:
        session.add(GrantRow(person=ANA.person, role="administrator", granted_at=NOW))
    with pytest.raises(InputError, match="last administrator"):
        RightsStore(database).erase_me(ANA)
    assert database.keys.has(ANA.person) and count(database, NoteRow.person, ANA.person) == 1
    with database.write(HOUSE) as session:
        session.add(GrantRow(person=BEN.person, role="administrator", granted_at=NOW))
    RightsStore(database).erase_me(ANA)


def test_whoever_runs_the_machine_can_erase_by_id(database: Database) -> None:
    # why: somebody who left cannot sign in any more, and still has the right
    found_company(database)
    for nobody in ("", "nobody", "9" * 32, "x" * 5000):
        with pytest.raises(InputError, match="no person"):
            erase_person(database, HOUSE, nobody)
    assert erase_person(database, HOUSE, ANA.person).erased["notes"] == 1
    with pytest.raises(InputError):
        erase_person(database, HOUSE, ANA.person)
    with pytest.raises(AccessDenied):
        NoteStore(database).save(ANA, SavedNote(title="t", text="", report="{}"))
    with pytest.raises(KeyMissing):
        database.keys.seal(ANA.person, "notes.text:x", "late")


# Erase a pair


def test_erasing_a_pair_erases_what_i_wrote_about_it_and_ends_it(database: Database) -> None:
    # why: the other side's notes are theirs, and my other notes have nothing to do with it
    notes = found_company(database)
    other = NoteStore(database).save(ANA, SavedNote(title="other", text="other", report="{}"))
    said = RightsStore(database).erase_pair(ANA, PAIR)
    assert said.erased == {
        "notes": 1, "drafts": 1, "commitments": 1, "takeaways": 1, "survey_answers": 1, "contributions": 1
    }  # fmt: skip
    assert said.traces_removed
    for column in (ContributionRow.person, SurveyAnswerRow.person):
        assert (count(database, column, ANA.person), count(database, column, BEN.person)) == (0, 1)
    assert [note.id for note in NoteStore(database).list(ANA)] == [other]
    assert NoteStore(database).load(BEN, notes[BEN]).text == words_of(BEN)
    assert count(database, CommitmentRow.person, ANA.person) == count(database, ShareRow.owner, ANA.person) == 0
    assert count(database, CommitmentRow.person, BEN.person) == count(database, DraftRow.person, BEN.person) == 1
    assert count(database, DraftRow.person, ANA.person) == 0
    with database.read(HOUSE) as session:
        assert session.get_one(PairRow, PAIR).ended_at is not None
    assert verify(database).fault is None


@pytest.mark.parametrize("pair", ["", "e" * 32, PROGRAMME, "'; --", "c" * 33])
def test_a_pair_that_is_not_mine_looks_like_none(database: Database, pair: str) -> None:
    # why: an id must not tell whether there is such a pair
    found_company(database)
    with pytest.raises(AccessDenied):
        RightsStore(database).erase_pair(ANA, pair)
    with pytest.raises(AccessDenied):
        RightsStore(database).erase_pair(BEN.model_copy(update={"person": ANA.person}), PAIR)
    assert count(database, NoteRow.pair_id, PAIR) == 2


# Kept no longer than promised


def test_what_a_pair_wrote_goes_when_the_programme_says(database: Database) -> None:
    # why: twelve months after the end, and not a day earlier or later
    found_company(database)
    fresh = NoteStore(database).save(ANA, SavedNote(title="fresh", text="fresh", report="{}"))
    last = ENDS + timedelta(days=DAYS)
    _date(database, last)
    _date(database, last + timedelta(days=1), only=fresh)
    assert apply_retention(database, last) == 0
    assert apply_retention(database, last + timedelta(days=1)) == 13, "eleven of the pair, and two conversations"
    assert apply_retention(database, last + timedelta(days=1)) == 0
    assert count(database, NoteRow.person, ANA.person, BEN.person) == 1
    left = (SessionRow.pair_id, CommitmentRow.pair_id, DraftRow.pair_id, TakeawayRow.pair_id)
    left += (ContributionRow.pair_id, SurveyAnswerRow.pair_id)
    assert {count(database, column, PAIR) for column in left} == {0}
    assert NoteStore(database).load(ANA, fresh).text == "fresh", "written after the last programme was over"
    assert count(database, ConversationRow.person, ANA.person, BEN.person) == 0


def test_whoever_is_in_another_programme_keeps_what_belongs_to_no_pair(database: Database) -> None:
    # why: the conversations of somebody who goes on are not over, and another role's are not either
    found_company(database)
    last = ENDS + timedelta(days=DAYS)
    again, pair = "8" * 32, "7" * 32
    with database.write(HOUSE) as session:
        later = {"starts_on": ENDS, "ends_on": ENDS + timedelta(days=100), "retention_days": DAYS}
        session.add(ProgrammeRow(id=again, title="Again", created_at=NOW, **later))
        session.flush()
        session.add(PairRow(id=pair, programme_id=again, mentor=ANA.person, mentee=BEN.person, created_at=NOW))
    kept = Actor(person=ANA.person, role=Role.MENTEE)
    with database.write(HOUSE) as session:
        session.add(GrantRow(person=ANA.person, role=Role.MENTEE.value, granted_at=NOW))
    other = ConversationStore(database).start(kept, "As somebody's mentee")
    _date(database, last)
    assert apply_retention(database, last + timedelta(days=1)) == 11
    assert count(database, ConversationRow.person, ANA.person) == 2
    assert apply_retention(database, last + timedelta(days=101)) == 2
    assert ConversationStore(database).read(kept, other).turns == ()


def _date(database: Database, day: date, *, only: str | None = None) -> None:
    """As if everything, or one item, had been written on this day."""
    moment = datetime.combine(day, time(12), UTC)
    with database.write(HOUSE) as session:
        for table in (NoteRow, DraftRow, ConversationRow, CommitmentRow):
            written = {"created_at" if table is CommitmentRow else "updated_at": moment}
            session.execute(update(table).where(table.id == only if only else true()).values(written))


def test_a_programme_that_goes_on_keeps_everything(database: Database) -> None:
    # why: erasing too much is worse than too little
    found_company(database)
    for day in (date(2026, 1, 1), ENDS, ENDS + timedelta(days=1)):
        assert apply_retention(database, day) == 0


def test_texts_without_a_pair_go_after_the_set_number_of_days(database: Database) -> None:
    # why: off by default; where it is set, old texts go, whoever they belong to, and what was used lately stays
    write_everything(database, ME)
    fresh = NoteStore(database).save(ME, SavedNote(title="fresh", text="", report="{}"))
    old = datetime.now(UTC) - timedelta(days=31)
    with database.write(HOUSE) as session:
        session.execute(update(NoteRow).where(NoteRow.id != fresh).values(updated_at=old))
        session.execute(update(ConversationRow).values(updated_at=old))
        session.execute(update(DraftRow).values(updated_at=old))
        session.execute(update(CommitmentRow).values(created_at=old))
    today = datetime.now(UTC).date()
    assert apply_retention(database, today) == apply_retention(database, today, 32) == 0
    assert apply_retention(database, today, 30) == 4
    assert [note.id for note in NoteStore(database).list(ME)] == [fresh]


def test_what_retention_erased_leaves_no_trace(home: Path, tmp_path: Path, in_clear: None) -> None:
    # why: "really deletes"
    with opened(Settings(home=home, keys=tmp_path / "keys")) as database:
        note = found_company(database)[ANA]
        NoteStore(database).update(ANA, note, report="{}", debrief=None, verdicts={}, text="Zimtstern " * 900)
        assert in_files(home, "Zimtstern") != []
        apply_retention(database, ENDS + timedelta(days=DAYS + 1))
        assert in_files(home, "Zimtstern") == []


def test_no_column_that_names_a_person_is_forgotten() -> None:
    # why: a column that points at people must cascade, be nulled, or be erased by `erasure`
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "people":
                assert key.ondelete in ("CASCADE", "SET NULL"), key
    named = {f"{t.name}.{c.name}" for t in Base.metadata.sorted_tables for c in t.columns
             if c.name in ("person", "owner", "actor", "recipient") and not c.foreign_keys}  # fmt: skip
    assert named == {
        "notes.person", "drafts.person", "conversations.person", "commitments.person", "consents.person",
        "hosted_choices.person", "takeaways.person", "takeaway_consents.person", "reminder_choices.person",
        "shares.owner", "audit.actor", "rosters.person", "theme_consents.person", "contributions.person",
        "survey_answers.person", "imported_pairs.person", "imported_notes.person",  # the last two name a key
    }  # fmt: skip
    assert inspect(NoteRow)
