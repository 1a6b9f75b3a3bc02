"""An ingest as a whole: what it counts, keeps and writes, and what interrupts it without harm."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from kit import ENCODER, article, files_of, held, ingest, one_line, run, start

from assistant.errors import GuideIndexError, IndexBusy, IndexMissing, ModelMissing
from assistant.guide.index import GuideIndex
from assistant.guide.manifest import read_pointer
from assistant.models.testing import HashedEmbeddings
from assistant.settings import Settings
from ingest import embed
from ingest.pipeline import Progress


def counts(settings: Settings, *paths: Path, prune: bool = False) -> tuple[int, int, int, int]:
    report = ingest(settings, *paths, prune=prune)
    assert not report.failed, report.failed
    return report.added, report.updated, report.unchanged, report.removed


def documents(settings: Settings) -> dict[str, str]:
    """Source to the whole text of each document."""
    index = GuideIndex.open(settings, ENCODER.name)
    try:
        return {key: "\n".join(p.text for p in index.read_document(key)) for key in index.documents}
    finally:
        index.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three small documents."""
    made = tmp_path / "notes"
    made.mkdir()
    (made / "trust.md").write_text("# Trust\n\nTrust grows when the senior says what is kept between the two.\n")
    (made / "pace.txt").write_text("Pace\n\nA pair meets every third week for an hour and keeps the date.\n")
    (made / "tools.md").write_text("# Tools\n\nShow one tool a session and let the senior try it at once.\n")
    return made


# What is counted


def test_counts_follow_what_happened(settings: Settings, folder: Path) -> None:
    # why: the report is all that a person sees of an ingest
    assert counts(settings, folder) == (3, 0, 0, 0)
    (folder / "pace.txt").write_text("Pace\n\nA pair meets once a month.\n")
    (folder / "new.md").write_text("# New\n\nA new document about town halls.\n")
    (folder / "tools.md").unlink()
    assert counts(settings, folder) == (1, 1, 1, 0)
    assert any("tools.md" in source for source in documents(settings)), "only --prune removes"
    assert counts(settings, folder, prune=True) == (0, 0, 3, 1)
    assert not any("tools.md" in source for source in documents(settings))


def test_a_changed_file_replaces_its_old_passages(settings: Settings, folder: Path) -> None:
    # why: an answer from a text that its owner corrected would be wrong and cited
    ingest(settings, folder)
    (folder / "pace.txt").write_text("Pace\n\nA pair meets once a month.\n")
    ingest(settings, folder)
    assert not any("third week" in text for text in held(settings).values())
    index = GuideIndex.open(settings, ENCODER.name)
    assert not index.lexical.search("third week", 5), "the lexical index forgets it too"
    index.close()


def test_nothing_is_rewritten_when_nothing_changed(settings: Settings, folder: Path) -> None:
    # why: backups, file watchers and open readers must not see a change where there is none
    ingest(settings, folder)
    held(settings)
    before = files_of(settings.home)
    assert counts(settings, folder) == (0, 0, 3, 0)
    assert files_of(settings.home) == before


