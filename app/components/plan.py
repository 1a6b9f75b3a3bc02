"""A plan of a session as it is read: its parts on a line, and what belongs beside them.

Used for the plan that a check makes and for a kept one. Draws; it keeps only the commitment that the person makes.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from app import navigation, state
from app.calendar_file import has_hour, hours
from app.components import contacts
from app.components import source as passages
from app.components.attempt import attempt
from app.components.markup import citation, html_text, label
from assistant.guide.passage import HEADING_SEPARATOR, Citation
from assistant.guide.sections import Section
from assistant.notes.mistake import Mistake
from assistant.notes.session_plan import PlanBlock, SessionPlan

if TYPE_CHECKING:
    from assistant.store.commitments import Source

COLUMNS = [592, 324]
"""Pixels of the parts and of what is beside them in a window of 1280."""
LONGEST_COMMITMENT = 1000
"""Characters that the store takes."""
NAME = 34
"""Characters of a passage's name that fit a pill."""
LEADS = {"mentor": "the mentor leads", "mentee": "the mentee leads", "both": "both of you"}
_FRESH, _KEPT = "ey-plan-promise-fresh", "ey-plan-promise-kept"
_REFERRAL = "ey-plan-promise-referral"


class Beside(NamedTuple):
    """What is known of a plan apart from the plan."""

    numbers: Mapping[Mistake, int] = {}
    """Of the findings, where they stand beside it."""
    findings: Mapping[Mistake, str] = {}
    """What the findings are called, where they do not."""
    citations: Sequence[Citation] = ()
    """Of the sections that it rests on."""
    source: "Source | None" = None
    """What a commitment is made from."""
    partner: str = ""
    """Name of the senior, where it is known."""
    pair: str | None = None
    """Whose session it is; the commitment is theirs too."""


def draw(plan: SessionPlan, beside: Beside) -> None:
    """The whole plan."""
    left, right = st.columns(COLUMNS, gap="large")
    with left:
        st.html(_purpose(plan) + parts(plan, beside))
    with right:
        _beside(plan, beside)


def _purpose(plan: SessionPlan) -> str:
    topics = "".join(
        f'<p class="ey-purpose"><span>Topic:</span> {html_text(one.title)}</p><p class="ey-small">{html_text(one.why)}'
        "</p>"
        for one in plan.topics
    )
    purpose = f'<p class="ey-purpose"><span>Purpose:</span> {html_text(plan.purpose)}</p>'
    return f'<h2 class="ey-vh">The session</h2>{purpose}{topics}'


def parts(plan: SessionPlan, beside: Beside) -> str:
    """The parts on their line, as HTML."""
    chips = markers(plan, beside.citations)
    lines = zip(hours(plan), plan.blocks, strict=True)
    return f'<ol class="ey-plan">{"".join(_part(plan, when, block, beside, chips) for when, block in lines)}</ol>'


def _part(plan: SessionPlan, when: str, block: PlanBlock, beside: Beside, chips: Mapping[Section, str]) -> str:
    time = f"<b>{when}</b>" if has_hour(plan) else ""
    chip = citation(chips[block.section], None) if block.section and block.section in chips else ""
    asked = "".join(f'<p class="ey-said">“{html_text(question)}”</p>' for question in block.questions)
    what = f"<p>{html_text(block.what)}</p>" if block.what else ""
    return (
        f'<li><p class="ey-plan-min">{time}{block.minutes} min</p>{lead(block)}<div><h3>{html_text(block.title)}'
        f"{chip}{_number(block, beside)}</h3>{what}{asked}{_finding(block, beside)}</div></li>"
    )


def lead(block: PlanBlock) -> str:
    """Who has the word, as discs on the line."""
    sides = ("mentor", "mentee") if block.lead == "both" else (block.lead,)
    discs = "".join(f'<span class="ey-disc ey-{side}"></span>' for side in sides)
    spoken = f'<span class="ey-vh">{LEADS[block.lead]}</span>'
    return f'<span class="ey-lead ey-lead-{block.lead}">{spoken}<span>{discs}</span></span>'


def _number(block: PlanBlock, beside: Beside) -> str:
    number = beside.numbers.get(block.mistake) if block.mistake else None
    return f' <span class="ey-n"><span class="ey-vh">from question </span>{number}</span>' if number else ""


def _finding(block: PlanBlock, beside: Beside) -> str:
    name = beside.findings.get(block.mistake) if block.mistake else None
    return f'<p class="ey-from">From your last note: {html_text(name)}</p>' if name else ""


