"""You said, I did, beside a reflection: what both promised and how it stands, in a few lines.

Part of the page `reflection`. Everything can be said and changed on its own page; nothing is kept here.
"""

from typing import TYPE_CHECKING, Final

import streamlit as st

from app import navigation, reflecting, state
from app.components.days import day_of, due_in_words, in_words, today
from app.components.markup import html_text

if TYPE_CHECKING:
    from assistant.store.commitments import Commitment

MOST: Final = 5
"""Lines; the others are on their page."""
_STATES: Final = {"kept": "✓ Done", "partly": "→ Partly", "changed": "→ Changed", "dropped": "× Let go, and said so"}


def draw() -> None:
    """The card. Raises `StoreError`."""
    pair, actor = reflecting.pair(), state.actor()
    mine = [one for one in state.get_commitments().list(actor) if pair is None or one.pair in (pair.id, None)]
    theirs = []
    if pair:
        given = state.get_shares().received(actor)
        theirs = [one for one in given if one.kind == "commitment" and one.owner == pair.partner]
    with st.container(key="ey-tint-ledger", gap="small"):
        st.html("<h2>You said, I did</h2>")
        if not mine and not theirs:
            st.html('<p class="ey-small">Nothing was promised yet. One small thing, with a day, is enough.</p>')
        rows = [_own(one) for one in mine[:MOST]]
        rows += [_line("mentor", one.title, "", "") for one in theirs[: MOST - len(rows)]]
        if rows:
            st.html(f'<ul class="ey-ledger">{"".join(rows)}</ul>')
        more = len(mine) + len(theirs) - len(rows)
        if more > 0:
            st.html(f'<p class="ey-small">And {more} more.</p>')
        if mine or theirs:
            st.html('<p class="ey-small">What is open starts the next plan.</p>')
            navigation.link_to("commitments", "Open “You said, I did”", icon=":material/handshake:")


def _own(one: "Commitment") -> str:
    if one.outcome is None:
        below = due_in_words(one.due, today()) if one.due else "Open"
        return _line("mentee", one.text, "Open" if one.due else "", below)
    return _line(
        "mentee",
        one.text,
        _STATES[one.outcome],
        one.reason or (in_words(day_of(one.settled), today()) if one.settled else ""),
    )


def _line(side: str, text: str, state_of: str, below: str) -> str:
    who = {"mentor": "Your mentor said", "mentee": "You said"}[side]
    name = f'role="img" aria-label="{who}"'
    disc = f'<span class="ey-discs ey-discs-line" {name}><span class="ey-disc ey-{side}"></span></span>'
    said = f"<b>{html_text(state_of)}</b> " if state_of else ""
    under = f'<p class="ey-small">{said}{html_text(below)}</p>' if said or below else ""
    return f'<li>{disc}<div><p class="ey-flat">{html_text(text)}</p>{under}</div></li>'
