import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import psutil
import pytest

from assistant.guide.passage import Document
from ingest.limits import ParserLimits
from ingest.load import SourceFile, find_sources
from ingest.parser_child import Failure, ParserChild
from ingest.split import split_document

ARTICLE = "---\nid: {id}\ntitle: T\nquestions: {{}}\n---\n## Part\nSome words of an article.\n"


def source(path: Path, content: str | bytes = "Plain words.") -> SourceFile:
    if not path.exists():
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return SourceFile(path=path, source=path.name)


def worker(tmp_path: Path, body: str) -> list[str]:
    """The command of a real worker that runs `body` first; it also notes each start in the file `starts`."""
    script = tmp_path / "worker_under_test.py"
    script.write_text(
        "import os, sys, time, signal\n"
        "import ingest.formats as formats, ingest.worker as worker\n"
        f"open({str(tmp_path / 'starts')!r}, 'a').write('x')\n"
        f"plain = formats.READERS['.txt']\n{body}\nworker.main()\n"
    )
    return [sys.executable, str(script)]


def replacing(path_test: str, action: str) -> str:
    """A worker whose reader of text files does `action` for some files."""
    return (
        "def reader(path, source, limits):\n"
        f"    if {path_test}:\n        {action}\n"
        "    return plain(path, source, limits)\n"
        "formats.READERS['.txt'] = reader"
    )


def outcome(child: ParserChild, file: SourceFile) -> Document | Failure:
    (found,) = child.parse(file)
    return found


def assert_one_line(found: Document | Failure, name: str, *parts: str) -> None:
    assert isinstance(found, Failure), found
    assert found.source == name and "\n" not in found.error and repr(name) in found.error
    for part in parts:
        assert part in found.error, found.error


def test_one_worker_reads_many_files_and_goes_on_after_a_bad_one(tmp_path: Path) -> None:
    """Why: starting a process for each of a thousand files would take minutes."""
    files = [source(tmp_path / f"{number}.txt", f"Words {number}.") for number in range(20)]
    bad = source(tmp_path / "bad.pdf", b"%PDF-1.7 nothing")
    with ParserChild(command=worker(tmp_path, "")) as child:
        found = [outcome(child, file) for file in [*files[:10], bad, *files[10:]]]
    assert_one_line(found.pop(10), "bad.pdf", "cannot be read as pdf")
    assert [document.source for document in found] == [file.source for file in files]
    assert (tmp_path / "starts").read_text() == "x"


