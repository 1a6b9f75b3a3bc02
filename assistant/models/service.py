"""The chat model as a service of this process: loaded in the background, shared, bounded, cancellable.

Callers get text as it is written, with a heartbeat in between, so that a screen stays alive and a person can
stop at once: closing the iterator cancels the request, and the server stops computing. The one place where a prompt
may leave this machine: only with `EYELEVEL_HOSTED_MODELS`, with the yes of the person who asks, and without names.
"""

import asyncio
import queue
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from assistant.errors import (
    EyelevelError,
    ModelBusy,
    ModelError,
    ModelMissing,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
)
from assistant.events import log
from assistant.models.place import model_place
from assistant.privacy.sending import Sending
from assistant.prompts import Rendered
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

HEARTBEAT_SECONDS = 0.1
HOSTED_AT_ONCE = 8
"""Answers that a model elsewhere may write side by side; the embedded one writes one after the other."""
Builder = Callable[[Settings], "BaseChatModel | None"]


class ModelState(BaseModel):
    """Whether the chat model can write; `message` is one plain line for a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["none", "off", "loading", "ready", "missing", "failed"]
    """`off`: the model is not on this machine, and sending is not allowed here."""
    message: str


def _build(settings: Settings) -> "BaseChatModel | None":
    from assistant.models.chat import build_chat_model  # imports a provider: seconds, so in the background

    return build_chat_model(settings)


class ChatService:
    """One chat model for everybody in this process."""

    def __init__(self, settings: Settings, build: Builder = _build) -> None:
        self._settings = settings
        self._build = build
        self._model: BaseChatModel | None = None
        self._state = ModelState(status="loading", message="The chat model is being loaded.")
        if settings.chat_model == "none":
            self._state = ModelState(status="none", message="No chat model is set: answers are passages of the guide.")
        self._place = model_place(settings)
        if self.is_elsewhere and not settings.hosted_models:
            self._state = ModelState(status="off", message=hosted_off(settings))
        self._started = threading.Lock()
        self._ready = threading.Event()
        self._unfinished = 0
        self._count = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._at_once = 1 if settings.chat_model.startswith("local:") else HOSTED_AT_ONCE
        self._turns = asyncio.Semaphore(self._at_once)

    @property
    def is_elsewhere(self) -> bool:
        """Whether prompts leave this machine; then each call needs a `Sending`."""
        return self._place.where == "elsewhere"

    def may_ask(self, sending: Sending | None) -> bool:
        """Whether a prompt of this person may go to the model: always on this machine, elsewhere with their yes."""
        return not self.is_elsewhere or (sending is not None and sending.model == self._place.id)

    @property
    def state(self) -> ModelState:
        """What the model can do now."""
        return self._state

    def start(self, warm_up: Sequence[Rendered] = ()) -> None:
        """Load in the background, once; then read the `warm_up` prompts so that the server keeps them."""
        if self._state.status in ("none", "off"):
            self._ready.set()
            return
        if not self._started.acquire(blocking=False):
            return
        threading.Thread(target=self._loop.run_forever, name="chat-loop", daemon=True).start()
        threading.Thread(target=self._load, args=(warm_up,), name="chat-load", daemon=True).start()

    def wait(self, seconds: float) -> ModelState:
        """Wait until loading has ended one way or the other, at most this long."""
        self._ready.wait(seconds)
        return self._state

    def _load(self, warm_up: Sequence[Rendered]) -> None:
        began = time.monotonic()
        try:
            self._model = self._build(self._settings)
            self._state = ModelState(status="ready", message="The chat model is ready.")
        except ModelMissing as error:
            self._state = ModelState(status="missing", message=str(error))
        except Exception as error:
            self._state = ModelState(status="failed", message=str(explain(error)))
        finally:
            self._ready.set()
            log("model.loaded", status=self._state.status, ms=round(1000 * (time.monotonic() - began)))
        if self._state.status == "ready" and self._settings.chat_model.startswith("local:"):
            self._warm_up(list(warm_up))

    def _warm_up(self, prompts: list[Rendered]) -> None:
        """Have the prompts read while nobody waits; a person's question goes first and is not delayed."""
        while prompts:
            if self._unfinished:
                time.sleep(HEARTBEAT_SECONDS)
                continue
            try:
                with closing(self._pieces(prompts[0])) as pieces:
                    for piece in pieces:
                        if piece is not None:
                            prompts.pop(0)
                        if piece is not None or self._unfinished:
                            break
            except ModelError as error:
                log("model.warm_up_failed", kind=type(error).__name__)
                return

    def stream(self, prompt: Rendered, sending: Sending | None = None) -> Iterator[str | None]:
        """Pieces of text as the model writes them; None several times a second while there is nothing new.

        Elsewhere go labels in place of names, addresses and numbers; the pieces have the names again. Raises
        `ModelRefused` where nobody said yes, `ModelBusy` where too many wait, `ModelTimeout` and other `ModelError`s;
        closing cancels.
        """
        if self._model is None:
            raise ModelMissing(self._state.message)
        if not self.may_ask(sending):
            raise ModelRefused(f"Nothing was sent to {self._place.name}; allow it on the page “What others see”.")
        if sending is not None and self.is_elsewhere:
            yield from self._disguised(prompt, sending)
        else:
            yield from self._in_line(prompt)

    def _disguised(self, prompt: Rendered, sending: Sending) -> Iterator[str | None]:
        from assistant.privacy.pseudonyms import Pseudonymiser  # lists of names, for who sends something elsewhere

        names = Pseudonymiser(sending.roster)
        hidden = [message.model_copy(update={"text": names.hide(message.text)}) for message in prompt.messages]
        restorer = names.restorer()
        with closing(self._in_line(Rendered(messages=tuple(hidden)))) as pieces:
            for piece in pieces:
                if piece is None or (piece := restorer.feed(piece)):
                    yield piece
        if rest := restorer.finish():
            yield rest

    def _in_line(self, prompt: Rendered) -> Generator[str | None, None, None]:
        with self._count:
            if self._unfinished >= self._at_once + self._settings.chat_queue:
                raise ModelBusy(f"{self._unfinished} answers are being written already; ask again in a moment.")
            self._unfinished += 1
        try:
            yield from self._pieces(prompt)
        finally:
            with self._count:
                self._unfinished -= 1

    def _pieces(self, prompt: Rendered) -> Generator[str | None, None, None]:
        pieces: queue.Queue[str | BaseException | None] = queue.Queue()
        future = asyncio.run_coroutine_threadsafe(self._produce(prompt, pieces), self._loop)
        try:
            yield from self._drain(pieces)
        finally:
            future.cancel()

    def _drain(self, pieces: "queue.Queue[str | BaseException | None]") -> Iterator[str | None]:
        while True:
            try:
                piece = pieces.get(timeout=HEARTBEAT_SECONDS)
            except queue.Empty:
                yield None
                continue
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            yield piece

    async def _produce(self, prompt: Rendered, pieces: "queue.Queue[str | BaseException | None]") -> None:
        """Waiting for a turn counts as waiting for the first piece, so that nobody waits for ever behind the others."""
        from langsmith import tracing_context

        empty, limit = True, self._settings.chat_timeout_seconds
        try:
            # What people write is never traced to a third party, whatever the environment says.
            with tracing_context(enabled=False):
                async with asyncio.timeout(limit) as deadline, self._turns, aclosing(self._tokens(prompt)) as tokens:
                    async for piece in tokens:
                        empty = False
                        pieces.put(piece)
                        deadline.reschedule(asyncio.get_running_loop().time() + limit)
            pieces.put(ModelUnavailable("The chat model answered with nothing; ask again.") if empty else None)
        except Exception as error:
            pieces.put(explain(error))

    async def _tokens(self, prompt: Rendered) -> AsyncGenerator[str, None]:
        assert self._model is not None
        messages: Any = [(message.role, message.text) for message in prompt.messages]
        async for chunk in self._model.astream(messages):
            if text := str(chunk.text):
                yield text


