"""Where the benchmark runs: folders that are removed afterwards, and processes for every measurement."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.settings import REPOSITORY
from evals.data import EvaluationError, Question, load_questions, spread
from evals.probes.corpus import GUIDE, write_documents

PROCESS_SECONDS = 3600


class Finished:
    """A process that ended well."""

    def __init__(self, seconds: float, output: str) -> None:
        self.seconds = seconds
        """From its start to its end."""
        self._output = output

    @property
    def result(self) -> dict[str, Any]:
        """The JSON object that it printed last."""
        found: dict[str, Any] = json.loads(self._output.splitlines()[-1])
        return found


class Site:
    """The folders and inputs of one run."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self.folder, self.quick = folder, quick
        self.questions: list[Question] = spread(load_questions("test"), 60)
        """New to every process; the roles in turn."""

    def run(
        self,
        command: Sequence[str],
        home: Path | None = None,
        *,
        accept: Sequence[int] = (0,),
        chat_model: str | None = None,
    ) -> Finished:
        """Run a process to its end. Raises `EvaluationError` with its last line for a status not in `accept`."""
        began = time.perf_counter()
        done = subprocess.run(
            command,
            env=self.environment(home, chat_model),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
            timeout=PROCESS_SECONDS,
        )
        seconds = time.perf_counter() - began
        if done.returncode not in accept:
            last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise EvaluationError(f"{' '.join(command[1:4])!r} failed with status {done.returncode}: {last}")
        return Finished(seconds, done.stdout)

    def environment(self, home: Path | None, chat_model: str | None) -> dict[str, str]:
        """As a person's, but with our own home and keys and nothing fetched from elsewhere."""
        own = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true", "PYTHONWARNINGS": "ignore"}
        model = {"EYELEVEL_CHAT_MODEL": chat_model} if chat_model else {}
        places = {"EYELEVEL_HOME": str(home or self.guide_home), "EYELEVEL_KEYS": str(self.folder / "keys")}
        return {**os.environ, **own, **places} | model

    def eyelevel(self, *arguments: str, home: Path | None = None) -> Finished:
        """The command line, as a person runs it."""
        return self.run([str(Path(sys.executable).with_name("eyelevel")), *arguments], home)

    def probe(self, module: str, *arguments: str, home: Path | None = None, chat_model: str | None = None) -> Finished:
        """A program of `evals.probes`."""
        return self.run([sys.executable, "-m", f"evals.probes.{module}", *arguments], home, chat_model=chat_model)

    def write_json(self, name: str, value: Any) -> str:
        """A request file for a probe."""
        path = self.folder / name
        path.write_text(json.dumps(value), encoding="utf-8")
        return str(path)

    @cached_property
    def guide_home(self) -> Path:
        """A home with the shipped guide."""
        home = self.folder / "guide-home"
        self._tell("Ingesting the guide, ours")
        self.run([str(Path(sys.executable).with_name("eyelevel")), "ingest", "--json"], home)
        return home

    @cached_property
    def guide_store(self) -> str:
        """The tutorial pipeline's store of the same files."""
        store = str(self.folder / "guide-store")
        self._tell("Ingesting the guide, tutorial pipeline")
        self.probe("tutorial", "ingest", str(GUIDE), store, home=self.folder)
        return store

    @cached_property
    def documents(self) -> tuple[Path, list[str]]:
        """Synthetic documents, and the texts of their sections."""
        folder = self.folder / "documents"
        return folder, write_documents(folder, 200 if self.quick else 2000)

    def repeats(self, full: int) -> int:
        """How often to measure."""
        return min(2, full) if self.quick else full

    def _tell(self, text: str) -> None:
        sys.stderr.write(f"{text} …\n")
        sys.stderr.flush()


@contextmanager
def open_site(*, quick: bool) -> Iterator[Site]:
    """A site in a temporary folder."""
    with TemporaryDirectory(prefix="eyelevel-bench-", ignore_cleanup_errors=True) as folder:
        yield Site(Path(folder), quick=quick)
