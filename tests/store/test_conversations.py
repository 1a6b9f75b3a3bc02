"""Conversations through the store's own door, on a real SQLite file."""

import inspect
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from company import let_in
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import AccessDenied, InputError
from assistant.events import Card, Contact, Referral, Reply, Sentence, Source
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore, Rating
from assistant.store.database import Database

ME = Actor(person="me", role=Role.MENTOR)
CHILD = """
import sys, threading
from pathlib import Path
from assistant.events import Reply
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database
me, out = Actor(person="me", role=Role.MENTOR), threading.Lock()
def say(*words):
    with out: print(*words, flush=True)
def answer(text):
    return Reply(text=text, sources=(), sentences=(), timings={}, provenance={})
def opened(home):
    return ConversationStore(Database(Settings(home=Path(home))))
"""


def reply(text: str = "Ask what he wants to learn [1].") -> Reply:
    return Reply(
        text=text,
        sources=(Source(marker="1", id="a#0", document="d", title="T", heading="H", text="Ask first.", article="a"),),
        sentences=(Sentence(text=text, markers=("1",), quotes=("Ask first.",), break_before=True),),
        referral=Referral(kind="danger", message="m", contacts=(Contact(name="n", address="x"),)),
        notices=("No model wrote this.",),
        suggestions=("How do I begin?",),
        timings={"passages": 0.02, "total": 1.5, "dropped": 1.0},
        provenance={"prompt": "answer-3", "model": "none"},
    )


@pytest.fixture
def store(home: Path) -> Iterator[ConversationStore]:
    opened = ConversationStore(Database(Settings(home=home)))
    yield opened
    opened.close()


@pytest.fixture
def children() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", CHILD + code, *map(str, arguments)]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for child in started:
        child.kill()
        child.communicate()


def alter(home: Path, statement: str) -> None:
    connection = sqlite3.connect(home / "eyelevel.db")
    with connection:
        connection.execute(statement)
    connection.close()


# What is kept


def test_a_reply_comes_back_whole_after_reopening(store: ConversationStore, home: Path) -> None:
    # why: sources, notices and provenance must be on screen again tomorrow, not only the text
    conversation = store.start(ME, "How do I prepare\nthe third session with our CTO, who is always in a hurry?")
    turn = store.add_turn(ME, conversation, "How?")
    store.finish_turn(ME, turn, reply(), "done")
    store.rate(ME, turn, Rating.UP)
    again = ConversationStore(Database(Settings(home=home)))
    kept = again.read(ME, conversation)
    assert kept.title == "How do I prepare the third session with our CTO, who is …"
    assert kept.role is Role.MENTOR
    assert [(t.id, t.question, t.reply, t.status, t.rating) for t in kept.turns] == [
        (turn, "How?", reply(), "done", Rating.UP)
    ]
    assert kept.turns[0].created_at.utcoffset() == timedelta(0)
    store.rate(ME, turn, None)
    assert again.read(ME, conversation).turns[0].rating is None
    again.close()


@pytest.mark.parametrize(
    "nasty", ["nul \0 inside", "lone \ud83d surrogate", "äöü “quotes” 🎓", "'; DROP TABLE turns;--"]
)
def test_any_text_can_be_kept(store: ConversationStore, nasty: str) -> None:
    # why: a question is saved before anything looks at it; no character may lose it
    conversation = store.start(ME, nasty)
    turn = store.add_turn(ME, conversation, nasty)
    store.finish_turn(ME, turn, reply(nasty).model_copy(update={"timings": {"total": float("inf")}}), "done")
    kept = store.read(ME, conversation).turns[0]
    assert kept.question == nasty.replace("\0", "").replace("\ud83d", "?")
    assert kept.reply is not None and kept.reply.timings == {"total": float("inf")}