def test_the_same_file_under_another_spelling_is_the_same_document(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: `ingest notes` and `ingest /home/me/notes/` would otherwise fill the guide twice
    monkeypatch.chdir(folder.parent)
    ingest(settings, Path("notes"))
    before = files_of(settings.home)
    for spelling in (folder, Path("./notes"), folder / ".." / "notes", Path("notes/trust.md")):
        report = ingest(settings, spelling)
        assert (report.added, report.updated, report.failed) == (0, 0, []), spelling
    (folder.parent / "link").symlink_to(folder)
    assert ingest(settings, Path("link"), prune=True).removed == 0
    assert files_of(settings.home) == before


def test_another_file_of_the_same_name_takes_nothing_away(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: paths are kept as given, so "notes/a.md" of two folders would silently replace each other
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "a.md").write_text(f"# A\n\nThe text of place {place} about mentoring.\n")
        monkeypatch.chdir(tmp_path / place)
        assert ingest(settings, Path("a.md")).added == 1
    assert len(documents(settings)) == 2


def test_a_renamed_file_is_a_new_document_and_prune_removes_the_old(settings: Settings, folder: Path) -> None:
    # why: the source is the document's name, and citations must point at what exists
    ingest(settings, folder)
    texts = set(held(settings).values())
    (folder / "trust.md").rename(folder / "candour.md")
    assert counts(settings, folder, prune=True) == (1, 0, 2, 1)
    assert set(held(settings).values()) == texts


def test_lines_of_jsonl_are_documents(settings: Settings, tmp_path: Path) -> None:
    # why: collections come as one file with a document a line, and each line is counted and cited
    file = tmp_path / "corpus.jsonl"
    rows = [{"_id": f"d{n}", "title": f"Title {n}", "text": f"Paragraph number{n} on mentoring."} for n in range(5)]
    file.write_text("\n".join(map(json.dumps, rows)))
    assert counts(settings, file) == (5, 0, 0, 0)
    rows[1]["text"] = "Rewritten."
    file.write_text("\n".join(map(json.dumps, rows[:4])))
    assert counts(settings, file, prune=True) == (0, 1, 3, 1)
    assert set(documents(settings)) == {"d0", "d1", "d2", "d3"}


def test_a_bad_file_costs_itself_only(settings: Settings, folder: Path) -> None:
    # why: one broken file among a hundred must neither stop the others nor pass unseen
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    (folder / "empty.md").write_text("")
    (folder / "zip.docx").write_bytes(b"PK\x03\x04 broken")
    report = ingest(settings, folder, folder / "missing.md")
    assert report.added == 3
    assert len(report.failed) == 4
    assert all(one_line(failure.error) for failure in report.failed)


def test_prune_keeps_what_cannot_be_read_now(settings: Settings, folder: Path, tmp_path: Path) -> None:
    # why: a file that was damaged or is being written today still exists; its last good text stays
    file = tmp_path / "lines.jsonl"
    good = [json.dumps({"_id": name, "title": name, "text": f"All about {name}."}) for name in ("x", "y")]
    file.write_text("\n".join(good))
    ingest(settings, folder, file)
    (folder / "trust.md").write_bytes(b"")
    file.write_text(good[0] + "\n{broken")
    report = ingest(settings, folder, file, prune=True)
    assert (report.removed, len(report.failed)) == (0, 2)
    assert {"x", "y"} < set(documents(settings)) and len(documents(settings)) == 5


def test_the_shipped_guide_has_the_same_names_everywhere(settings: Settings) -> None:
    # why: citations and evaluations name "knowledge/…" wherever the project lies; its README is no article
    (settings.knowledge / "README.md").write_text("# How to write articles\n\nNot for the guide.\n")
    (settings.knowledge / "guide").mkdir()
    (settings.knowledge / "guide" / "one.md").write_text(article("one", "## Why\n\nBecause it helps.", ("why",)))
    ingest(settings)
    assert list(documents(settings)) == ["knowledge/guide/one.md"]


def test_an_ingest_of_nothing_leaves_an_empty_home(settings: Settings) -> None:
    # why: an empty guide is "nothing was ingested yet", not an index of nothing
    assert ingest(settings).passages == 0
    with pytest.raises(IndexMissing):
        GuideIndex.open(settings, ENCODER.name)


# Embedding


def _articles(settings: Settings, number: int) -> list[str]:
    """Articles whose questions share a word with one section each; returns all questions."""
    asked: list[str] = []
    for n in range(number):
        body = f"## Listen\n\nListening apple{n} well.\n\n## Speak\n\nSpeaking pear{n} up."
        questions = (f"how apple{n}", f"what of pear{n}")
        (settings.knowledge / f"a{n}.md").write_text(article(f"a{n}", body, questions))
        asked += questions
    return asked


def test_every_text_is_embedded_once_and_together(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: embedding is most of an ingest's time; passages were once computed twice, a document at a time
    monkeypatch.setattr(embed, "WRITE_AT_ONCE", 10)
    encoder = HashedEmbeddings(32)
    asked = _articles(settings, 7)
    ingest(settings, encoder=encoder)
    texts = [text for call in encoder.texts for text in call]
    compared = [text for call in encoder.compared for text in call]
    assert len(texts) == len(set(texts)) == 14 and not set(asked) & set(texts)
    assert len(compared) == len(set(compared)) == 28 and set(compared) == {*asked, *texts}
    assert [len(call) for call in encoder.texts] == [14], "fewer than may wait: all in one call"
    assert [len(call) for call in encoder.compared] == [28]


def test_questions_belong_to_the_passage_that_answers_them(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: a question indexed with the wrong passage sends people to the wrong paragraph
    monkeypatch.setattr(embed, "WRITE_AT_ONCE", 10)
    _articles(settings, 4)
    ingest(settings)
    for _ in range(2):
        index = GuideIndex.open(settings, ENCODER.name)
        passages = [p for source in index.documents for p in index.read_document(source)]
        assert {(p.heading, *p.questions) for p in passages if p.article} == {
            pair for n in range(4) for pair in (("Listen", f"how apple{n}"), ("Speak", f"what of pear{n}"))
        }
        key, near = index.nearest_questions(ENCODER.encode_questions(["how apple2"])[0], 1)[0]
        assert near == pytest.approx(1.0, abs=1e-5) and "apple2" in index.passages([key])[key].text
        assert index.manifest.questions == 8
        index.close()
        (settings.knowledge / "a9.txt").write_text("Another text.")  # the rest is carried over with its questions
        encoder = HashedEmbeddings(32)
        ingest(settings, encoder=encoder)
        assert sum(map(len, encoder.texts)) <= 1 and not any(encoder.compared)


def test_progress_is_truthful(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: a bar that jumps or ends early is worse than none; where the end is unknown it says so
    monkeypatch.setattr(embed, "WRITE_AT_ONCE", 10)
    _articles(settings, 6)

    def told() -> list[Progress]:
        seen: list[Progress] = []
        settings_again = settings.model_copy(update={"home": settings.home / str(random.random())})
        ingest(settings_again, on_progress=seen.append)
        return [progress for progress in seen if progress.stage == "embedding"]

    assert [(p.done, p.total) for p in told()] == [(12, 36), (36, 36)]
    monkeypatch.setattr(embed, "LOOK_AHEAD", 20)
    assert [(p.done, p.total) for p in told()] == [(8, None), (24, None), (28, 36), (36, 36)]


def test_a_model_that_fails_leaves_the_guide_in_use(settings: Settings, folder: Path) -> None:
    # why: a new text that cannot be embedded must not cost the texts that could

    class Failing(HashedEmbeddings):
        def encode(self, texts: Sequence[str], progress: object = None) -> "object":  # type: ignore[override]
            raise ModelMissing("The embedding model is gone.")

    ingest(settings, folder)
    before = held(settings)
    (folder / "more.md").write_text("# More\n\nMore text.\n")
    with pytest.raises(ModelMissing):
        ingest(settings, folder, encoder=Failing(32))
    assert held(settings) == before
    assert len(list(settings.index_dir.glob("g*"))) == 1


# Readers, other ingests, crashes

READER = """
import sys
from pathlib import Path
from assistant.guide.index import GuideIndex
from assistant.settings import Settings
from kit import ENCODER
settings = Settings(home=Path(ARG["home"]), chat_model="none")
index = GuideIndex.open(settings, ENCODER.name)
import select
reads = 0
def text():
    (source,) = [s for s in index.documents if s.endswith("pace.txt")]
    (passage,) = index.read_document(source)
    assert index.nearest(ENCODER.encode([passage.text])[0], 3)
    return passage.text
seen = {text()}
print("ready", flush=True)
while not select.select([sys.stdin], [], [], 0.01)[0]:
    seen.add(text())
    reads += 1
sys.stdin.readline()
seen.add(text())
index = GuideIndex.open(settings, ENCODER.name)
print(json.dumps({"reads": reads, "seen": sorted(seen), "now": text()}))
"""


def test_a_reader_in_another_process_sees_the_old_or_the_new_guide(settings: Settings, folder: Path) -> None:
    # why: the app answers while somebody ingests; Chroma alone would serve it stale or mixed results
    ingest(settings, folder)
    reader = start(READER, home=settings.home)
    assert reader.stdout and reader.stdout.readline() == "ready\n", reader.communicate()[1]
    (folder / "pace.txt").write_text("Pace\n\nA pair meets once a month.\n")
    ingest(settings, folder)
    output, errors = reader.communicate("stop\n", timeout=60)
    assert reader.returncode == 0, errors
    result = json.loads(output.splitlines()[-1])
    assert result["reads"] and len(result["seen"]) == 1 and "third week" in result["seen"][0]
    assert "once a month" in result["now"]


BUSY = """
import sys
from pathlib import Path
from assistant.models.testing import HashedEmbeddings
from assistant.settings import Settings
from ingest.pipeline import run_ingest
class Slow(HashedEmbeddings):
    def encode(self, texts, progress=None):
        print("busy", flush=True)
        sys.stdin.readline()
        return super().encode(texts, progress)
encoder = Slow(32)
report = run_ingest(Settings(home=Path(ARG["home"])), encoder, encoder.name, [Path(ARG["folder"])])
print(json.dumps(report.added))
"""


def test_a_second_ingest_is_refused(settings: Settings, folder: Path) -> None:
    # why: two writers would each put their own half of the guide in use
    other = start(BUSY, home=settings.home, folder=folder)
    assert other.stdout and other.stdout.readline() == "busy\n", other.communicate()[1]
    with pytest.raises(IndexBusy) as refused:
        ingest(settings, folder)
    assert refused.value.retryable and "wait" in one_line(refused.value)
    output, errors = other.communicate("go\n", timeout=60)
    assert other.returncode == 0 and output.splitlines()[-1] == "3", errors
    assert counts(settings, folder) == (0, 0, 3, 0), "the lock ends with its holder"


KILLER = """
import os, random, signal, sys, time
from pathlib import Path
import chromadb, bm25s  # imported once; every fork has them
from assistant.guide.manifest import read_pointer
from assistant.settings import Settings
from kit import forked, held, ingest
home, folder = Path(ARG["home"]), Path(ARG["folder"])
settings = Settings(home=home, knowledge=folder, chat_model="none")
chance = random.Random(ARG["seed"])

def change(round):
    for n in range(40):
        (folder / f"{n}.md").write_text(f"# Topic {n}\\n\\nWord{n} of round {round if n % 3 else 0} on mentoring.\\n")

def kill_at(event):
    count = 0
    def hook(name, arguments):
        nonlocal count
        if name in {"open", "os.rename", "os.remove", "os.mkdir", "shutil.rmtree", "sqlite3.connect"}:
            if str(home) in str(arguments[0]):
                count += 1
                if count == event:
                    os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    ingest(settings)
    return count

change(0)
began = time.monotonic()
forked(lambda: ingest(settings).passages)
took = time.monotonic() - began
change("counted")
events = forked(lambda: kill_at(0))
outcomes = []
for round in range(12):
    change(round)
    before = forked(lambda: held(settings))
    pointer = read_pointer(settings.index_dir)
    if round % 2:
        result = forked(lambda: kill_at(chance.randint(1, events)))
    else:
        pid = os.fork()
        if pid == 0:
            ingest(settings)
            os._exit(0)
        time.sleep(chance.uniform(0.05, took))
        os.kill(pid, signal.SIGKILL)
        result = {"crashed": os.waitpid(pid, 0)[1]}
    after = forked(lambda: held(settings))
    switched = read_pointer(settings.index_dir) != pointer
    outcomes.append({"killed": result, "switched": switched, "same": after == before, "passages": len(after)})
final = forked(lambda: ingest(settings).model_dump())
settings_clean = Settings(home=Path(ARG["clean"]), knowledge=folder, chat_model="none")
forked(lambda: ingest(settings_clean).passages)
kept = forked(lambda: held(settings))
folders = len(list(settings.index_dir.glob("g*")))
print(json.dumps({"outcomes": outcomes, "final": final, "folders": folders, "events": events,
                  "identical": kept == forked(lambda: held(settings_clean))}))
"""


def test_killed_at_any_moment_the_guide_stays_usable(tmp_path: Path) -> None:
    # why: power fails and people press Ctrl-C twice; the guide in use must survive, and the next run complete
    (tmp_path / "knowledge").mkdir()
    homes = {"home": tmp_path / "home", "clean": tmp_path / "clean"}
    result = run(KILLER, **homes, folder=tmp_path / "knowledge", seed=7)
    assert result["events"] > 10
    for outcome in result["outcomes"]:
        assert outcome["passages"] == 40, outcome
        assert outcome["switched"] != outcome["same"], outcome
    assert sum(bool(outcome["killed"]) for outcome in result["outcomes"]) == 12
    assert not all(outcome["switched"] for outcome in result["outcomes"])
    assert not result["final"]["failed"] and result["identical"] and result["folders"] <= 2


# No room, no rights

FULL = """
import resource
from pathlib import Path
import chromadb, bm25s
from assistant.settings import Settings
from kit import forked, held, ingest
settings = Settings(home=Path(ARG["home"]), chat_model="none")
def limited(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return ingest(settings, Path(ARG["folder"])).model_dump()
before = forked(lambda: held(settings))
outcomes = [forked(lambda: limited(size)) for size in ARG["sizes"]]
print(json.dumps({"outcomes": outcomes, "same": forked(lambda: held(settings)) == before,
                  "folders": len(list(settings.index_dir.glob("g*")))}))
"""


def test_a_full_disk_is_named_and_leaves_the_guide_in_use(settings: Settings, folder: Path) -> None:
    # why: files that may not grow stand for a full disk; every write of an ingest can meet it
    ingest(settings, folder)
    (folder / "more.md").write_text("# More\n\n" + "More text about mentoring. " * 400)
    result = run(FULL, home=settings.home, folder=folder, sizes=[0, 200, 3_000, 100_000])
    for outcome in result["outcomes"]:
        assert outcome.get("guide"), outcome
        assert outcome["error"] == "GuideIndexError" and "free space" in one_line(outcome["message"])
    assert result["same"] and result["folders"] == 1
    assert ingest(settings, folder).added == 1


@pytest.mark.parametrize("home", ["file/home", "/proc/eyelevel"])
def test_a_home_that_cannot_be_written_is_named(home: str, tmp_path: Path, folder: Path) -> None:
    # why: the first command on a locked-down machine must say which setting helps
    (tmp_path / "file").write_text("a file where a folder should be")
    with pytest.raises(GuideIndexError, match="EYELEVEL_HOME") as refused:
        ingest(Settings(home=tmp_path / home, chat_model="none"), folder)
    assert home in one_line(refused.value)


def test_old_generations_go(settings: Settings, folder: Path) -> None:
    # why: a guide that is fed daily must not fill the disk; the one before stays for readers at work
    names = []
    for number in range(4):
        (folder / "pace.txt").write_text(f"Pace\n\nVersion {number} of the text.\n")
        ingest(settings, folder)
        names.append(read_pointer(settings.index_dir))
        (settings.index_dir / f"g-left-by-a-crash-{number}").mkdir()
    assert {p.name for p in settings.index_dir.glob("g*")} == {*names[-2:], "g-left-by-a-crash-3"}
