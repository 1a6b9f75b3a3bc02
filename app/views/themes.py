"""Themes, for programme managers: the frozen release on a page that is read in two minutes.

Everything shown is made from stored releases and the state of the cycle. No contribution, and no count of them, reaches
this page.
"""

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from app import state, theming
from app.components import (
    refusals,
    theme_chart,
    theme_cycle,
    theme_demo,
    theme_head,
    theme_measures,
    theme_plan,
    theme_state,
    theme_table,
)
from app.components.attempt import told
from assistant.errors import EyelevelError, StoreError
from assistant.programme.report import before_of
from assistant.programme.report_records import Report
from assistant.roles import Role

if TYPE_CHECKING:
    from assistant.store.people_records import Programme
    from assistant.store.theme_records import CycleState, StoredRelease


def render() -> None:
    """Draw the page."""
    if state.role() is not Role.MANAGER:
        st.html(
            "<h1>Themes</h1><p>Here a programme manager reads what many pairs share, in bands and without names. What "
            "you write stays yours, and you decide what counts. Do you run the programme yourself? Choose manager.</p>"
        )
        return
    try:
        found = state.get_programmes().list(state.actor())
    except StoreError as error:
        _title()
        st.html(refusals.as_html(str(error)))
        return
    with st.container(key="ey-themes"):
        if not found:
            _title()
            theme_head.privacy()
            states = state.get_reporter().words.states
            theme_state.draw(states.no_programme if state.shared() else states.alone, begin=state.shared())
            theme_demo.offer()
            theme_state.meanwhile()
            return
        chosen = theme_head.choose_programme(found)
        if chosen.demonstration:
            theme_demo.removal()
        with told():
            _programme(chosen)


def _title(below: str = "What many pairs share, in bands and without names") -> None:
    st.html(f"<h1>Themes</h1><p class='ey-sub'>{below}</p>")


class _Scene(NamedTuple):
    """What the page of one programme is drawn from."""

    programme: "Programme"
    cycle: "CycleState"
    releases: "tuple[StoredRelease, ...]"
    """The newest first."""
    pairs: int | None
    """Active ones, as on the page of programmes; `None`: nobody is paired here."""


def _programme(programme: "Programme") -> None:
    store, actor = state.get_themes(), state.actor()
    cycle, releases = store.state(actor, programme.id), store.releases(actor, programme.id)
    scene = _Scene(programme, cycle, releases, _active_pairs(programme))
    if not releases:
        _title()
        theme_head.privacy()
        _before_the_first(scene)
        return
    stored = theme_head.choose_release(releases)
    report = state.get_reporter().report(stored, before_of(stored, releases), programme.title)
    theme_head.draw(report, programme)
    if st.session_state.pop(theme_cycle.DONE, None) == stored.id:
        st.html('<p class="ey-saved" role="status">The cycle is closed. This is its release.</p>')
    theme_head.privacy()
    _report(report, scene)


def _before_the_first(scene: _Scene) -> None:
    states, small = state.get_reporter().words.states, theme_state.of_size(scene.pairs)
    left, right = st.columns([600, 320], gap="large")
    with left:
        if scene.cycle.needs == 0 or small is None:
            theme_state.draw(states.waiting if scene.cycle.needs else states.ready)
        if small:
            theme_state.draw(small)
        theme_state.meanwhile()
    with right:
        theme_cycle.draw(scene.programme, scene.cycle, scene.pairs)


def _report(report: Report, scene: _Scene) -> None:
    if not report.empty:
        theme_head.short(report)
    left, right = st.columns([624, 296], gap="large")
    with left:
        if report.empty:
            theme_state.draw(state.get_reporter().words.states.nothing_shown)
            theme_state.meanwhile()
        theme_table.draw(report)
    with right:
        if not report.empty:
            theme_plan.draw_first(report)
        theme_chart.draw(report, theming.draw_series(scene.releases, report))
        if report.id == scene.releases[0].id:
            theme_cycle.draw(scene.programme, scene.cycle, scene.pairs)
        theme_head.earlier(scene.releases, report.id)
    theme_plan.draw(report)
    theme_measures.draw(report)


def _active_pairs(programme: "Programme") -> int | None:
    try:
        found = state.get_programmes().pairs(state.actor(), programme.id)
    except EyelevelError:
        return None
    return sum(one.active for one in found) or None
