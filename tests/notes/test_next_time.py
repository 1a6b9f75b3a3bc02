"""The plan for the next session, and a whole check as Markdown."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as some
from kit import ROOT
from markdown_it import MarkdownIt

from assistant.errors import InputError
from assistant.guide.passage import Citation
from assistant.markdown import escape_markdown
from assistant.notes.advice import load_material
from assistant.notes.mistake import Mistake
from assistant.notes.next_time import plan_next, render_markdown
from assistant.notes.note import Brought, Debrief, Evidence, Finding, Method, NoteReport, Topic
from assistant.notes.session_plan import LONGEST, SHORTEST
from assistant.roles import Role

MATERIAL = load_material(ROOT / "knowledge")
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
WRITERS = some.sampled_from([Role.MENTOR, Role.MENTEE, Role.MANAGER, None])
DEBRIEFS = some.builds(
    Debrief,
    minutes_planned=some.none() | some.integers(0, 480),
    minutes_held=some.none() | some.integers(0, 480),
    brought=some.frozensets(some.sampled_from(Brought)),
    topics=some.frozensets(some.sampled_from(Topic)),
    commitment=some.sampled_from(["made", "none", None]),
    last_kept=some.sampled_from(["kept", "partly", "not", "no_last", None]),
)
TEXT = some.text(
    alphabet=some.one_of(
        some.characters(exclude_categories=["Cs"]), some.sampled_from("<>&\"'`*_[]()!$:\\#~|@-=+.^{}0123456789 \n\r\t")
    ),
    max_size=120,
)
HOSTILE = (
    "![pixel](https://example.org/p.png)",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) <https://example.org>",
    "# title\n\n## another\n=====\n-----\n",
    "    code\n\n\tcode\n```\nfence\n```\n~~~",
    "- a\n* b\n+ c\n1. d\n2) e\n---\n***\n___",
    "a | b\n--|--\n1 | 2",
    "[ref]: https://example.org\n\n[ref] **b** _i_ ~~s~~ `c` &lt; &#60; \\",
    "> quote\n>> deeper\r# after a return\u2028# after a separator\x0b# after a tab",
)


def finding(mistake: Mistake, confidence: float = 0.8, quote: str = "x", start: int = 0) -> Finding:
    return Finding(
        mistake=mistake,
        confidence=confidence,
        evidence=(Evidence(quote=quote, start=start, end=start + len(quote)),),
        question=MATERIAL.mistakes[mistake].question.either,
        advice=MATERIAL.mistakes[mistake].next_time.either.advice,
    )


FINDINGS = some.lists(some.builds(finding, some.sampled_from(Mistake), some.floats(0.5, 1)), max_size=12)


@given(FINDINGS, WRITERS, some.integers(SHORTEST, LONGEST), DEBRIEFS, some.frozensets(some.sampled_from(Mistake)))
def test_every_plan_can_be_held(
    findings: list[Finding], writer: Role | None, minutes: int, debrief: Debrief, dismissed: frozenset[Mistake]
) -> None:  # a plan that does not add up, or has a two-minute block, is none
    plan = plan_next(findings, writer, MATERIAL, minutes=minutes, debrief=debrief, dismissed=dismissed)
    assert sum(block.minutes for block in plan.blocks) == plan.minutes == minutes
    assert 3 <= len(plan.blocks) <= 5 and min(block.minutes for block in plan.blocks) >= 3
    assert len({block.title for block in plan.blocks}) == len(plan.blocks)
    assert plan.purpose and plan.commitment and len(plan.first) <= 3 and 1 <= len(plan.leave_out) <= 3
    used = {block.mistake for block in plan.blocks} - {None}
    assert used <= {one.mistake for one in findings} - dismissed
    standing = [one for one in findings if one.mistake not in dismissed]
    if standing:  # the surest is always in it
        best = max(one.confidence for one in standing)
        assert used & {one.mistake for one in standing if one.confidence == best}
    if minutes >= 20:  # a pair talks about something besides itself
        own = {
            block.title
            for mistake in used
            for block in MATERIAL.plan(mistake, plan.side).blocks
            if block.kind == "settle"
        }
        assert any(block.title not in own for block in plan.blocks[1:-1])


@pytest.mark.parametrize("minutes", [SHORTEST - 1, LONGEST + 1, 0, -5])
def test_other_lengths_are_refused(minutes: int) -> None:  # nobody holds a session of no minutes
    with pytest.raises(InputError, match=str(SHORTEST)):
        plan_next([], None, MATERIAL, minutes=minutes)


@pytest.mark.parametrize(("minutes", "expected"), [(45, [6, 8, 13, 11, 7]), (15, [3, 9, 3])])
def test_without_findings_the_plan_is_the_guides(minutes: int, expected: list[int]) -> None:
    plan = plan_next([], Role.MENTOR, MATERIAL, minutes=minutes)
    assert [block.minutes for block in plan.blocks] == expected
    assert plan.thread is None and all(block.mistake is None for block in plan.blocks)
    assert plan.rests_on[0] == MATERIAL.session.sections.of(short=minutes < 30)


def test_the_surest_findings_come_first_and_settling_before_topics() -> None:  # agree on the time, then use it
    found = [
        finding(Mistake.ONE_WAY_LECTURING, 0.7),
        finding(Mistake.NO_TIME, 0.6),
        finding(Mistake.TECH_ONLY_FOCUS, 0.95),
        finding(Mistake.ALIBI, 0.55),
    ]
    plan = plan_next(found, Role.MENTEE, MATERIAL)
    used = [block.mistake for block in plan.blocks[1:-1]]
    assert used == [Mistake.NO_TIME, Mistake.TECH_ONLY_FOCUS, Mistake.ONE_WAY_LECTURING]
    assert plan.purpose == MATERIAL.plan(Mistake.TECH_ONLY_FOCUS, "mentee").purpose
    assert plan.first[0] == MATERIAL.plan(Mistake.TECH_ONLY_FOCUS, "mentee").opening
    assert plan_next(list(reversed(found)), Role.MENTEE, MATERIAL) == plan


def test_what_was_dismissed_shapes_nothing() -> None:  # "not so" is the writer's last word
    found = [finding(Mistake.TECH_ONLY_FOCUS), finding(Mistake.NO_TIME)]
    only_tools = Debrief(topics=frozenset({Topic.TOOLS}))
    plan = plan_next(found, Role.MENTOR, MATERIAL, debrief=only_tools, dismissed=list(Mistake))
    assert plan == plan_next([], Role.MENTOR, MATERIAL)


def test_one_thread_away_from_tools_where_there_was_none() -> None:  # and none where the talk was about people
    wanted = MATERIAL.plan(Mistake.TECH_ONLY_FOCUS, "mentor").thread
    assert plan_next([finding(Mistake.TECH_ONLY_FOCUS, 0.5)], Role.MENTOR, MATERIAL, minutes=15).thread == wanted
    assert plan_next([], None, MATERIAL, debrief=Debrief(topics=frozenset({Topic.TOOLS}))).thread == wanted
    both = Debrief(topics=frozenset({Topic.TOOLS, Topic.PEOPLE}))
    assert plan_next([finding(Mistake.NO_TIME)], None, MATERIAL, debrief=both).thread is None


def test_the_debrief_is_carried_over_once() -> None:  # a finding and a debrief that say the same say it once
    frame = MATERIAL.session.mentor
    debrief = Debrief(
        minutes_planned=45, minutes_held=12, brought=frozenset({Brought.NOTHING}), commitment="none", last_kept="not"
    )
    assert plan_next([], Role.MENTOR, MATERIAL, debrief=debrief).first == (
        frame.not_kept,
        frame.nothing_brought,
        frame.cut_short,
    )
    found = [finding(Mistake.NO_FOLLOW_THROUGH), finding(Mistake.NO_TIME, 0.7)]
    first = plan_next(found, Role.MENTOR, MATERIAL, debrief=debrief).first
    assert first == (frame.nothing_brought, *(MATERIAL.plan(one.mistake, "mentor").opening for one in found))
    assert plan_next([], Role.MENTOR, MATERIAL, debrief=Debrief(commitment="none")).first == ()


@pytest.mark.parametrize("writer", [Role.MANAGER, None])
def test_for_an_unknown_writer_the_plan_says_whom_it_addresses(writer: Role | None) -> None:  # a guess is told as one
    plan = plan_next([finding(Mistake.ALIBI)], writer, MATERIAL)
    assert plan.side == "mentor" and MATERIAL.session.remarks.unknown_writer in plan.remarks
    assert MATERIAL.session.remarks.unknown_writer not in plan_next([], Role.MENTEE, MATERIAL).remarks


def report(text: str, *findings: Finding, degraded: bool = False) -> NoteReport:
    method = Method(classifier="model", not_looked_at=("The recording was not heard.",))
    return NoteReport(id="n", text=text, findings=findings, method=method, degraded=degraded)


def visible(markdown: str) -> str:
    """What a reader of the rendered document sees, with simple blank space."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", MARKDOWN.render(markdown))).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def tags(markdown: str) -> set[str]:
    return set(re.findall(r"<(\w+)", MARKDOWN.render(markdown)))


