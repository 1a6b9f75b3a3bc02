"""What each side of a pair says of a session: one's own alone, until both have consented, and for no longer."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from company import ANA, BEN, PAIR, found_company, in_files, let_in
from kit import one_line
from postgres_server import APP, Company
from sqlalchemy import delete, func, select, text, update
from structlog.testing import capture_logs

from assistant.errors import AccessDenied, InputError, KeyMissing, StoreDamaged
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.backup import backup
from assistant.store.commitments import SIDES
from assistant.store.database import HOUSE, Database
from assistant.store.people import PeopleStore
from assistant.store.people_tables import AuditRow, PairRow, SessionRow, TakeawayConsentRow, TakeawayRow
from assistant.store.programmes import ProgrammeStore
from assistant.store.restore import restore
from assistant.store.retention import apply_retention
from assistant.store.rights import RightsStore
from assistant.store.seals import check_seals
from assistant.store.takeaways import LONGEST_TAKEAWAY, Takeaway, TakeawayStore

TODAY = datetime.now(UTC).date()
MAX, UMA, TIM = (Actor(person=letter * 32, role=role) for letter, role in
                 (("f", Role.MANAGER), ("1", Role.MENTEE), ("2", Role.MENTOR)))  # fmt: skip
MEANT, TAKEN = "I meant that the release waits for nobody.", "I take away that releases are hard."


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    with closing(Database(Settings(home=home))) as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> TakeawayStore:
    return TakeawayStore(database)


@pytest.fixture
def meeting(database: Database) -> str:
    """A session of Ana and Ben, of which neither wrote; Tim mentors Uma."""
    let_in(database, ANA, BEN, MAX, UMA, TIM)
    programmes = ProgrammeStore(database)
    programme = programmes.create(MAX, "Spring", TODAY, TODAY + timedelta(days=90))
    pair = programmes.pair(MAX, programme, ANA.person, BEN.person)
    programmes.pair(MAX, programme, TIM.person, UMA.person)
    return programmes.record_session(ANA, pair, TODAY, minutes_held=45)


def both_wrote(store: TakeawayStore, meeting: str) -> tuple[str, str]:
    return store.write(ANA, meeting, MEANT), store.write(BEN, meeting, TAKEN)


def seen(store: TakeawayStore) -> tuple[list[str], list[str]]:
    """What Ana and Ben read of each other."""
    return tuple([one.text for one in store.received(actor)] for actor in (ANA, BEN))  # type: ignore[return-value]


def show_both(store: TakeawayStore, meeting: str) -> tuple[str, str]:
    mine, theirs = both_wrote(store, meeting)
    store.consent(ANA, mine)
    store.consent(BEN, theirs)
    assert seen(store) == ([TAKEN], [MEANT])
    return mine, theirs


# One's own


def test_what_is_written_comes_back_and_a_second_time_replaces_it(store: TakeawayStore, meeting: str) -> None:
    # why: one text a side and a session; a better wording must not stand beside the worse one
    made = store.write(ANA, meeting, "  First Ärger “words” 🎓 ")
    assert store.write(ANA, meeting, MEANT) == made
    (found,) = store.list(ANA)
    assert found == Takeaway(id=made, meeting=meeting, pair=found.pair, held_on=TODAY, text=MEANT,
                             updated=found.updated, consented=False)  # fmt: skip
    assert found.pair and store.list(BEN) == ()


@pytest.mark.parametrize("wrong", ["", " \n\0", "sekret " * 400])
def test_no_words_and_too_many_are_one_line_and_change_nothing(store: TakeawayStore, meeting: str, wrong: str) -> None:
    # why: the line is shown on the page, and must not repeat what was written
    store.write(ANA, meeting, "x" * LONGEST_TAKEAWAY)
    with pytest.raises(InputError) as refused:
        store.write(ANA, meeting, wrong)
    assert "sekret" not in one_line(refused.value) and store.list(ANA)[0].text == "x" * LONGEST_TAKEAWAY


# Both sides


def test_nothing_is_seen_before_both_have_consented(store: TakeawayStore, meeting: str) -> None:
    # why: the whole promise; not even that the other has written or said yes is told before
    mine, theirs = both_wrote(store, meeting)
    assert seen(store) == ([], [])
    before = store.list(BEN)
    store.consent(ANA, mine)
    assert seen(store) == ([], []) and store.list(BEN) == before
    store.consent(BEN, theirs)
    assert seen(store) == ([TAKEN], [MEANT])
    (one,) = store.received(ANA)
    assert (one.meeting, one.owner_name) == (meeting, f"Name {BEN.person[:4]}")


@pytest.mark.parametrize("first", [ANA, BEN])
def test_either_ends_it_for_both_at_once(store: TakeawayStore, meeting: str, first: Actor) -> None:
    # why: the junior must not have to leave words with somebody who has closed the own ones, and the other way round
    made = dict(zip((ANA, BEN), show_both(store, meeting), strict=True))
    for _ in range(2):
        store.withdraw(first, made[first])
        assert seen(store) == ([], [])
    store.consent(first, made[first])
    assert seen(store) == ([TAKEN], [MEANT])


def test_a_consent_is_for_one_session_alone(store: TakeawayStore, database: Database, meeting: str) -> None:
    # why: whoever opens one talk has not opened the next one
    show_both(store, meeting)
    pair = store.list(ANA)[0].pair or ""
    later = ProgrammeStore(database).record_session(ANA, pair, TODAY, minutes_held=30)
    other = store.write(ANA, later, "Another talk"), store.write(BEN, later, "My view of it")
    assert seen(store) == ([TAKEN], [MEANT])
    store.consent(ANA, other[0])
    assert seen(store) == ([TAKEN], [MEANT])
    store.consent(BEN, other[1])
    assert {one.meeting for one in store.received(ANA)} == {meeting, later}


def test_what_is_changed_later_is_read_as_it_is_then(store: TakeawayStore, meeting: str) -> None:
    # why: the page says so beside the consent, and a copy of old words would be nobody's any more
    show_both(store, meeting)
    store.write(ANA, meeting, "Better words")
    assert seen(store) == ([TAKEN], ["Better words"])


def test_deleting_ones_own_takes_the_consent_along(store: TakeawayStore, meeting: str) -> None:
    # why: written anew it is another text, to which nobody has agreed
    mine, _ = show_both(store, meeting)
    store.delete(ANA, mine)
    assert seen(store) == ([], []) and store.list(ANA) == ()
    store.write(ANA, meeting, "Anew")
    assert seen(store) == ([], []) and not store.list(ANA)[0].consented and store.list(BEN)[0].consented
    with pytest.raises(AccessDenied):
        store.delete(ANA, mine)


def test_a_session_that_is_deleted_leaves_each_the_own_words(
    store: TakeawayStore, database: Database, meeting: str
) -> None:
    # why: either side may delete the session for both, and must not erase what the other wrote with it
    mine, _ = show_both(store, meeting)
    ProgrammeStore(database).delete_session(BEN, meeting)
    assert seen(store) == ([], [])
    (left,) = store.list(ANA)
    assert (left.text, left.meeting, left.held_on, left.consented) == (MEANT, None, TODAY, False)
    with pytest.raises(AccessDenied, match="is no more"):
        store.consent(ANA, mine)
    store.delete(ANA, mine)


def test_the_end_of_the_pair_is_the_end_of_it_also_when_it_goes_on(
    store: TakeawayStore, database: Database, meeting: str
) -> None:
    # why: nothing from before may come back to life without both being asked again
    mine, theirs = show_both(store, meeting)
    pair, programmes = store.list(ANA)[0].pair or "", ProgrammeStore(database)
    programmes.end_pair(MAX, pair)
    assert seen(store) == ([], []) and [len(store.list(actor)) for actor in (ANA, BEN)] == [1, 1]
    with pytest.raises(AccessDenied):
        store.consent(ANA, mine)
    programme = programmes.own_pairs(ANA)[0].programme.id
    assert programmes.pair(MAX, programme, ANA.person, BEN.person) == pair
    assert seen(store) == ([], []) and not store.list(ANA)[0].consented and not store.list(BEN)[0].consented
    store.consent(BEN, theirs)
    assert seen(store) == ([], [])


def test_a_role_that_is_taken_away_ends_it_also_when_it_is_given_again(
    store: TakeawayStore, database: Database, meeting: str
) -> None:
    # why: whoever has lost the role could revoke nothing, and the other would read on
    show_both(store, meeting)
    people = PeopleStore(database)
    people.revoke(HOUSE, ANA.person, Role.MENTOR)
    assert store.received(BEN) == ()
    for call in (lambda: store.received(ANA), lambda: store.write(ANA, meeting, "x")):
        with pytest.raises(AccessDenied):
            call()
    people.grant(HOUSE, ANA.person, Role.MENTOR)
    assert seen(store) == ([], []) and not store.list(ANA)[0].consented


def test_it_is_audited_without_a_word_of_it(store: TakeawayStore, database: Database, meeting: str) -> None:
    # why: who opened what to whom can be looked up; not what it says
    mine, theirs = show_both(store, meeting)
    store.withdraw(BEN, theirs)
    ProgrammeStore(database).end_pair(MAX, store.list(ANA)[0].pair or "")
    with database.read(HOUSE) as session:
        entries = session.scalars(select(AuditRow).where(AuditRow.kind == "takeaway").order_by(AuditRow.position))
        assert [(one.actor, one.action, one.item) for one in entries] == [
            (ANA.person, "share", mine),
            (BEN.person, "share", theirs),
            (BEN.person, "revoke", theirs),
            (MAX.person, "end_share", mine),
        ]


# Who may

CALLS: dict[str, Callable[[TakeawayStore, Actor, str, str], Any]] = {
    "write": lambda s, a, m, t: s.write(a, m, "foreign"),
    "list": lambda s, a, m, t: s.list(a),
    "delete": lambda s, a, m, t: s.delete(a, t),
    "consent": lambda s, a, m, t: s.consent(a, t),
    "withdraw": lambda s, a, m, t: s.withdraw(a, t),
    "received": lambda s, a, m, t: s.received(a),
}


def test_every_public_method_is_here() -> None:
    # why: a new method without a line here would be a door that nobody tried
    public = {name for name, _ in inspect.getmembers(TakeawayStore, inspect.isfunction) if not name.startswith("_")}
    assert public == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_nobody_but_the_owner_in_the_same_role_may(
    store: TakeawayStore, database: Database, meeting: str, name: str
) -> None:
    # why: 0 wrong allows; a denied call changes nothing and says the same as for what does not exist
    mine, _ = show_both(store, meeting)
    before = (store.list(ANA), store.list(BEN), seen(store))
    persons = (ANA.person, BEN.person, MAX.person, UMA.person, TIM.person, PERSONAL, "0" * 32, "%", "")
    for person, role in product(persons, Role):
        asker = Actor(person=person, role=role)
        if asker in (ANA, BEN):
            continue
        if name in ("list", "received") and asker in (UMA, TIM, MAX) and (name == "list" or asker.role in SIDES):
            assert CALLS[name](store, asker, meeting, mine) == ()
            continue
        said = denial(store, name, asker, meeting, mine)
        assert said == denial(store, name, asker, "0" * 32, "0" * 32)
        assert (store.list(ANA), store.list(BEN), seen(store)) == before
    if name in ("delete", "consent", "withdraw"):
        denial(store, name, BEN, meeting, mine)
        assert (store.list(ANA), store.list(BEN), seen(store)) == before


def denial(store: TakeawayStore, name: str, asker: Actor, meeting: str, takeaway: str) -> str:
    with pytest.raises(AccessDenied) as denied:
        CALLS[name](store, asker, meeting, takeaway)
    return str(one_line(denied.value)).replace(meeting, "ID").replace(takeaway, "ID")


@pytest.mark.parametrize("wanted", ["", "x", "%", "0" * 33, "' OR 1=1 --", "\0", "\ud83d"])
def test_no_id_is_read_as_anything_else(store: TakeawayStore, meeting: str, wanted: str) -> None:
    # why: ids come from the address bar
    store.write(ANA, meeting, MEANT)
    for name in ("write", "delete", "consent", "withdraw"):
        with pytest.raises(AccessDenied):
            CALLS[name](store, ANA, wanted, wanted)
    assert [one.text for one in store.list(ANA)] == [MEANT]


def test_alone_on_a_computer_there_is_no_session_to_write_about(store: TakeawayStore) -> None:
    # why: nobody to compare with
    me = Actor(person=PERSONAL, role=Role.MENTOR)
    assert (store.list(me), store.received(me)) == ((), ())
    with pytest.raises(AccessDenied):
        store.write(me, "0" * 32, "x")


# Rights, retention, seals, copies


def test_the_export_holds_ones_own_and_never_the_others(store: TakeawayStore, database: Database, meeting: str) -> None:
    # why: what the other lets one read stays the other's, also in the file with everything
    show_both(store, meeting)
    found = RightsStore(database).export(ANA)
    assert [one.text for one in found.takeaways] == [MEANT] and TAKEN not in found.model_dump_json()


def test_erasing_a_pair_erases_ones_own_side_and_ends_the_rest(
    store: TakeawayStore, database: Database, meeting: str
) -> None:
    # why: it is one's own words that one may erase, and from then on nobody reads the other's either
    show_both(store, meeting)
    said = RightsStore(database).erase_pair(ANA, store.list(ANA)[0].pair or "")
    assert said.erased["takeaways"] == 1 and store.list(ANA) == ()
    assert [one.text for one in store.list(BEN)] == [TAKEN] and seen(store) == ([], [])


def test_who_is_erased_leaves_no_consent_and_the_other_keeps_the_own_words(
    store: TakeawayStore, database: Database, meeting: str
) -> None:
    # why: the pair goes with the person; what the partner wrote is kept as long as the programme says
    show_both(store, meeting)
    RightsStore(database).erase_me(ANA)
    assert store.received(BEN) == ()
    (left,) = store.list(BEN)
    assert (left.text, left.meeting, left.pair, left.consented) == (TAKEN, None, None, False)
    with database.read(HOUSE) as session:
        assert session.scalar(select(func.count()).select_from(TakeawayConsentRow)) == 0
        (last,) = session.scalars(select(TakeawayRow.keep_until))
    assert last and apply_retention(database, last) == 0 and len(store.list(BEN)) == 1
    assert apply_retention(database, last + timedelta(days=1)) == 1 and store.list(BEN) == ()


def test_when_the_programmes_time_is_over_they_are_erased(database: Database, store: TakeawayStore) -> None:
    # why: nothing is kept for longer than was said
    found_company(database)
    with database.read(HOUSE) as session:
        assert session.scalar(select(func.count()).select_from(TakeawayRow)) == 2
    apply_retention(database, date(2026, 6, 30) + timedelta(days=366))
    with database.read(HOUSE) as session:
        assert session.scalar(select(func.count()).select_from(TakeawayRow)) == 0
        assert session.scalar(select(func.count()).select_from(TakeawayConsentRow)) == 0


def test_a_backup_brings_it_back_and_what_was_erased_since_not(tmp_path: Path, home: Path) -> None:
    # why: an old copy must not bring words back, nor a consent to show them
    settings = Settings(home=home, keys=tmp_path / "keys")
    with closing(Database(settings)) as database:
        found_company(database)
        store = TakeawayStore(database)
        gone, kept = store.list(ANA)[0].id, store.list(BEN)[0].id
        backup(settings, tmp_path / "copy.db")
        store.delete(ANA, gone)
    assert restore(settings, tmp_path / "copy.db", replace=True).without_key == 0
    with closing(Database(settings)) as database:
        store = TakeawayStore(database)
        assert store.list(ANA) == () and [one.id for one in store.list(BEN)] == [kept] and store.received(BEN) == ()


def test_the_folder_holds_no_word_of_it(store: TakeawayStore, meeting: str, home: Path) -> None:
    # why: 0 plaintext in the data folder
    store.write(ANA, meeting, "sekret words")
    store.write(ANA, meeting, "sekret words again")
    assert in_files(home, "sekret") == [] and "sekret" in store.list(ANA)[0].text


def test_words_moved_to_another_row_are_refused_and_found_by_the_doctor(
    store: TakeawayStore, database: Database, meeting: str
) -> None:
    # why: whoever writes into the database must not be able to pass one side's words off as another's
    mine, theirs = show_both(store, meeting)
    assert check_seals(database) is None
    with database.write(HOUSE) as session:
        sealed = session.scalar(select(TakeawayRow.text).where(TakeawayRow.id == theirs))
        session.execute(update(TakeawayRow).where(TakeawayRow.id == mine).values(text=sealed))
    for call in (lambda: store.list(ANA), lambda: store.received(BEN)):
        with pytest.raises(StoreDamaged):
            call()
    assert f"takeaways.text:{mine}" in str(check_seals(database))


def test_an_erased_key_is_not_an_empty_list(store: TakeawayStore, database: Database, meeting: str) -> None:
    # why: "nothing there" and "cannot be read" are different; the other side is told nothing of it
    show_both(store, meeting)
    database.keys.destroy(ANA.person)
    with pytest.raises(KeyMissing):
        store.list(ANA)
    assert store.received(BEN) == ()


def test_no_event_holds_text(store: TakeawayStore, meeting: str) -> None:
    # why: logs travel in tickets
    with capture_logs() as events:
        mine = store.write(ANA, meeting, "sekret")
        store.consent(ANA, mine)
        store.withdraw(ANA, mine)
        store.delete(ANA, mine)
    assert "sekret" not in str(events)


# Row-level security


@pytest.fixture
def shown(on_server: Company) -> Iterator[Company]:
    """A server on which the two see each other's words."""
    with closing(Database(Settings())) as database:
        found_company(database)
        assert seen(TakeawayStore(database)) != ([], [])
    yield on_server