def test_the_worker_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Why: people run the command in the folder of their documents, where a file may be called docx.py."""
    (tmp_path / "bs4.py").write_text("raise SystemExit('taken over')")
    (tmp_path / "page.html").write_text("<p>Words.</p>")
    monkeypatch.chdir(tmp_path)
    with ParserChild() as child:
        assert isinstance(outcome(child, SourceFile(path=Path("page.html"), source="page.html")), Document)


@pytest.mark.parametrize(
    "action", ["time.sleep(60)", "while True: pass", "signal.pthread_sigmask(0, [14]); time.sleep(60)"]
)
def test_a_reader_that_hangs_costs_its_file_alone(tmp_path: Path, action: str) -> None:
    """Why: a hostile file can keep a parser busy for ever, in Python or in C."""
    with ParserChild(
        limits=ParserLimits(seconds=1), command=worker(tmp_path, replacing("'hang' in source", action))
    ) as child:
        began = time.monotonic()
        assert_one_line(outcome(child, source(tmp_path / "hang.txt")), "hang.txt", "takes more than 1 s")
        assert time.monotonic() - began < 6
        assert isinstance(outcome(child, source(tmp_path / "next.txt")), Document)
    assert (tmp_path / "starts").read_text() == "xx"


@pytest.mark.parametrize("action", ["os._exit(3)", "os.kill(os.getpid(), signal.SIGSEGV)", "sys.exit(1)"])
def test_a_reader_that_crashes_costs_its_file_alone(tmp_path: Path, action: str) -> None:
    """Why: parsers written in C can take the process down."""
    body = replacing("'crash' in source", action)
    with ParserChild(command=worker(tmp_path, body)) as child:
        assert isinstance(outcome(child, source(tmp_path / "before.txt")), Document)
        assert_one_line(outcome(child, source(tmp_path / "crash.txt")), "crash.txt", "made its reader stop")
        assert isinstance(outcome(child, source(tmp_path / "after.txt")), Document)


def test_a_reader_that_takes_too_much_memory_is_stopped_at_the_limit(tmp_path: Path) -> None:
    """Why: one file must not push the machine into swapping."""
    body = replacing("'big' in source", "held = bytearray(400 << 20)")
    with ParserChild(limits=ParserLimits(memory_mib=128), command=worker(tmp_path, body)) as child:
        assert_one_line(outcome(child, source(tmp_path / "big.txt")), "big.txt", "more than 128 MiB")
        assert isinstance(outcome(child, source(tmp_path / "next.txt")), Document)


def test_a_worker_that_keeps_memory_is_replaced(tmp_path: Path) -> None:
    """Why: whether a file can be read must not depend on the files before it."""
    body = "kept = []\n" + replacing("True", "kept.append(bytearray(200 << 20))")
    with ParserChild(command=worker(tmp_path, body)) as child:
        for number in range(4):
            assert isinstance(outcome(child, source(tmp_path / f"{number}.txt")), Document)
    assert (tmp_path / "starts").read_text() == "xxxx"


@pytest.mark.parametrize(
    "says",
    [
        r"b'\x00\x00\x00\x05hello'",
        r"b'\xff\xff\xff\xff'",
        r"b'\x00\x00\x00\x09cut'",
        r"b'\x00\x00\x00\x1a{\"document\": {\"source\": 1}}'",
    ],
)
def test_a_worker_that_answers_nonsense_is_not_believed(tmp_path: Path, says: str) -> None:
    """Why: a process that a hostile file took over must not be able to do more than fail."""
    script = tmp_path / "liar.py"
    script.write_text(f"import os\nos.read(0, 9)\nos.write(1, {says})\n")
    with ParserChild(limits=ParserLimits(seconds=1), command=[sys.executable, str(script)]) as child:
        assert_one_line(outcome(child, source(tmp_path / "a.txt")), "a.txt", "made its reader")
        assert_one_line(outcome(child, source(tmp_path / "b.txt")), "b.txt", "made its reader")


def test_what_a_parser_prints_disturbs_nothing(tmp_path: Path) -> None:
    """Why: libraries print warnings, and standard output is where the messages go."""
    with ParserChild(
        command=worker(tmp_path, replacing("True", "print('noise' * 999); sys.stderr.write('x')"))
    ) as child:
        assert isinstance(outcome(child, source(tmp_path / "a.txt")), Document)


def test_a_missing_worker_is_one_line_a_file(tmp_path: Path) -> None:
    """Why: even a broken installation reports instead of raising."""
    with ParserChild(command=[str(tmp_path / "no-such-python")]) as child:
        assert isinstance(outcome(child, source(tmp_path / "a.txt")), Failure)


def test_the_real_bombs_of_the_trade_are_one_line_each(tmp_path: Path) -> None:
    """Why: a 531 KiB docx was measured to need 1,026 MiB; the limits must hold with the real parsers."""
    paragraph = b"<w:p><w:r><w:t>x</w:t></w:r></w:p>"
    body = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    with zipfile.ZipFile(tmp_path / "declared.docx", "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("word/document.xml", b"\0" * (201 << 20))
    write_docx_with(tmp_path / "large.docx", body + paragraph * (100 << 20 >> 5) + b"</w:body></w:document>")
    with ParserChild() as child:
        assert_one_line(outcome(child, source(tmp_path / "declared.docx")), "declared.docx", "201 MiB")
        assert_one_line(outcome(child, source(tmp_path / "large.docx")), "large.docx")
        assert isinstance(outcome(child, source(tmp_path / "next.txt")), Document)


def write_docx_with(path: Path, xml: bytes) -> None:
    from docx import Document as new_document

    new_document().save(str(path.with_suffix(".plain")))
    with (
        zipfile.ZipFile(path.with_suffix(".plain")) as plain,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bomb,
    ):
        for member in plain.infolist():
            bomb.writestr(member, xml if member.filename == "word/document.xml" else plain.read(member))


def test_a_file_of_100_mb_never_reaches_the_worker(tmp_path: Path) -> None:
    """Why: refusing it must cost nothing."""
    with (tmp_path / "huge.txt").open("wb") as stream:
        stream.truncate(100_000_000)
    with ParserChild(command=worker(tmp_path, "")) as child:
        assert_one_line(outcome(child, source(tmp_path / "huge.txt")), "huge.txt", "too large")
    assert not (tmp_path / "starts").exists()


def test_an_entity_bomb_and_an_external_entity_do_nothing(tmp_path: Path) -> None:
    """Why: XML can be told to grow without end or to read files of this machine."""
    (tmp_path / "secret.txt").write_text("a secret of this machine")
    names = [f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 12)]
    xml = (
        f'<!DOCTYPE d [<!ENTITY e0 "lol"><!ENTITY file SYSTEM "{(tmp_path / "secret.txt").as_uri()}">{"".join(names)}]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        "<w:t>Words &file; &e11;</w:t></w:r></w:p></w:body></w:document>"
    )
    write_docx_with(tmp_path / "entities.docx", xml.encode())
    with ParserChild() as child:
        found = outcome(child, source(tmp_path / "entities.docx"))
    assert "secret of" not in str(found) and "lollol" not in str(found)


def test_the_worker_loads_no_model_and_no_index(tmp_path: Path) -> None:
    """Why: each of them takes seconds to import, memory from the limit, and has no business with a file."""
    for name, content in {"a.md": "# T\n\nWords.", "b.html": "<p>x</p>", "c.txt": "naïve".encode("cp1252")}.items():
        source(tmp_path / name, content)
    source(tmp_path / "d.jsonl", json.dumps({"_id": "d", "title": "T", "text": "Words."}))
    from pptx import Presentation

    Presentation().save(str(tmp_path / "e.pptx"))
    write_docx_with(tmp_path / "f.docx", b"<broken/>")
    source(tmp_path / "g.pdf", b"%PDF-1.7")
    script = (
        "import sys; from pathlib import Path; import ingest.parser_child, ingest.worker\n"
        "from ingest.load import find_sources, load_documents\n"
        f"for file in find_sources([Path({str(tmp_path)!r})]): list(load_documents(file))\n"
        "print(' '.join(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in run.stdout.split()}
    assert {"markdown_it", "bs4", "pypdf", "docx", "pptx"} <= loaded
    heavy = {"torch", "chromadb", "langchain", "langchain_core", "onnxruntime", "sentence_transformers", "numpy"}
    assert not loaded & (heavy | {"streamlit", "openai", "requests", "httpx", "urllib3", "pysbd"})


def test_a_long_jsonl_file_streams_in_bounded_memory(tmp_path: Path) -> None:
    """Why: a hundred thousand documents must not be held at once, at either end; a third of them shows it."""
    count = 30_000
    with (tmp_path / "many.jsonl").open("w") as stream:
        for number in range(count):
            stream.write(json.dumps({"_id": f"d{number}", "title": f"T {number}", "text": "Some words. " * 40}) + "\n")
    process, children, peak, names = psutil.Process(), set(), 0, 0
    others = set(process.children())  # a browser or a server that other tests keep running
    before = process.memory_info().rss
    with ParserChild() as child:
        for number, found in enumerate(child.parse(source(tmp_path / "many.jsonl"))):
            assert isinstance(found, Document)
            names += found.source == f"d{number}"
            if number % 3_000 == 0:
                children |= set(process.children()) - others
                peak = max(peak, *(one.memory_info().rss for one in children))
    assert names == count and len(children) == 1
    assert peak < 150 << 20 and process.memory_info().rss - before < 150 << 20


def test_a_crash_within_a_stream_keeps_what_was_read(tmp_path: Path) -> None:
    """Why: what came before is whole, and the report must say that it is not all."""
    lines = [json.dumps({"_id": f"d{number}", "title": "T", "text": "Words."}) for number in range(10)]
    body = (
        "import ingest.formats.jsonl as jsonl\nreal = jsonl._entry_document\n"
        "def entry(path, item):\n    os._exit(1) if item['_id'] == 'd7' else None\n    return real(path, item)\n"
        "jsonl._entry_document = entry"
    )
    with ParserChild(command=worker(tmp_path, body)) as child:
        *documents, last = child.parse(source(tmp_path / "ten.jsonl", "\n".join(lines)))
        assert [document.source for document in documents] == [f"d{number}" for number in range(7)]
        assert_one_line(last, "ten.jsonl", "after 7 documents")


def test_a_stream_may_be_left_half_way(tmp_path: Path) -> None:
    """Why: an ingest that stops must not read another file's documents later."""
    lines = [json.dumps({"_id": f"d{number}", "title": "T", "text": "Words. " * 500}) for number in range(2_000)]
    with ParserChild() as child:
        stream = child.parse(source(tmp_path / "many.jsonl", "\n".join(lines)))
        assert isinstance(next(stream), Document)
        stream.close()
        found = outcome(child, source(tmp_path / "next.txt"))
        assert isinstance(found, Document) and found.source == "next.txt"


