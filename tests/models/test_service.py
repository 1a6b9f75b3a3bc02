"""The chat model as a service: streaming, the heartbeat, stopping, the waiting line, time-outs and failures."""

import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import httpx
import pytest
from chat_stub import GOOD, Reaction, Server, chunk, events, status
from kit import one_line

from assistant.errors import EyelevelError, ModelBusy, ModelError, ModelMissing, ModelTimeout, ModelUnavailable
from assistant.models.service import HOSTED_AT_ONCE, ChatService, explain
from assistant.models.testing import ScriptedChatModel
from assistant.prompts import Message, Rendered
from assistant.settings import Settings

PROMPT = Rendered(messages=(Message(role="system", text="Be brief."), Message(role="user", text="A secret question")))


def started(model: Any, **options: Any) -> ChatService:
    """A service with this model; `local:` makes it write one answer after the other."""
    options = {"chat_model": "local:scripted", "chat_base_url": "http://127.0.0.1:9/v1", **options}
    settings = Settings(**options)
    service = ChatService(settings, build=lambda _: model)
    service.start()
    assert service.wait(10).status == "ready"
    return service


def test_text_arrives_as_it_is_written_with_a_heartbeat_between() -> None:
    # why: a screen that gets nothing for seconds looks dead and cannot offer to stop
    model = ScriptedChatModel("One two three.", delay=0.25)
    moments = [(time.monotonic(), piece) for piece in started(model).stream(PROMPT)]
    assert "".join(piece for _, piece in moments if piece) == "One two three."
    assert [piece for _, piece in moments].count(None) >= 3
    gaps = [after - before for (before, _), (after, _) in pairwise(moments)]
    assert max(gaps) < 0.2
    assert [message.type for message in model.calls[0]] == ["system", "human"]
    model.verify_finished()


def test_closing_stops_the_model_at_once() -> None:
    # why: "Stop" must free the one model for the next person, and the text that follows is not wanted
    model = ScriptedChatModel("word " * 1000, "Next.", delay=0.05)
    service = started(model)
    stream = service.stream(PROMPT)
    assert isinstance(stream, Iterator)
    assert next(piece for piece in stream if piece)
    began = time.monotonic()
    stream.close()  # type: ignore[attr-defined]
    assert "".join(filter(None, service.stream(PROMPT))) == "Next."
    assert time.monotonic() - began < 0.3
    model.verify_finished()


def test_closing_while_waiting_gives_the_place_back() -> None:
    # why: people who give up in the waiting line must not block it
    model = ScriptedChatModel("word " * 40, "Last.", delay=0.02)
    service = started(model, chat_queue=1)
    first, second = service.stream(PROMPT), service.stream(PROMPT)
    next(first)
    assert next(second) is None
    with pytest.raises(ModelBusy):
        next(service.stream(PROMPT))
    second.close()  # type: ignore[attr-defined]
    third = service.stream(PROMPT)
    next(third)
    first.close()  # type: ignore[attr-defined]
    assert "".join(filter(None, third)) == "Last."
    assert len(model.calls) == 2, "the one that gave up was never asked"


@pytest.mark.parametrize(("name", "at_once"), [("local:scripted", 1), ("openai:scripted", HOSTED_AT_ONCE)])
def test_the_waiting_line_is_bounded(name: str, at_once: int) -> None:
    # why: with two hundred people waiting for one model, an honest "busy" is better than ten minutes of hope
    model = ScriptedChatModel(*["word " * 200] * 2 * (at_once + 2), delay=0.05)  # closing one may let another begin
    service = started(model, chat_model=name, chat_queue=2)
    streams = [service.stream(PROMPT) for _ in range(at_once + 2)]
    for stream in streams:
        next(stream)
    with pytest.raises(ModelBusy) as refused:
        next(service.stream(PROMPT))
    assert refused.value.retryable and one_line(refused.value)
    assert len(model.calls) == at_once, "the others wait"
    for stream in streams:
        stream.close()  # type: ignore[attr-defined]
    next(service.stream(PROMPT))  # their places are free again


def test_a_model_that_hangs_times_out() -> None:
    # why: nobody should look at a heartbeat for ever; the limit is for each piece, not for the whole answer
    service = started(ScriptedChatModel("Never.", delay=5), chat_timeout_seconds=0.3)
    began = time.monotonic()
    with pytest.raises(ModelTimeout, match="EYELEVEL_CHAT_TIMEOUT_SECONDS") as late:
        list(service.stream(PROMPT))
    assert time.monotonic() - began < 1.5 and late.value.retryable
    slow = started(ScriptedChatModel("one two three four", delay=0.15), chat_timeout_seconds=0.4)
    assert "".join(filter(None, slow.stream(PROMPT))) == "one two three four"


