"""A search of one's own notes, plans and commitments: what it finds, and that nobody else's is ever in it."""

import gc
import json
import random
import threading
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import ROOT, run
from own_desk import LIN, LIN_AS_MENTEE, OLA, Desk, let_in, open_desk, plan_of

from assistant.coach import own_notes
from assistant.coach.own_notes import Desk as Stores
from assistant.coach.own_notes import OwnMatches, OwnNotes
from assistant.coach.own_passages import PASSAGE_WORDS, cut_passages
from assistant.errors import ModelMissing
from assistant.models.encoder import MiniLMEncoder
from assistant.notes.session_plan import FORM, plan_text
from assistant.roles import Actor, Role
from assistant.settings import Settings, load_settings
from assistant.store.commitments import CommitmentStore
from assistant.store.database import Database
from assistant.store.drafts import DraftStore
from assistant.store.notes import NoteStore, SavedNote
from assistant.text import stems

THIRD = Actor(person="c" * 32, role=Role.MENTOR)
MANY = [Actor(person=f"{n:032x}", role=Role.MENTOR) for n in range(6)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "home", LIN, LIN_AS_MENTEE, OLA, THIRD, *MANY) as opened:
        yield opened


def sentences_about(*words: str, count: int = 12) -> str:
    return " ".join(f"We spoke about the {words[n % len(words)]} for quite a while on that day." for n in range(count))


# How texts are cut


@given(st.text(alphabet=st.sampled_from("ab .!?\n\r\té漢🎓"), max_size=900) | st.text(max_size=300))
def test_passages_cover_every_text_without_overlap(text: str) -> None:
    # why: what is in no passage cannot be found, and a passage must stand in the note as it is shown
    passages = cut_passages(text)
    assert all(start < end for start, end in passages)
    assert all(one.end <= other.start for one, other in pairwise(passages))
    starts, ends = [one.start for one in passages], [one.end for one in passages]
    outside = "".join(text[a:b] for a, b in zip([0, *ends], [*starts, len(text)], strict=True))
    assert outside.strip() == ""


def test_a_long_text_is_cut_at_sentence_ends_into_like_parts() -> None:
    # why: half a sentence says little, and a crumb at the end nothing
    text = sentences_about("budget", "holiday", count=40)
    passages = [text[start:end] for start, end in cut_passages(text)]
    assert all(part.endswith("day.") and part.startswith("We spoke") for part in passages)
    assert all(0.6 * PASSAGE_WORDS <= len(part.split()) <= 1.4 * PASSAGE_WORDS for part in passages)


@pytest.mark.parametrize("text", ["x" * 5000, "漢字" * 2000, "word " * 3000, "- a\n" * 900])
def test_no_passage_is_too_long_for_the_model(text: str) -> None:
    # why: the model reads 256 word pieces and leaves out the rest
    passages = cut_passages(text)
    assert passages[-1].end >= len(text.rstrip())
    assert all(end - start <= 2 * PASSAGE_WORDS * 6 for start, end in passages)


# What is found


def test_a_passage_stands_in_its_note_as_it_is_shown(desk: Desk) -> None:
    # why: the screen jumps to the place in the note
    text = f"{sentences_about('weather')}\n\nÄrger 🎓 with the “forklift” in hall seven.\r\n{sentences_about('lunch')}"
    note = desk.write(LIN, "Second session", text)
    (found,) = desk.find(LIN, "forklift hall", k=1).passages
    assert "“forklift”" in found.text and found.text == text[found.start : found.end]
    stored = desk.notes.load(LIN, note)
    assert (found.kind, found.item, found.title, found.day) == ("note", note, "Second session", stored.created.date())
    assert len(desk.find(LIN, "forklift", k=50).passages) == len(cut_passages(text))


