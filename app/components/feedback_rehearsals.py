"""Earlier rehearsals of the draft on the page: to open, to delete, and to bring back."""

import streamlit as st

from app import rehearsing
from app.components import kept_list
from app.upward import Sheet

KEPT = kept_list.Kept("say", rehearsing.open_kept, rehearsing.delete)


def draw(sheet: Sheet) -> None:
    """The list; nothing where there are none."""
    found = rehearsing.earlier(sheet)
    kept_list.bring_back(KEPT)
    if found:
        st.html('<h2 class="ey-label ey-h">Earlier rehearsals of this</h2>')
        kept_list.rows(KEPT, found)
