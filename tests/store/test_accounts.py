"""Accounts: invitations, passwords, limits, sign-ins and their end, and a company's proofs."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from kit import one_line
from sqlalchemy import delete, select

from assistant.errors import AccessDenied, InputError, TooManyAttempts
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store import attempts, company, passwords, signing_in
from assistant.store.account_tables import AttemptRow, CredentialRow, InvitationRow, SignInRow
from assistant.store.accounts import AccountStore, Claims
from assistant.store.database import HOUSE, Database
from assistant.store.people import PeopleStore
from assistant.store.people_tables import GrantRow

GOOD = "violet tram 71 window"
OTHER = "slow copper kettle 9"


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    opened = Database(Settings(home=home))
    yield opened
    opened.close()


@pytest.fixture
def accounts(database: Database) -> AccountStore:
    return AccountStore(database)


@pytest.fixture
def people(database: Database) -> PeopleStore:
    return PeopleStore(database)


@pytest.fixture
def admin(people: PeopleStore) -> Actor:
    return Actor(person=people.first_administrator("Ada", "ada@example.org"), role=Role.ADMINISTRATOR)


@pytest.fixture
def mina(people: PeopleStore, admin: Actor) -> str:
    """Id of a mentor without a password."""
    made = people.add(admin, "Mina Okoye", email="mina@example.org")
    people.grant(admin, made, Role.MENTOR)
    return made


@pytest.fixture
def with_password(accounts: AccountStore, admin: Actor, mina: str) -> str:
    """Id of a mentor who has redeemed her invitation."""
    accounts.sign_out(accounts.redeem(accounts.invite(admin, mina), GOOD))
    return mina


def sign_in(accounts: AccountStore, password: str = GOOD, email: str = "mina@example.org") -> str:
    return accounts.sign_in(email, password, "192.0.2.1")


def turn_back(database: Database, table: Any, **columns: datetime) -> None:
    """Set times of all rows."""
    with database.write(HOUSE) as session:
        for row in session.scalars(select(table)):
            for name, value in columns.items():
                setattr(row, name, value)


def ago(**since: float) -> datetime:
    return datetime.now(UTC) - timedelta(**since)


# Invitations


def test_an_invitation_sets_a_password_once(accounts: AccountStore, admin: Actor, mina: str) -> None:
    # why: the link may lie in a mailbox for ever
    token = accounts.invite(admin, mina)
    assert accounts.invited(token).name == "Mina Okoye"
    signed_in = accounts.redeem(token, GOOD)
    found = accounts.whoami(signed_in)
    assert found and (found.id, found.roles) == (mina, (Role.MENTOR,))
    for again in (lambda: accounts.invited(token), lambda: accounts.redeem(token, OTHER)):
        with pytest.raises(AccessDenied, match="used already"):
            again()
    assert accounts.whoami(sign_in(accounts))


def test_two_at_once_redeem_it_once(accounts: AccountStore, admin: Actor, mina: str) -> None:
    # why: whoever reads the mail too must not win beside the person
    token, done = accounts.invite(admin, mina), []

    def redeem(password: str) -> None:
        try:
            done.append(accounts.redeem(token, password))
        except AccessDenied:
            done.append(None)

    both = [threading.Thread(target=redeem, args=(word,)) for word in (GOOD, OTHER)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(done) == 2 and done.count(None) == 1


def test_an_invitation_ends_after_seven_days_and_with_the_next(
    accounts: AccountStore, database: Database, admin: Actor, mina: str
) -> None:
    # why: an old link must not open an account
    first = accounts.invite(admin, mina)
    second = accounts.invite(admin, mina)
    with pytest.raises(AccessDenied):
        accounts.invited(first)
    assert accounts.invited(second)
    with database.read(HOUSE) as session:
        until = session.scalars(select(InvitationRow.expires_at)).one()
    assert timedelta(days=6, hours=23) < until - datetime.now(UTC) <= timedelta(days=7)
    turn_back(database, InvitationRow, expires_at=ago(seconds=1))
    with pytest.raises(AccessDenied):
        accounts.redeem(second, GOOD)


def test_only_an_administrator_invites_and_revokes(
    accounts: AccountStore, people: Any, admin: Actor, mina: str
) -> None:
    # why: an invitation is a way into another person's account
    liars = [Actor(person=mina, role=role) for role in Role] + [Actor(person=uuid4().hex, role=Role.ADMINISTRATOR)]
    for liar in liars:
        for call in (accounts.invite, accounts.revoke):
            with pytest.raises(AccessDenied):
                call(liar, mina)
    assert accounts.invite(HOUSE, mina)
    for nobody in (uuid4().hex, "me", "' OR 1=1", ""):
        with pytest.raises(AccessDenied):
            accounts.invite(admin, nobody)
    people.close(admin, mina)
    with pytest.raises(AccessDenied):
        accounts.invite(admin, mina)


@pytest.mark.parametrize(
    "password",
    ["short", "eleven char", "x" * 257, "password1234", "Pass Word 1234", "aaaaaaaaaaaaaa", "mina@example.org"],
)
def test_a_password_that_is_tried_first_is_refused(
    accounts: AccountStore, admin: Actor, mina: str, password: str
) -> None:
    # why: limits slow guesses, they do not stop the first five; the message must not repeat it
    token = accounts.invite(admin, mina)
    with pytest.raises(InputError) as refused:
        accounts.redeem(token, password)
    assert password not in one_line(refused.value)
    assert accounts.redeem(token, GOOD), "the invitation stays open"


# Passwords


def test_passwords_are_kept_as_argon2id_with_the_parameters_of_owasp(
    accounts: AccountStore, database: Database, with_password: str
) -> None:
    # why: what is stolen with the database must be slow to guess
    with database.read(HOUSE) as session:
        kept = session.scalars(select(CredentialRow.hash)).one()
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_older_hash_is_renewed_at_the_next_sign_in(
    accounts: AccountStore, database: Database, with_password: str
) -> None:
    # why: stronger parameters must reach the accounts that are there
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    with database.write(HOUSE) as session:
        session.scalars(select(CredentialRow)).one().hash = weak
    assert sign_in(accounts)
    with database.read(HOUSE) as session:
        assert "m=19456,t=2" in session.scalars(select(CredentialRow.hash)).one()
    assert sign_in(accounts)


def test_a_wrong_password_and_no_account_look_the_same(
    accounts: AccountStore, with_password: str, admin: Actor
) -> None:
    # why: nobody shall learn who takes part; not by words and not by time
    said, spent = set(), []
    for email in ("mina@example.org", "nobody@example.org", "ada@example.org", ""):
        begun = time.perf_counter()
        with pytest.raises(AccessDenied) as refused:
            accounts.sign_in(email, "wrong wrong wrong", None)
        spent.append(time.perf_counter() - begun)
        said.add(one_line(refused.value))
    assert len(said) == 1 and "mina" not in said.pop()
    assert max(spent) < 5 * min(spent) and min(spent) > 0.01


def test_the_same_letters_typed_otherwise_are_the_same_password(
    accounts: AccountStore, admin: Actor, mina: str
) -> None:
    # why: a Mac writes é as two characters, Windows as one
    accounts.redeem(accounts.invite(admin, mina), "cafe\u0301 au lait 71")
    assert sign_in(accounts, "caf\u00e9 au lait 71", " MINA@example.org ")


# Limits


def test_the_sixth_guess_is_refused_unread_and_a_restart_changes_nothing(
    accounts: AccountStore, home: Path, database: Database, with_password: str
) -> None:
    # why: ten wrong passwords, of which the last five must be refused; even the right one then
    said = []
    for number in range(10):
        with pytest.raises((AccessDenied, TooManyAttempts)) as refused:
            sign_in(accounts, f"wrong {number}")
        said.append(type(refused.value))
    assert said == [AccessDenied] * 5 + [TooManyAttempts] * 5
    again = Database(Settings(home=home))
    with pytest.raises(TooManyAttempts, match="wait 15 minutes"):
        sign_in(AccountStore(again))
    again.close()
    turn_back(database, AttemptRow, at=ago(minutes=15, seconds=1))
    assert sign_in(accounts)


def guess_from(accounts: AccountStore, network: str, many: int = 5, browser: str | None = None) -> list[type]:
    """What came of wrong passwords for the same account."""
    said: list[type] = []
    for number in range(many):
        with pytest.raises((AccessDenied, TooManyAttempts)) as refused:
            accounts.sign_in("mina@example.org", f"wrong {number}", network, browser)
        said.append(type(refused.value))
    return said


def test_guesses_from_elsewhere_keep_nobody_out(accounts: AccountStore, with_password: str) -> None:
    # why: five wrong passwords from anywhere would lock a person out for as long as somebody likes
    assert guess_from(accounts, "198.51.100.1", 10) == [AccessDenied] * 5 + [TooManyAttempts] * 5
    assert accounts.whoami(sign_in(accounts))


def test_guesses_from_many_addresses_are_slowed_down_and_a_known_browser_still_gets_in(
    accounts: AccountStore, with_password: str
) -> None:
    # why: a thousand machines guess five times each; the person at the own browser must not pay for it
    known = accounts.remember(sign_in(accounts))
    said = [one for host in range(6) for one in guess_from(accounts, f"198.51.100.{host}")]
    assert said == [AccessDenied] * attempts.PER_ACCOUNT + [TooManyAttempts] * 10
    with pytest.raises(TooManyAttempts):
        sign_in(accounts)
    assert accounts.whoami(accounts.sign_in("mina@example.org", GOOD, "198.51.100.1", known))


def test_a_known_browser_may_not_guess_for_ever_either(accounts: AccountStore, with_password: str) -> None:
    # why: what tells a browser can be copied with it
    known = accounts.remember(sign_in(accounts))
    assert guess_from(accounts, "192.0.2.1", 7, known) == [AccessDenied] * 5 + [TooManyAttempts] * 2
    assert accounts.whoami(sign_in(accounts)), "its failures are its own"


@pytest.mark.parametrize("shown", ["", ".", "x.y", "\udcff.\udcff", "a" * 10_000, None])
def test_a_made_up_browser_is_a_stranger(accounts: AccountStore, with_password: str, shown: str | None) -> None:
    # why: otherwise every guess would come from a browser of its own
    assert guess_from(accounts, "192.0.2.1", 6, shown)[-1] is TooManyAttempts


def test_a_browser_is_known_to_one_account_alone(
    accounts: AccountStore, people: PeopleStore, admin: Actor, with_password: str
) -> None:
    # why: a colleague's own browser must not have five more guesses at every account
    hal = people.add(admin, "Hal", email="hal@example.org")
    known = accounts.remember(accounts.redeem(accounts.invite(admin, hal), GOOD))
    assert known and known.count(".") == 1 and "hal" not in known
    assert guess_from(accounts, "192.0.2.1", 5, known) == [AccessDenied] * 5
    assert guess_from(accounts, "192.0.2.1", 1, known) == [TooManyAttempts]
    with pytest.raises(AccessDenied):
        accounts.remember(known)


def test_an_account_that_does_not_exist_has_the_same_limit(accounts: AccountStore) -> None:
    # why: otherwise the limit tells who has an account
    for _ in range(5):
        with pytest.raises(AccessDenied):
            sign_in(accounts, email="nobody@example.org")
    with pytest.raises(TooManyAttempts):
        sign_in(accounts, email="NOBODY@example.org ")


def test_a_network_address_has_a_limit_of_its_own(accounts: AccountStore, with_password: str) -> None:
    # why: one password tried on many accounts
    for number in range(attempts.PER_NETWORK):
        with pytest.raises(AccessDenied):
            sign_in(accounts, email=f"{number}@example.org")
    with pytest.raises(TooManyAttempts):
        sign_in(accounts)
    assert accounts.sign_in("mina@example.org", GOOD, "192.0.2.2")


def test_a_right_password_counts_as_no_failure(accounts: AccountStore, database: Database, with_password: str) -> None:
    # why: whoever signs in often must not be locked out
    for _ in range(8):
        assert sign_in(accounts)
    with database.read(HOUSE) as session:
        assert session.scalars(select(AttemptRow)).all() == []


def test_guesses_at_the_same_moment_are_counted_too(accounts: AccountStore, with_password: str) -> None:
    # why: a limit that counts afterwards lets a hundred at once through
    said: list[type[Exception]] = []

    def guess() -> None:
        try:
            sign_in(accounts, "wrong wrong wrong")
        except (AccessDenied, TooManyAttempts) as error:
            said.append(type(error))

    guessing = [threading.Thread(target=guess) for _ in range(20)]
    for one in guessing:
        one.start()
    for one in guessing:
        one.join()
    assert said.count(AccessDenied) == 5 and said.count(TooManyAttempts) == 15


def test_a_whole_office_signs_in_at_once_and_who_guesses_among_them_is_stopped(
    accounts: AccountStore, database: Database, people: PeopleStore, admin: Actor, with_password: str
) -> None:
    # why: an attempt counts as wrong until it was right, and at nine o'clock two hundred come from one address
    office = [f"{number}@example.org" for number in range(200)]
    ids = [people.add(admin, email, email=email) for email in office]
    kept, now = passwords.hash_password(GOOD), datetime.now(UTC)
    with database.write(HOUSE) as session:
        session.add_all(CredentialRow(person=one, hash=kept, changed_at=now) for one in ids)
    with ThreadPoolExecutor(len(office)) as at_once:
        guessed = at_once.submit(guess_from, accounts, "192.0.2.1", 10)
        tokens = list(at_once.map(lambda email: sign_in(accounts, email=email), office))
    assert [me.id for me in map(accounts.whoami, tokens) if me] == ids
    assert guessed.result() == [AccessDenied] * 5 + [TooManyAttempts] * 5


# Sign-ins


def test_only_the_digest_of_a_token_is_kept(
    accounts: AccountStore, home: Path, admin: Actor, with_password: str
) -> None:
    # why: whoever reads the database, or a backup, must not be able to sign in
    tokens = [sign_in(accounts), accounts.invite(admin, with_password)]
    assert all(len(token) >= 43 for token in tokens) and len(set(tokens)) == 2
    kept = b"".join(path.read_bytes() for path in home.glob("eyelevel.db*"))
    for word in (*tokens, GOOD):
        assert word.encode() not in kept


ENDS: dict[str, Callable[[Any, str], Any]] = {
    "signed out": lambda at, token: at.accounts.sign_out(token),
    "signed out everywhere": lambda at, token: at.accounts.sign_out_everywhere(token),
    "revoked": lambda at, _: at.accounts.revoke(at.admin, at.mina),
    "revoked by the house": lambda at, _: at.accounts.revoke(HOUSE, at.mina),
    "another password": lambda at, _: at.accounts.change_password(sign_in(at.accounts), GOOD, OTHER),
    "another invitation": lambda at, _: at.accounts.redeem(at.accounts.invite(at.admin, at.mina), OTHER),
    "closed": lambda at, _: at.people.close(at.admin, at.mina),
    "another role": lambda at, _: at.people.grant(at.admin, at.mina, Role.MENTEE),
    "12 hours": lambda at, _: turn_back(at.database, SignInRow, expires_at=ago(seconds=1)),
}


@pytest.fixture
def at(accounts: AccountStore, people: PeopleStore, database: Database, admin: Actor, with_password: str) -> Any:
    return SimpleNamespace(accounts=accounts, people=people, database=database, admin=admin, mina=with_password)


@pytest.mark.parametrize("way", ENDS)
def test_a_copied_cookie_opens_nothing_after_the_end(at: Any, way: str) -> None:
    # why: the cookie of a stateless sign-in still worked after logging out; here 0 of these may
    copied = sign_in(at.accounts)
    assert at.accounts.whoami(copied)
    ENDS[way](at, copied)
    assert at.accounts.whoami(copied) is None


def test_a_sign_in_lasts_twelve_hours(accounts: AccountStore, database: Database, with_password: str) -> None:
    # why: the figure that people are told
    sign_in(accounts)
    with database.read(HOUSE) as session:
        row = session.scalars(select(SignInRow).order_by(SignInRow.created_at.desc())).first()
        assert row and row.expires_at - row.created_at == timedelta(hours=12)


def test_a_withdrawn_role_is_gone_at_the_next_look(
    accounts: AccountStore, people: PeopleStore, database: Database, admin: Actor, with_password: str
) -> None:
    # why: a role lives in the database and nowhere else, also where the sign-in goes on
    people.grant(admin, with_password, Role.MANAGER)
    token = sign_in(accounts)
    found = accounts.whoami(token)
    assert found and found.roles == (Role.MENTOR, Role.MANAGER)
    with database.write(HOUSE) as session:
        session.execute(delete(GrantRow).where(GrantRow.role == "manager"))
    found = accounts.whoami(token)
    assert found and found.roles == (Role.MENTOR,)


@pytest.mark.parametrize("token", [None, "", "x", "x" * 43, "x" * 100_000, "\udcff", "' OR '1'='1", "\0"])
def test_a_made_up_token_is_nobodys(accounts: AccountStore, with_password: str, token: str | None) -> None:
    # why: the cookie is text from outside
    sign_in(accounts)
    assert accounts.whoami(token) is None
    accounts.sign_out(token)


def test_changing_the_password_takes_the_old_one_and_ends_the_others(
    accounts: AccountStore, with_password: str
) -> None:
    # why: whoever finds an open screen must not take the account
    mine, elsewhere = sign_in(accounts), sign_in(accounts)
    with pytest.raises(AccessDenied, match="old password is wrong"):
        accounts.change_password(mine, "wrong wrong wrong", OTHER)
    with pytest.raises(InputError):
        accounts.change_password(mine, GOOD, "short")
    accounts.change_password(mine, GOOD, OTHER)
    assert accounts.whoami(mine) and accounts.whoami(elsewhere) is None
    with pytest.raises(AccessDenied):
        sign_in(accounts, GOOD)
    for _ in range(3):
        with pytest.raises(AccessDenied):
            accounts.change_password(mine, "wrong wrong wrong", GOOD)
    with pytest.raises(AccessDenied):
        accounts.change_password(mine, GOOD, GOOD)
    with pytest.raises(TooManyAttempts):
        accounts.change_password(mine, OTHER, GOOD)


def test_looking_up_a_sign_in_is_cheap(accounts: AccountStore, with_password: str) -> None:
    # why: it is done at every run of every page
    token = sign_in(accounts)
    begun = time.perf_counter()
    for _ in range(100):
        assert accounts.whoami(token)
    assert (time.perf_counter() - begun) / 100 < 0.02


def test_what_is_over_is_erased_after_a_day(
    accounts: AccountStore, database: Database, admin: Actor, with_password: str
) -> None:
    # why: who tried to sign in when is nobody's business for long
    token = sign_in(accounts)
    with pytest.raises(AccessDenied):
        sign_in(accounts, "wrong wrong wrong")
    accounts.purge()
    assert accounts.whoami(token)
    turn_back(database, AttemptRow, at=ago(days=1, seconds=1))
    turn_back(database, SignInRow, expires_at=ago(days=1, seconds=1))
    turn_back(database, InvitationRow, expires_at=ago(days=1, seconds=1))
    accounts.purge()
    with database.read(HOUSE) as session:
        assert not [
            session.scalars(select(one)).all() for one in (AttemptRow, SignInRow) if session.scalar(select(one))
        ]
        assert session.scalar(select(InvitationRow)) is None


# By way of a company


def claims(subject: str = "s-1", email: str | None = None, **changes: Any) -> Claims:
    fields = {"issuer": "https://idp.example", "issued_at": datetime.now(UTC), "nonce": uuid4().hex}
    return Claims(subject=subject, email=email, **(fields | changes))


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(AccessDenied) as error:
        act()
    return one_line(error.value)


def test_an_unknown_subject_is_refused(accounts: AccountStore, mina: str) -> None:
    # why: everyone in the company has a sign-in there; an account here is something else
    assert "no account here" in refused(lambda: accounts.sign_in_company(claims()))
    assert "no account here" in refused(lambda: accounts.sign_in_company(claims(email="stranger@example.org")))


def test_an_invitation_links_a_subject_for_good(accounts: AccountStore, admin: Actor, mina: str) -> None:
    # why: a provider that verifies no addresses still tells who somebody is
    token = accounts.invite(admin, mina)
    found = accounts.whoami(accounts.sign_in_company(claims(), token))
    assert found and found.id == mina
    again = accounts.whoami(accounts.sign_in_company(claims()))
    assert again and again.id == mina
    refused(lambda: accounts.sign_in_company(claims("s-2"), token))
    refused(lambda: accounts.sign_in_company(claims(issuer="https://other.example")))


def test_a_verified_address_links_once(accounts: AccountStore, mina: str) -> None:
    # why: a company gives the address of somebody who left to the next
    found = accounts.whoami(accounts.sign_in_company(claims(email="Mina@Example.org")))
    assert found and found.id == mina
    refused(lambda: accounts.sign_in_company(claims("s-2", email="mina@example.org")))


def test_a_closed_account_cannot_come_in_by_the_company(
    accounts: AccountStore, people: PeopleStore, admin: Actor, mina: str
) -> None:
    # why: closing must close every door
    accounts.sign_in_company(claims(email="mina@example.org"))
    people.close(admin, mina)
    refused(lambda: accounts.sign_in_company(claims()))
    refused(lambda: accounts.sign_in_company(claims("s-3", email="mina@example.org")))


def test_a_proof_opens_one_sign_in(accounts: AccountStore, database: Database, mina: str) -> None:
    # why: a copy of Streamlit's cookie, which lasts 30 days, must open nothing
    proof = claims(email="mina@example.org")
    token = accounts.sign_in_company(proof)
    assert "used or is too old" in refused(lambda: accounts.sign_in_company(proof))
    accounts.sign_out(token)
    refused(lambda: accounts.sign_in_company(proof))
    turn_back(database, SignInRow, expires_at=ago(days=2))
    accounts.purge()
    stale = proof.model_copy(update={"issued_at": ago(hours=12)})
    refused(lambda: accounts.sign_in_company(stale))


@pytest.mark.parametrize("issued", [-company.FRESH - timedelta(seconds=2), company.AHEAD + timedelta(seconds=5)])
def test_a_proof_is_of_this_moment(accounts: AccountStore, mina: str, issued: timedelta) -> None:
    # why: rows of used proofs are erased one day; until then age alone must stop a copy
    refused(lambda: accounts.sign_in_company(claims(email="mina@example.org", issued_at=datetime.now(UTC) + issued)))


def test_used_proofs_are_kept_longer_than_they_are_fresh() -> None:
    # why: the other way round there would be a gap in which a copy works
    assert signing_in.SIGNED_IN_FOR + signing_in._KEPT > company.FRESH + company.AHEAD


def test_the_common_passwords_would_otherwise_be_taken() -> None:
    # why: a list of words that are too short anyway protects nobody
    assert len(passwords._COMMON) >= 40
    short = [word for word in passwords._COMMON if len(word) < passwords.SHORTEST]
    assert short == []