def test_a_commitment_is_found_beside_notes(desk: Desk) -> None:
    # why: what was promised is what people look for first
    desk.write(LIN, "Session", sentences_about("weather"))
    made = desk.commitments.add(LIN, "Borrow the oscilloscope for Ingrid")
    (found,) = desk.find(LIN, "who borrows the oscilloscope", k=1).passages
    assert (found.kind, found.item, found.title) == ("commitment", made, "")
    assert found.text == "Borrow the oscilloscope for Ingrid"
    desk.commitments.change(LIN, made, "Return the oscilloscope", pair=None, due=None)
    assert desk.find(LIN, "oscilloscope", k=1).passages[0].text == "Return the oscilloscope"
    desk.commitments.delete(LIN, made)
    assert all(one.kind == "note" for one in desk.find(LIN, "oscilloscope", k=9).passages)


def test_a_plan_is_found_by_its_words_until_it_is_changed_or_deleted(desk: Desk) -> None:
    # why: what was planned is looked for like what was noted, and other drafts have no page that could open them
    desk.write(LIN, "Session", sentences_about("weather"))
    made = desk.plan(LIN, "Third session", "oscilloscope")
    desk.drafts.add(LIN, "rehearsal", "Not a plan", plan_of("oscilloscope").model_dump_json())
    (found,) = [one for one in desk.find(LIN, "oscilloscope", k=9).passages if one.kind != "note"]
    assert (found.kind, found.item, found.title) == ("plan", made, "Third session")
    assert found.text == plan_text(plan_of("oscilloscope"))[found.start : found.end]
    assert "oscilloscope" in found.text
    desk.drafts.save(LIN, made, "Third session", plan_of("multimeter").model_dump_json())
    assert "multimeter" in desk.find(LIN, "oscilloscope multimeter", k=1).passages[0].text
    desk.drafts.delete(LIN, made)
    assert all(one.kind == "note" for one in desk.find(LIN, "multimeter", k=9).passages)
    desk.drafts.restore(LIN, made)
    assert desk.find(LIN, "multimeter", k=1).passages[0].item == made


@pytest.mark.parametrize(("content", "form"), [("{}", FORM), (plan_of("oscilloscope").model_dump_json(), FORM + 1)])
def test_a_plan_in_a_form_of_another_version_is_passed_over(desk: Desk, content: str, form: int) -> None:
    # why: a search must not end because one old plan cannot be read
    desk.drafts.add(LIN, "plan", "oscilloscope", content, form=form)
    note = desk.write(LIN, "t", "The oscilloscope was broken.")
    assert [one.item for one in desk.find(LIN, "oscilloscope", k=9).passages] == [note]


def test_a_title_counts_and_is_no_part_of_the_text(desk: Desk) -> None:
    # why: "the talk with Ingrid" may be named in the title alone
    wanted = desk.write(LIN, "Call with Ingrid", "She was late and the line was bad.")
    desk.write(LIN, "Other", "He was late and the line was bad.")
    found = desk.find(LIN, "Ingrid", k=2).passages
    assert found[0].item == wanted and "Ingrid" not in found[0].text and found[0].score > found[1].score


def test_a_changed_note_is_found_by_its_new_words_alone(desk: Desk) -> None:
    # why: an answer from what a note said last week would be wrong
    note = desk.write(LIN, "Session", "The forklift was broken.")
    assert desk.find(LIN, "forklift", k=1).passages[0].score > 0.1
    desk.notes.update(LIN, note, report="{}", debrief=None, verdicts={}, text="The elevator was broken.")
    assert [one.text for one in desk.find(LIN, "forklift").passages] == ["The elevator was broken."]
    assert desk.find(LIN, "elevator").passages[0].score > desk.find(LIN, "forklift").passages[0].score


def test_deleted_is_gone_and_restored_is_back(desk: Desk) -> None:
    # why: nothing may speak of what somebody threw away
    note = desk.write(LIN, "Session", "The forklift was broken.")
    desk.find(LIN, "forklift")
    desk.notes.delete(LIN, note)
    assert desk.find(LIN, "forklift") == OwnMatches(passages=(), unread=0)
    desk.notes.restore(LIN, note)
    assert [one.item for one in desk.find(LIN, "forklift").passages] == [note]


