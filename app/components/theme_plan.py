"""Where to help first, and the plan of the next month: steps by week, each with why, a sentence to send, its source."""

import streamlit as st

from app import theming
from app.components import source
from app.components.markup import html_text
from assistant.programme.report_records import PlanStep, Report


def draw_first(report: Report) -> None:
    """The card of the first help."""
    with st.container(key="ey-spruce-first"):
        if report.focus is None:
            st.html(f"<h2>Where to help first</h2><p>{html_text(report.calm)}</p>")
            return
        what, why = html_text(report.focus.what), html_text(report.focus.why)
        st.html(f'<h2>Where to help first</h2><p class="ey-first">{what}</p><p>{why}</p>')
        source.button(report.focus.citations, "theme-first")


def draw(report: Report) -> None:
    """The plan."""
    with st.container(key="ey-themes-plan", gap=None):
        st.html(
            '<h2 class="ey-themes-title">A plan for the next month</h2>'
            f'<p class="ey-small">About {theming.hours(report)} of your time. {html_text(report.minutes)}</p>'
        )
        for at, step in enumerate(report.plan):
            _step(at, step, first=at == 0 or report.plan[at - 1].week != step.week)


def _step(at: int, step: PlanStep, *, first: bool) -> None:
    said = f'<p class="ey-said">“{html_text(step.say)}”</p>' if step.say else ""
    why = f'<p class="ey-small">{html_text(step.why)}</p>' if step.why else ""
    week = f"Week {step.week}" if first else f'<span class="ey-vh">Week {step.week}</span>'
    with st.container(key=f"ey-theme-step-{at}", gap=None):
        st.html(
            f'<div class="ey-step-row"><p class="ey-step-week">{week}</p><div><h3>{html_text(step.title)}</h3>'
            f"<p>{html_text(step.what)}</p>{said}{why}"
            f'<p class="ey-xs">{html_text(step.whom)} · {step.minutes} minutes</p></div></div>'
        )
        with st.container(key=f"ey-theme-source-step-{at}"):
            source.button(step.citations, f"theme-step-{at}")
