"""Who may call what on whose things: every public method of every store, every role, own and other, really stored.

On a file and on a server. `RULES` is the matrix; its columns are the roles, and who has lost one, never had one, or has
a closed account. A store or a method without a line in it, or in `WITHOUT_ACTOR`, fails; so does a line of a
method that is no more. Each text in the world holds a mark of its owner, by which a foreign one is seen in any result.
"""

import importlib
import inspect
import pkgutil
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple
from uuid import uuid4

import pytest
from postgres_server import APP, OWNER, Server
from sqlalchemy import select

import assistant.store
from assistant.errors import AccessDenied, InputError
from assistant.events import Reply
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.accounts import AccountStore
from assistant.store.audit import AuditStore
from assistant.store.commitments import CommitmentStore
from assistant.store.conversations import ConversationStore, Rating
from assistant.store.database import HOUSE, Database
from assistant.store.drafts import DraftStore
from assistant.store.examples import ExampleStore
from assistant.store.hosted import HostedChoiceStore, RosterStore
from assistant.store.imported import CodedNote, ImportedNote, ImportedStore
from assistant.store.notes import KeptVerdict, NoteStore, SavedNote
from assistant.store.people import PeopleStore
from assistant.store.people_tables import PairRow, TakeawayRow
from assistant.store.programmes import ProgrammeStore
from assistant.store.reminders import ReminderStore
from assistant.store.rights import RightsStore
from assistant.store.server import prepare
from assistant.store.shares import ShareStore
from assistant.store.survey import SurveyStore
from assistant.store.tables import Base, ConversationRow, TurnRow
from assistant.store.takeaways import TakeawayStore
from assistant.store.theme_tables import ContributionRow, SurveyAnswerRow
from assistant.store.themes import ThemeSource, ThemeStore

KINDS = ("file", "server")
TODAY = datetime.now(UTC).date()
NOTHING = "0" * 32
EVERYBODY, SIDES = frozenset(Role), frozenset((Role.MENTOR, Role.MENTEE))
MANAGER, ADMINISTRATOR = frozenset((Role.MANAGER,)), frozenset((Role.ADMINISTRATOR,))
NOBODY: frozenset[Role] = frozenset()
"""Whoever runs the machine, and no page."""


class Things(NamedTuple):
    """Ids of what belongs to one person in one role."""

    person: str = NOTHING
    note: str = NOTHING
    conversation: str = NOTHING
    turn: str = NOTHING
    commitment: str = NOTHING
    draft: str = NOTHING
    programme: str = NOTHING
    pair: str = NOTHING
    meeting: str = NOTHING
    takeaway: str = NOTHING
    contribution: str = NOTHING
    partner: str = NOTHING
    received: str = NOTHING
    """A note that the partner shares with the person."""
    free_mentor: str = NOTHING
    free_mentee: str = NOTHING


class Rule(NamedTuple):
    """What a method is allowed to whom."""

    call: Callable[[Any, Actor, Things], Any]
    scope: Literal["item", "pair", "self", "all"]
    """`item`: of the owner alone; `pair`: of both sides of a pair; `self`: reaches the caller's own and takes no id;
    `all`: reaches everybody's."""
    roles: frozenset[Role] = EVERYBODY
    needs: Literal["role", "account"] = "role"
    """`account`: what a person may ask for about the own data, whatever roles the person has or had."""
    shows: Literal["role", "person", "partner"] = "role"
    """Whose text may be in the result: the caller's in this role, in any role, or also what the partner shares."""


def item(call: Callable[[Any, Actor, Things], Any], roles: frozenset[Role] = EVERYBODY, **more: Any) -> Rule:
    return Rule(call, "item", roles, **more)


def ours(call: Callable[[Any, Actor, Things], Any], **more: Any) -> Rule:
    return Rule(call, "pair", SIDES, **more)


def own(call: Callable[[Any, Actor, Things], Any], roles: frozenset[Role] = EVERYBODY, **more: Any) -> Rule:
    return Rule(call, "self", roles, **more)


def every(call: Callable[[Any, Actor, Things], Any], roles: frozenset[Role]) -> Rule:
    return Rule(call, "all", roles)


def kept(text: str = "x") -> KeptVerdict:
    return KeptVerdict(mistake="no_time", verdict=True, probability=0.5, quotes=(text,), model=None, note="n")