def outline(markdown: str) -> list[str]:
    return re.findall(r"<h\d>(.*?)</h\d>", MARKDOWN.render(markdown))


def hostile_report(text: str) -> NoteReport:
    """A report in which everything that a person could have written is this text."""
    text = text if text.strip() else "x"
    citation = Citation(marker="1", id="i", document=text, title=text, heading=text, text=text)
    found = finding(Mistake.NO_TIME, 0.9, quote=text).model_copy(
        update={"question": text, "advice": text, "debrief": text, "citations": (citation,)}
    )
    return report(text, found)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_never_acts(text: str) -> None:  # a note may hold what somebody else planted
    document = render_markdown(hostile_report(text), plan_next([], None, MATERIAL))
    assert tags(document) <= {"h1", "h2", "h3", "p", "blockquote", "ul", "li", "em", "br"}
    expected = outline(render_markdown(hostile_report("x"), plan_next([], None, MATERIAL)))
    assert len(outline(document)) == len(expected)
    assert squeezed(text) in squeezed(visible(document))


@given(TEXT)
def test_no_text_becomes_markup(text: str) -> None:
    document = render_markdown(hostile_report(text))
    assert tags(document) <= {"h1", "h2", "h3", "p", "blockquote", "ul", "li", "br", "em"}
    shown = text.replace("\0", "\ufffd")
    assert squeezed(shown) in squeezed(visible(document))