def test_the_second_holder_of_an_id_is_reported(tmp_path: Path) -> None:
    """Why: two documents under one name would overwrite each other at every ingest."""
    line = json.dumps({"_id": "d1", "title": "T", "text": "Words."})
    with ParserChild() as child:
        assert isinstance(outcome(child, source(tmp_path / "a.md", ARTICLE.format(id="one"))), Document)
        second = outcome(child, source(tmp_path / "b.md", ARTICLE.format(id="one")))
        first_line, third = child.parse(source(tmp_path / "c.jsonl", f"{line}\n{line}\n"))
        again = outcome(child, source(tmp_path / "a.md"))
    assert_one_line(second, "b.md", "'one'", "'a.md'")
    assert isinstance(first_line, Document)
    assert_one_line(third, "c.jsonl", "'d1'")
    assert isinstance(again, Document)


def test_closing_ends_the_worker(tmp_path: Path) -> None:
    """Why: a worker left behind would hold memory until the machine restarts."""
    before = {child.pid for child in psutil.Process().children()}
    with ParserChild() as child:
        outcome(child, source(tmp_path / "a.txt"))
        assert {one.pid for one in psutil.Process().children()} - before
    assert not {one.pid for one in psutil.Process().children()} - before


def test_a_thousand_small_files_are_read_and_split_in_ten_seconds(tmp_path: Path) -> None:
    """Why: an ingest of a company's guide is something to wait for, not to plan for."""
    text = "\n\n".join(f"## Part {part}\n\n" + "Ask one question. Listen to all of it. " * 9 for part in range(5))
    for number in range(1_000):
        (tmp_path / f"{number}.md").write_text(f"# Article {number}\n\n{text}\n")
    began, passages = time.monotonic(), 0
    with ParserChild() as child:
        for file in find_sources([tmp_path]):
            found = outcome(child, file)
            assert isinstance(found, Document)
            passages += len(split_document(found))
    assert passages == 5_000
    assert time.monotonic() - began < 10