def test_waiting_for_a_turn_has_the_same_limit() -> None:
    # why: behind a model that hangs for everybody, the last in line must not wait once more for each before them
    service = started(ScriptedChatModel(*["Never."] * 4, delay=30), chat_queue=3, chat_timeout_seconds=0.5)
    streams = [service.stream(PROMPT) for _ in range(4)]
    for stream in streams:
        next(stream)
    began = time.monotonic()
    for stream in streams:
        with pytest.raises(ModelTimeout):
            list(stream)
    assert time.monotonic() - began < 1.5


def test_failures_before_and_in_the_middle_are_our_errors() -> None:
    # why: what was written so far is kept, then comes one line; the prompt stands in neither
    secret = RuntimeError("A secret question\nwas refused")
    service = started(ScriptedChatModel(secret, ["Half an ", "answer", secret], "Good."))
    with pytest.raises(ModelUnavailable) as early:
        list(service.stream(PROMPT))
    pieces: list[str | None] = []
    with pytest.raises(ModelUnavailable) as late:
        for piece in service.stream(PROMPT):
            pieces.append(piece)
    assert "".join(filter(None, pieces)) == "Half an answer"
    assert "secret" not in one_line(early.value) + one_line(late.value)
    assert "".join(filter(None, service.stream(PROMPT))) == "Good.", "the next person is served"


def test_an_answer_of_nothing_is_a_failure() -> None:
    # why: an empty answer looks like an abstention; a server that speaks nonsense often gives one
    service = started(ScriptedChatModel([""]))
    with pytest.raises(ModelUnavailable, match="nothing") as empty:
        list(service.stream(PROMPT))
    one_line(empty.value)


def test_without_a_chat_model_nothing_is_loaded() -> None:
    # why: "none" is a choice, not a failure; loading must not even begin

    def never(settings: Settings) -> None:
        raise AssertionError("built")

    service = ChatService(Settings(chat_model="none"), build=never)
    service.start()
    assert service.wait(1).status == "none"
    with pytest.raises(ModelMissing) as refused:
        next(service.stream(PROMPT))
    one_line(refused.value)


def test_a_second_start_does_not_end_the_wait_for_the_first() -> None:
    # why: each check of a note starts the model; the second one must wait for it too, and not call it missing
    go = threading.Event()

    def build(settings: Settings) -> None:
        go.wait(10)
        raise ModelMissing("No weights.")

    service = ChatService(Settings(chat_model="local:x"), build=build)
    service.start()
    service.start()
    assert service.wait(0.2).status == "loading"
    go.set()
    assert service.wait(5).status == "missing"


@pytest.mark.parametrize(
    ("raised", "status"), [(ModelMissing("No weights."), "missing"), (RuntimeError("a\nb"), "failed")]
)
def test_a_model_that_cannot_be_loaded_is_a_state(raised: Exception, status: str) -> None:
    # why: the app starts without its model and says why; it must not die or wait for ever

    def build(settings: Settings) -> None:
        raise raised

    service = ChatService(Settings(chat_model="local:x"), build=build)
    assert service.state.status == "loading"
    with pytest.raises(ModelMissing):
        next(service.stream(PROMPT))
    service.start()
    service.start()
    assert service.wait(5).status == status
    one_line(service.state.message)


def test_warming_up_waits_for_people() -> None:
    # why: reading prompts ahead takes seconds of the one model; a person's question goes first
    model = ScriptedChatModel("warm one", "warm two", "For you.")
    service = ChatService(Settings(chat_model="local:x"), build=lambda _: model)
    service.start([PROMPT, PROMPT])
    deadline = time.monotonic() + 5
    while len(model.calls) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "".join(filter(None, service.stream(PROMPT))) == "For you."
    model.verify_finished()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError(), ModelTimeout),
        (httpx.ReadTimeout("x"), ModelTimeout),
        (httpx.ConnectError("x"), ModelUnavailable),
        (httpx.RemoteProtocolError("x"), ModelUnavailable),
        (ValueError("A secret\nprompt"), ModelUnavailable),
        (ModelBusy("Busy."), ModelBusy),
    ],
)
def test_every_exception_becomes_one_line(error: Exception, kind: type[EyelevelError]) -> None:
    # why: providers raise dozens of classes; people and logs get six
    explained = explain(error)
    assert type(explained) is kind and "secret" not in one_line(explained)