def answer(text: str = "x") -> Reply:
    return Reply(text=text, sources=(), sentences=(), timings={}, provenance={})


def let_count(store: ThemeStore, actor: Actor, things: Things, *codes: str) -> str:
    return store.contribute(actor, ThemeSource("survey", things.pair), things.pair, ("need_time", *codes), codebook=1)


NEW = SavedNote(title="x", text="x", report="{}")
BROUGHT = ImportedNote(pair="x", role=Role.MENTOR, held_on=TODAY, text="x")
MINUTES = {"minutes_planned": 1, "minutes_held": 1}
RULES: dict[type, dict[str, Rule]] = {
    PeopleStore: {
        "me": own(lambda s, a, t: s.me(a)),
        "list": every(lambda s, a, t: s.list(a), ADMINISTRATOR),
        "add": every(lambda s, a, t: s.add(a, "x"), ADMINISTRATOR),
        "rename": every(lambda s, a, t: s.rename(a, t.person, "x"), ADMINISTRATOR),
        "set_email": every(lambda s, a, t: s.set_email(a, t.person, None), ADMINISTRATOR),
        "set_line_manager": every(lambda s, a, t: s.set_line_manager(a, t.person, None), ADMINISTRATOR),
        "close": every(lambda s, a, t: s.close(a, t.person), ADMINISTRATOR),
        "reopen": every(lambda s, a, t: s.reopen(a, t.person), ADMINISTRATOR),
        "grant": every(lambda s, a, t: s.grant(a, t.person, Role.MANAGER), ADMINISTRATOR),
        "revoke": every(lambda s, a, t: s.revoke(a, t.person, Role.MENTOR), ADMINISTRATOR),
    },
    AccountStore: {
        "invite": every(lambda s, a, t: s.invite(a, t.person), ADMINISTRATOR),
        "revoke": every(lambda s, a, t: s.revoke(a, t.person), ADMINISTRATOR),
    },
    AuditStore: {
        "entries": every(lambda s, a, t: s.entries(a), ADMINISTRATOR),
        "actions": every(lambda s, a, t: s.actions(a), ADMINISTRATOR),
        "check": every(lambda s, a, t: s.check(a), ADMINISTRATOR),
    },
    ProgrammeStore: {
        "create": every(lambda s, a, t: s.create(a, "x", TODAY, TODAY), MANAGER),
        "change": every(lambda s, a, t: s.change(a, t.programme, "x", TODAY, TODAY, retention_days=9), MANAGER),
        "list": every(lambda s, a, t: s.list(a), MANAGER),
        "candidates": every(lambda s, a, t: s.candidates(a), MANAGER),
        "pair": every(lambda s, a, t: s.pair(a, t.programme, t.free_mentor, t.free_mentee), MANAGER),
        "end_pair": every(lambda s, a, t: s.end_pair(a, t.pair), MANAGER),
        "pairs": every(lambda s, a, t: s.pairs(a, t.programme), MANAGER),
        "own_pairs": own(lambda s, a, t: s.own_pairs(a), SIDES),
        "seen_by_managers": own(lambda s, a, t: s.seen_by_managers(a), SIDES),
        "sessions": ours(lambda s, a, t: s.sessions(a, t.pair)),
        "record_session": ours(lambda s, a, t: s.record_session(a, t.pair, TODAY)),
        "change_session": ours(lambda s, a, t: s.change_session(a, t.meeting, TODAY, **MINUTES)),
        "delete_session": ours(lambda s, a, t: s.delete_session(a, t.meeting)),
    },
    NoteStore: {
        "save": own(lambda s, a, t: s.save(a, NEW)),
        "list": own(lambda s, a, t: s.list(a)),
        "load": item(lambda s, a, t: s.load(a, t.note)),
        "update": item(lambda s, a, t: s.update(a, t.note, report="[]", debrief=None, verdicts={}, text="x")),
        "set_verdict": item(lambda s, a, t: s.set_verdict(a, t.note, "no_time", True)),
        "set_pair": item(lambda s, a, t: s.set_pair(a, t.note, None)),
        "delete": item(lambda s, a, t: s.delete(a, t.note)),
        "restore": item(lambda s, a, t: s.restore(a, t.note)),
        "consents": own(lambda s, a, t: s.consents(a)),
        "set_consent": own(lambda s, a, t: s.set_consent(a, False)),
        "keep_verdict": own(lambda s, a, t: s.keep_verdict(a, kept())),
        "forget_verdict": own(lambda s, a, t: s.forget_verdict(a, kept())),
        "kept_verdicts": own(lambda s, a, t: s.kept_verdicts(a), shows="person"),
    },
    ConversationStore: {
        "start": own(lambda s, a, t: s.start(a, "x")),
        "list": own(lambda s, a, t: s.list(a)),
        "read": item(lambda s, a, t: s.read(a, t.conversation)),
        "rename": item(lambda s, a, t: s.rename(a, t.conversation, "x")),
        "add_turn": item(lambda s, a, t: s.add_turn(a, t.conversation, "x")),
        "finish_turn": item(lambda s, a, t: s.finish_turn(a, t.turn, answer(), "done")),
        "attach": item(lambda s, a, t: s.attach(a, t.turn, "0" * 32)),
        "rate": item(lambda s, a, t: s.rate(a, t.turn, Rating.UP)),
        "delete": item(lambda s, a, t: s.delete(a, t.conversation)),
        "restore": item(lambda s, a, t: s.restore(a, t.conversation)),
    },
    DraftStore: {
        "add": own(lambda s, a, t: s.add(a, "plan", "x", "{}")),
        "save": item(lambda s, a, t: s.save(a, t.draft, "x", "{}")),
        "open": item(lambda s, a, t: s.open(a, t.draft)),
        "list": own(lambda s, a, t: s.list(a)),
        "delete": item(lambda s, a, t: s.delete(a, t.draft)),
        "restore": item(lambda s, a, t: s.restore(a, t.draft)),
    },
    CommitmentStore: {
        "add": own(lambda s, a, t: s.add(a, "x")),
        "list": own(lambda s, a, t: s.list(a)),
        "change": item(lambda s, a, t: s.change(a, t.commitment, "x", pair=None, due=None)),
        "settle": item(lambda s, a, t: s.settle(a, t.commitment, "changed", "x", instead="x")),
        "reopen": item(lambda s, a, t: s.reopen(a, t.commitment)),
        "delete": item(lambda s, a, t: s.delete(a, t.commitment)),
    },
    ShareStore: {
        "share": item(lambda s, a, t: s.share(a, "commitment", t.commitment, t.partner), SIDES),
        "revoke": item(lambda s, a, t: s.revoke(a, "note", t.note, t.partner), SIDES),
        "read": item(lambda s, a, t: s.read(a, "note", t.received), SIDES, shows="partner"),
        "given": own(lambda s, a, t: s.given(a)),
        "received": own(lambda s, a, t: s.received(a), SIDES, shows="partner"),
    },
    TakeawayStore: {
        "write": ours(lambda s, a, t: s.write(a, t.meeting, "x")),
        "list": own(lambda s, a, t: s.list(a)),
        "consent": item(lambda s, a, t: s.consent(a, t.takeaway), SIDES),
        "withdraw": item(lambda s, a, t: s.withdraw(a, t.takeaway), SIDES),
        "delete": item(lambda s, a, t: s.delete(a, t.takeaway), SIDES),
        "received": own(lambda s, a, t: s.received(a), SIDES, shows="partner"),
    },
    ThemeStore: {
        "consents": own(lambda s, a, t: s.consents(a), SIDES),
        "set_consent": own(lambda s, a, t: s.set_consent(a, False), SIDES),
        "contribute": ours(let_count),
        "retract": own(lambda s, a, t: s.retract(a, ThemeSource("note", t.note)), SIDES),
        "own": own(lambda s, a, t: s.own(a), SIDES),
        "withdraw": item(lambda s, a, t: s.withdraw(a, t.contribution, "need_time"), SIDES),
        "put_back": item(lambda s, a, t: s.put_back(a, t.contribution, "need_time"), SIDES),
        "programmes": every(lambda s, a, t: s.programmes(a), MANAGER | SIDES),
        "state": every(lambda s, a, t: s.state(a, t.programme), MANAGER),
        "releases": every(lambda s, a, t: s.releases(a, t.programme), MANAGER | SIDES),
        "publish": every(lambda s, a, t: s.publish(a, t.programme, lambda cycle: "{}"), MANAGER),
    },
    SurveyStore: {
        "answer": ours(lambda s, a, t: s.answer(a, t.pair, {"useful": 3})),
        "own": ours(lambda s, a, t: s.own(a, t.pair)),
        "withdraw": ours(lambda s, a, t: s.withdraw(a, t.pair)),
    },
    ImportedStore: {
        "create": every(lambda s, a, t: s.create(a, "x", TODAY, TODAY), MANAGER),
        "add": every(lambda s, a, t: s.add(a, t.programme, [BROUGHT]), MANAGER),
        "remove": every(lambda s, a, t: s.remove(a, t.programme), MANAGER),
        "waiting": every(lambda s, a, t: s.waiting(a, t.programme), NOBODY),
        "uncoded": every(lambda s, a, t: s.uncoded(a, t.programme, 1), NOBODY),
        "code": every(lambda s, a, t: s.code(a, [CodedNote(id=t.note, codes=(), codebook=1)]), NOBODY),
    },
    ExampleStore: {"keep": every(lambda s, a, t: s.keep(a, "note", "x", lambda: t.note), NOBODY)},
    ReminderStore: {
        "choice": own(lambda s, a, t: s.choice(a)),
        "choose": own(lambda s, a, t: s.choose(a, False)),
        "hush": own(lambda s, a, t: s.hush(a, TODAY)),
    },
    HostedChoiceStore: {
        "choice": own(lambda s, a, t: s.choice(a, "m")),
        "choose": own(lambda s, a, t: s.choose(a, "m", True)),
    },
    RosterStore: {
        "names": own(lambda s, a, t: s.names(a), shows="person"),
        "set_names": own(lambda s, a, t: s.set_names(a, ["X"])),
        "roster": own(lambda s, a, t: s.roster(a), shows="person"),
    },
    RightsStore: {
        "export": own(lambda s, a, t: s.export(a), shows="person", needs="account"),
        "kept": own(lambda s, a, t: s.kept(a), needs="account"),
        "erase_me": own(lambda s, a, t: s.erase_me(a), needs="account"),
        "erase_pair": ours(lambda s, a, t: s.erase_pair(a, t.pair), needs="account"),
    },
}
WITHOUT_ACTOR: dict[type, set[str]] = {
    PeopleStore: {"first_administrator"},  # whoever runs the machine, by command; refused ever after
    NoteStore: {"purge_deleted", "check", "close", "export_verdicts"},  # whoever runs the machine
    ConversationStore: {"purge_deleted", "check", "close"},
    DraftStore: {"purge_deleted", "check", "close"},
    ExampleStore: {"may_be_kept", "is_empty", "remove"},  # whoever runs the machine
    AccountStore: {
        *("invited", "redeem", "sign_in", "sign_in_company"),  # nobody yet: a secret stands for the person
        *("whoami", "sign_out", "sign_out_everywhere", "change_password", "has_password", "remember"),  # a sign-in
        "purge",
    },
}
TEXTS = {"notes", "conversations", "drafts", "commitments", "consents", "kept_verdicts", "rosters", "hosted_choices"}
TEXTS |= {"reminder_choices", "theme_consents"}
FLOOR = {"Database", "OwnedStore"}
"""What the stores stand on: no page holds it, and its own tests are elsewhere."""
CASES = [pytest.param(store, name, id=f"{store.__name__}.{name}") for store, rules in RULES.items() for name in rules]


