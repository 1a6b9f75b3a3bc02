"""The themes of a release, part by part: band as a bar, trend as word and icon, what to do with its source.

Draws a report (`assistant.programme.report_records`); holds nothing. What is held back looks the same whatever the
reason.
"""

from typing import Final

import streamlit as st

from app import theming
from app.components import source
from app.components.markup import html_text
from assistant.programme.records import Band, Trend
from assistant.programme.report_records import Group, Part, Report, Row, Shown

ICONS: Final[dict[Trend, str]] = {"up": "trending_up", "steady": "trending_flat", "down": "trending_down"}
_KINDS: Final[dict[Band, str]] = {"5-9": "five", "10-19": "ten", "20+": "twenty"}


def icon(name: str) -> str:
    """A sign of Streamlit's own icon font, for inside HTML; the words beside it say the same."""
    return f'<span class="ey-icon" aria-hidden="true" translate="no">{name}</span>'


def band(cell: Shown) -> str:
    """The bar across the whole band with its words, or the chip of what is held back."""
    if cell.band is None:
        return f'<span class="ey-held">{icon("lock")}{theming.HELD}</span>'
    bar = f'<span class="ey-bar ey-bar-{_KINDS[cell.band]}" aria-hidden="true"><i></i></span>'
    return f'{bar}<span>{theming.band_words(cell)}<span class="ey-vh"> pairs</span></span>'


def trend(part: Part, cell: Shown) -> str:
    """Icon and word, coloured by whether it is good news; empty where nothing can be compared."""
    if cell.trend is None:
        return ""
    kind = theming.tone(part, cell.trend)
    return f'<span class="ey-trend ey-trend-{kind}">{icon(ICONS[cell.trend])}{theming.TREND_WORDS[cell.trend]}</span>'


def draw(report: Report) -> None:
    """Every part, and below them what "held back" means."""
    first = next((group.part for group in report.groups if group.shown), None)
    for group in report.groups:
        with st.container(key=f"ey-themes-{group.part}", gap=None):
            head = _head(report) if group.part == first else ""
            st.html(f'<h2 class="ey-themes-title">{html_text(group.title)}</h2>{head}')
            for row in group.shown:
                _row(row, group.part)
            if group.held:
                st.html(_held(group))
    st.html(f'<p class="ey-small ey-held-why">{held_why(report)}</p>')


def held_why(report: Report) -> str:
    """The explanation of what is held back, with its first two words marked."""
    return html_text(report.held_back).replace(theming.HELD, f"<b>{theming.HELD}</b>", 1)


def _head(report: Report) -> str:
    """What the columns are; each row says it again in its own words, so nothing is lost without it."""
    since = f"Since {report.compared:%B}" if report.compared else ""
    scale = '<span class="ey-scale"><i>5</i><i>10</i><i>20</i></span>'
    cells = ("Theme", f"Pairs, as a band{scale}", since, "What you can do")
    inside = "".join(f"<div>{cell}</div>" for cell in cells)
    return f'<div class="ey-theme ey-theme-head" aria-hidden="true">{inside}</div>'


def _row(row: Row, part: Part) -> None:
    with st.container(key=f"ey-theme-row-{row.code}", gap=None):
        whom = f'<p class="ey-xs">{html_text(row.help or "")} · {html_text(row.whom or "")}</p>' if row.help else ""
        st.html(
            f'<div class="ey-theme"><div class="ey-theme-name" title="{html_text(row.definition)}">'
            f"<h3>{html_text(row.label)}</h3>{whom}</div>"
            f'<div class="ey-theme-band">{band(row)}</div><div class="ey-theme-since">{trend(part, row)}</div>'
            f'<div class="ey-theme-do"><p>{html_text(row.advice)}</p></div></div>'
        )
        with st.container(key=f"ey-theme-source-{row.code}"):
            source.button(row.citations, f"theme-{row.code}")


def _held(group: Group) -> str:
    chips = "".join(f'<li class="ey-held">{icon("lock")}{html_text(row.label)}</li>' for row in group.held)
    name = "All of it is held back" if not group.shown else theming.HELD
    return f'<p class="ey-label ey-held-name">{name}</p><ul class="ey-held-list">{chips}</ul>'