def test_a_statement_without_conditions_sees_the_others_words_only_while_all_stands(shown: Company) -> None:
    # why: the server holds each side to it as well; either consent, the pair or the session is its end
    (held,) = shown.server.execute("SELECT DISTINCT session_id FROM takeaway_consents")
    others = [Actor(person=person, role=role) for person in (ANA.person, BEN.person, UMA.person) for role in Role]
    assert {actor: read(shown, actor) for actor in others if read(shown, actor)} == {ANA: 2, BEN: 2}
    for end, back in (
        ("UPDATE pairs SET ended_at = now()", "UPDATE pairs SET ended_at = NULL"),
        (f"UPDATE takeaway_consents SET person = '{'9' * 32}' WHERE person = '{ANA.person}'",
         f"UPDATE takeaway_consents SET person = '{ANA.person}' WHERE person = '{'9' * 32}'"),
        (f"UPDATE takeaway_consents SET person = '{'9' * 32}' WHERE person = '{BEN.person}'",
         f"UPDATE takeaway_consents SET person = '{BEN.person}' WHERE person = '{'9' * 32}'"),
        ("UPDATE takeaway_consents SET session_id = 'x' WHERE role = 'mentor'",
         f"UPDATE takeaway_consents SET session_id = '{held[0]}' WHERE role = 'mentor'"),
        ("UPDATE takeaways SET session_id = NULL", f"UPDATE takeaways SET session_id = '{held[0]}'"),
    ):  # fmt: skip
        shown.server.execute(f"SET session_replication_role = replica; {end}")
        assert [read(shown, actor) for actor in (ANA, BEN)] == [1, 1], end
        shown.server.execute(f"SET session_replication_role = replica; {back}")
    assert [read(shown, actor) for actor in (ANA, BEN)] == [2, 2]