# The world


class World(NamedTuple):
    """An open database, and whose is what in it."""

    database: Database
    things: dict[Actor, Things]
    """Of each person that has an account, in each role granted to it."""
    askers: dict[str, str]
    """Persons by what they are; some have no account."""

    def mark(self, owner: Actor) -> str:
        return f"mark-{owner.person}-{owner.role.value}"


ONE_ROLE = {f"{letter} {role.value}": (role,) for letter in "ab" for role in Role}
ONE_ROLE |= {f"{letter} {role.value}": (role,) for letter in "cdef" for role in (Role.MENTOR, Role.MENTEE)}
PAIRS = (
    *((f"{letter} mentor", f"{letter} mentee") for letter in "ab"),
    *(("all roles", "c mentee"), ("c mentor", "all roles"), ("closed", "d mentee"), ("d mentor", "closed")),
    *(("revoked", "e mentee"), ("e mentor", "revoked"), ("one left", "f mentee"), ("f mentor", "one left")),
)
PEOPLE = ONE_ROLE | {"all roles": tuple(Role), "no role": (), "closed": tuple(Role)}
PEOPLE |= {"revoked": tuple(Role), "one left": tuple(Role)}
LOST = {"revoked": tuple(Role), "one left": (Role.MENTOR, Role.MANAGER, Role.ADMINISTRATOR)}
"""Roles that are taken away again when everything was written in them."""


