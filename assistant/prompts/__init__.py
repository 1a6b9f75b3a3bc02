"""Prompts are Markdown files in this folder, one a file; this is their strict loader.

Front matter: `id, version, variables, output, why`. The body is `# system`, then any number of worked examples as
`# user` and `# assistant`, then the `# user` that is sent; only this last part has variables, written `{{name}}`, so
that all before it stays the same and is read once. Missing and extra variables raise. Nothing is read from the
clock or the environment.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

import frontmatter
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import PromptError

HOME = Path(__file__).parent
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
_PART = re.compile(r"^# (system|user|assistant)\n", re.MULTILINE)
FENCES = ("<<<", ">>>")
"""Marks around untrusted text; the same characters inside it are made harmless."""
_MARKS = re.compile(r"[<|>]{2,}")


class Message(BaseModel):
    """One message of a chat."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["system", "user", "assistant"]
    text: str


class Rendered(BaseModel):
    """A prompt with its variables filled in, ready to send."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    messages: tuple[Message, ...]


class Prompt(BaseModel):
    """One prompt file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: int
    variables: tuple[str, ...]
    output: str
    """What the model is to return, in words."""
    why: str
    """Why the prompt is as it is, with the measurement behind it."""
    messages: tuple[Message, ...]

    @property
    def sha(self) -> str:
        """Twelve hexadecimal digits over the text sent to a model."""
        return hashlib.sha256("\x1f".join(m.text for m in self.messages).encode()).hexdigest()[:12]

    def render(self, **values: str) -> Rendered:
        """Fill in the variables. Raises `PromptError` where one is missing or not known."""
        if set(values) != set(self.variables):
            wrong = sorted(set(values) ^ set(self.variables))
            raise PromptError(f"Prompt {self.id!r} takes exactly {sorted(self.variables)}; wrong: {wrong}.")
        last = self.messages[-1]
        filled = _VARIABLE.sub(lambda match: values[match[1]], last.text)
        return Rendered(messages=(*self.messages[:-1], Message(role="user", text=filled.strip())))


def fence(text: str) -> str:
    """Untrusted text between fence marks; marks and chat-template tokens inside it are neutralised.

    Characters that could join with the fence itself to make a mark are kept off it by a blank.
    """
    text = _MARKS.sub(_spread, text)
    before = " " if text.startswith(("<", "|")) else ""
    after = " " if text.endswith((">", "|")) else ""
    return f"{FENCES[0]}{before}{text}{after}{FENCES[1]}"


def _spread(run: re.Match[str]) -> str:
    harmful = any(mark in run.group() for mark in (*FENCES, "<|", "|>"))
    return " ".join(run.group()) if harmful else run.group()


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt of file `name`.md. Raises `PromptError` with what is wrong in which file."""
    path = HOME / f"{name}.md"
    try:
        post = frontmatter.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PromptError(f"The prompt {name!r} cannot be read ({error.strerror}).") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise PromptError(f"The prompt {name!r} is not UTF-8 with YAML on top ({type(error).__name__}).") from None
    parts = _PART.split(post.content)
    names = parts[1::2]
    if parts[0].strip() or names != ["system", *["user", "assistant"] * (len(names) // 2 - 1), "user"]:
        raise PromptError(f"The prompt {name!r} must be '# system', worked examples, and a last '# user'.")
    messages = [{"role": role, "text": text.strip()} for role, text in zip(names, parts[2::2], strict=True)]
    return _build(name, {**post.metadata, "messages": messages})


def _build(name: str, values: dict[str, Any]) -> Prompt:
    try:
        prompt = Prompt.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise PromptError(f"The front matter of prompt {name!r} is wrong ({reason}).") from None
    *fixed, last = prompt.messages
    if any(_VARIABLE.search(message.text) for message in fixed) or not all(m.text for m in prompt.messages):
        raise PromptError(f"The prompt {name!r} has an empty part, or a variable before the last '# user'.")
    used = set(_VARIABLE.findall(last.text))
    if used != set(prompt.variables) or prompt.id != name:
        raise PromptError(f"The prompt {name!r} uses {sorted(used)} but declares {sorted(prompt.variables)}.")
    return prompt