def test_turns_keep_their_order_and_conversations_the_latest_first(store: ConversationStore) -> None:
    # why: a talk read in another order is another talk; the one at hand is the one last used
    first, second = store.start(ME, "first"), store.start(ME, "second")
    assert [c.title for c in store.list(ME)] == ["second", "first"]
    turns = [store.add_turn(ME, first, f"q{n}") for n in range(12)]
    assert [t.id for t in store.read(ME, first).turns] == turns
    assert [(c.id, c.turns) for c in store.list(ME)] == [(first, 12), (second, 0)]
    store.finish_turn(ME, store.add_turn(ME, second, "q"), reply(), "done")
    assert [c.id for c in store.list(ME)] == [second, first]


def test_a_stopped_turn_keeps_the_sentences_so_far(store: ConversationStore) -> None:
    # why: stopping means "enough", not "throw it away"; a late ending from the answering thread must not undo it
    conversation = store.start(ME, "q")
    turn = store.add_turn(ME, conversation, "q")
    store.finish_turn(ME, turn, reply("Half."), "stopped")
    store.finish_turn(ME, turn, None, "failed")
    kept = store.read(ME, conversation).turns[0]
    assert (kept.status, kept.reply) == ("stopped", reply("Half."))


def test_renaming_takes_one_line_and_refuses_none(store: ConversationStore) -> None:
    # why: an empty title could not be clicked, a very long one would fill the screen
    conversation = store.start(ME, "q")
    store.rename(ME, conversation, "  Our\n CTO ")
    assert store.read(ME, conversation).title == "Our CTO"
    store.rename(ME, conversation, "word " * 100)
    assert len(store.read(ME, conversation).title) <= 202
    with pytest.raises(InputError, match="empty"):
        store.rename(ME, conversation, " \n ")


# Deleting


def test_delete_can_be_undone_and_a_reply_in_flight_is_kept(store: ConversationStore) -> None:
    # why: a slip of the mouse must cost nothing, not even the answer that was just being written
    conversation = store.start(ME, "q")
    turn = store.add_turn(ME, conversation, "q")
    store.delete(ME, conversation)
    store.delete(ME, conversation)
    assert store.list(ME) == ()
    for call in (store.read, lambda a, c: store.add_turn(a, c, "q"), lambda a, c: store.rename(a, c, "t")):
        with pytest.raises(AccessDenied):
            call(ME, conversation)
    store.finish_turn(ME, turn, reply(), "done")
    store.restore(ME, conversation)
    assert store.read(ME, conversation).turns[0].reply == reply()


def test_purge_takes_only_what_was_deleted_long_enough_ago(store: ConversationStore, home: Path) -> None:
    # why: the undo period is a promise, and so is the end of it
    kept, fresh, old = (store.start(ME, name) for name in ("kept", "fresh", "old"))
    for conversation in (kept, fresh, old):
        store.add_turn(ME, conversation, "q")
    for conversation in (kept, fresh, old):
        store.delete(ME, conversation)
    store.restore(ME, kept)
    alter(home, f"UPDATE conversations SET deleted_at = '2020-01-01 00:00:00.000000' WHERE id = '{old}'")
    assert store.purge_deleted(timedelta(days=7)) == 1
    store.restore(ME, fresh)
    with pytest.raises(AccessDenied):
        store.restore(ME, old)
    assert {c.id for c in store.list(ME)} == {kept, fresh}
    assert sqlite3.connect(home / "eyelevel.db").execute("SELECT count(*) FROM turns").fetchone() == (2,)