def build(database: Database) -> World:
    people, programmes = PeopleStore(database), ProgrammeStore(database)
    admin = Actor(person=people.first_administrator("House"), role=Role.ADMINISTRATOR)
    ids = {name: people.add(admin, name) for name in (*PEOPLE, "free mentor", "free mentee")}
    for name, roles in (PEOPLE | {"free mentor": (Role.MENTOR,), "free mentee": (Role.MENTEE,)}).items():
        for role in roles:
            people.grant(admin, ids[name], role)
    manager = Actor(person=ids["a manager"], role=Role.MANAGER)
    programme = programmes.create(manager, "Programme", TODAY, TODAY + timedelta(days=90))
    free = {"programme": programme, "free_mentor": ids["free mentor"], "free_mentee": ids["free mentee"]}
    owners = [Actor(person=ids[name], role=role) for name, roles in PEOPLE.items() for role in roles]
    things = {owner: write(database, owner)._replace(**free) for owner in owners}
    for one, other in PAIRS:
        mentor, mentee = Actor(person=ids[one], role=Role.MENTOR), Actor(person=ids[other], role=Role.MENTEE)
        pair = programmes.pair(manager, programme, mentor.person, mentee.person)
        met = {"pair": pair, "meeting": programmes.record_session(mentor, pair, TODAY)}
        for side, partner in ((mentor, mentee), (mentee, mentor)):
            ShareStore(database).share(side, "note", things[side].note, partner.person)
            theirs = {"partner": partner.person, "received": things[partner].note}
            taken = TakeawayStore(database).write(side, met["meeting"], f"mark-{side.person}-{side.role.value}")
            TakeawayStore(database).consent(side, taken)
            things[side] = things[side]._replace(**met, **theirs, takeaway=taken)
            things[side] = things[side]._replace(contribution=answer_survey(database, side, things[side]))
    some_pair = {"pair": things[Actor(person=ids["a mentor"], role=Role.MENTOR)].pair}
    things = {owner: found if owner.role in SIDES else found._replace(**some_pair) for owner, found in things.items()}
    people.close(admin, ids["closed"])
    for name, roles in LOST.items():
        for role in roles:
            people.revoke(admin, ids[name], role)
    ids = {name: ids[name] for name in PEOPLE}
    return World(database, things, ids | {"personal": PERSONAL, "stranger": "f" * 32, "empty": "", "pattern": "%"})


