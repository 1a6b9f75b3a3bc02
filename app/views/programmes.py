"""Programmes, for programme managers: until when, and who meets whom. Nothing of what a pair does reaches this page."""

import streamlit as st

from app import state
from app.components import discs, pair_rows, pairs, programme_form, refusals
from assistant.errors import StoreError
from assistant.store.people_records import Programme

CHOSEN, MADE = "ey-programme", "programme-made"
UNSEEN = (
    "<h2>What you do not see</h2><p>No session and no number of them, no note, no conversation, no commitment, and "
    "nothing that the two share. No address either, and not who reports to whom, only whether the two of a pair "
    "stand in one line.</p><p>Under Themes you read what at least five pairs share, in bands. Mentors and mentees read "
    "under “What others see” exactly what this page shows of them.</p>"
)


def render() -> None:
    """Draw the page."""
    st.html("<h1>Programmes</h1><p class='ey-sub'>Who meets whom, and until when.</p>")
    try:
        found = state.get_programmes().list(state.actor())
    except StoreError as error:
        st.html(refusals.as_html(str(error)))
        return
    with st.container(key="ey-programmes"):
        left, right = st.columns([600, 320], gap="large")
        with left:
            pair_rows.show_done()
            if found:
                _programme(found)
            else:
                _begin()
        with right:
            with st.container(key="ey-spruce-unseen"):
                st.html(UNSEEN)
            if found:
                with st.expander("Make another programme", icon=":material/add:"):
                    _make()


def _begin() -> None:
    """Before the first programme."""
    with st.container(key="ey-tint-begin"):
        st.html(
            f"{discs.line('small')}<h2>No programme yet</h2><p>A programme has a beginning and an end, and the pairs "
            "that meet between the two. Make one, then pair people in it.</p>"
        )
    _make()


def _make() -> None:
    made = programme_form.draw_new()
    if made:
        st.session_state[MADE] = made
        pair_rows.say("The programme is made. Pair people in it now.")
        st.rerun()


def _programme(found: tuple[Programme, ...]) -> None:
    """One of them, with its pairs."""
    shown = _choose({one.id: one for one in found})
    st.html(pairs.programme(shown))
    with st.expander("Change the programme", icon=":material/edit:"):
        if programme_form.draw_change(shown):
            pair_rows.say("The programme is changed.")
            st.rerun()
    pair_rows.draw(shown)


def _choose(found: dict[str, Programme]) -> Programme:
    """The programme on screen: the one just made, else the one chosen, else the latest."""
    wanted = st.session_state.pop(MADE, None) or st.session_state.get(CHOSEN)
    if wanted in found:
        st.session_state[CHOSEN] = wanted
    else:
        st.session_state.pop(CHOSEN, None)
    if len(found) == 1:
        return next(iter(found.values()))
    chosen = st.selectbox("Programme", list(found), format_func=lambda one: found[one].title, key=CHOSEN)
    return found[str(chosen)]