def markers(plan: SessionPlan, citations: Sequence[Citation]) -> dict[Section, str]:
    """The chip of each section that the guide has."""
    there = {one.marker for one in citations}
    numbered = {section: str(at) for at, section in enumerate(plan.rests_on, 1)}
    return {section: marker for section, marker in numbered.items() if marker in there}


def _beside(plan: SessionPlan, beside: Beside) -> None:
    _card("ask", html_text(asked_name(plan, beside.partner)), "mentee", _list(plan.ask))
    _card(
        "thread", "The human thread", "both", plan.thread and f'<p class="ey-said">“{open_question(plan.thread)}”</p>'
    )
    _card("plan", "To begin with", "", _list(plan.first))
    _card("leave", "To leave out", "", _list(plan.leave_out))
    _card("others", "For another time", "", _list([one.title for one in plan.others]))
    with st.container(key="ey-spruce-commitment"):
        st.html(f"<h2>To end on</h2><p>{html_text(plan.commitment)}</p>")
        _commitment(plan, beside)
    _rests_on(beside.citations)
    st.html("".join(f'<p class="ey-small">{html_text(remark)}</p>' for remark in plan.remarks))


def asked_name(plan: SessionPlan, partner: str) -> str:
    """What is asked of the senior, as its reader calls it; `partner` is the other side's name, where it is known."""
    if plan.side == "mentor":
        return f"Ask {partner or 'your mentee'} for"
    return f"What {partner or 'your mentor'} may ask you for"


def open_question(text: str) -> str:
    """As HTML, without the quotation marks that some have and some do not."""
    return html_text(text.strip('“”"'))


def _card(key: str, name: str, sides: str, inside: str | None) -> None:
    """A tinted card; nothing where it would be empty."""
    if not inside:
        return
    shown = {"": (), "both": ("mentor", "mentee")}.get(sides, (sides,))
    discs = "".join(f'<span class="ey-disc ey-{side}"></span>' for side in shown)
    before = f'<span class="ey-lead ey-lead-{sides}" aria-hidden="true"><span>{discs}</span></span>' if discs else ""
    with st.container(key=f"ey-tint-plan-{key}"):
        st.html(f'<h2 class="ey-with">{before}{name}</h2>{inside}')


def _list(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    return f'<ul class="ey-lines">{"".join(f"<li>{html_text(line)}</li>" for line in lines)}</ul>'


def _rests_on(citations: Sequence[Citation]) -> None:
    """Pills that open the passages."""
    if not citations:
        return
    st.html('<h2 class="ey-label">Rests on</h2>')
    with st.container(horizontal=True, key="ey-pills-plan", gap="small"):
        for one in citations:
            name = label((one.heading or one.title).split(HEADING_SEPARATOR)[-1], NAME)
            if st.button(f"**{one.marker}** {name}", key=f"ey-rests-{one.marker}"):
                passages.open_passages([one], "plan")


def _commitment(plan: SessionPlan, beside: Beside) -> None:
    """What the person will do, to be kept where all commitments are; empty again once it was."""
    fresh = st.session_state.get(_FRESH, 0)
    with st.form(key=f"ey-plan-promise-{fresh}", border=False):
        text = st.text_area(
            "What you will do",
            max_chars=LONGEST_COMMITMENT,
            height=68,
            placeholder="Small enough to be done",
            key=f"ey-plan-promise-text-{fresh}",
        )
        due = st.date_input("By when", value=None, format="YYYY-MM-DD", key=f"ey-plan-promise-due-{fresh}")
        pressed = st.form_submit_button("Keep as a commitment", icon=":material/handshake:")
    if pressed and attempt(lambda: _keep(text or "", due, beside)):
        st.session_state[_FRESH], st.session_state[_KEPT] = fresh + 1, plan
        st.session_state[_REFERRAL] = state.get_coach().referral(text or "")
        st.rerun()
    if st.session_state.get(_KEPT) == plan:
        if found := st.session_state.get(_REFERRAL):
            contacts.referral(found)
        st.html('<p class="ey-saved" role="status">Kept</p>')
        navigation.link_to("commitments", "You said, I did", icon=":material/handshake:")


def _keep(text: str, due: date | None, beside: Beside) -> None:
    state.get_commitments().add(state.actor(), text, pair=beside.pair, due=due, source=beside.source)