@pytest.mark.usefixtures("in_clear")
@pytest.mark.parametrize("seed", [80, 240])
def test_purged_text_is_in_no_file(
    store: ConversationStore, home: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: deleted means gone from the disk. With these seeds SQLite rebuilds a page in a way that secure_delete
    # misses; the write-ahead log keeps all of it anyway; and another process may have the file open
    chance, ids, purged = random.Random(seed), random.Random(seed), []
    monkeypatch.setattr("assistant.store.conversations.uuid4", lambda: UUID(int=ids.getrandbits(128)))
    other = ConversationStore(Database(Settings(home=home)))
    for _ in range(40):
        word = "sekret" if chance.random() < 0.5 else "public"
        conversation = store.start(ME, word + " t" * chance.randint(0, 20))
        for _ in range(chance.randint(0, 6)):
            turn = store.add_turn(ME, conversation, f"{word} " * chance.randint(1, chance.choice([3, 30, 300])))
            text = f"{word} " * chance.randint(1, chance.choice([3, 50, 900]))
            answer = Reply(text=text, sources=(), sentences=(), timings={}, provenance={})
            store.finish_turn(ME, turn, answer, "done")
        store.rename(ME, conversation, word + " x" * chance.randint(0, 60))
        if word == "sekret" or chance.random() < 0.5:
            purged.append(conversation)
    other.list(ME)
    for conversation in purged:
        store.delete(ME, conversation)
    assert traces(home) != []
    assert store.purge_deleted(timedelta(0)) == len(purged)
    assert traces(home) == []
    assert len(other.list(ME)) == 40 - len(purged) and other.check() is None
    other.close()


def traces(home: Path) -> list[str]:
    return [path.name for path in home.iterdir() if b"sekret" in path.read_bytes()]


# Who may

NO_ACTOR = {"purge_deleted", "check", "close"}
CALLS: dict[str, Callable[[ConversationStore, Actor, str, str], Any]] = {
    "start": lambda s, a, c, t: s.start(a, "q"),
    "add_turn": lambda s, a, c, t: s.add_turn(a, c, "foreign"),
    "finish_turn": lambda s, a, c, t: s.finish_turn(a, t, reply("foreign"), "done"),
    "attach": lambda s, a, c, t: s.attach(a, t, "0" * 32),
    "rate": lambda s, a, c, t: s.rate(a, t, Rating.DOWN),
    "list": lambda s, a, c, t: s.list(a),
    "read": lambda s, a, c, t: s.read(a, c),
    "rename": lambda s, a, c, t: s.rename(a, c, "foreign"),
    "delete": lambda s, a, c, t: s.delete(a, c),
    "restore": lambda s, a, c, t: s.restore(a, c),
}


def test_a_card_keeps_which_draft_was_made_of_it(store: ConversationStore) -> None:
    # why: a plan that was made in the chat must be found there again; a turn without a card has nothing to note
    conversation = store.start(ME, "help me prepare")
    turn = store.add_turn(ME, conversation, "help me prepare")
    card = Card(job="plan", role="CTO", day=date(2026, 11, 24))
    made = Reply(text="A plan:", sources=(), sentences=(), card=card, timings={}, provenance={})
    store.finish_turn(ME, turn, made, "done")
    store.attach(ME, turn, "d" * 32)
    kept = store.read(ME, conversation).turns[0].reply
    assert kept is not None and kept.card == card.model_copy(update={"draft": "d" * 32})


def test_every_public_method_is_in_the_matrix() -> None:
    # why: a new method without a line below would be a door that nobody tried
    public = {n: m for n, m in inspect.getmembers(ConversationStore, inspect.isfunction) if not n.startswith("_")}
    assert set(public) == set(CALLS) | NO_ACTOR
    assert all(list(inspect.signature(public[name]).parameters)[1] == "actor" for name in CALLS)


@pytest.mark.parametrize(("name", "role"), product(CALLS, Role))
def test_only_the_owner_in_the_same_role_may(store: ConversationStore, name: str, role: Role) -> None:
    # why: nobody, and above all no manager, has a path to what another person wrote
    owner, other = (Actor(person=person * 32, role=role) for person in "ab")
    let_in(store._database, owner, *(Actor(person=other.person, role=one) for one in Role))
    conversation = store.start(owner, "mine")
    turn = store.add_turn(owner, conversation, "mine")
    before = (store.read(owner, conversation), store.list(owner))
    for person, other_role in product((owner.person, other.person, "A" * 32, "a" * 31, PERSONAL, "%", ""), Role):
        asker = Actor(person=person, role=other_role)
        if asker == owner:
            continue
        if name in ("start", "list") and person == other.person:
            CALLS[name](store, asker, conversation, turn)
            assert all(summary.title == "q" for summary in store.list(asker))
        else:
            assert denial(store, name, asker, conversation, turn) == denial(store, name, asker, "0" * 32, "0" * 32)
        assert (store.read(owner, conversation), store.list(owner)) == before
    CALLS[name](store, owner, conversation, turn)


def denial(store: ConversationStore, name: str, asker: Actor, conversation: str, turn: str) -> str:
    with pytest.raises(AccessDenied) as denied:
        CALLS[name](store, asker, conversation, turn)
    return str(denied.value).replace(conversation, "ID").replace(turn, "ID")


CROWD = [letter * 32 for letter in "abcd"]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ConversationStore, dict[str, Actor]]]:
    opened = ConversationStore(Database(Settings(home=tmp_path_factory.mktemp("crowd"))))
    owners: dict[str, Actor] = {}
    for person, role in product(CROWD, Role):
        actor = Actor(person=person, role=role)
        let_in(opened._database, actor)
        for _ in range(3):
            conversation = opened.start(actor, f"{person}/{role}")
            owners[conversation] = owners[opened.add_turn(actor, conversation, f"{person}/{role}")] = actor
    yield opened, owners
    opened.close()