def read(company: Company, actor: Actor) -> int:
    """How many takeaways a statement that forgot every condition gets; it changes none of another's."""
    with company.server.connect(APP) as connection, connection.transaction(force_rollback=True):
        told = "SELECT set_config('eyelevel.person', %s, true), set_config('eyelevel.role', %s, true)"
        connection.execute(told, (actor.person, actor.role.value))
        found = len(connection.execute("SELECT * FROM takeaways").fetchall())
        own = len(connection.execute("SELECT 1 FROM takeaways WHERE person = %s AND role = %s",
                                     (actor.person, actor.role.value)).fetchall())  # fmt: skip
        assert connection.execute("UPDATE takeaways SET held_on = held_on").rowcount == own
        assert connection.execute("DELETE FROM takeaway_consents").rowcount <= 1
        assert connection.execute("DELETE FROM takeaways").rowcount == own
        return found


def test_nobody_consents_in_the_name_of_the_other(shown: Company) -> None:
    # why: a consent that was pushed under somebody would open their words
    with closing(Database(Settings())) as database:
        with database.read(HOUSE) as session:
            theirs = session.scalar(select(TakeawayRow.id).where(TakeawayRow.person == BEN.person))
            met = session.scalar(select(SessionRow.id))
        with database.write(HOUSE) as session:
            session.execute(delete(TakeawayConsentRow).where(TakeawayConsentRow.person == BEN.person))
        assert seen(TakeawayStore(database)) == ([], [])
        pushed = f"INSERT INTO takeaway_consents VALUES ('{theirs}', '{met}', '{BEN.person}', 'mentee', now())"
        with pytest.raises(AccessDenied), database.write(ANA) as session:
            session.execute(text(pushed))
        assert seen(TakeawayStore(database)) == ([], [])


def test_random_strangers_with_every_id_get_nothing(shown: Company) -> None:
    # why: holding an id must be worth nothing
    with closing(Database(Settings())) as database:
        store = TakeawayStore(database)
        let_in(database, UMA, TIM, MAX)
        ids = [one.id for actor in (ANA, BEN) for one in store.list(actor)]
        for actor, wanted in product((UMA, TIM, MAX), [*ids, PAIR]):
            for name in ("consent", "withdraw", "delete", "write"):
                with pytest.raises(AccessDenied):
                    CALLS[name](store, actor, wanted, wanted)
        assert store.received(UMA) == store.received(TIM) == () and seen(store) != ([], [])
        with database.read(HOUSE) as session:
            assert session.scalar(select(func.count()).select_from(PairRow)) == 1
