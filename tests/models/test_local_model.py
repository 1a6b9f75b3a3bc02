"""The embedded chat model as it is: it answers, to this process only."""

import json
import os
import socket
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from assistant.models.local import LocalEndpoint, serve_weights
from assistant.models.service import ChatService
from assistant.models.weights import find_weights
from assistant.prompts import Message, Rendered
from assistant.settings import Settings, load_settings

pytestmark = pytest.mark.model
PROMPT = Rendered(messages=(Message(role="user", text="What is the capital of France? Answer in one word."),))


@pytest.fixture(scope="module")
def weights() -> Path:
    settings = load_settings()
    path = find_weights("qwen2.5-coder-1.5b", settings.model_dir)
    if path is None:
        pytest.skip("the chat model is not on this machine; run `eyelevel models`")
    return path


@pytest.fixture(scope="module")
def endpoint(weights: Path) -> LocalEndpoint:
    return serve_weights(weights, 2)


def ask(endpoint: LocalEndpoint, key: str | None) -> int:
    body = json.dumps({"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1}).encode()
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})
    request = urllib.request.Request(endpoint.base_url + "/chat/completions", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_key_is_needed(endpoint: LocalEndpoint) -> None:
    # why: other programs and users of this machine must not use the model, nor read prompts out of its slots
    assert ask(endpoint, None) == 401
    assert ask(endpoint, "wrong") == 401
    for path in ("/slots", "/props", "/metrics", "/v1/models"):
        request = urllib.request.Request(endpoint.base_url.removesuffix("/v1") + path)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                assert b"prompt" not in response.read().lower() or path == "/props", path
        except urllib.error.HTTPError as error:
            assert error.code in (401, 404, 501), path
    assert len(endpoint.api_key) >= 32 and endpoint.api_key not in repr(os.environ)


def test_it_listens_on_loopback_only(endpoint: LocalEndpoint) -> None:
    # why: a model that the whole network can ask is a hole
    host, port = endpoint.base_url.removeprefix("http://").removesuffix("/v1").split(":")
    assert host == "127.0.0.1"
    listening = set()
    for kind in ("tcp", "tcp6"):
        for line in Path(f"/proc/self/net/{kind}").read_text().splitlines()[1:]:
            address, state = line.split()[1], line.split()[3]
            if state == "0A" and int(address.partition(":")[2], 16) == int(port):
                listening.add(address.partition(":")[0])
    assert listening == {socket.inet_aton("127.0.0.1")[::-1].hex().upper()}


def test_an_answer_comes_and_passes_no_proxy(
    weights: Path, monkeypatch: pytest.MonkeyPatch, endpoint: LocalEndpoint
) -> None:
    # why: the real model through the real service; a proxy of the environment would see every prompt
    taken: list[bytes] = []
    proxy = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        connection, _ = proxy.accept()
        taken.append(connection.recv(1000))
        connection.close()

    threading.Thread(target=listen, daemon=True).start()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "OPENAI_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    service = ChatService(Settings(chat_model=f"local:{weights}", chat_timeout_seconds=120))
    service.start()
    assert service.wait(60).status == "ready", service.state
    assert "paris" in "".join(filter(None, service.stream(PROMPT))).lower()
    assert not taken
    proxy.close()
