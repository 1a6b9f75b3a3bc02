"""What stands above the themes: title, period, the files to take away, and the choice of programme and release.

Files are made when they are fetched: the store is asked again then, in the name of whoever it was offered to.
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from app import navigation, state, theme_files, theming
from app.components import download, theme_table
from app.components.markup import html_text
from assistant.programme.report_records import Report

if TYPE_CHECKING:
    from assistant.store.people_records import Programme
    from assistant.store.theme_records import StoredRelease

PROGRAMME, RELEASE = "ey-themes-programme", "ey-themes-release"


def choose_programme(found: Sequence["Programme"]) -> "Programme":
    """The programme on screen: the one of the address, else the latest; asked where there are several."""
    by_id = {one.id: one for one in found}
    wanted = str(st.query_params.get("programme"))
    first = wanted if wanted in by_id else found[0].id
    if len(by_id) == 1:
        return by_id[first]
    if st.session_state.get(PROGRAMME) not in by_id:
        st.session_state[PROGRAMME] = first

    def named(key: str) -> str:
        return by_id[key].title

    chosen: str = st.selectbox("Programme", list(by_id), format_func=named, key=PROGRAMME, on_change=_newest)
    st.query_params["programme"] = chosen
    return by_id[chosen]


def _newest() -> None:
    """Another programme begins with its own newest release."""
    st.query_params.pop("release", None)


def choose_release(releases: Sequence["StoredRelease"]) -> "StoredRelease":
    """The release on screen: the one of the address, else the newest."""
    wanted = st.query_params.get("release")
    return next((one for one in releases if str(one.number) == wanted), releases[0])


def earlier(releases: Sequence["StoredRelease"], shown: str) -> None:
    """The way to the releases other than the one with this id."""
    others = [one for one in releases if one.id != shown]
    if not others:
        return
    with st.container(key="ey-themes-earlier"):
        st.html("<h2>Other releases</h2>")
        for one in others:
            name = f"{theming.ordinal(one.number).capitalize()}, {_until(one)}"
            st.button(name, type="tertiary", key=f"ey-release-{one.number}", on_click=_open, args=(one.number,))


def _until(one: "StoredRelease") -> str:
    return f"to {one.until.day} {one.until:%B %Y}"


def _open(number: int) -> None:
    st.query_params["release"] = str(number)


def draw(report: Report, programme: "Programme") -> None:
    """Title, period and files."""
    with st.container(horizontal=True, vertical_alignment="top", key="ey-head"):
        below = f"{report.programme} · {theming.subtitle(report)}"
        st.html(f"<h1>{theming.heading(report)}</h1><p class='ey-sub'>{html_text(below)}</p>")
        _files(report, programme)


def privacy() -> None:
    """That this is all that anybody can see, and the way to the page that tells it in full."""
    with st.container(horizontal=True, vertical_alignment="center", key="ey-spruce-all"):
        st.html(
            f'<p class="ey-all">{theme_table.icon("visibility")}<span><b>This is all you can see.</b> '
            f"{theming.PRIVACY}</span></p>"
        )
        navigation.link_to("privacy", "What others see")


def short(report: Report) -> None:
    """Three lines for who has no two minutes."""
    items = "".join(f"<div><dt>{name}</dt><dd>{html_text(text)}</dd></div>" for name, text in theming.in_short(report))
    st.html(f'<dl class="ey-short">{items}</dl>')


def _files(report: Report, programme: "Programme") -> None:
    wanted = theme_files.Wanted(state.get_themes(), state.get_reporter(), state.actor(), programme, report.id)
    with st.popover("Report", icon=":material/download:", key="ey-themes-files"):
        pdf = {"key": "ey-themes-pdf", "icon": ":material/picture_as_pdf:", "kind": "tertiary"}
        make = partial(theme_files.pdf, wanted)
        download.button("As a PDF", theme_files.name(report, "pdf"), "application/pdf", make, **pdf)  # type: ignore[arg-type]
        zipped = {"key": "ey-themes-slides", "icon": ":material/slideshow:", "kind": "tertiary"}
        slides, name = partial(theme_files.slides, wanted), theme_files.name(report, "zip")
        download.button("As pictures for slides", name, "application/zip", slides, **zipped)  # type: ignore[arg-type]