@settings(max_examples=600, deadline=None, derandomize=True)
@given(data=st.data(), person=st.sampled_from(CROWD) | st.text(), role=st.sampled_from(Role))
def test_random_actors_with_random_ids_never_see_a_foreign_row(crowd: Any, data: Any, person: str, role: Role) -> None:
    # why: ids travel in addresses and logs; holding one must be worth nothing
    store, owners = crowd
    actor, identifier = Actor(person=person, role=role), data.draw(st.sampled_from(sorted(owners)) | st.text())
    own = f"{person}/{role}"
    if person not in CROWD:
        with pytest.raises(AccessDenied):
            store.list(actor)
    else:
        assert all(summary.title == own for summary in store.list(actor))
    for call in (store.read, lambda a, i: store.rate(a, i, None)):
        try:
            found = call(actor, identifier)
        except AccessDenied:
            continue
        assert owners[identifier] == actor
        assert found is None or {found.title, *(turn.question for turn in found.turns)} == {own}


# Many at once


def test_threads_and_processes_write_into_one_conversation(store: ConversationStore, home: Path, children: Any) -> None:
    # why: Streamlit calls from many threads and several processes share the file; no turn may be lost or swapped
    conversation = store.start(ME, "q")
    code = """
store, conversation = opened(sys.argv[1]), sys.argv[2]
def work(name):
    for n in range(20): store.finish_turn(me, store.add_turn(me, conversation, f"{name} {n}"), answer("a"), "done")
threads = [threading.Thread(target=work, args=(f"{sys.argv[3]}{n}",)) for n in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]; say("end")
"""
    others = [children(code, home, conversation, name) for name in "ab"]
    errors: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(20):
                store.add_turn(ME, conversation, f"{name} {number}")
                store.read(ME, conversation)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [child.communicate()[0] for child in others] == ["end\n"] * 2
    assert errors == []
    written: dict[str, list[int]] = {}
    for turn in store.read(ME, conversation).turns:
        name, number = turn.question.split()
        written.setdefault(name, []).append(int(number))
    assert len(written) == 14 and all(numbers == list(range(20)) for numbers in written.values())


def test_processes_that_open_a_new_database_together_agree(home: Path, children: Any) -> None:
    # why: several app processes start at the same moment on the first day; one migrates, the others wait
    code = "say('ready'); sys.stdin.readline(); say(len(opened(sys.argv[1]).start(me, 'q')))"
    started = [children(code, home) for _ in range(4)]
    assert [child.stdout.readline() for child in started] == ["ready\n"] * 4
    for child in started:
        child.stdin.write("\n")
        child.stdin.flush()
    assert [child.stdout.readline() for child in started] == ["32\n"] * 4
    opened = ConversationStore(Database(Settings(home=home)))
    assert len(opened.list(ME)) == 4
    opened.close()