def write(database: Database, owner: Actor) -> Things:
    mark = f"mark-{owner.person}-{owner.role.value}"
    notes, conversations = NoteStore(database), ConversationStore(database)
    note = notes.save(owner, SavedNote(title=mark, text=mark, report=f'["{mark}"]', debrief=f'["{mark}"]'))
    notes.set_consent(owner, True)
    notes.keep_verdict(owner, kept(mark))
    conversation = conversations.start(owner, mark)
    turn = conversations.add_turn(owner, conversation, mark)
    conversations.finish_turn(owner, turn, answer(mark), "done")
    draft = DraftStore(database).add(owner, "plan", mark, f'{{"purpose": "{mark}"}}')
    commitments = CommitmentStore(database)
    commitment = commitments.add(owner, mark)
    commitments.settle(owner, commitment, "dropped", mark)
    HostedChoiceStore(database).choose(owner, "m", False)
    ReminderStore(database).choose(owner, True)
    assert RosterStore(database).set_names(owner, [mark]) == (mark,)
    ids = {"note": note, "conversation": conversation, "turn": turn, "commitment": commitment, "draft": draft}
    return Things(person=owner.person, **ids)


def answer_survey(database: Database, side: Actor, things: Things) -> str:
    """Let the answer count; both hold the owner's mark, as a code can have it."""
    mark = f"mark_{side.person}_{side.role.value}"
    SurveyStore(database).answer(side, things.pair, {mark: 4})
    ThemeStore(database).set_consent(side, True)
    return let_count(ThemeStore(database), side, things, mark)


