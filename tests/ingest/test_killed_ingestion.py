"""`eyelevel ingest` killed at random moments, with the real model: the guide in use is whole each time."""

import json
import os
from pathlib import Path

import pytest
from kit import ROOT, start

KILLS = int(os.environ.get("KILLS", "20"))
"""More of them: `KILLS=100 pytest tests/ingest/test_killed_ingestion.py`."""

KILLER = """
import os, random, shutil, signal, sys, time
from pathlib import Path
import bm25s, chromadb, onnxruntime, tokenizers  # imported once; every fork has them
import app.bars, app.cli, assistant.coach.question, assistant.guide.library, ingest.pipeline
from assistant.guide.index import GuideIndex
from assistant.guide.spelling import common_words
from assistant.models.minilm_export import EXPORT_NAME
from assistant.settings import load_settings
from kit import forked

common_words()
chance = random.Random(ARG["seed"])
folder, versions = Path(ARG["folder"]), [Path(version) for version in ARG["versions"]]

def command(home, *arguments, event=None):
    '''The command in a fork with a group of its own; `event`: killed at this one of its steps on files; 0: counted.'''
    pid = os.fork()
    if pid:
        return pid
    os.setpgid(0, 0)
    os.environ["EYELEVEL_HOME"] = str(home)
    sys.argv = ["eyelevel", *arguments]
    out = os.open(Path(ARG["home"]).with_name("output"), os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    os.dup2(out, 1), os.dup2(out, 2)
    count, tally = 0, os.open(Path(ARG["home"]).with_name("tally"), os.O_CREAT | os.O_WRONLY)
    def hook(name, values):
        nonlocal count
        if name in {"open", "os.rename", "os.remove", "os.mkdir", "shutil.rmtree", "sqlite3.connect"}:
            if str(home) in str(values[0]):
                count += 1
                os.pwrite(tally, str(count).encode(), 0)
                if count == event:
                    os.kill(os.getpid(), signal.SIGKILL)
    if event is not None:
        sys.addaudithook(hook)
    app.cli.main()  # which also leaves the process

def ended(pid):
    status = os.waitpid(pid, 0)[1]
    until = time.monotonic() + 10
    while True:  # its reader of documents must not stay behind
        try:
            os.killpg(pid, 0)
        except ProcessLookupError:
            return status
        assert time.monotonic() < until, "a process was left behind"
        time.sleep(0.02)

def done(home, *arguments, event=None):
    assert ended(command(home, *arguments, event=event)) == 0, output()
    return output()

def output():
    return Path(ARG["home"]).with_name("output").read_text()

def held(home):
    os.environ["EYELEVEL_HOME"] = str(home)
    index = GuideIndex.open(load_settings(), EXPORT_NAME)
    found = {p.id: [source, p.heading, p.text] for source in index.documents for p in index.read_document(source)}
    assert len(found) == index.manifest.passages
    index.close()
    return found

def put(version):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(versions[version], folder)

expected, clean = [], Path(ARG["home"]).with_name("clean")
for version in (0, 1):
    put(version)
    done(clean, "ingest", str(folder), "--prune")
    expected.append(forked(lambda: held(clean)))
assert expected[0] != expected[1]
home, outcomes = Path(ARG["home"]), []
put(0)
done(home, "ingest", str(folder), "--prune")
timed = clean.with_name("timed")
put(1)
done(timed, "ingest", str(folder), "--prune")  # the first one in a home takes longer than those that are killed
put(0)
began = time.monotonic()
done(timed, "ingest", str(folder), "--prune", event=0)
took, now = time.monotonic() - began, 0
events = int(Path(ARG["home"]).with_name("tally").read_text())
for number in range(ARG["kills"]):
    put(1 - now)
    if number % 2:
        pid = command(home, "ingest", str(folder), "--prune", event=chance.randint(1, events))
    else:
        pid = command(home, "ingest", str(folder), "--prune")
        time.sleep(chance.uniform(0.02, took))
        os.kill(pid, signal.SIGKILL)
    killed = ended(pid) == signal.SIGKILL
    after = forked(lambda: held(home))
    found = json.loads(done(home, "search", "what does a mentor do first", "-k", "3", "--json"))
    outcomes.append({"killed": killed, "version": expected.index(after) if after in expected else after,
                     "before": now, "found": len(found["results"])})
    now = outcomes[-1]["version"] if isinstance(outcomes[-1]["version"], int) else now
put(1 - now)
report = json.loads(done(home, "ingest", str(folder), "--prune", "--json"))
print(json.dumps({"outcomes": outcomes, "report": report, "final": forked(lambda: held(home)) == expected[1 - now],
                  "generations": len(list((home / "index").glob("g*"))), "events": events}))
"""


@pytest.fixture
def versions(tmp_path: Path) -> list[Path]:
    """Texts of the guide as a person's own files, and the same folder later: one changed, one gone, one new."""
    articles = sorted((ROOT / "knowledge" / "guide" / "basics").glob("*.md"))[:4]
    before, after = tmp_path / "before", tmp_path / "after"
    for folder, chosen in ((before, articles[:3]), (after, articles[1:])):
        folder.mkdir()
        for article in chosen:
            (folder / article.name).write_text(article.read_text().split("\n---\n", 1)[1])
    changed = after / articles[2].name
    changed.write_text(changed.read_text() + "\n## Later\n\nThe pair keeps the date even in a busy month.\n")
    return [before, after]


@pytest.mark.timeout(120 + KILLS * 20)
def test_a_killed_ingest_leaves_a_whole_guide_and_the_next_one_completes_it(
    tmp_path: Path, versions: list[Path]
) -> None:
    # why: power fails and people end commands; no half document may be quoted, and nothing may be missing afterwards
    places = {"folder": tmp_path / "mine", "home": tmp_path / "home", "versions": versions}
    killer = start(KILLER, **places, kills=KILLS, seed=11)
    output, errors = killer.communicate(timeout=60 + KILLS * 20)
    assert killer.returncode == 0, errors[-3000:]
    result = json.loads(output.splitlines()[-1])
    assert result["events"] > 20
    for outcome in result["outcomes"]:
        assert outcome["version"] in (0, 1) and outcome["found"] == 3, outcome
    killed = [outcome for outcome in result["outcomes"] if outcome["killed"]]
    assert len(killed) >= KILLS * 0.8
    assert any(outcome["version"] == outcome["before"] for outcome in killed), "some were killed before the switch"
    assert result["final"] and not result["report"]["failed"] and result["generations"] <= 2