@pytest.mark.parametrize("when", ["deleted", "changed"])
def test_what_is_deleted_during_the_search_is_not_in_the_result(
    desk: Desk, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: a text comes out of the store at the last moment, not out of what is held
    note, other = desk.write(LIN, "One", "The forklift was broken."), desk.write(LIN, "Two", "The forklift is new.")
    desk.find(LIN, "forklift")
    encode = desk.embeddings.encode

    def meanwhile(texts: Any, progress: Any = None) -> Any:
        if when == "deleted":
            desk.notes.delete(LIN, note)
        else:
            desk.notes.update(LIN, note, report="{}", debrief=None, verdicts={}, text="x")
        return encode(texts, progress)

    monkeypatch.setattr(desk.embeddings, "encode", meanwhile)
    assert [one.item for one in desk.find(LIN, "forklift").passages] == [other]


@pytest.mark.parametrize("query", ["", " \n", "?!", "the", "\0\ud83d", "漢字", "x" * 5000, "' OR 1=1 --"])
@pytest.mark.parametrize("text", ["", " \n ", "\ud83d", "One."])
def test_no_query_and_no_text_breaks_it(desk: Desk, query: str, text: str) -> None:
    # why: people paste anything
    desk.write(LIN, "t", text)
    found = desk.find(LIN, query).passages
    assert len(found) == len(cut_passages(desk.notes.load(LIN, desk.notes.list(LIN)[0].id).text))
    assert all(-1 <= one.score <= 1 + own_notes.WORD_WEIGHT for one in found)
    assert desk.find(LIN, query, k=0).passages == () and desk.find(LIN, query, k=-2).passages == ()


# Whose


def test_nobody_finds_what_somebody_else_wrote(desk: Desk) -> None:
    # why: 0 crossings in 1,000 random queries, also between one person's two roles
    chance, marks = random.Random(7), {LIN: "linmark", OLA: "olamark", LIN_AS_MENTEE: "otherrole"}
    topics = "budget forklift holiday appraisal weather safety lunch merger silence feedback".split()
    for actor, mark in marks.items():
        for number in range(8):
            words = chance.sample(topics, 3)
            desk.write(actor, f"{mark} {number}", sentences_about(*words, mark))
            desk.commitments.add(actor, f"Think about the {words[0]} {mark}")
            desk.plan(actor, f"{mark} {number}", words[0], mark)
    crossings = 0
    for _ in range(1000):
        actor = chance.choice(list(marks))
        query = " ".join(chance.sample([*topics, *marks.values()], 3))
        found = desk.find(actor, query, k=5).passages
        assert len(found) == 5
        others = [mark for other, mark in marks.items() if other != actor]
        crossings += any(mark in one.text + one.title for mark in others for one in found)
    assert crossings == 0


def test_searches_at_the_same_time_stay_apart(desk: Desk) -> None:
    # why: one process serves everybody, each from a thread
    people = MANY
    for number, actor in enumerate(people):
        desk.write(actor, "t", sentences_about(f"mark{number}x", "budget"))
    wrong, errors = list[str](), list[BaseException]()

    def work(number: int) -> None:
        try:
            for other in range(12):
                found = desk.find(people[number], f"budget mark{other % 6}x").passages
                wrong.extend(one.text for one in found if f"mark{number}x" not in one.text)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, errors) == ([], [])


def test_even_another_persons_shelf_gives_no_text(desk: Desk) -> None:
    # why: the store is asked in the actor's name, so that a mistake in what is held here shows nothing
    desk.write(OLA, "t", "The olamark was broken.")
    desk.find(OLA, "olamark")
    desk.own._shelves[LIN] = desk.own._shelves[OLA]
    assert desk.find(LIN, "olamark") == OwnMatches(passages=(), unread=0)


# What is held, and for how long