class Saved(NamedTuple):
    """The world, closed; `server` has it in a database named `original`, else it is a file in the folder."""

    folder: Path
    things: dict[Actor, Things]
    askers: dict[str, str]
    server: Server | None
    original: str

    @contextmanager
    def opened(self, folder: Path | None = None, name: str | None = None) -> Iterator[World]:
        settings = settings_of(folder or self.folder, self.server, name or self.original)
        with closing(Database(settings)) as database:
            yield World(database, self.things, self.askers)

    @contextmanager
    def copied(self, folder: Path) -> Iterator[World]:
        """A world of its own, for calls that change it."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        if self.server is None:
            with self.opened(folder) as world:
                yield world
            return
        name = f"copy_{uuid4().hex[:8]}"
        self.server.execute(f"CREATE DATABASE {name} TEMPLATE {self.original} OWNER {OWNER}", database="postgres")
        try:
            with self.opened(folder, name) as world:
                yield world
        finally:
            self.server.execute(f"DROP DATABASE {name} WITH (FORCE)", database="postgres")


def settings_of(folder: Path, server: Server | None, name: str, user: str = APP) -> Settings:
    found = Settings(home=folder / "home", keys=folder / "keys")
    return found.model_copy(update={"database_url": server.url(user, name)}) if server else found


@pytest.fixture(scope="module", params=KINDS)
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saved]:
    folder, name = tmp_path_factory.mktemp("world"), f"world_{uuid4().hex[:8]}"
    server: Server | None = request.getfixturevalue("company").server if request.param == "server" else None
    if server:
        server.make_database(name, OWNER)
        prepare(settings_of(folder, server, name, OWNER), APP)
    with closing(Database(settings_of(folder, server, name))) as database:
        world = build(database)
    yield Saved(folder, world.things, world.askers, server, name)
    if server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)", database="postgres")


@pytest.fixture
def world(saved: Saved) -> Iterator[World]:
    """The one world that calls which are denied, or only read, share."""
    with saved.opened() as opened:
        yield opened


def rows(world: World) -> dict[str, list[Any]]:
    """Everything in the database."""
    with world.database.read(HOUSE) as session:
        tables = Base.metadata.tables
        return {name: sorted(map(repr, session.execute(select(table)))) for name, table in tables.items()}


def owners(world: World) -> list[Actor]:
    """Whose things are asked for: one of each role, who has all roles, and who has lost roles or the account.

    On a server, where a call takes ten times as long, without the first.
    """
    names: tuple[str, ...] = ("all roles", "revoked", "one left", "closed")
    if world.database._is_sqlite:
        names = (*names, *(f"a {role.value}" for role in Role))
    chosen = {world.askers[name] for name in names}
    return [owner for owner in world.things if owner.person in chosen]


def others(world: World, owner: Actor) -> list[Actor]:
    """Everybody who is not this owner: the same person in other roles, others in the same one, and nobody at all."""
    same_person = [Actor(person=owner.person, role=role) for role in Role]
    same_role = [Actor(person=person, role=owner.role) for person in world.askers.values()]
    their_own_role = [Actor(person=world.askers[f"b {role.value}"], role=role) for role in Role]
    return [actor for actor in dict.fromkeys((*same_person, *same_role, *their_own_role)) if actor != owner]


def partner_of(world: World, owner: Actor) -> Actor | None:
    """The other side of the pair, to whom its sessions belong as well."""
    if owner.role not in SIDES:
        return None
    (role,) = SIDES - {owner.role}
    return Actor(person=world.things[owner].partner, role=role)


def has_role(world: World | Saved, actor: Actor) -> bool:
    lost = {(world.askers[name], role) for name, roles in LOST.items() for role in roles}
    lost |= {(world.askers["closed"], role) for role in Role}
    return actor in world.things and (actor.person, actor.role) not in lost


def has_account(world: World, actor: Actor) -> bool:
    return actor.person in {world.askers[name] for name in PEOPLE if name != "closed"}


def foreign_marks(world: World, asker: Actor, rule: Rule, result: object) -> set[str]:
    said = repr(result.model_dump() if hasattr(result, "model_dump") else result).replace("_", "-")
    mine = {asker}
    if rule.shows == "person":
        mine = {owner for owner in world.things if owner.person == asker.person}
    if rule.shows == "partner" and asker in world.things:
        mine |= {owner for owner, found in world.things.items() if is_partner(world, asker, owner, found)}
    return {world.mark(owner) for owner in set(world.things) - mine if world.mark(owner) in said}


def is_partner(world: World, asker: Actor, owner: Actor, found: Things) -> bool:
    paired = {one.partner for one in ProgrammeStore(world.database).own_pairs(asker)}
    return owner.person in paired and owner.role in SIDES - {asker.role} and found.note != NOTHING


def texts(world: World, but: set[str]) -> dict[tuple[str, ...], str]:
    """What everybody wrote, as it is stored, apart from these persons."""
    found = dict[tuple[str, ...], str]()
    with world.database.read(HOUSE) as session:
        for name, table in Base.metadata.tables.items():
            if "person" in table.c and name in TEXTS:
                chosen = session.execute(select(table).where(table.c.person.not_in(but))).all()
                found |= {(name, row.person, *map(str, row[:2])): repr(row) for row in chosen}
        taken = select(TakeawayRow.id, TakeawayRow.person, TakeawayRow.text)  # a session that is gone leaves the words
        found |= {
            ("takeaways", row.id): repr(row) for row in session.execute(taken.where(TakeawayRow.person.not_in(but)))
        }
        paired = select(PairRow.id).where(
            PairRow.mentor.not_in(but), PairRow.mentee.not_in(but)
        )  # it goes with its pair
        for kind, sealed in ((ContributionRow, ContributionRow.codes), (SurveyAnswerRow, SurveyAnswerRow.answers)):
            counted = select(kind.id, kind.person, sealed).where(kind.pair_id.in_(paired))
            found |= {(kind.__tablename__, row.id): repr(row) for row in session.execute(counted)}
        turns = select(TurnRow.__table__).join(ConversationRow).where(ConversationRow.person.not_in(but))
        found |= {("turns", row.id): repr(row) for row in session.execute(turns)}
    return found


def may(world: World, rule: Rule, owner: Actor, asker: Actor) -> bool:
    """Whether the rule lets the asker do it with the owner's things."""
    with_role = asker.role in rule.roles and has_role(world, asker)
    if not (has_account(world, asker) if rule.needs == "account" else with_role):
        return False
    if rule.scope == "pair":
        return owner.role in SIDES and asker in (owner, partner_of(world, owner))
    return rule.scope != "item" or (asker == owner and owner.role in rule.roles)


