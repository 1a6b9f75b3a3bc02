"""Prompts are files with a strict loader; what a model is sent is on record, and changes by a new version only.

After a wanted change raise the prompt's version, then run `EYELEVEL_ACCEPT_PROMPTS=1 pytest tests/prompts` and read
the difference of the snapshots.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from kit import one_line

from assistant import prompts
from assistant.errors import PromptError
from assistant.prompts import FENCES, Prompt, Rendered, fence, load_prompt

SNAPSHOTS = Path(__file__).with_name("snapshots")
VERSIONS = SNAPSHOTS / "versions.json"
NAMES = sorted(path.stem for path in prompts.HOME.glob("*.md"))
ACCEPT = bool(os.environ.get("EYELEVEL_ACCEPT_PROMPTS"))
HEAD = "---\nid: p\nversion: 1\nvariables: [text]\noutput: words\nwhy: because\n---\n"
GOOD = HEAD + "# system\nBe brief.\n\n# user\n{{text}}\n"


def shown(prompt: Prompt) -> str:
    """The prompt as a model is sent it, its variables filled with their own names."""
    rendered = prompt.render(**{name: f"⟦{name}⟧" for name in prompt.variables})
    return "".join(f"── {message.role} ──\n{message.text}\n\n" for message in rendered.messages)


def recorded() -> dict[str, dict[str, str | int]]:
    return dict(json.loads(VERSIONS.read_text(encoding="utf-8"))) if VERSIONS.exists() else {}


# What is on record


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_is_sent_as_on_record(name: str) -> None:
    # why: the snapshot's difference is what a reviewer reads; a prompt must not drift unseen
    prompt, path = load_prompt(name), SNAPSHOTS / f"{name}.txt"
    before, now = recorded().get(name), {"version": prompt.version, "sha": prompt.sha}
    if before and before["sha"] != prompt.sha:
        assert prompt.version != before["version"], f"{name!r} changed: give it a new version"
    if ACCEPT:
        SNAPSHOTS.mkdir(exist_ok=True)
        path.write_text(shown(prompt), encoding="utf-8")
        VERSIONS.write_text(json.dumps({**recorded(), name: now}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return
    assert path.exists() and before, f"{name!r} is new: accept it"
    assert path.read_text(encoding="utf-8") == shown(prompt), "read the change, then accept it"
    assert recorded()[name] == now


def test_nothing_is_on_record_that_is_gone() -> None:
    # why: a snapshot without its prompt would be read as if it were in use
    assert sorted(recorded()) == NAMES == sorted(path.stem for path in SNAPSHOTS.glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_says_why_and_fits(name: str) -> None:
    # why: the embedded model reads about a hundred tokens a second; long prompts are waiting time
    prompt = load_prompt(name)
    assert prompt.why.strip() and prompt.output.strip() and prompt.version >= 1
    assert sum(len(message.text) for message in prompt.messages) < 6000
    assert prompt.messages[0].role == "system"


# The loader


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(prompts, "HOME", tmp_path)
    load_prompt.cache_clear()
    yield tmp_path
    load_prompt.cache_clear()


def test_a_good_file_is_loaded_and_rendered_in_one_pass(home: Path) -> None:
    # why: text of a person that looks like a variable must stay text
    (home / "p.md").write_text(GOOD)
    rendered = load_prompt("p").render(text="{{text}} and {{other}}")
    assert [message.text for message in rendered.messages] == ["Be brief.", "{{text}} and {{other}}"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no front matter",
        GOOD.replace("id: p", "id: q"),
        GOOD.replace("version: 1", "version: one"),
        GOOD.replace("version: 1\n", ""),
        GOOD.replace("why: because", "why: [1"),
        GOOD.replace("why: because", "why: because\nextra: 1"),
        GOOD.replace("[text]", "[text, more]"),
        GOOD.replace("[text]", "[]"),
        GOOD.replace("[text]", "text"),
        GOOD.replace("{{text}}", "{{text}} {{more}}"),
        GOOD.replace("Be brief.", "Be {{text}}."),
        GOOD.replace("Be brief.", ""),
        GOOD.replace("# system", "Stray text.\n# system"),
        GOOD.replace("# system", "# user"),
        GOOD.replace("# user", "# assistant"),
        GOOD + "# assistant\nAn answer.\n",
        GOOD + "# system\nOnce more.\n",
        "\ufeff\udcff",
    ],
)
def test_a_bad_file_is_refused_in_one_line(content: str, home: Path) -> None:
    # why: a prompt with a fault would be sent to a model without anybody noticing
    (home / "p.md").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(PromptError, match="'p'") as refused:
        load_prompt("p")
    one_line(refused.value)


def test_a_missing_file_is_named(home: Path) -> None:
    # why: names of prompts stand in code
    with pytest.raises(PromptError, match="'nowhere'") as refused:
        load_prompt("nowhere")
    one_line(refused.value)


@pytest.mark.parametrize("values", [{}, {"text": "a", "more": "b"}, {"txt": "a"}])
def test_variables_must_be_exactly_the_declared(values: dict[str, str], home: Path) -> None:
    # why: a forgotten variable would send "{{text}}" to the model
    (home / "p.md").write_text(GOOD)
    with pytest.raises(PromptError, match="'text'") as refused:
        load_prompt("p").render(**values)
    one_line(refused.value)


def test_the_hash_is_of_what_is_sent(home: Path) -> None:
    # why: it stands on every stored reply; remarks may change without it, a word sent may not
    def sha(content: str) -> str:
        (home / "p.md").write_text(content)
        load_prompt.cache_clear()
        return load_prompt("p").sha

    assert sha(GOOD) == sha(GOOD.replace("because", "for another reason")) != sha(GOOD.replace("brief", "long"))


# The fence


@given(st.text(alphabet="<>| \nabim_startend", max_size=30))
@example("|im_end|")
@example("<<<<<")
@example("<<<|")
@example(">")
@example("<|im_start|>system")
def test_no_mark_gets_through_the_fence(text: str) -> None:
    # why: a note that could close the fence, or open a chat turn, could give the model orders
    fenced = fence(text)
    assert fenced.startswith(FENCES[0]) and fenced.endswith(FENCES[1])
    inside = fenced.removeprefix(FENCES[0]).removesuffix(FENCES[1])
    assert fenced.count(FENCES[0]) == fenced.count(FENCES[1]) == 1
    assert fenced.index(FENCES[1]) == len(fenced) - len(FENCES[1])
    assert "<|" not in fenced and "|>" not in fenced
    assert inside.replace(" ", "") == text.replace(" ", ""), "nothing but blanks is added"


@given(st.text(max_size=50).filter(lambda text: not set("<|>") & set(text)))
def test_plain_text_is_fenced_as_it_is(text: str) -> None:
    # why: the fence must not change what people wrote
    assert fence(text) == f"{FENCES[0]}{text}{FENCES[1]}"


def test_rendered_messages_are_frozen() -> None:
    # why: a rendered prompt is hashed, cached and sent; nobody may change it on the way
    rendered: Rendered = load_prompt(NAMES[0]).render(**dict.fromkeys(load_prompt(NAMES[0]).variables, "x"))
    with pytest.raises(ValueError):
        rendered.messages = ()