def hosted_off(settings: Settings) -> str:
    """One line for a model elsewhere that may not be used here."""
    return (
        f"The chat model {model_place(settings).name} is not on this machine; set EYELEVEL_HOSTED_MODELS to true to "
        "let each person choose, or set EYELEVEL_CHAT_MODEL to a local one or none."
    )


def explain(error: Exception) -> EyelevelError:
    """A provider's exception as one of ours, with one plain line; never the prompt or the answer."""
    if isinstance(error, EyelevelError):
        return error
    name, status = type(error).__name__, getattr(error, "status_code", None)
    if isinstance(error, TimeoutError) or "Timeout" in name:
        return ModelTimeout("The chat model did not answer in time; ask again, or raise EYELEVEL_CHAT_TIMEOUT_SECONDS.")
    return _refusal(name, status)


def _refusal(name: str, status: int | None) -> EyelevelError:
    if status in (401, 403):
        return ModelError(f"The chat model refuses the key (status {status}); correct EYELEVEL_CHAT_API_KEY.")
    if status == 404:
        return ModelError("The server does not know this chat model; correct EYELEVEL_CHAT_MODEL.")
    if status == 429:
        return ModelBusy("The chat model's server has had enough requests for now; ask again in a minute.")
    if status is not None or "Connect" in name or "Protocol" in name:
        detail = f"status {status}" if status else name
        return ModelUnavailable(
            f"The chat model's server cannot be used ({detail}); check that it runs, then ask again."
        )
    return ModelUnavailable(f"The chat model failed ({name}); ask again.")
