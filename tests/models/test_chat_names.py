"""Which chat model a setting names, and what is said where it cannot be had."""

import os
from pathlib import Path

import pytest
from kit import one_line, run

from assistant.errors import ModelMissing, SettingsError
from assistant.models.chat import build_chat_model, split_name
from assistant.models.service import ChatService
from assistant.models.weights import LOCAL_MODELS, find_weights
from assistant.settings import Settings


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("local:qwen2.5-coder-1.5b", ("local", "qwen2.5-coder-1.5b")),
        ("local:/models/a:b.gguf", ("local", "/models/a:b.gguf")),
        ("openai:gpt-x", ("openai", "gpt-x")),
        ("ollama:llama3:8b", ("ollama", "llama3:8b")),
        ("none", ("none", "")),
    ],
)
def test_names_are_taken_apart(name: str, parts: tuple[str, str]) -> None:
    # why: names of models hold colons themselves
    assert split_name(name) == parts


@pytest.mark.parametrize("name", ["", "gpt-4", "openai:", "OpenAI:x", "mistral:x", "local:", "none:x", "none:", ":x"])
def test_unknown_names_are_refused(name: str) -> None:
    # why: a mistyped setting must say what can be written there
    with pytest.raises(SettingsError, match="EYELEVEL_CHAT_MODEL") as refused:
        build_chat_model(Settings(chat_model=name))
    assert repr(name) in one_line(refused.value)


def test_a_mistyped_name_shows_in_the_state() -> None:
    # why: the app goes on without a model; the state is where people read why
    service = ChatService(Settings(chat_model="opnai:gpt"))
    service.start()
    state = service.wait(30)
    assert state.status == "failed" and "'opnai:gpt'" in one_line(state.message)


def test_none_is_no_model() -> None:
    # why: the coach then answers with passages of the guide
    assert build_chat_model(Settings(chat_model="none")) is None


@pytest.mark.parametrize("name", ["local:unknown-model", "local:/nowhere/x.gguf", "local:~nobody-here/x.gguf"])
def test_missing_weights_are_named(name: str, tmp_path: Path) -> None:
    # why: each has another remedy, and none may be a traceback
    with pytest.raises(ModelMissing) as missing:
        build_chat_model(Settings(chat_model=name, model_dir=tmp_path))
    assert name.rpartition("/")[2].removeprefix("local:") in one_line(missing.value)


def test_weights_that_were_not_fetched_yet_are_named(tmp_path: Path) -> None:
    # why: the first start on a new machine; a file of the wrong size is a download that was cut off
    (known,) = LOCAL_MODELS
    (tmp_path / LOCAL_MODELS[known]).write_bytes(b"cut off")
    assert find_weights(known, tmp_path) is None
    with pytest.raises(ModelMissing, match="eyelevel models") as missing:
        build_chat_model(Settings(chat_model=f"local:{known}", model_dir=tmp_path))
    one_line(missing.value)


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_hosted_model_without_a_key_is_named(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: the providers' own messages run over many lines and name variables that are not ours
    for name in [name for name in os.environ if name.startswith(("OPENAI_", "ANTHROPIC_"))]:
        monkeypatch.delenv(name)
    try:
        model = build_chat_model(Settings(chat_model=f"{provider}:some-model"))
    except ModelMissing as missing:
        assert "EYELEVEL_CHAT_API_KEY" in one_line(missing)
    else:
        assert model is not None, "a provider that checks the key only at the first question"


def test_every_provider_is_built_from_settings() -> None:
    # why: a provider whose arguments changed would otherwise fail at the first person's question
    for name in ("openai:m", "anthropic:m", "ollama:m"):
        settings = Settings(chat_model=name, chat_api_key="sk-key", chat_base_url="http://127.0.0.1:9")  # type: ignore[arg-type]
        model = build_chat_model(settings)
        assert model is not None and "sk-key" not in repr(model)


GARBAGE = """
import langchain_openai, xllamacpp  # imported once; every fork has them
from pathlib import Path
from assistant.models.chat import build_chat_model
from assistant.settings import Settings
from kit import forked
results = []
for path in ARG["paths"]:
    results.append(forked(lambda: repr(build_chat_model(Settings(chat_model=f"local:{path}")))))
print(json.dumps(results))
"""


def test_garbage_instead_of_weights_is_named_and_no_crash(tmp_path: Path) -> None:
    # why: llama.cpp is C++ in this process; a bad file must not take the app with it
    head = b"GGUF\x03\x00\x00\x00"
    contents = {
        "empty": b"",
        "text": b"not a model\n" * 100,
        "html": b"<html>404</html>",
        "magic": head,
        "counts": head + b"\xff" * 64,
        "zeros": head + b"\x00" * 4096,
        "random": head + os.urandom(5000),
    }
    paths = []
    for name, content in contents.items():
        paths.append(tmp_path / f"{name}.gguf")
        paths[-1].write_bytes(content)
    results = run(GARBAGE, paths=paths)
    for name, result in zip(contents, results, strict=True):
        assert result.get("error") == "ModelMissing", (name, result)
        assert f"{name}.gguf" in one_line(result["message"])
