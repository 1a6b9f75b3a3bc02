"""What became of a commitment: done, partly done, changed into another one, or let go, and why; and open again.

A row's part of the page `commitments`.
"""

from datetime import date
from typing import TYPE_CHECKING, Final
from zlib import crc32

import streamlit as st

from app import contributing, state
from app.components.attempt import attempt
from app.components.days import day_of, in_words, today
from app.components.markup import html_text

if TYPE_CHECKING:
    from assistant.store.commitments import Commitment, Outcome

LONGEST = 1000
"""Characters of a reason that the store takes."""
_OUTCOMES: "Final[dict[Outcome, str]]" = {
    "kept": "Done",
    "partly": "Partly",
    "changed": "Changed",
    "dropped": "Let go, and said so",
}
_ASKED: "Final[dict[Outcome, str]]" = {
    "kept": "What happened, if it is worth a word",
    "partly": "How far it came",
    "changed": "Why",
    "dropped": "Why",
}


def outcome(one: "Commitment") -> str:
    """What became of it so far, as HTML; empty where nothing was said."""
    if one.outcome is None:
        return ""
    day = f" {html_text(in_words(day_of(one.settled), today()))}" if one.settled else ""
    return f'<span class="ey-outcome ey-{one.outcome}">{_OUTCOMES[one.outcome]}</span>{day}'


def draw(one: "Commitment") -> None:
    """The ways on from where it stands."""
    if not one.is_open:
        again = st.button("Open again", icon=":material/undo:", type="tertiary", key=f"ey-reopen-{one.id}")
        if again and attempt(lambda: _reopen(one)):
            st.rerun()
        return
    done = st.button("Done", icon=":material/check:", key=f"ey-done-{one.id}")
    if done and attempt(lambda: _settle(one, "kept")):
        st.rerun()
    if one.outcome == "partly":
        not_yet = st.button("Not yet", type="tertiary", key=f"ey-reopen-{one.id}")
        if not_yet and attempt(lambda: _reopen(one)):
            st.rerun()
    known = crc32(repr(one).encode())
    with st.popover("It went otherwise", type="tertiary", key=f"ey-otherwise-{one.id}-{known}"):
        _otherwise(one)


def _otherwise(one: "Commitment") -> None:
    chosen: Outcome = st.segmented_control(
        "What became of it",
        list(_OUTCOMES),
        default="partly",
        required=True,
        format_func=_OUTCOMES.__getitem__,
        key=f"ey-outcome-{one.id}",
    )
    with st.form(key=f"ey-outcome-form-{one.id}-{chosen}", border=False):
        instead, due = _instead(one) if chosen == "changed" else (None, None)
        before = one.reason or "" if chosen == one.outcome else ""
        why = {"max_chars": LONGEST, "height": 68, "key": f"ey-outcome-why-{one.id}-{chosen}"}
        reason = st.text_area(_ASKED[chosen], value=before, **why)  # type: ignore[call-overload]
        if st.form_submit_button("Keep that") and attempt(
            lambda: _settle(one, chosen, reason or None, instead=instead, due=due)
        ):
            st.rerun()


def _settle(
    one: "Commitment",
    chosen: "Outcome",
    reason: str | None = None,
    *,
    instead: str | None = None,
    due: date | None = None,
) -> None:
    """Keep what became of it, and let that count where the person lets things count."""
    state.get_commitments().settle(state.actor(), one.id, chosen, reason, instead=instead, due=due)
    contributing.settled(one, chosen, reason)


def _reopen(one: "Commitment") -> None:
    state.get_commitments().reopen(state.actor(), one.id)
    contributing.settled(one, None)


def _instead(one: "Commitment") -> tuple[str, date | None]:
    """The commitment that takes its place."""
    text = st.text_area(
        "What you will do instead", value=one.text, max_chars=LONGEST, height=68, key=f"ey-outcome-instead-{one.id}"
    )
    return text or "", st.date_input("By when", value=None, format="YYYY-MM-DD", key=f"ey-outcome-due-{one.id}")