@given(TEXT)
def test_an_escaped_line_reads_as_it_was_written(line: str) -> None:
    line = " ".join(line.split())
    assert visible(escape_markdown(line)) == " ".join(line.replace("\0", "\ufffd").split())


def test_the_check_as_a_document() -> None:
    text = "I showed 38 slides. He nodded.\nHe was twelve minutes late."
    first = finding(Mistake.ONE_WAY_LECTURING, 0.97, "I showed 38 slides.", 0)
    second = finding(Mistake.NO_TIME, 0.72, "twelve minutes late", 38)
    assert text[38:57] == "twelve minutes late"
    found = report(text, first, second, degraded=True)
    document = render_markdown(
        found, plan_next(found.findings, None, MATERIAL, dismissed=[Mistake.NO_TIME]), dismissed=[Mistake.NO_TIME]
    )
    assert "> I showed 38 slides. \\[1\\] He nodded.  \n> He was twelve minutes late \\[2\\].  \n" in document
    assert "Right more than 9 times in 10." in document and "You said: not so." in document
    assert "72" not in document and "7 times in 10" not in document  # dismissed: no figure any more
    assert "A part of this check could not be done." in document and "The recording was not heard." in document
    assert outline(document)[0] == "Note check" and "The next session, 45 minutes" in outline(document)


def test_nothing_found_is_told_as_no_more_than_that() -> None:  # silence about a note is no praise of the hour
    kept = Evidence(quote="He asked me", start=0, end=11)
    document = render_markdown(report("He asked me.").model_copy(update={"worth_keeping": (kept,)}))
    assert "Nothing to raise from this note" in document and "Worth keeping" in document
    assert "could not be done" not in document and "## Sources" not in document


def test_an_empty_note_is_no_error() -> None:
    assert "*Empty.*" in render_markdown(report(""))
