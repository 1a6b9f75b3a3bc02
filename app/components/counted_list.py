"""Everything of one's own that counts for the programme's themes, or counted, with the consent; on the privacy page.

Each code can be left out here as well. What a release has taken stands apart: nothing about it changes any more.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from app import contributing, state
from app.components import counted
from app.components.attempt import attempt, told
from app.components.days import day_of, in_full
from app.components.markup import html_text, wait_line
from assistant.store.theme_records import OwnContribution
from assistant.text import shorten

PAGE: Final = 5
LOOK_SECONDS: Final = 1.5
LONGEST: Final = 90
"""Characters of a title."""
_SURE: Final = "ey-counting-sure"


def draw() -> None:
    """The list, for a mentor or a mentee where people sign in; `consent` is drawn beside it."""
    with st.container(key="ey-counting"), told():
        st.html('<h2 class="ey-h">What counts of you</h2>')
        found = state.get_themes().own(state.actor())
        _open([one for one in found if not one.released])
        _taken([one for one in found if one.released])


def consent() -> None:
    """Whether the person, in this part, lets themes count; the way to agree, and to stop."""
    role = state.role().value
    with st.container(key="ey-tint-counting"), told():
        st.html("<h2>Whether your themes count</h2>")
        if not contributing.consents():
            st.html(
                f"<p>They do not. If you agree, as {role}, the themes of notes that you save about a pair, of promises "
                f"that you kept and of your survey count. {counted.WHO_READS}</p>"
            )
            pressed = st.button("Let themes count", icon=":material/add_circle:", key="ey-counting-agree")
            if pressed and attempt(contributing.agree):
                st.rerun()
        elif st.session_state.get(_SURE) == state.role():
            _stop()
        else:
            st.html(
                f'<p><b class="ey-read">They do, as {role}.</b> Codes of notes about a pair, of promises that you kept '
                "and of your survey. Each stands on this page, with a way to leave it out.</p>"
            )
            _earlier()
            st.button("Stop …", icon=":material/block:", type="tertiary", key="ey-counting-stop", on_click=_ask)


def _ask() -> None:
    st.session_state[_SURE] = state.role()


def _stop() -> None:
    st.html(
        '<p role="status">All that no release has taken yet is erased at once. What a release has taken stays in it: '
        "there is nothing of a single person in it to take out.</p>"
    )
    with st.container(horizontal=True, key="ey-counting-sure"):
        pressed = st.button("Stop and erase it", key="ey-counting-stop-yes")
        st.button("Go on as before", type="tertiary", key="ey-counting-stop-no", on_click=_keep)
    if pressed and attempt(contributing.stop):
        _keep()
        st.rerun()


def _keep() -> None:
    st.session_state.pop(_SURE, None)


def _earlier() -> None:
    """What was kept before the consent, or left out, counts only if that is asked for."""
    if contributing.waiting():
        st.fragment(_reading, run_every=LOOK_SECONDS)()
        return
    if not contributing.has_earlier():
        return
    st.html("<p>Some of what you keep does not count: it is older, or you left it out.</p>")
    pressed = st.button("Let all of it count", icon=":material/add_circle:", key="ey-counting-all")
    if pressed and attempt(contributing.count_earlier):
        st.rerun()


def _reading() -> None:
    left = contributing.waiting()
    if not left:
        st.rerun()
    notes = "one note" if left == 1 else f"{left} notes"
    st.html(wait_line(f"Looking for themes in {notes}. You can go on meanwhile"))


def _open(found: Sequence[OwnContribution]) -> None:
    if not found:
        st.html('<p class="ey-small">Nothing for the next release. Whatever counts stands here, code by code.</p>')
        return
    st.html('<p class="ey-small">For the next release of your programme.</p>')
    pages = -(-len(found) // PAGE)
    shown = int(st.pagination(pages, key=f"ey-counting-pages-{pages}") or 1) if pages > 1 else 1
    names = _names()
    with st.container(key="ey-list-counting", gap=None):
        for one in found[(shown - 1) * PAGE : shown * PAGE]:
            with st.container(key=f"ey-counting-{one.id}", gap="xxsmall"):
                _head(one, names)
                if one.codes:
                    counted.codes(one)
                else:
                    st.html('<p class="ey-small">No theme came up in it.</p>')


def _head(one: OwnContribution, names: Mapping[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"ey-counting-head-{one.id}"):
        st.html(_named(one, names))
        look = {"icon": ":material/close:", "type": "tertiary", "key": f"ey-counting-none-{one.id}"}
        pressed = st.button("Leave all of it out", **look)  # type: ignore[arg-type]
    if pressed and attempt(lambda: contributing.leave_all_out(one.source)):
        st.rerun()


def _named(one: OwnContribution, names: Mapping[str, str]) -> str:
    kind = {"note": "Note", "commitment": "Promise", "survey": "Survey"}[one.source.kind]
    title = names.get(one.source.item, "")
    said = f'<p class="ey-said">{html_text(shorten(title, LONGEST))}</p>' if title else ""
    return f'{said}<p class="ey-small">{kind} · since {in_full(day_of(one.created))}</p>'


def _names() -> dict[str, str]:
    """What the notes and commitments are called, and with whom the pairs are."""
    actor = state.actor()
    found = {note.id: note.title for note in state.get_notes().list(actor)}
    found |= {one.id: one.text for one in state.get_commitments().list(actor)}
    pairs = state.get_programmes().own_pairs(actor)
    return found | {pair.id: f"Your sessions with {pair.partner_name}" for pair in pairs}


def _taken(found: Sequence[OwnContribution]) -> None:
    if not found:
        return
    names = _names()
    with st.expander(f"Taken by a release: {len(found)}", key="ey-counting-taken"):
        st.html(
            '<p class="ey-small">A release holds bands of pairs and nothing of a person, so this cannot be taken out '
            "again. The codes stay here for you, sealed, until what they come from is erased.</p>"
        )
        for one in found:
            st.html(f'<div class="ey-rule">{_named(one, names)}{counted.chips(one)}</div>')
