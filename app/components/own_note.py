"""One's own words on screen: the card beside an answer, and the note, plan or commitment that a passage stands in.

Places come from a turn or a search and hold no words; `app.own` reads these anew. Which one is open stands in the
session. All text goes through `markup`.
"""

from collections.abc import Sequence

import streamlit as st

from app import checking, keeping, navigation, own
from app.components import saved_plans
from app.components.days import in_full
from app.components.highlight import marked
from app.components.markup import html_text, label, message
from assistant.errors import StoreError
from assistant.events import OwnPlace

OPEN = "own-open"
ICONS = {"note": ":material/description:", "plan": ":material/bookmark:", "commitment": ":material/handshake:"}
AROUND = 2000
"""Characters shown on either side of a passage; the rest of a long transcript is on the page of its check."""


def beside(places: Sequence[OwnPlace], turn: str) -> None:
    """What the person wrote that fits a question: apart from the answer and its sources, and said to be so."""
    if not places:
        return
    with st.container(key=f"ey-tint-own-{turn}"):
        name = own.name(places)
        whose = "As you saved it" if name == "plans" else "Your words, not the guide’s"
        st.html(
            f'<h2>From your own {name}</h2><p class="ey-small">{whose}. The answer does not rest on this, and only '
            "you see it.</p>"
        )
        for at, place in enumerate(places):
            _passage(place, f"{turn}-{at}")


def _passage(place: OwnPlace, key: str) -> None:
    try:
        shown = own.read(place)
    except StoreError as error:
        st.html(f'<p class="ey-note ey-brick">{message(str(error))}</p>')
        return
    if shown is None:
        st.html(f'<p class="ey-note">{own.GONE}</p>')
        return
    st.html(f'<div class="ey-said ey-own">{html_text(shown.passage)}</div>')
    opener(place, f"Open your {place.kind} of {in_full(shown.day)}", f"ey-own-{key}")


def opener(place: OwnPlace, text: str, key: str) -> None:
    """A button that opens it."""
    st.button(label(text, 90), icon=ICONS[place.kind], type="tertiary", key=key, on_click=_open, args=(place,))


def draw_open() -> None:
    """The note or commitment that was opened, with the passage marked; it stays open while an answer is written.

    A plan that was opened is shown on the page of plans.
    """
    place: OwnPlace | None = st.session_state.get(OPEN)
    if place and place.kind == "plan":
        _close()
        saved_plans.go_to(place.item)
    elif place:
        title = "Your commitment" if place.kind == "commitment" else "Your note"
        st.dialog(title, position="right", width="medium", on_dismiss=_close)(_whole)(place)


def _open(place: OwnPlace) -> None:
    st.session_state[OPEN] = place


def _close() -> None:
    st.session_state.pop(OPEN, None)


def _whole(place: OwnPlace) -> None:
    try:
        shown = own.read(place)
    except StoreError as error:
        st.html(f'<p class="ey-error" role="alert">{message(str(error))}</p>')
        return
    if shown is None:
        st.html(f"<p>{own.GONE}</p>")
        return
    st.html(f'<p class="ey-small">Saved on {in_full(shown.day)}</p>{around(shown)}')
    if place.kind == "commitment":
        navigation.link_to("commitments", "Go to your commitments", icon=":material/handshake:")
    elif checking.sheet().is_unsaved:
        st.html('<p class="ey-small">To see its check, save or clear what stands on “Check a note” first.</p>')
    elif st.button("Open with its check", icon=":material/fact_check:", key="ey-own-check"):
        _close()
        keeping.open_saved(place.item)
        st.switch_page(navigation.page("check"))


def around(shown: own.Shown) -> str:
    """The text as HTML with the passage marked; of a long one, what stands around the passage."""
    begin, stop = max(0, shown.start - AROUND), min(len(shown.text), shown.end + AROUND)
    before, after = shown.text[begin : shown.start], shown.text[shown.end : stop]
    left, right = "… " if begin else "", " …" if stop < len(shown.text) else ""
    words = f"{left}{html_text(before)}{marked(shown.passage)}{html_text(after)}{right}"
    return f'<div class="ey-said ey-notetext">{words}</div>'
