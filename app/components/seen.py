"""What programme managers see of the person who is looking: the very records, in the picture of the managers' page.

Themes are no picture of a person; `their_view` shows them, and `counted_list` what counts for them.
"""

import streamlit as st

from app import state
from app.components import pairs, refusals
from assistant.errors import StoreError
from assistant.store.people_records import SeenByManagers

THEMES = (
    "Besides, they read themes of the whole programme, in bands of at least five pairs: from what people let count, "
    "and from the sessions that pairs note. Nothing in these is told of you."
)
ALONE = (
    "Nothing that you write here counts for a report of themes. That takes pairs, whose people sign in and agree to "
    "it; a report here is made of notes that somebody imports."
)


def draw() -> None:
    """The card, for a mentor or a mentee where people sign in."""
    with st.container(key="ey-tint-seen"):
        st.html(
            f"<h2>What programme managers see of you</h2><p>All of it, as it stands on their page at this moment, for "
            f"you as {state.role().value}. {THEMES}</p>"
        )
        try:
            found = state.get_programmes().seen_by_managers(state.actor())
        except StoreError as error:
            st.html(refusals.as_html(str(error)))
            return
        st.html(as_html(found))


def as_html(found: SeenByManagers) -> str:
    """Each programme with the person's pairs in it, and the line in the list of people who can be paired."""
    listed = pairs.candidates((found.candidate,)) if found.candidate else ""
    shown = "".join(
        f'<div class="ey-rule">{pairs.programme(one.programme)}{"".join(map(pairs.pair, one.pairs))}</div>'
        for one in found.programmes
    )
    return f'<p class="ey-label">Who can be paired</p>{listed}{shown or "<p>You are in no pair yet.</p>"}'
