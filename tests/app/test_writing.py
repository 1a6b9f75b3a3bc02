"""An answer being made: what is shown, what is kept, and how it ends."""

import threading
from collections.abc import Callable
from typing import Any

from app.writing import Writing
from assistant.errors import InputError, ModelTimeout, StoreUnavailable
from assistant.events import Notice, Sentence, Sources
from assistant.roles import PERSONAL, Actor, Role
from assistant.store.conversations import ConversationStore

ACTOR = Actor(person=PERSONAL, role=Role.MENTOR)


def write(coach: Any, get_store: Callable[[], Any]) -> Writing:
    """A writing that has begun."""
    writing = Writing(coach, get_store, ACTOR, "How do I begin?", None)
    writing.start(())
    return writing


def finish(writing: Writing) -> Writing:
    """The same, ended."""
    assert writing._worker is not None
    writing._worker.join(10)
    assert not writing._worker.is_alive()
    return writing


def test_a_finished_answer_is_kept(coach: Any, store: ConversationStore) -> None:  # a reload shows it again
    progress = finish(write(coach, lambda: store)).progress
    [turn] = store.read(ACTOR, progress.conversation or "").turns
    assert (progress.ending, turn.status, turn.id) == ("done", "done", progress.turn)
    assert turn.reply == progress.reply
    assert coach.closed == 1


def test_stopping_keeps_what_was_written_and_closes_the_coach(coach: Any, store: ConversationStore) -> None:
    never = threading.Event()  # the model writes on and on
    coach.events[3:] = [never]
    writing = write(coach, lambda: store)
    while not writing.progress.sentences:
        writing.wait(writing.progress, 1)
    writing.stop()
    [turn] = store.read(ACTOR, writing.progress.conversation or "").turns
    assert turn.status == "stopped"
    assert turn.reply is not None
    assert turn.reply.text == "Ask before you tell. [1]"
    assert [source.marker for source in turn.reply.sources] == ["1"]  # only what is cited
    assert coach.closed == 1  # the model's work was cancelled


def test_a_model_that_fails_leaves_what_it_wrote(coach: Any, store: ConversationStore) -> None:  # and says why
    coach.events[3:] = [Notice(text="Slow today."), ModelTimeout("No answer in 60 s.")]
    progress = finish(write(coach, lambda: store)).progress
    [turn] = store.read(ACTOR, progress.conversation or "").turns
    assert (progress.ending, progress.trouble, turn.status) == ("failed", "No answer in 60 s.", "failed")
    assert turn.reply is not None
    assert turn.reply.notices == ("Slow today.",)


def test_a_refused_question_is_not_kept(coach: Any, store: ConversationStore) -> None:  # it goes back to the input
    coach.events = [InputError("The question is too long.")]
    progress = finish(write(coach, lambda: store)).progress
    assert (progress.ending, progress.trouble, progress.turn) == ("refused", "The question is too long.", None)
    assert store.list(ACTOR) == ()


def test_a_bug_is_told_without_its_text(coach: Any, store: ConversationStore) -> None:  # messages may hold text
    coach.events = [ValueError("secret words")]
    progress = finish(write(coach, lambda: store)).progress
    assert progress.ending == "failed"
    assert "secret" not in progress.trouble


def test_an_answer_that_cannot_be_kept_is_still_given(coach: Any) -> None:  # a full disk must not cost the answer
    def broken() -> Any:
        raise StoreUnavailable("The disk is full.")

    progress = finish(write(coach, broken)).progress
    assert (progress.ending, progress.unsaved, progress.turn) == ("done", "The disk is full.", None)
    assert progress.reply is not None


def test_a_question_for_which_the_database_was_busy_is_kept_in_the_end(coach: Any, store: ConversationStore) -> None:
    # why: fifty people who ask at once wait for each other; the answer takes seconds, and by then there is room
    tries = iter([StoreUnavailable("Too many people are using it.")])

    def busy_at_first() -> ConversationStore:
        for error in tries:
            raise error
        return store

    progress = finish(write(coach, busy_at_first)).progress
    [turn] = store.read(ACTOR, progress.conversation or "").turns
    assert (progress.ending, progress.unsaved, turn.status, turn.id) == ("done", "", "done", progress.turn)
    assert turn.reply == progress.reply


def test_sources_come_before_the_first_sentence(coach: Any, store: ConversationStore) -> None:  # read while waiting
    gate = threading.Event()
    coach.events.insert(2, gate)
    writing = write(coach, lambda: store)
    while not writing.progress.sources:
        writing.wait(writing.progress, 1)
    assert writing.progress.sentences == ()
    assert writing.progress.turn is not None  # and the question is safe already
    gate.set()
    assert finish(writing).progress.ending == "done"


def test_waiting_returns_at_once_when_something_changed(coach: Any, store: ConversationStore) -> None:
    coach.events = [Sources(sources=()), Sentence(text="Hello.")]
    writing = write(coach, lambda: store)
    seen = writing.progress
    finish(writing)
    assert writing.wait(seen, 60) is not seen