def denial(world: World, store: type, name: str, asker: Actor, things: Things) -> str:
    """The words in which it is denied, without the ids in it."""
    with pytest.raises(AccessDenied) as denied:
        RULES[store][name].call(store(world.database), asker, things)
    said = str(denied.value)
    for found in set(things):
        said = said.replace(found, "ID")
    return said


# The matrix


def stores() -> dict[type, dict[str, Callable[..., Any]]]:
    """Every class of the store that is made from a database, with its public methods."""
    found = dict[type, dict[str, Callable[..., Any]]]()
    for module in pkgutil.iter_modules(assistant.store.__path__, "assistant.store."):
        for one in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(one) and one.__module__ == module.name and not inspect.isabstract(one):
                public = {n: m for n, m in inspect.getmembers(one, callable) if not n.startswith("_")}
                if any(takes_actor(method) for method in public.values()):
                    found[one] = public
    return found


def takes_actor(method: Callable[..., Any]) -> bool:
    try:
        shown = inspect.signature(method).parameters.values()
    except (TypeError, ValueError):
        return False
    return any("Actor" in str(parameter.annotation) or parameter.name in ("actor", "who") for parameter in shown)


def test_every_public_method_is_in_the_matrix() -> None:
    # why: a new method without a line above would be a door that nobody tried
    found = {store: methods for store, methods in stores().items() if store.__name__ not in FLOOR}
    assert set(found) == set(RULES)
    for store, methods in found.items():
        without = WITHOUT_ACTOR.get(store, set())
        assert set(methods) == set(RULES[store]) | without, store.__name__
        assert {name for name, method in methods.items() if not takes_actor(method)} == without, store.__name__
        for name in RULES[store]:
            assert list(inspect.signature(methods[name]).parameters)[1] in ("actor", "who"), name