def test_a_second_search_reads_only_the_query(desk: Desk) -> None:
    # why: reading 200 notes takes ten seconds, and a question comes every few
    notes = [desk.write(LIN, "t", sentences_about(word)) for word in ("budget", "lunch", "forklift")]
    first = desk.read(lambda: desk.find(LIN, "budget"))
    assert len(first) == 1 + sum(len(cut_passages(desk.notes.load(LIN, note).text)) for note in notes)
    assert desk.read(lambda: desk.find(LIN, "holiday")) == ["holiday"]
    desk.notes.set_verdict(LIN, notes[0], "alibi", True)
    assert desk.read(lambda: desk.find(LIN, "holiday")) == ["holiday"]
    desk.notes.update(LIN, notes[0], report="{}", debrief=None, verdicts={}, text="All new.")
    assert desk.read(lambda: desk.find(LIN, "holiday")) == ["t\nAll new.", "holiday"]


def test_signing_out_drops_everything_of_that_person(desk: Desk) -> None:
    # why: who left the machine leaves nothing in its memory
    for actor in (LIN, LIN_AS_MENTEE, OLA):
        desk.write(actor, "t", "The forklift was broken.")
        desk.find(actor, "forklift")
    desk.own.forget(LIN.person)
    assert list(desk.own._shelves) == [OLA]
    assert len(desk.read(lambda: desk.find(LIN, "forklift"))) == 2
    assert len(desk.read(lambda: desk.find(OLA, "forklift"))) == 1


def test_only_so_many_are_held_and_the_oldest_goes_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: memory must not grow with everybody who ever signed in
    monkeypatch.setattr(own_notes, "PEOPLE", 2)
    for actor in (LIN, OLA, LIN, THIRD):
        desk.write(actor, "t", "The forklift was broken.")
        desk.find(actor, "forklift")
    assert list(desk.own._shelves) == [LIN, THIRD]


def test_no_text_is_held_between_searches(desk: Desk) -> None:
    # why: a dump of this process's memory should hold as little as can be
    desk.write(LIN, "Secret title", sentences_about("forklift", "budget"))
    desk.commitments.add(LIN, "Ring the forklift people")
    desk.plan(LIN, "Secret plan", "forklift", "budget")
    desk.find(LIN, "forklift in the budget")
    held, seen = [desk.own._shelves[LIN]._held], set[int]()  # type: ignore[var-annotated]
    strings = list[str]()
    while held:
        one = held.pop()
        if id(one) in seen or isinstance(one, type):
            continue
        seen.add(id(one))
        strings += [one] if isinstance(one, str) else []
        held += gc.get_referents(one)
    assert {"forklift", "budget"} <= set(strings)
    assert not [one for one in strings if " " in one]


def test_a_search_that_takes_too_long_goes_by_words_and_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: the first question after signing in must not wait for a year of transcripts
    monkeypatch.setattr(own_notes, "SECONDS", 0.0)
    for number in range(20):
        desk.write(LIN, "t", sentences_about(f"topic{number}"))
    total = sum(len(cut_passages(desk.notes.load(LIN, note.id).text)) for note in desk.notes.list(LIN))
    found = desk.find(LIN, "topic3", k=1)
    assert "topic3 " in found.passages[0].text and 0 < found.unread < total
    desk.own.prepare(LIN, desk.stores)
    assert desk.read(lambda: desk.find(LIN, "topic9")) == ["topic9"]
    assert desk.find(LIN, "topic9", k=1).unread == 0


def test_preparing_ends_when_the_person_signs_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: a thread that goes on reading would put back what signing out has dropped
    for number in range(20):
        desk.write(LIN, "t", sentences_about(f"topic{number}"))
    encode = desk.embeddings.encode

    def leave(texts: Any, progress: Any = None) -> Any:
        desk.own.forget(LIN.person)
        return encode(texts, progress)

    monkeypatch.setattr(desk.embeddings, "encode", leave)
    assert len(desk.read(lambda: desk.own.prepare(LIN, desk.stores))) < 20
    assert list(desk.own._shelves) == []