def test_killed_writers_lose_nothing_that_was_acknowledged(
    store: ConversationStore, home: Path, children: Any, tmp_path: Path
) -> None:
    # why: "saved" is a promise; 100 writers are killed at random moments, four at a time on one file
    conversation, chance, acknowledged = store.start(ME, "q"), random.Random(11), list[str]()
    code = """
import os
def write_for_ever(log):
    store = opened(sys.argv[1])
    while True:
        turn = store.add_turn(me, sys.argv[2], "q"); os.write(log, b"added %s\\n" % turn.encode())
        store.finish_turn(me, turn, answer(turn), "done"); os.write(log, b"done %s\\n" % turn.encode())
def start(number):
    process = os.fork()
    if not process: write_for_ever(os.open(f"{sys.argv[3]}/{number}.log", os.O_CREAT | os.O_WRONLY | os.O_APPEND))
    return process
for turn in range(25):
    started = [start(4 * turn + n) for n in range(4)]
    say(*started)
    say(*[os.waitpid(process, 0)[1] for process in started])
"""
    runner = children(code, home, conversation, tmp_path)
    logs = [tmp_path / f"{number}.log" for number in range(100)]
    for first in range(0, 100, 4):
        processes = [int(word) for word in runner.stdout.readline().split()]
        for process, log in zip(processes, logs[first : first + 4], strict=True):
            while not log.exists() or not log.stat().st_size:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.1))
            os.kill(process, signal.SIGKILL)
        assert runner.stdout.readline().split() == ["9"] * 4
    for log in logs:
        acknowledged += log.read_text().splitlines()
    reopened = ConversationStore(Database(Settings(home=home)))
    turns = {turn.id: turn for turn in reopened.read(ME, conversation).turns}
    assert [line for line in acknowledged if not is_kept(turns, *line.split())] == []
    assert len(acknowledged) >= 300 and {turn.status for turn in turns.values()} <= {"done", "failed"}
    assert reopened.check() is None
    reopened.close()


def is_kept(turns: dict[str, Any], word: str, turn: str) -> bool:
    found = turns.get(turn)
    return found is not None and (word == "added" or (found.status == "done" and found.reply.text == turn))


# Turns that nobody finished


def test_an_open_turn_is_failed_once_its_process_is_gone(store: ConversationStore, home: Path, children: Any) -> None:
    # why: after a crash nobody waits for ever, while a living process's turn is left in peace, and may still end well
    conversation = store.start(ME, "q")
    writer = children("say(opened(sys.argv[1]).add_turn(me, sys.argv[2], 'q')); sys.stdin.read()", home, conversation)
    turn = writer.stdout.readline().strip()
    reopened = ConversationStore(Database(Settings(home=home)))
    assert [t.status for t in reopened.read(ME, conversation).turns] == ["open"]
    writer.kill()
    statuses = set()
    for _ in range(100):
        statuses = {t.status for t in store.read(ME, conversation).turns}
        if statuses == {"failed"}:
            break
        time.sleep(0.05)
    assert statuses == {"failed"}  # also before it was reaped: a zombie answers nobody
    store.finish_turn(ME, turn, reply(), "done")
    assert store.read(ME, conversation).turns[0].status == "done"
    reopened.close()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("writer = 'elsewhere/1/1.0'", "open"),
        ("writer = 'elsewhere/1/1.0', created_at = '2020-01-01 00:00:00.000000'", "failed"),
        ("created_at = '2020-01-01 00:00:00.000000'", "failed"),
        ("writer = replace(writer, rtrim(writer, '.0123456789'), rtrim(writer, '.0123456789') || '1')", "failed"),
    ],
    ids=["another host", "another host, long ago", "long ago", "another start of the same number"],
)
def test_an_open_turn_is_judged_by_its_writer_and_its_age(
    store: ConversationStore, home: Path, change: str, expected: str
) -> None:
    # why: process numbers are used again and mean nothing on another machine; then age decides
    conversation = store.start(ME, "q")
    store.add_turn(ME, conversation, "q")
    alter(home, f"UPDATE turns SET {change}")
    assert store.read(ME, conversation).turns[0].status == expected
