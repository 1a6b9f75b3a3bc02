"""How the programme goes, and what the survey says: bands of pairs by the same rules as the themes. Draws a report."""

from typing import Final

import streamlit as st

from app.components import theme_state, theme_table
from app.components.markup import html_text
from assistant.programme.report_records import HealthRow, Level, Report, Shown, Statement

_HELD: Final = f'<p><span class="ey-held">{theme_table.icon("lock")}All of it is held back</span></p>'
_FROM: Final = "From the sessions that pairs note for themselves. No session of a single pair reaches you."


def draw(report: Report) -> None:
    """Both, beside each other where there is room."""
    if not report.health and not report.survey:
        return
    left, right = st.columns([1, 1], gap="large")
    with left:
        st.html(_health(report))
    with right:
        st.html(_survey(report))
        if not report.empty:  # otherwise it stands above, among what can be done meanwhile
            theme_state.survey_form()


def _health(report: Report) -> str:
    title = '<h2 class="ey-themes-title">How the programme goes</h2>'
    rows = "".join(map(_line, report.health))
    held = "" if any(not row.suppressed for row in report.health) else _HELD
    table = f'<dl class="ey-measures ey-health">{rows}</dl>'
    return f'{title}{held or table}<p class="ey-small">{_FROM}</p>'


def _line(row: HealthRow) -> str:
    detail = f'<span class="ey-xs">{html_text(row.means)}</span>'
    moved = theme_table.trend("about", row)
    return f"<div><dt>{html_text(row.label)}{detail}</dt><dd>{theme_table.band(row)}{moved}</dd></div>"


def _survey(report: Report) -> str:
    title = '<h2 class="ey-themes-title">What the survey says</h2>'
    return title + ("".join(map(_level, report.survey)) or "<p>Nobody has been asked yet.</p>")


def _level(level: Level) -> str:
    shown = [one for one in level.statements if not (one.agree.suppressed and one.disagree.suppressed)]
    rows = "".join(map(_statement, shown))
    held = len(level.statements) - len(shown)
    some = f"{held} of {len(level.statements)} statements" if shown else "All statements"
    chip = f'<p class="ey-held">{theme_table.icon("lock")}{some} held back</p>' if held else ""
    name = f"<h3>{html_text(level.label)} <span>{html_text(level.asks)}</span></h3>"
    return f'{name}<dl class="ey-measures">{rows}</dl>{chip}'


def _statement(one: Statement) -> str:
    return f"<div><dt>{html_text(one.text)}</dt><dd>{_side(one.agree)}</dd><dd>{_side(one.disagree)}</dd></div>"


def _side(cell: Shown) -> str:
    return f'<span class="ey-side">{html_text(cell.label)}</span>{theme_table.band(cell)}'