# Servers that speak the OpenAI protocol, well and badly


def hosted(address: str, monkeypatch: pytest.MonkeyPatch, seconds: float = 5.0) -> ChatService:
    monkeypatch.setenv("EYELEVEL_CHAT_MODEL", "openai:some-model")
    monkeypatch.setenv("EYELEVEL_CHAT_BASE_URL", address + "/v1")
    monkeypatch.setenv("EYELEVEL_CHAT_API_KEY", "sk-very-secret")
    monkeypatch.setenv("EYELEVEL_CHAT_TIMEOUT_SECONDS", str(seconds))
    service = ChatService(Settings())
    service.start()
    assert service.wait(30).status == "ready", service.state
    return service


@pytest.fixture
def serve() -> Iterator[Callable[[Reaction], Server]]:
    servers: list[Server] = []

    def start(react: Reaction) -> Server:
        servers.append(Server(react))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


Serve = Callable[[Reaction], Server]


def test_a_server_that_speaks_the_protocol(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: vLLM, Ollama and hosted models are reached this way; and no tracing may copy what people write
    spy = serve(status(200, b"{}"))
    for name, value in {
        "LANGSMITH_TRACING": "true",
        "LANGCHAIN_TRACING_V2": "true",
        "LANGSMITH_ENDPOINT": spy.address,
        "LANGCHAIN_ENDPOINT": spy.address,
        "LANGSMITH_API_KEY": "x",
    }.items():
        monkeypatch.setenv(name, value)
    server = serve(GOOD)
    service = hosted(server.address, monkeypatch)
    assert "".join(filter(None, service.stream(PROMPT))) == "Listen first."
    ((path, body),) = server.requests
    assert path == "/v1/chat/completions" and b"A secret question" in body and b"some-model" in body
    time.sleep(0.5)
    assert spy.requests == []


@pytest.mark.parametrize(
    ("react", "kind", "words"),
    [
        (status(401), ModelError, "EYELEVEL_CHAT_API_KEY"),
        (status(403), ModelError, "EYELEVEL_CHAT_API_KEY"),
        (status(404), ModelError, "EYELEVEL_CHAT_MODEL"),
        (status(429), ModelBusy, "minute"),
        (status(500), ModelUnavailable, "500"),
        (status(503, b"<html>\nBad gateway</html>"), ModelUnavailable, "503"),
        (status(200, b"<html>\nA login page</html>"), ModelUnavailable, ""),
        (status(200, b"\xff\xfe\x00garbage"), ModelUnavailable, ""),
        (events(b"{broken"), ModelUnavailable, ""),
        (events(b'{"error": {"message": "A secret question"}}'), ModelUnavailable, ""),
        (events(), ModelUnavailable, ""),
    ],
    ids=["401", "403", "404", "429", "500", "503", "html", "binary", "broken", "error", "empty"],
)
def test_a_bad_server_gets_one_plain_line(
    react: Reaction, kind: type[ModelError], words: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: servers fail in every way there is; people need to know what to do, and keys and prompts stay out of it
    service = hosted(serve(react).address, monkeypatch)
    with pytest.raises(EyelevelError) as failed:
        list(service.stream(PROMPT))
    line = one_line(failed.value)
    assert type(failed.value) is kind and words in line
    assert "secret" not in line and "Traceback" not in line


def test_a_server_cut_off_in_the_middle(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: what came is shown as what it is, and the cut is not taken for the end of the answer
    service = hosted(serve(events(chunk("Half an "), promise=5000)).address, monkeypatch)
    pieces: list[str | None] = []
    with pytest.raises(ModelUnavailable) as cut:
        for piece in service.stream(PROMPT):
            pieces.append(piece)
    assert "".join(filter(None, pieces)) == "Half an " and one_line(cut.value)


def test_a_server_that_hangs_in_the_middle(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: as before the first word
    service = hosted(serve(events(chunk("Half an "), wait=3, promise=5000)).address, monkeypatch, seconds=0.5)
    began = time.monotonic()
    with pytest.raises(ModelTimeout) as late:
        list(service.stream(PROMPT))
    assert time.monotonic() - began < 2.5 and one_line(late.value)


def test_a_server_that_is_not_there(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: the most common failure of all
    server = serve(GOOD)
    service = hosted(server.address, monkeypatch)
    server.close()
    with pytest.raises(ModelUnavailable) as gone:
        list(service.stream(PROMPT))
    assert "check that it runs" in one_line(gone.value)
