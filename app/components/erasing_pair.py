"""Erasing what one wrote about a pair, on the pair's card: what goes and what stays, a second press, and what remains.

What the session itself still holds of it goes as well: the downloads, the search among one's own texts, and what stands
on the page of the note check.
"""

from typing import TYPE_CHECKING

import streamlit as st

from app import keeping, memo, planning, state
from app.components import feedback_list, feedback_rehearsals, rights, saved, saved_plans
from app.components.attempt import attempt
from app.components.markup import html_text

if TYPE_CHECKING:
    from assistant.store.people_records import OwnPair

_SURE, _DONE = "ey-erase-pair-sure", "ey-erase-pair-done"


def draw(pair: "OwnPair") -> None:
    """The way to erase, the question before it, or what remains after it."""
    done = st.session_state.get(_DONE)
    if done and done[0] == pair.id:
        st.session_state.pop(_DONE)
        rights.remains(done[1], "What you wrote about this pair is erased, and the pair has ended.")
    if st.session_state.get(_SURE) == pair.id:
        _confirm(pair)
    else:
        look = {"icon": ":material/delete_forever:", "type": "tertiary", "key": f"ey-erase-pair-{pair.id}"}
        st.button("Erase this pair …", on_click=_sure, args=(pair.id,), **look)  # type: ignore[arg-type]


def _sure(pair: str | None) -> None:
    st.session_state[_SURE] = pair


def _confirm(pair: "OwnPair") -> None:
    partner = html_text(pair.partner_name)
    ends = f" The pair ends, for {partner} too." if pair.active else ""
    st.html(
        '<div role="status"><p class="ey-flat">Erased for good: the notes, plans, commitments and takeaways that you '
        f"saved as {pair.role.value} about this pair, with whatever you shared of them.{ends} What belongs to no "
        'pair stays.</p><p class="ey-flat">The sessions stay, for as long as the programme keeps them, because '
        f"{partner} sees them too. What {partner} wrote stays, because it is not yours.</p></div>"
    )
    with st.container(horizontal=True, key=f"ey-erase-pair-ways-{pair.id}"):
        look = {"icon": ":material/delete_forever:", "key": f"ey-erase-pair-sure-{pair.id}"}
        pressed = st.button("Erase for good", **look)  # type: ignore[arg-type]
        st.button("Keep it", type="tertiary", key=f"ey-erase-pair-keep-{pair.id}", on_click=_sure, args=(None,))
    if pressed and attempt(lambda: _erase(pair.id)):
        st.rerun()


def _erase(pair: str) -> None:
    actor = state.actor()
    state.forget_downloads()
    done = state.get_rights().erase_pair(actor, pair)
    st.session_state[_DONE] = (pair, done)
    st.session_state.pop(_SURE)
    state.forget_own(actor.person)
    keeping.forget_erased()
    planning.forget_erased()
    memo.forget()
    kept = (saved_plans.KEPT, feedback_list.KEPT, feedback_rehearsals.KEPT)
    for offer in (saved.DELETED, *(one.deleted for one in kept)):
        st.session_state.pop(offer, None)
