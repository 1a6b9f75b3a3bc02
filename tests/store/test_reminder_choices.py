"""Whether somebody wants to be reminded: the person's own choice, in whichever role."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from company import ANA, BEN, let_in

from assistant.errors import AccessDenied
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.database import Database
from assistant.store.reminders import ReminderChoice, ReminderStore
from assistant.store.rights import RightsStore

ME, DAY = Actor(person=PERSONAL, role=Role.MENTOR), date(2026, 3, 1)


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    with closing(Database(Settings(home=home))) as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> ReminderStore:
    return ReminderStore(database)


def test_one_is_reminded_until_one_says_otherwise(store: ReminderStore) -> None:
    # why: off for good is one click, and so is on
    assert store.choice(ME) == ReminderChoice() and store.choice(ME).allows(DAY)
    for wanted in (False, False, True):
        store.choose(ME, wanted)
        assert store.choice(ME).allows(DAY) is wanted
    assert store.choice(ME.model_copy(update={"role": Role.MENTEE})) == store.choice(ME)


def test_put_away_it_comes_back_on_the_day_that_was_said(store: ReminderStore) -> None:
    # why: "not today" is no "never"
    store.hush(ME, DAY)
    assert [store.choice(ME).allows(DAY + timedelta(days=after)) for after in (-1, 0, 1)] == [False, True, True]
    store.choose(ME, True)
    assert store.choice(ME).quiet_until is None
    store.choose(ME, False)
    store.hush(ME, DAY)
    assert not store.choice(ME).allows(DAY + timedelta(days=9))


def test_everybody_has_their_own(store: ReminderStore, database: Database) -> None:
    # why: what reminds somebody of what is nobody else's business
    let_in(database, ANA, BEN)
    store.choose(ANA, False)
    assert store.choice(BEN).wanted and not store.choice(ANA).wanted
    for asker in (ME, Actor(person=ANA.person, role=Role.MANAGER), Actor(person="%", role=Role.MENTOR)):
        for call in (lambda a=asker: store.choice(a), lambda a=asker: store.choose(a, True)):
            with pytest.raises(AccessDenied):
                call()
    assert not store.choice(ANA).wanted
    RightsStore(database).erase_me(ANA)
    let_in(database, ANA)
    assert store.choice(ANA) == ReminderChoice()
