"""What is said to a finding, and what happens where the words or the guide behind them are not to be had."""

import shutil
from pathlib import Path

import pytest
from kit import ENCODER, ROOT, article, ingest, one_line, run

from assistant.errors import IndexMissing, KnowledgeError
from assistant.guide.index import GuideIndex
from assistant.notes.advice import Adviser, load_material
from assistant.notes.mistake import Mistake
from assistant.roles import Role
from assistant.settings import Settings

GUIDE = ROOT / "knowledge" / "guide"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with the articles that are cited, ingested with small vectors: citations need none."""
    settings = Settings(home=tmp_path_factory.mktemp("shipped"), chat_model="none")
    cited = {section.article for section in load_material(settings.knowledge).sections()}
    ingest(settings, *(path for path in sorted(GUIDE.rglob("*.md")) if path.stem in cited))
    return settings


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """A copy of the shipped words, to be spoilt."""
    shutil.copytree(ROOT / "knowledge" / "mistakes", tmp_path / "words" / "mistakes")
    shutil.copy(ROOT / "knowledge" / "next_session.yaml", tmp_path / "words")
    return tmp_path / "words"


@pytest.mark.parametrize("writer", [Role.MENTOR, Role.MENTEE, Role.MANAGER, None])
def test_every_mistake_has_a_question_an_advice_and_its_source(shipped: Settings, writer: Role | None) -> None:
    """Why: a finding without any of them is a verdict."""
    adviser = Adviser(shipped)
    for number, mistake in enumerate(Mistake, 1):
        advice = adviser.advise(mistake, writer, number)
        assert advice.question.endswith("?") and advice.advice
        (citation,) = advice.citations
        assert citation.marker == str(number) and citation.quotes
        assert all(quote in citation.text for quote in citation.quotes)
    assert adviser.trouble is None


def test_an_unknown_writer_and_a_manager_get_the_words_for_either(shipped: Settings) -> None:
    """Why: "your mentee" would be a guess."""
    adviser = Adviser(shipped)
    for mistake in Mistake:
        either = adviser.advise(mistake, None, 1)
        assert either == adviser.advise(mistake, Role.MANAGER, 1)
        assert either.advice != adviser.advise(mistake, Role.MENTEE, 1).advice


def test_citations_are_those_of_the_index_that_is_handed_in(shipped: Settings) -> None:
    """Why: a screen has the index open already, and Chroma with it; what it cites must be the same."""
    opened = GuideIndex.open(shipped, ENCODER.name)
    try:
        handed, own = Adviser(shipped, lambda: opened), Adviser(shipped)
        assert [handed.advise(one, None, 1) for one in Mistake] == [own.advise(one, None, 1) for one in Mistake]
    finally:
        opened.close()


def test_articles_read_without_chroma_are_those_that_chroma_has(shipped: Settings) -> None:
    """Why: two ways to the same passages must not part."""
    closed, opened = GuideIndex.open(shipped, ENCODER.name, connect_now=False), GuideIndex.open(shipped, ENCODER.name)
    try:
        wanted = ["no-time", "box-ticking", "no-such-article"]
        assert closed.read_articles(wanted) == opened.read_articles(wanted)
        assert {passage.article for passage in closed.read_articles(wanted)} == {"no-time", "box-ticking"}
        assert closed.read_articles([]) == []
    finally:
        opened.close()


def test_a_source_is_cited_without_chroma_and_without_a_model(shipped: Settings) -> None:
    """Why: `eyelevel check` on one note should not wait for either."""
    code = """