@pytest.mark.parametrize(("store", "name"), CASES)
def test_nobody_else_may(world: World, store: type, name: str) -> None:
    # why: 0 wrong allows; a denied call changes nothing and tells nothing, not even whether there is such a thing
    rule, tried = RULES[store][name], 0
    before, unknown = rows(world), dict[Actor, str]()
    for owner in owners(world):
        things = world.things[owner]
        for asker in (owner, *others(world, owner)):
            if not may(world, rule, owner, asker):
                if asker not in unknown:
                    unknown[asker] = denial(world, store, name, asker, Things())
                assert denial(world, store, name, asker, things) == unknown[asker]
                tried += 1
    assert rows(world) == before
    assert tried >= 50


@pytest.mark.parametrize(("store", "name"), CASES)
def test_whoever_may_reaches_the_own_and_nothing_else(saved: Saved, tmp_path: Path, store: type, name: str) -> None:
    # why: a lock that nobody can open is no lock; and what is allowed must not touch or show another person's text
    rule = RULES[store][name]
    for calls in allowed(saved, rule):
        with saved.copied(tmp_path / "copy") as world:
            callers = {asker.person for asker, _ in calls} if rule.scope != "all" else set()
            before = texts(world, callers)
            for asker, things in calls:
                result = rule.call(store(world.database), asker, things)
                assert foreign_marks(world, asker, rule, result) == set()
            assert texts(world, callers) == before and len(before) >= 100


def allowed(saved: Saved, rule: Rule) -> list[list[tuple[Actor, Things]]]:
    """Who may, with whose things; in lists of calls that do not stand in each other's way."""
    of = {name: [(a, t) for a, t in saved.things.items() if a.person == p] for name, p in saved.askers.items()}
    whole = "revoked" if rule.needs == "account" else "one left"
    mine = [call for name in (*(f"a {role.value}" for role in Role), "all roles", whole) for call in of[name]]
    mine = [call for call in mine if call[0].role in rule.roles]
    mine = [call for call in mine if rule.needs == "account" or has_role(saved, call[0])]
    if not rule.roles:
        return []
    if rule.scope == "all":
        (asker, own_things), *_ = mine
        return [[(asker, own_things)], [(asker, of["b mentor"][0][1])]]
    return [[call] for call in mine] if rule.scope == "pair" or rule.needs == "account" else [mine]


READS: list[tuple[type, str]] = [
    (store, name)
    for store, name in (case.values for case in CASES)
    if name
    in (
        "load",
        "open",
        "read",
        "sessions",
        "list",
        "own_pairs",
        "seen_by_managers",
        "kept_verdicts",
        "given",
        "received",
        "own",
        "programmes",
        "me",
        "pairs",
        "names",
        "roster",
    )
]


def test_10000_random_actors_with_random_ids_see_no_foreign_row(world: World) -> None:
    # why: ids travel in addresses and logs; holding one must be worth nothing, whoever one says one is
    chance, seen, foreign = random.Random(4), 0, 0
    persons, everything = list(world.askers.values()), list(world.things.values())
    opened = {store: store(world.database) for store, _ in READS}
    before = rows(world)
    for _ in range(10_000):
        asker = Actor(person=chance.choice(persons), role=chance.choice(list(Role)))
        near = world.things.get(asker) if chance.random() < 0.3 else None
        picked = [(near or chance.choice(everything))[place] for place in range(len(Things._fields))]
        if chance.random() < 0.2:
            picked = chance.choices([one for found in everything for one in found], k=len(picked))
        store, name = chance.choice(READS)
        try:
            result = RULES[store][name].call(opened[store], asker, Things(*picked))
        except (AccessDenied, InputError):
            continue
        seen += bool(result)
        foreign += bool(foreign_marks(world, asker, RULES[store][name], result))
    assert foreign == 0 and seen > 500 and rows(world) == before
