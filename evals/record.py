"""What a result depends on, written down with it: code, prompts, models, index, settings, data, machine.

Holds versions and hashes, never a text and never a path.
"""

import datetime as dt
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from assistant.prompts import HOME as PROMPTS
from assistant.prompts import load_prompt
from assistant.settings import REPOSITORY
from evals.data import digest_datasets
from evals.workspace import Workspace


class IndexRecord(BaseModel):
    """The guide that was searched."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    embedding: str
    splitter: str
    format: int
    documents: int
    passages: int
    questions: int


class Record(BaseModel):
    """Where a result comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time: str
    """UTC, ISO 8601."""
    commit: str | None
    """None outside a checkout."""
    dirty: bool | None
    """Whether files differed from that commit; None outside a checkout."""
    prompts: dict[str, str]
    """Prompt id to `version:hash`."""
    chat_model: str
    index: IndexRecord | None
    settings: str
    """Fingerprint of the settings that can alter an answer."""
    dataset: str
    """Digest of the data sets used."""
    machine: str
    """Processor and cores: times of another machine are not comparable."""


def make_record(workspace: Workspace, datasets: Sequence[str]) -> Record:
    """The record of a run that is going on now."""
    manifest = workspace.search.index.manifest
    settings = workspace.settings
    return Record(
        time=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        commit=_git("rev-parse", "HEAD"),
        dirty=None if (changes := _git("status", "--porcelain")) is None else bool(changes),
        prompts=hash_prompts(),
        chat_model=model_label(settings.chat_model),
        index=IndexRecord(**manifest.model_dump(include=set(IndexRecord.model_fields))),
        settings=settings.fingerprint(),
        dataset=digest_datasets(datasets),
        machine=describe_machine(),
    )


def hash_prompts() -> dict[str, str]:
    """Every prompt's version and hash, by id."""
    prompts = [load_prompt(path.stem) for path in sorted(PROMPTS.glob("*.md"))]
    return {prompt.id: f"{prompt.version}:{prompt.sha}" for prompt in prompts}


def model_label(chat_model: str) -> str:
    """The setting, without the folder of a weights file."""
    provider, _, name = chat_model.partition(":")
    return f"{provider}:{Path(name).name}" if name else provider


def describe_machine() -> str:
    """Processor and number of cores that this process may use."""
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    except OSError:
        pass  # not Linux
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores"


def _git(*arguments: str) -> str | None:
    command = ["git", "-C", str(REPOSITORY), *arguments]
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.strip() if result.returncode == 0 else None
