"""The debrief of a rehearsal: what worked, what is worth another go, what is missing, all with the mentor's words."""

from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from assistant.coach.rehearsal.craft import find_craft
from assistant.coach.rehearsal.debrief import load_debrief_texts, make_debrief, render_rehearsal
from assistant.coach.rehearsal.record import Mood, Rehearsal, Senior
from assistant.coach.rehearsal.rehearser import Rehearser
from assistant.errors import KnowledgeError
from assistant.markdown import on_one_line
from assistant.settings import REPOSITORY, Settings

PATH = REPOSITORY / "knowledge" / "rehearsal" / "debrief.yaml"
TEXTS = load_debrief_texts(PATH)
REHEARSER = Rehearser(Settings(chat_model="none"))


def played(*lines: str, mood: Mood = Mood.DEFENSIVE, situation: str = "") -> Rehearsal:
    rehearsal = Rehearsal(senior=Senior(role="CTO", mood=mood), situation=situation)
    for line in lines:
        rehearsal = REHEARSER.answer(REHEARSER.say(rehearsal, line))
    return rehearsal


WHOLE = (
    "May I tell you something I noticed on Thursday?",
    "When Ana and I began with the test results, you finished our sentences. I stopped offering numbers after that.",
    "What was going on for you at that moment?",
    "Could you let us finish the first two minutes next time?",
)


def test_a_good_rehearsal_is_shown_what_worked_with_its_own_words() -> None:
    # why: praise without evidence is flattery, and nobody learns from it
    debrief = make_debrief(played(*WHOLE), TEXTS)
    assert {one.kind for one in debrief.worked} >= {"asked_first", "behaviour", "impact", "request", "drew_out"}
    assert debrief.missing == () and debrief.again == ()
    for one in debrief.worked:
        assert one.quote and any(one.quote in line for line in WHOLE)


def test_nothing_said_is_nothing_judged() -> None:
    # why: an empty page must not list four faults
    assert make_debrief(Rehearsal(senior=Senior()), TEXTS).is_empty


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (("You never listen to anybody.",), "blamed"),
        ((WHOLE[0], WHOLE[1], "Never mind, it's not important."), "gave_up"),
        ((WHOLE[0], WHOLE[1], "But that's not true, Ana had worked on it all week."), "argued"),
        ((WHOLE[1],), "not_asked"),
        (("It's probably nothing, maybe it's just me.",), "hedged"),
        ((WHOLE[0], WHOLE[1], "It was the same on Friday.", "And on Monday as well."), "not_drawn_out"),
    ],
)
def test_what_is_worth_another_go_comes_with_a_line_to_try(lines: tuple[str, ...], kind: str) -> None:
    # why: naming a fault without a way on is what this product does not do
    debrief = make_debrief(played(*lines), TEXTS)
    found = {one.kind: one for one in debrief.again}
    assert kind in found and len(debrief.again) <= 2
    assert found[kind].instead and "{" not in found[kind].instead and any(found[kind].quote in line for line in lines)


def test_the_line_to_try_is_made_of_what_both_said() -> None:
    # why: a sentence from a book fits nobody's mouth
    rehearsal = played(WHOLE[0], WHOLE[1], "Yes, but we had only two minutes left on it.")
    argued = next(one for one in make_debrief(rehearsal, TEXTS).again if one.kind == "argued")
    assert argued.after == rehearsal.lines[3].text
    assert argued.instead.startswith(("So you ", "You said “"))
    given_up = make_debrief(played(WHOLE[0], WHOLE[1], "You're right, forget it."), TEXTS).again[0]
    assert "you finished our sentences" in given_up.instead


def test_letting_go_and_taking_it_up_again_is_not_giving_up() -> None:
    # why: a wobble is not a defeat
    assert find_craft(played(*WHOLE[:2], "Never mind, it's nothing.")).has("gave_up")
    assert not find_craft(played(*WHOLE[:2], "Never mind, it's nothing.", WHOLE[3])).has("gave_up")
    assert not find_craft(played(*WHOLE[:2], "Shall we leave it here and pick it up next time?")).has("gave_up")


def test_asking_after_telling_is_not_asking_first() -> None:
    # why: the question opens the door only while it is closed
    assert find_craft(played(*WHOLE)).has("asked_first")
    assert find_craft(played(f"{WHOLE[0]} {WHOLE[1]}")).has("asked_first")
    assert not find_craft(played(WHOLE[1], WHOLE[0])).has("asked_first")
    assert not find_craft(played("You interrupted Ana on Monday. May I tell you how that was?")).has("asked_first")


def test_missing_parts_are_named_with_how_to_begin() -> None:
    # why: "still missing" must say what to write, not only that it lacks
    missing = {one.kind: one for one in make_debrief(played("You looked at your phone."), TEXTS).missing}
    assert set(missing) == {"situation", "impact", "request"}
    assert missing["impact"].instead == "When you looked at your phone, I …"


def test_another_language_is_said_and_not_judged() -> None:
    # why: an English reader that finds nothing in German must not call it missing without a word
    debrief = make_debrief(played("Darf ich Ihnen etwas sagen, das mir am Donnerstag aufgefallen ist?"), TEXTS)
    assert any("English" in line for line in debrief.remarks)


def test_every_advice_rests_on_a_section_that_the_guide_has() -> None:
    # why: a claim that opens no source is worth nothing here
    articles = {}
    for path in (REPOSITORY / "knowledge" / "guide").rglob("*.md"):
        articles[path.stem] = path.read_text(encoding="utf-8")
    for section in TEXTS.sections():
        assert f"\n## {section.heading}\n" in articles[section.article], section


def test_the_file_shows_what_was_typed_and_nothing_of_it_acts() -> None:
    # why: a rehearsal that is opened elsewhere must not run or load anything
    nasty = "May I tell you <script>x</script> [a](http://x) something?"
    rehearsal = played(nasty)
    text = render_rehearsal(rehearsal, make_debrief(rehearsal, TEXTS), "# <b>For</b> Henrik")
    tokens = MarkdownIt("commonmark").parse(text)
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}
    assert on_one_line(nasty) in text and not kinds & {"link_open", "image", "html_block", "html_inline"}


def test_a_damaged_file_is_refused_with_its_name(tmp_path: Path) -> None:
    # why: who edits the words must be told where the slip is
    path = tmp_path / "debrief.yaml"
    for text in (PATH.read_text(encoding="utf-8").replace("  gave_up:", "  gives_up:"), "worked: 3", "\x00"):
        path.write_text(text, encoding="utf-8")
        load_debrief_texts.cache_clear()
        with pytest.raises(KnowledgeError, match=r"debrief\.yaml"):
            load_debrief_texts(path)
