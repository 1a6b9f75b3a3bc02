"""The releases of one's own programmes, drawn by the very parts that draw them for programme managers.

A card says what there is; its button puts the whole of it on the page. What managers have beside it are the same
figures as a PDF and as pictures, and the button that closes a cycle.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import streamlit as st

from app import state, theming
from app.components import theme_chart, theme_head, theme_measures, theme_plan, theme_table
from app.components.attempt import told
from app.components.days import in_full
from app.components.markup import html_text
from assistant.programme.report import before_of
from assistant.programme.report_records import Report

if TYPE_CHECKING:
    from assistant.store.people_records import Programme
    from assistant.store.theme_records import StoredRelease

OPEN: Final = "ey-their-view"
"""Where the session holds which release is shown."""
BEHIND: Final = (
    "Managers have this page, the same as a PDF and as pictures, how many more pairs the next release needs, and "
    "nothing behind it: no note, no code of a person, no count."
)


class _Chosen(NamedTuple):
    programme: str
    number: int


def card() -> None:
    """What there is to see, with the way to open it."""
    with st.container(key="ey-spruce-eyes"), told():
        found = _found()
        st.html("<h2>See it with their eyes</h2>")
        if not found:
            st.html(
                "<p>There is no release of themes yet. Once at least five pairs contributed, your programme manager "
                "can make one, and you read it here exactly as the manager does.</p>"
            )
        for programme, releases in found:
            report = _report(programme, releases, releases[0])
            st.html(f"<p>{_summary(report)}</p>")
            look = {"icon": ":material/visibility:", "key": f"ey-their-view-{programme.id}"}
            chosen = _Chosen(programme.id, releases[0].number)
            st.button("Open their view", on_click=_open, args=(chosen,), **look)  # type: ignore[arg-type]


def _found() -> "list[tuple[Programme, tuple[StoredRelease, ...]]]":
    """The person's programmes that have a release, with these, the newest first."""
    store, actor = state.get_themes(), state.actor()
    read = [(one, store.releases(actor, one.id)) for one in store.programmes(actor)]
    return [(programme, releases) for programme, releases in read if releases]


def _report(programme: "Programme", releases: "Sequence[StoredRelease]", shown: "StoredRelease") -> Report:
    return state.get_reporter().report(shown, before_of(shown, releases), programme.title)


def _summary(report: Report) -> str:
    rows = list(report.rows())
    held = sum(row.suppressed for row in rows)
    shown = f"{len(rows) - held} themes are shown" if len(rows) - held != 1 else "One theme is shown"
    return (
        f"The {theming.ordinal(report.number)} release of {html_text(report.programme)}, of {in_full(report.frozen)}: "
        f"{shown}, {held} held back."
    )


def _open(chosen: _Chosen | None) -> None:
    if chosen is None:
        st.session_state.pop(OPEN, None)
    else:
        st.session_state[OPEN] = chosen


def draw() -> bool:
    """The open view in place of the page; whether there is one."""
    chosen: _Chosen | None = st.session_state.get(OPEN)
    if chosen is None:
        return False
    found = next((one for one in _found() if one[0].id == chosen.programme), None)
    if found is None:
        _open(None)
        return False
    programme, releases = found
    shown = next((one for one in releases if one.number == chosen.number), releases[0])
    with st.container(key="ey-themes"):
        back = {"icon": ":material/arrow_back:", "type": "tertiary", "key": "ey-their-view-back"}
        st.button("What others see", on_click=_open, args=(None,), **back)  # type: ignore[arg-type]
        _draw(_report(programme, releases, shown), programme, releases)
    return True


def _draw(report: Report, programme: "Programme", releases: "Sequence[StoredRelease]") -> None:
    below = f"{report.programme} · {theming.subtitle(report)}"
    st.html(f"<h1>{theming.heading(report)}</h1><p class='ey-sub'>{html_text(below)}</p>")
    with st.container(key="ey-tint-their-view"):
        st.html(f"<p><b>As your programme manager reads it.</b> {BEHIND}</p>")
    if not report.empty:
        theme_head.short(report)
    left, right = st.columns([624, 296], gap="large")
    with left:
        theme_table.draw(report)
    with right:
        if not report.empty:
            theme_plan.draw_first(report)
        theme_chart.draw(report, theming.draw_series(releases, report))
        _others(programme, releases, report.number)
    theme_plan.draw(report)
    theme_measures.draw(report)


def _others(programme: "Programme", releases: "Sequence[StoredRelease]", shown: int) -> None:
    others = [one for one in releases if one.number != shown]
    if not others:
        return
    with st.container(key="ey-themes-earlier"):
        st.html("<h2>Other releases</h2>")
        for one in others:
            name = f"{theming.ordinal(one.number).capitalize()}, to {in_full(one.until)}"
            look = {"type": "tertiary", "key": f"ey-their-release-{one.number}"}
            chosen = _Chosen(programme.id, one.number)
            st.button(name, on_click=_open, args=(chosen,), **look)  # type: ignore[arg-type]
