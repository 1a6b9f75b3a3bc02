"""Helpers of several tests: a small guide on disk, and code that runs where it may crash."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assistant.errors import EyelevelError, GuideIndexError
from assistant.guide.index import GuideIndex
from assistant.models.testing import HashedEmbeddings
from assistant.settings import Settings
from ingest.pipeline import IngestReport, run_ingest

ROOT = Path(__file__).resolve().parents[1]
ENCODER = HashedEmbeddings(32)


def ingest(settings: Settings, *paths: Path, **options: Any) -> IngestReport:
    encoder = options.pop("encoder", ENCODER)
    return run_ingest(settings, encoder, encoder.name, paths, **options)


def held(settings: Settings) -> dict[str, str]:
    """Passage id to text of everything in the guide, read as a reader reads it."""
    index = GuideIndex.open(settings, ENCODER.name)
    try:
        found = {p.id: p.text for source in index.documents for p in index.read_document(source)}
        assert len(found) == index.manifest.passages
        for text in list(found.values())[:3]:
            assert index.nearest(ENCODER.encode([text])[0], 1)
        return found
    finally:
        index.close()


def files_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its time and bytes; the lock is no content."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "ingest.lock")
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in found}


def one_line(error: BaseException | str) -> str:
    """The message, which must be one plain line that ends like a sentence."""
    line = str(error)
    assert line and "\n" not in line and line.endswith("."), repr(line)
    return line


def article(key: str, body: str, questions: tuple[str, ...]) -> str:
    """A shipped article as it stands on disk."""
    asked = "\n".join(f"  - {question}" for question in questions)
    head = f"id: {key}\ntitle: About {key}\nroles:\n- mentor\nkind: concept\ntopics: []\nsources: []"
    return f"---\n{head}\nquestions:\n  mentor:\n{asked}\n---\n\n{body}\n"


def forked(work: Callable[[], Any]) -> Any:
    """The result of `work` in a fork of this process, as JSON, or how it failed or crashed."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read_end)
        with os.fdopen(write_end, "w") as out:
            out.write(json.dumps(_outcome(work)))
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as result:
        text = result.read()
    status = os.waitpid(pid, 0)[1]
    return json.loads(text) if text else {"crashed": status}


def _outcome(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except EyelevelError as error:
        return {"error": type(error).__name__, "message": str(error), "guide": isinstance(error, GuideIndexError)}
    except BaseException as error:  # a panic of a Rust library is no Exception
        return {"unexpected": repr(error)}


def start(code: str, environment: Mapping[str, str] | None = None, /, **arguments: Any) -> "subprocess.Popen[str]":
    """A process with `code`, which finds its arguments in `ARG` and these helpers in `kit`."""
    head = f"import json\nARG = json.loads({json.dumps(arguments, default=str)!r})\n"
    paths = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    return subprocess.Popen(
        [sys.executable, "-c", head + code],
        env={**os.environ, "PYTHONPATH": paths, **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(code: str, environment: Mapping[str, str] | None = None, /, **arguments: Any) -> Any:
    """What such a process prints last, as JSON."""
    process = start(code, environment, **arguments)
    output, errors = process.communicate(timeout=200)
    assert process.returncode == 0, f"status {process.returncode}: {errors[-3000:]}"
    return json.loads(output.splitlines()[-1])