import sys
from pathlib import Path
from assistant.notes.advice import Adviser
from assistant.notes.mistake import Mistake
from assistant.settings import Settings
cited = Adviser(Settings(home=Path(ARG["home"]))).advise(Mistake.NO_TIME, None, 3).citations
heavy = [name for name in ("chromadb", "onnxruntime", "torch", "langchain_core") if name in sys.modules]
print(json.dumps([len(cited), heavy]))
"""
    assert run(code, home=str(shipped.home)) == [1, []]


def test_an_empty_guide_costs_the_sources_only(tmp_path: Path) -> None:
    """Why: a note can be checked before anything was ingested; but the person is told."""
    adviser = Adviser(Settings(home=tmp_path))
    advice = adviser.advise(Mistake.ALIBI, Role.MENTOR, 1)
    assert advice.question and advice.advice and advice.citations == ()
    assert adviser.trouble and "eyelevel ingest" in one_line(adviser.trouble)


def test_a_damaged_guide_costs_the_sources_only(shipped: Settings, tmp_path: Path) -> None:
    """Why: the same, where a file of the index was cut off."""
    shutil.copytree(shipped.home, tmp_path / "home")
    (documents,) = (tmp_path / "home").glob("index/*/documents.json")
    documents.write_bytes(documents.read_bytes()[:100])
    adviser = Adviser(Settings(home=tmp_path / "home"))
    assert adviser.advise(Mistake.ALIBI, Role.MENTOR, 1).citations == ()
    assert adviser.trouble and "damaged" in one_line(adviser.trouble)


def test_a_guide_of_other_articles_is_told_apart_from_a_damaged_one(tmp_path: Path) -> None:
    """Why: a programme may bring its own guide; it then cites what it has, and says what it lacks."""
    settings = Settings(home=tmp_path / "home", chat_model="none")
    own = tmp_path / "no-time.md"
    heading = load_material(settings.knowledge).mistakes[Mistake.NO_TIME].next_time.mentor.heading
    own.write_text(article("no-time", f"## {heading}\n\nAsk for a whole hour.", ("when",)), encoding="utf-8")
    ingest(settings, own)
    adviser = Adviser(settings)
    (citation,) = adviser.advise(Mistake.NO_TIME, Role.MENTOR, 1).citations
    assert citation.text == "Ask for a whole hour." and citation.quotes == ()
    assert adviser.advise(Mistake.ALIBI, Role.MENTOR, 2).citations == ()
    assert adviser.trouble and "has no section" in one_line(adviser.trouble)


def test_a_new_ingest_is_seen(tmp_path: Path) -> None:
    """Why: a screen lives longer than a generation of the guide."""
    settings = Settings(home=tmp_path / "home", chat_model="none")
    adviser = Adviser(settings)
    assert adviser.advise(Mistake.NO_TIME, None, 1).citations == ()
    ingest(settings, GUIDE / "programme" / "protecting-session-time.md")
    assert adviser.advise(Mistake.NO_TIME, None, 1).citations


def test_an_error_of_the_caller_is_no_trouble_of_the_guide(shipped: Settings) -> None:
    """Why: only errors of ours mean "without sources"; anything else is a bug and must be seen."""

    def missing() -> GuideIndex:
        raise IndexMissing("The guide is empty; run `eyelevel ingest`.")

    assert Adviser(shipped, missing).advise(Mistake.NO_TIME, None, 1).citations == ()
    with pytest.raises(ZeroDivisionError):
        Adviser(shipped, lambda: 1 / 0).advise(Mistake.NO_TIME, None, 1)  # type: ignore[arg-type, return-value]


SPOILT = {
    "gone": ("alibi", None, "cannot be read"),
    "no YAML": ("alibi", "a: [", "cannot be read"),
    "not UTF-8": ("alibi", b"\xff\xfe\xff", "cannot be read"),
    "empty": ("alibi", "", "everything"),
    "a key too many": ("alibi", ("name:", "nickname: x\nname:"), "nickname"),
    "a key too few": ("alibi", ("name: For the look of it\n", ""), "name"),
    "no question": ("alibi", ("more than what was said?", "more."), "question.either"),
    "another id": ("alibi", ("id: alibi", "id: no_time"), "no_time"),
    "an unknown mistake": ("alibi", ("id: alibi", "id: yawning"), "'id'"),
    "a block too long": ("alibi", ("minutes: 15", "minutes: 25"), "minutes"),
    "a thread where none belongs": (
        "alibi",
        ("    instead: The photo", "    thread: Why?\n    instead: The photo"),
        "thread",
    ),
    "no thread where one belongs": ("tech_only_focus", ("    thread:", "    unread:"), "unread"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_malformed_words_are_named_in_one_line(name: str, words: Path) -> None:
    """Why: who edits them is no programmer, and a finding with half its words would be worse."""
    mistake, change, told = SPOILT[name]
    path = words / "mistakes" / f"{mistake}.yaml"
    if isinstance(change, tuple):
        before, after = change
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
    elif change is None:
        path.unlink()
    else:
        path.write_bytes(change if isinstance(change, bytes) else change.encode())
    with pytest.raises(KnowledgeError) as error:
        load_material(words)
    assert told in one_line(error.value) and path.name in str(error.value)


def test_the_session_is_read_as_strictly(words: Path) -> None:
    """Why: the same holds for the frame of every plan."""
    (words / "next_session.yaml").write_text("mentor: {}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="next_session"):
        load_material(words)


def test_the_words_are_read_once() -> None:
    """Why: a folder of a thousand notes asks for them with every finding."""
    assert load_material(ROOT / "knowledge") is load_material(ROOT / "knowledge")
