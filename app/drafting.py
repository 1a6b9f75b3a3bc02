"""The draft on a page: kept in the store as it is made, and found again after a reload by its id in the address.

One draft of a kind is on its page for each part that a person plays. What it holds is the JSON of a frozen model that
the page names; only its owner can read it. Raises what the store raises; the pages say it.
"""

from typing import TYPE_CHECKING

import streamlit as st
from pydantic import BaseModel

from app import state
from assistant.errors import AccessDenied

if TYPE_CHECKING:
    from assistant.store.drafts import Draft, DraftSummary, Kind

ADDRESS = "draft"
"""Name of the draft's id in the address."""
_ON_PAGE = "ey-drafts"


def on_page(kind: "Kind") -> "Draft | None":
    """The draft that this part has on the page of this kind: the one in the address, else the session's.

    None where there is none, or it is deleted, of another kind or not this person's.
    """
    wanted = st.query_params.get(ADDRESS) or _session().get((state.role(), kind))
    if not wanted:
        return None
    try:
        found = state.get_drafts().open(state.actor(), str(wanted))
    except AccessDenied:
        found = None
    if found is None or found.kind != kind:
        leave(kind)
        return None
    _show(kind, found.id)
    return found


def keep(kind: "Kind", title: str, content: BaseModel, *, form: int = 1, pair: str | None = None) -> str:
    """Keep this as the draft on the page, in place of what it said before, and return its id.

    Raises `StoreError`, and `InputError` for an empty title or a content that is too long.
    """
    before, drafts, text = on_page(kind), state.get_drafts(), content.model_dump_json()
    if before is None:
        made = drafts.add(state.actor(), kind, title, text, form=form, pair=pair)
    else:
        made = before.id
        if (before.title, before.content, before.form) != (title, text, form):
            drafts.save(state.actor(), made, title, text, form=form)
    _show(kind, made)
    return made


def open_draft(kind: "Kind", draft: str) -> None:
    """Put a kept draft on its page."""
    _show(kind, draft)


def leave(kind: "Kind") -> None:
    """Take the draft off the page; it stays kept."""
    _session().pop((state.role(), kind), None)
    st.query_params.pop(ADDRESS, None)


def kept(kind: "Kind") -> "tuple[DraftSummary, ...]":
    """What this part has kept of a kind, the latest first."""
    return state.get_drafts().list(state.actor(), kind)


def _session() -> dict[tuple[str, str], str]:
    drafts: dict[tuple[str, str], str] = st.session_state.setdefault(_ON_PAGE, {})
    return drafts


def _show(kind: "Kind", draft: str) -> None:
    _session()[state.role(), kind] = draft
    st.query_params[ADDRESS] = draft
