"""What counts of one's own for the programme's themes: the invitation, and the codes with a way to leave each out.

On the page of a saved note and in the rows of commitments; the list of everything is `counted_list`. Draws nothing
where nobody signs in, and nothing of an item that is about no pair. What is done lies with `app.contributing`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import streamlit as st

from app import checking, contributing, navigation, state
from app.components import contacts
from app.components.attempt import attempt, told
from app.components.markup import html_text, message, wait_line
from assistant.store.theme_records import OwnContribution, ThemeSource

if TYPE_CHECKING:
    from app.counting import Told
    from assistant.store.commitments import Commitment

LOOK_SECONDS: Final = 0.7
WHO_READS: Final = (
    "Codes, and never a word of it. Your programme manager reads a code where at least five pairs share it, and never "
    "whose it is."
)
DISCLOSED: Final = (
    "Nothing of this note counts. Something in it may be for a person and not for a report. Nobody was told of it; you "
    "decide whether to talk to someone."
)
_LATER: Final = "ey-counted-later"
Counted = Mapping[ThemeSource, OwnContribution]


# A saved note


def note() -> None:
    """The card on the page of a note: once it is saved, and where people sign in."""
    current = checking.sheet()
    if not current.saved or not contributing.is_offered():
        return
    with told():
        about = state.get_notes().load(state.actor(), current.saved).pair
        if not contributing.consents():
            if about and not st.session_state.get(_LATER):
                _invite(current.saved)
            return
        with st.container(key="ey-tint-counted"):
            st.html("<h2>What counts of this note</h2>")
            if about is None:
                st.html(
                    "<p>Nothing: it is about no pair. Say above whose sessions it is about, and its themes count.</p>"
                )
                return
            busy = contributing.is_busy(current.saved)
            st.fragment(_note, run_every=LOOK_SECONDS if busy else None)(current.saved, busy)


def _invite(note: str) -> None:
    with st.container(key="ey-tint-counted"):
        st.html(
            "<h2>Let its themes count for your programme?</h2><p>Codes only, never a word of it: such as “"
            f"{html_text(contributing.label('no_time'))}”. Your programme manager reads a code where at least five "
            "pairs share it. You see each one, can leave any out, and can stop at any time.</p>"
        )
        with st.container(horizontal=True, vertical_alignment="center", key="ey-counted-ways"):
            pressed = st.button("Let themes count", icon=":material/add_circle:", key="ey-counted-agree")
            st.button("Not now", type="tertiary", key="ey-counted-later-button", on_click=_later)
            navigation.link_to("privacy", "What others see")
        if pressed and attempt(lambda: _agree(note)):
            st.rerun()


def _later() -> None:
    st.session_state[_LATER] = True


def _agree(note: str) -> None:
    contributing.agree()
    contributing.count_note(note)


def _note(note: str, was_busy: bool) -> None:
    """What is known of it at this moment; looks again by itself while the note is read."""
    with told():
        if contributing.is_busy(note):
            st.html(wait_line("Looking for themes in it. You can go on meanwhile"))
            return
        if was_busy:
            st.rerun()
        found, ending = contributing.own().get(ThemeSource("note", note)), contributing.told(note)
        failed = ending is not None and ending.ending == "failed"
        if found and ending is None and contributing.is_stale(found, checking.sheet()):
            contributing.recount_note(note)
            st.rerun()
        if failed or found is None:
            _not_counting(note, ending)
        if found:
            _counting(found, note)


def _not_counting(note: str, ending: "Told | None") -> None:
    kind = ending.ending if ending else None
    if kind == "disclosed":
        st.html(f"<p>{DISCLOSED}</p>{contacts.as_html(state.get_coach().contacts())}")
        return
    if kind == "invented":
        st.html("<p>Nothing: these are the words of our example, and nobody’s session.</p>")
        return
    if ending and kind == "failed":
        st.html(f'<p class="ey-error" role="alert">{message(ending.line)}</p>')
    else:
        st.html("<p>Nothing. Let its themes count, and each stands here, with a way to leave it out.</p>")
    name = "Try again" if kind == "failed" else "Let its themes count"
    if st.button(name, icon=":material/add_circle:", key="ey-counted-begin"):
        contributing.count_note(note)
        st.rerun()


def _counting(found: OwnContribution, note: str) -> None:
    if found.released:
        st.html(
            f"<p>A release has taken this. It holds no name, and nothing about it changes any more.</p>{chips(found)}"
        )
        return
    if found.codes:
        st.html(f"<p>{WHO_READS} What you leave out stays out when the note is read again.</p>")
        codes(found)
    else:
        st.html("<p>No theme came up in it. It counts as a note in which there was none.</p>")
    with st.container(horizontal=True, vertical_alignment="center", key="ey-counted-ways"):
        pressed = st.button("Leave the whole note out", type="tertiary", key="ey-counted-none")
        navigation.link_to("privacy", "What others see")
    if pressed and attempt(lambda: contributing.leave_all_out(ThemeSource("note", note))):
        st.rerun()


# Codes


def codes(found: OwnContribution) -> None:
    """Each code that counts, or was left out, as a chip with the way to change that."""
    with st.container(key=f"ey-codes-{found.id}", gap=None):
        for code in contributing.in_order(found):
            _code(found, code)


def _code(found: OwnContribution, code: str) -> None:
    out, key = code in found.withdrawn, f"{found.id}-{code.replace(':', '-')}"
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"ey-code-{key}"):
        st.html(chip(code, out=out))
        if out:
            pressed = st.button("Count it", icon=":material/undo:", type="tertiary", key=f"ey-code-in-{key}")
            act = contributing.put_back
        else:
            pressed = st.button("Leave this out", icon=":material/close:", type="tertiary", key=f"ey-code-out-{key}")
            act = contributing.leave_out
    if pressed and attempt(lambda: act(found.id, code)):
        st.rerun()


def chip(code: str, *, out: bool) -> str:
    """A code in the words that the programme manager reads; struck through where it is left out."""
    name = html_text(contributing.label(code))
    if out:
        return f'<span class="ey-code ey-code-out"><s>{name}</s><span class="ey-vh"> is left out</span></span>'
    return f'<span class="ey-code">{name}</span>'


def chips(found: OwnContribution) -> str:
    """The codes that counted, as they were taken; nothing about them changes any more."""
    taken = [code for code in contributing.in_order(found) if code not in found.withdrawn]
    if not taken:
        return '<p class="ey-small">No code: it counted as one in which none came up.</p>'
    return f'<div class="ey-codes">{"".join(chip(code, out=False) for code in taken)}</div>'


# A commitment


def promise(one: "Commitment", counted: Counted | None) -> None:
    """The line below a settled commitment of a pair; `counted`: what counts, `None` without consent."""
    code = contributing.PROMISED.get(one.outcome or "")
    if counted is None or one.pair is None or code is None:
        return
    found = counted.get(ThemeSource("commitment", one.id))
    with st.container(key=f"ey-counted-{one.id}", gap=None):
        if found and found.released:
            st.html(f'<p class="ey-xs">A release has taken this:</p>{chips(found)}')
        elif found:
            codes(found)
        else:
            _offer(one, code)


def _offer(one: "Commitment", code: str) -> None:
    pressed = st.button(
        f"Let it count as “{contributing.label(code)}”",
        icon=":material/add_circle:",
        type="tertiary",
        key=f"ey-count-{one.id}",
    )
    counts = False

    def count() -> None:
        nonlocal counts
        counts = contributing.count_promise(one)

    if pressed and attempt(count):
        if counts:
            st.rerun()
        st.html(
            '<p class="ey-small" role="status">It does not count: its words may be for a person and not for a report.'
            "</p>"
        )
