"""What somebody has promised and not yet done, as a short list for a card in the chat; settled on its own page."""

from typing import TYPE_CHECKING, Final

import streamlit as st

from app import navigation, state
from app.components.days import due_in_words, today
from app.components.markup import html_text
from assistant.coach.said_did import NUMBERS
from assistant.text import shorten

if TYPE_CHECKING:
    from assistant.store.commitments import Commitment

MOST: Final = 5
"""Promises in the list; the page has them all."""
LONGEST: Final = 140
"""Characters of one."""


def load_open() -> "tuple[Commitment, ...]":
    """The person's own open commitments in this part, the soonest due first. Raises `StoreError`."""
    return tuple(one for one in state.get_commitments().list(state.actor()) if one.is_open)


def in_words(found: "tuple[Commitment, ...]") -> str:
    """The answer to "what did I promise?" in one sentence, without the promises themselves."""
    if not found:
        return "You have no open promise."
    number = NUMBERS[len(found)] if len(found) < len(NUMBERS) else str(len(found))
    return f"You have {number} open promise{'' if len(found) == 1 else 's'}."


def draw_open(found: "tuple[Commitment, ...] | None" = None, *, link: bool = True) -> None:
    """The list, the soonest due first, with until when; `found`: as `load_open` gave it. Raises `StoreError`."""
    shown = load_open() if found is None else found
    items = "".join(map(_item, shown[:MOST]))
    more = f'<p class="ey-small">And {len(shown) - MOST} more.</p>' if len(shown) > MOST else ""
    st.html(f"<p>{in_words(shown)}</p>" + (f'<ul class="ey-plain ey-promised">{items}</ul>{more}' if shown else ""))
    if link:
        navigation.link_to("commitments", "Open “You said, I did”", icon=":material/handshake:")


def _item(one: "Commitment") -> str:
    text = html_text(shorten(" ".join(one.text.split()), LONGEST))
    facts = ["Partly done"] if one.outcome == "partly" else []
    facts += [due_in_words(one.due, today())] if one.due else []
    below = f'<br><span class="ey-small">{html_text(" · ".join(facts))}</span>' if facts else ""
    return f'<li><span class="ey-said">{text}</span>{below}</li>'
