"""An answer being made: a worker thread takes the coach's events, saves the turn, and lets screens look on.

The thread is what makes it safe to open a source, turn a page or reload while an answer is written: a script of
Streamlit ends with every click, the worker goes on. `stop()` takes effect at the next event, a tenth of a second.
Lives in one session's state; it must never be put where another session could reach it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast
from uuid import uuid4

from assistant.errors import EyelevelError, InputError, StoreError
from assistant.events import Event, Notice, Offer, Own, OwnPlace, Reply, Sentence, Source, Sources, Waiting, log
from assistant.roles import Actor

if TYPE_CHECKING:
    from collections.abc import Generator

    from assistant.coach.service import Coach, Desk, Exchange
    from assistant.privacy.sending import Sending
    from assistant.store.conversations import ConversationStore

Stage = Literal["opening", "loading", "reading", "writing"]
Ending = Literal["done", "stopped", "failed", "refused"]


@dataclass(frozen=True)
class Progress:
    """How far an answer has come; a new one replaces it with every event."""

    stage: Stage = "opening"
    sources: tuple[Source, ...] = ()
    own: tuple[OwnPlace, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    notices: tuple[str, ...] = ()
    offer: Offer | None = None
    reply: Reply | None = None
    ending: Ending | None = None
    """None while the answer is being made; `refused`: the question could not be taken as it is."""
    trouble: str = ""
    """One plain line where the ending is `failed` or `refused`."""
    unsaved: str = ""
    """One plain line where the answer is being made but cannot be kept."""
    conversation: str | None = None
    turn: str | None = None

    def written(self) -> Reply:
        """What was written so far, as a reply that can be kept."""
        cited = {marker for sentence in self.sentences for marker in sentence.markers}
        return Reply(
            text=" ".join(_marked(sentence) for sentence in self.sentences),
            sources=tuple(source for source in self.sources if source.marker in cited),
            sentences=self.sentences,
            own=self.own,
            notices=self.notices,
            offer=self.offer,
            timings={},
            provenance={},
        )


def _marked(sentence: Sentence) -> str:
    return sentence.text + "".join(f" [{marker}]" for marker in sentence.markers)


class Writing:
    """One question on its way to an answer."""

    def __init__(
        self,
        coach: "Coach",
        get_store: "Callable[[], ConversationStore]",
        actor: Actor,
        question: str,
        conversation: str | None,
        *,
        sending: "Sending | None" = None,
        desk: "Desk | None" = None,
    ) -> None:
        self.id = uuid4().hex
        """Names its widgets until the turn has an id."""
        self.question = question
        self.actor = actor
        self._sending, self._desk = sending, desk
        self._coach, self._get_store = coach, get_store
        self._progress = Progress(conversation=conversation)
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._worker: threading.Thread | None = None

    def start(self, history: "tuple[Exchange, ...]") -> None:
        """Begin; returns at once."""
        self._worker = threading.Thread(target=self._run, args=(history,), name="writing", daemon=True)
        self._worker.start()

    def stop(self, seconds: float = 2.0) -> None:
        """End it with what was written so far, and wait until that is kept, at most this long."""
        self._stop.set()
        if self._worker:
            self._worker.join(seconds)

    @property
    def progress(self) -> Progress:
        """How far it has come."""
        return self._progress

    def wait(self, seen: Progress, seconds: float) -> Progress:
        """Progress as soon as it differs from what was seen, or after this long."""
        with self._changed:
            self._changed.wait_for(lambda: self._progress is not seen, timeout=seconds)
            return self._progress

    def _run(self, history: "tuple[Exchange, ...]") -> None:
        try:
            with closing(cast("Generator[Event, None, None]", self._events(history))) as events:
                for event in events:
                    if self.progress.turn is None and not self.progress.unsaved:
                        self._keep_question()
                    self._take(event)
                    if self._stop.is_set():
                        break
            self._end("done" if self.progress.reply else "stopped")
        except InputError as error:
            self._end("refused", str(error))
        except EyelevelError as error:
            self._end("failed", str(error))
        except Exception as error:
            log("turn_failed", error=type(error).__name__)
            self._end("failed", "Something in Eyelevel itself broke while it answered. Ask again.")

    def _events(self, history: "tuple[Exchange, ...]") -> Iterator[Event]:
        from assistant.coach.service import Turn

        asked = {"text": self.question, "history": history, "sending": self._sending, "desk": self._desk, "jobs": True}
        return self._coach.reply(Turn(actor=self.actor, **asked))  # type: ignore[arg-type]

    def _take(self, event: Event) -> None:
        now = self.progress
        if isinstance(event, Sources):
            self._set(replace(now, sources=event.sources, stage="reading"))
        elif isinstance(event, Own):
            self._set(replace(now, own=event.places))
        elif isinstance(event, Offer):
            self._set(replace(now, offer=event))
        elif isinstance(event, Waiting):
            if event.stage != now.stage:
                self._set(replace(now, stage=event.stage))
        elif isinstance(event, Sentence):
            self._set(replace(now, sentences=(*now.sentences, event), stage="writing"))
        elif isinstance(event, Notice):
            self._set(replace(now, notices=(*now.notices, event.text)))
        else:
            self._set(replace(now, reply=event))

    def _keep_question(self) -> None:
        try:
            store = self._get_store()
            conversation = self.progress.conversation or store.start(self.actor, self.question)
            turn = store.add_turn(self.actor, conversation, self.question)
            self._set(replace(self.progress, conversation=conversation, turn=turn, unsaved=""))
        except StoreError as error:
            self._set(replace(self.progress, unsaved=str(error)))

    def _end(self, ending: Ending, trouble: str = "") -> None:
        now = self.progress
        if now.turn is None and ending != "refused" and (now.unsaved or ending == "failed"):
            self._keep_question()
            now = self.progress
        if now.turn:
            kept = "failed" if ending == "refused" else ending
            try:
                self._get_store().finish_turn(self.actor, now.turn, now.reply or now.written(), kept)
            except StoreError as error:
                now = replace(now, unsaved=str(error))
        self._set(replace(now, ending=ending, trouble=trouble))

    def _set(self, progress: Progress) -> None:
        with self._changed:
            self._progress = progress
            self._changed.notify_all()