def test_a_missing_model_is_said(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: "nothing found" and "could not look" are different things
    desk.write(LIN, "t", "The forklift was broken.")

    def missing(*_: Any) -> Any:
        raise ModelMissing("The embedding model is not there; run `eyelevel ingest`.")

    monkeypatch.setattr(desk.embeddings, "encode", missing)
    with pytest.raises(ModelMissing):
        desk.find(LIN, "forklift")


WATCHED = """
import os, sys
written, watching = [], [False]
def watch(event, arguments):
    if not watching[0]:
        return
    if event == "open":
        path, mode, flags = arguments
        if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND):
            written.append(str(path))
    elif event in ("socket.connect", "subprocess.Popen", "os.mkdir", "os.rename", "shutil.move", "tempfile.mkstemp"):
        written.append(event)
sys.addaudithook(watch)
from pathlib import Path
from assistant.coach.own_notes import Desk, OwnNotes
from assistant.models.testing import HashedEmbeddings
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.commitments import CommitmentStore
from assistant.store.database import Database
from assistant.store.drafts import DraftStore
from assistant.store.notes import NoteStore, SavedNote
home = Path(ARG["folder"]) / "home"
database = Database(Settings(home=home))
notes = NoteStore(database)
desk = Desk(notes, DraftStore(database), CommitmentStore(database))
me = Actor(person="me", role=Role.MENTOR)
for number in range(30):
    notes.save(me, SavedNote(title="t", text=f"The plantedword {number} was broken. " * 20, report="{}"))
def held():
    files = [path for path in Path(ARG["folder"]).rglob("*") if path.is_file() and not path.name.endswith("-shm")]
    return {str(path): path.read_bytes().hex() for path in files}
before = held()
watching[0] = True
own = OwnNotes(HashedEmbeddings())
for number in range(30):
    assert own.search(me, f"plantedword {number}", desk).passages
own.forget("me")
watching[0] = False
after = held()
words = [path for path, content in after.items() if b"plantedword".hex() in content]
print(json.dumps([before == after, written, words, "chromadb" in sys.modules]))
"""


def test_a_search_writes_to_no_file_and_reaches_no_chroma(tmp_path: Path) -> None:
    # why: a vector tells nearly all of its text (OWASP LLM09:2026), so it may lie nowhere either
    unchanged, written, words, chroma = run(WATCHED, {"EYELEVEL_KEYS": str(tmp_path / "keys")}, folder=tmp_path)
    assert unchanged and (written, words, chroma) == ([], [], False)


# How well


def test_the_right_note_is_among_the_first_three(tmp_path: Path) -> None:
    # why: 40 questions in other words than the notes, among 40 notes on the same matters; words alone find a quarter
    lines = (ROOT / "tests/coach/own_notes.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    others = [
        json.loads(line)["text"] for line in (ROOT / "evals/datasets/notes/dev/b05.jsonl").open(encoding="utf-8")
    ][:40]
    with closing(Database(Settings(home=tmp_path / "home"))) as database:
        let_in(database, LIN)
        notes = NoteStore(database)
        desk = Stores(notes, DraftStore(database), CommitmentStore(database))
        own = OwnNotes(MiniLMEncoder(load_settings().model_dir))
        for number, text in enumerate(others):
            notes.save(LIN, SavedNote(title=f"Session {number}", text=text, report="{}"))
        saved = [notes.save(LIN, SavedNote(title=one["title"], text=one["text"], report="{}")) for one in asked]
        own.prepare(LIN, desk)
        hits = overlaps = 0.0
        for one, wanted in zip(asked, saved, strict=True):
            found = own.search(LIN, one["question"], desk, k=3).passages
            hits += wanted in [passage.item for passage in found]
            overlaps += chance_by_words(one["question"], one, [*(other["text"] for other in asked), *others])
    assert hits >= 30 and hits >= 2 * overlaps


def chance_by_words(question: str, wanted: dict[str, str], texts: list[str]) -> float:
    """Probability that the note is among the three that share most words with the question, ties in random order."""
    own = set(stems(question))
    shared = [len(own & set(stems(text))) for text in texts]
    mine = len(own & set(stems(wanted["text"])))
    better, same = sum(n > mine for n in shared), sum(n == mine for n in shared)
    return max(0.0, min(1.0, (3 - better) / same))
