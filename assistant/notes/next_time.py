"""The plan for the next session, made from the findings that the writer lets stand; and a whole check as Markdown.

`plan_next` stands after the check and before the screens. It is pure: the words come from `assistant.notes.advice`,
nothing is read, and no model writes here. What a person wrote is escaped before it enters a document.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, zip_longest

from assistant.errors import InputError
from assistant.guide.passage import Citation
from assistant.markdown import bullets, escape_markdown, on_one_line, quoted
from assistant.notes.advice import BlockText, Material, MiddleText, SessionText
from assistant.notes.mistake import Mistake
from assistant.notes.note import Brought, Debrief, Finding, NoteReport, Side, Topic
from assistant.notes.session_plan import LONGEST, SHORTEST, PlanBlock, SessionPlan, describe_plan
from assistant.notes.timing import share_minutes
from assistant.roles import PAIRED, Role

SHORT, HALF_HOUR = 20, 35
"""Below: one block, or two, between opening and commitment; from there three."""
GUIDES_LEAST = 30
"""Minutes that the guide asks of a session at least (`cadence-and-length`)."""
CUT_SHORT = 0.75
"""Share of the planned minutes under which the debrief's session counts as cut short; Eyelevel's own choice."""


def plan_next(
    findings: Sequence[Finding],
    writer: Role | None,
    material: Material,
    *,
    minutes: int = 45,
    debrief: Debrief | None = None,
    dismissed: Collection[Mistake] = (),
) -> SessionPlan:
    """A plan of `minutes` (10 to 120) from the findings that are not dismissed, the surest first.

    For a writer who is neither mentor nor mentee it speaks to the mentor, who leads a session, and says so.
    Raises `InputError` for other lengths.
    """
    if not SHORTEST <= minutes <= LONGEST:
        raise InputError(f"No plan fits {minutes!r} minutes; give a number from {SHORTEST} to {LONGEST}.")
    side: Side = "mentee" if writer is Role.MENTEE else "mentor"
    frame, debrief = material.session.of(side), debrief or Debrief()
    standing = sorted((one for one in findings if one.mistake not in dismissed), key=lambda one: -one.confidence)
    mistakes = list(dict.fromkeys(one.mistake for one in standing))
    plans = [material.plan(mistake, side) for mistake in mistakes]
    sections, remarks = material.session.sections, material.session.remarks
    count = 1 if minutes < SHORT else 2 if minutes < HALF_HOUR else 3
    chosen = _choose([[(m, block) for block in p.blocks] for m, p in zip(mistakes, plans, strict=True)], frame, count)
    openings = [*_carried_over(debrief, frame, mistakes), *(plan.opening for plan in plans)]
    advised = [material.mistakes[mistake].next_time.to(writer).section for mistake in mistakes]
    return SessionPlan(
        side=side,
        minutes=minutes,
        purpose=plans[0].purpose if plans else frame.purpose,
        blocks=_timed(frame, chosen, minutes),
        first=tuple((openings or _usual_first(debrief, frame))[:count]),
        leave_out=tuple([plan.instead for plan in plans] or [frame.leave_out])[:count],
        thread=_thread(material, side, mistakes, debrief, dismissed),
        commitment=frame.commitment,
        rests_on=tuple(dict.fromkeys([sections.of(short=minutes < HALF_HOUR), *advised])),
        remarks=(
            remarks.of(short=minutes < GUIDES_LEAST),
            *([remarks.unknown_writer] if writer not in PAIRED else ()),
        ),
    )


Chosen = tuple[Mistake | None, MiddleText]


def _choose(offered: Sequence[Sequence[Chosen]], frame: SessionText, count: int) -> list[Chosen]:
    """`count` blocks for the middle: each finding's first, then their second ones, then those of any session.

    With two blocks or more, one at least is about a topic: a pair should not talk about nothing but itself.
    """
    in_turn = [one for one in chain.from_iterable(zip_longest(*offered)) if one is not None]
    chosen = in_turn[:count]
    if count > 1 and not any(block.kind == "topic" for _, block in chosen):
        chosen = chosen[: count - 1]
    missing = count - len(chosen)
    has_topic = any(block.kind == "topic" for _, block in chosen)
    plain = frame.blocks[len(frame.blocks) - missing :] if has_topic else frame.blocks[:missing]
    chosen += [(None, block) for block in plain]
    return sorted(chosen, key=lambda one: one[1].kind != "settle")


def _timed(frame: SessionText, chosen: Sequence[Chosen], minutes: int) -> tuple[PlanBlock, ...]:
    """Opening, middle and commitment with minutes that add up; a topic takes what a longer session has to spare."""
    ends = (frame.opening.minutes, frame.closing.minutes)
    is_topic = [block.kind == "topic" for _, block in chosen]
    lengths = share_minutes(minutes, ends, [block.minutes for _, block in chosen], is_topic)
    middle = [_block(block, length, mistake) for (mistake, block), length in zip(chosen, lengths[1:-1], strict=True)]
    return (_block(frame.opening, lengths[0]), *middle, _block(frame.closing, lengths[-1]))


def _block(text: BlockText, minutes: int, mistake: Mistake | None = None) -> PlanBlock:
    return PlanBlock(title=text.title, minutes=minutes, what=text.what, questions=text.questions, mistake=mistake)


def _carried_over(debrief: Debrief, frame: SessionText, mistakes: Collection[Mistake]) -> Iterator[str]:
    """What the debrief carries into the next session, where no finding says the same."""
    if Mistake.NO_FOLLOW_THROUGH not in mistakes:
        if debrief.commitment == "made":
            yield frame.kept
        elif debrief.last_kept in ("partly", "not"):
            yield frame.not_kept
    if Brought.NOTHING in debrief.brought:
        yield frame.nothing_brought
    planned, held = debrief.minutes_planned, debrief.minutes_held
    if planned and held is not None and held < CUT_SHORT * planned and Mistake.NO_TIME not in mistakes:
        yield frame.cut_short


def _usual_first(debrief: Debrief, frame: SessionText) -> list[str]:
    return [] if debrief.commitment == "none" else [frame.kept]


def _thread(
    material: Material, side: Side, mistakes: Collection[Mistake], debrief: Debrief, dismissed: Collection[Mistake]
) -> str | None:
    only_tools = debrief.topics == {Topic.TOOLS} and Mistake.TECH_ONLY_FOCUS not in dismissed
    if only_tools or Mistake.TECH_ONLY_FOCUS in mistakes:
        return material.plan(Mistake.TECH_ONLY_FOCUS, side).thread
    return None


def render_markdown(report: NoteReport, plan: SessionPlan | None = None, *, dismissed: Collection[Mistake] = ()) -> str:
    """The whole check as a document: the note with its marks, the findings, the plan and the sources.

    Every text that is not this module's own is escaped, so that it shows as it was written and nothing in it acts.
    """
    parts = ["# Note check", *_note(report), *_findings(report, dismissed)]
    if report.method.not_looked_at:
        parts += ["## Not looked at", bullets(report.method.not_looked_at)]
    if plan:
        parts += describe_plan(plan, {finding.mistake: number for number, finding in enumerate(report.findings, 1)})
    cited = [citation for finding in report.findings for citation in finding.citations]
    if cited:
        parts += ["## Sources", *map(_source, cited)]
    return "\n\n".join(parts) + "\n"


def _note(report: NoteReport) -> Iterator[str]:
    """The note as a quotation, each piece of evidence followed by the number of its finding."""
    yield "## The note"
    ends = sorted({(one.end, at) for at, finding in enumerate(report.findings, 1) for one in finding.evidence})
    lines, start = [], 0
    for line in report.text.splitlines(keepends=True):
        bare = line.splitlines()[0]
        cuts = [(end - start, at) for end, at in ends if start < end <= start + len(line)]
        lines.append(_marked(bare, [(min(cut, len(bare)), at) for cut, at in cuts]))
        start += len(line)
    yield "\n".join(f"> {line}".rstrip() + "  " for line in lines) or "*Empty.*"


def _marked(line: str, cuts: Sequence[tuple[int, int]]) -> str:
    pieces, position = [], 0
    for cut, number in cuts:
        pieces += [escape_markdown(line[position:cut], at_line_start=position == 0), f" \\[{number}\\]"]
        position = cut
    return "".join([*pieces, escape_markdown(line[position:], at_line_start=position == 0)])


def _findings(report: NoteReport, dismissed: Collection[Mistake]) -> Iterator[str]:
    yield "## Findings"
    if report.degraded:
        yield "*A part of this check could not be done. What it did not find may be there all the same.*"
    if not report.findings:
        yield "Nothing to raise from this note. That says something about the note, not everything about the hour."
    for number, finding in enumerate(report.findings, 1):
        yield f"### {number}. {on_one_line(finding.question)}"
        yield "You said: not so." if finding.mistake in dismissed else _sureness(finding.confidence)
        yield from (quoted(one.quote) for one in finding.evidence)
        if finding.debrief:
            yield f"From the debrief: {on_one_line(finding.debrief)}"
        markers = "".join(f" \\[{on_one_line(citation.marker)}\\]" for citation in finding.citations)
        yield f"Try next time: {on_one_line(finding.advice)}{markers}"
    if report.worth_keeping:
        yield "### Worth keeping"
        yield from (quoted(one.quote) for one in report.worth_keeping)


def _sureness(confidence: float) -> str:
    tenths = round(confidence * 10)
    return "Right more than 9 times in 10." if tenths > 9 else f"Right about {tenths} times in 10."


def _source(citation: Citation) -> str:
    where = f"{citation.title} › {citation.heading}" if citation.heading else citation.title
    head = f"\\[{on_one_line(citation.marker)}\\] {on_one_line(where)} ({on_one_line(citation.document)})"
    return f"{head}\n\n{quoted(citation.text)}"
