"""Who can read an item of one's own, the way to let the other side of a pair read it, and the way to end that.

One item at a time, and never without saying beforehand what will be read. Where nobody signs in there is nobody to
share with, and nothing of this is drawn. The store decides what may be shared; nothing is kept here.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

import streamlit as st

from app import state
from app.components.attempt import attempt, told
from app.components.days import in_full
from app.components.markup import html_text, label
from app.components.times import ago
from assistant.roles import PAIRED, Actor
from assistant.text import shorten

if TYPE_CHECKING:
    from assistant.store.people_records import OwnPair
    from assistant.store.shares import GivenShare, Kind
    from assistant.store.takeaways import Takeaway

_CAN_READ: Final[Mapping[str, str]] = {
    "commitment": "can read this line, and only this line",
    "note": "can read the title and the text of this note, not its check",
}
_WILL_READ: Final[Mapping[str, str]] = {
    "commitment": "will read this line, and only this line. You can end that at any time.",
    "note": "will read the title and the whole text of this note, also as you change it later, but not its check or "
    "its debrief. You can end that at any time; what was read cannot be unread.",
}


class Sharing(NamedTuple):
    """With whom the person can share at this moment, and what is shared."""

    partners: Mapping[str, str]
    """The other sides of one's pairs that have not ended: name by id."""
    given: Mapping[tuple[str, str], tuple["GivenShare", ...]]
    """Who was given what, by kind and item."""

    def of(self, kind: "Kind", item: str) -> tuple["GivenShare", ...]:
        """To whom this item was given, the ones who cannot read it at present included."""
        return self.given.get((kind, item), ())


def load(pairs: "tuple[OwnPair, ...] | None" = None) -> Sharing | None:
    """As things stand; None where there is nobody to share with at all. Raises `StoreError`."""
    if not state.shared():
        return None
    actor = state.actor()
    if actor.role not in PAIRED:
        return None
    if pairs is None:
        pairs = state.get_programmes().own_pairs(actor)
    given: dict[tuple[str, str], tuple[GivenShare, ...]] = {}
    for share in state.get_shares().given(actor):
        given[share.kind, share.item] = (*given.get((share.kind, share.item), ()), share)
    return Sharing({pair.partner: pair.partner_name for pair in pairs if pair.active}, given)


def readers(sharing: Sharing | None, kind: "Kind", item: str) -> str:
    """Who can read it, in one sentence without its full stop."""
    given = sharing.of(kind, item) if sharing else ()
    names = " and ".join(share.recipient_name for share in given if share.stands)
    return f"{names} {_CAN_READ[kind]}" if names else "Only you can read it"


def control(sharing: Sharing | None, kind: "Kind", item: str) -> None:
    """Who can read this item, with what there is to change about that."""
    if sharing is None:
        return
    given = sharing.of(kind, item)
    with st.container(horizontal=True, vertical_alignment="center", key=f"ey-share-{kind}-{item}"):
        if not any(share.stands for share in given):
            st.html('<p class="ey-small">Only you can read it.</p>', width="content")
        for share in given:
            _given(share)
        taken = {share.recipient for share in given}
        free = {partner: name for partner, name in sharing.partners.items() if partner not in taken}
        if free:
            known = crc32(repr(sorted(free)).encode())
            with st.popover("Share", icon=":material/group:", type="tertiary", key=f"ey-give-{kind}-{item}-{known}"):
                for partner, name in free.items():
                    _give(kind, item, partner, name)


def _given(share: "GivenShare") -> None:
    name = html_text(share.recipient_name)
    said = (
        f'<b class="ey-read">{name} {_CAN_READ[share.kind]}.</b>'
        if share.stands
        else f"It was shared with {name}, who cannot read it: your pair has ended."
    )
    st.html(f'<p class="ey-small" role="status">{said}</p>', width="content")
    _stop_button(state.actor(), share)


def _stop_button(owner: Actor, share: "GivenShare") -> None:
    look = {"type": "tertiary", "key": f"ey-stop-{share.kind}-{share.item}-{share.recipient}"}
    if st.button("Stop sharing", icon=":material/lock:", **look) and attempt(  # type: ignore[arg-type]
        lambda: state.get_shares().revoke(owner, share.kind, share.item, share.recipient)
    ):
        st.rerun()


def _give(kind: "Kind", item: str, partner: str, name: str) -> None:
    st.html(f'<p class="ey-flat">{html_text(name)} {_WILL_READ[kind]}</p>')
    pressed = st.button(f"Share with {label(name, 40)}", key=f"ey-share-with-{kind}-{item}-{partner}")
    if pressed and attempt(lambda: state.get_shares().share(state.actor(), kind, item, partner)):
        st.rerun()


def given() -> None:
    """Everything that the person shares, in every part, each with the way to end it; nothing in personal mode."""
    parts = [role for role in state.roles() if role in PAIRED] if state.shared() else []
    if not parts:
        return
    with st.container(key="ey-given"):
        st.html('<h2 class="ey-h">What you share</h2>')
        with told():
            me = state.actor()
            owners = [me.model_copy(update={"role": role}) for role in parts]
            found = [(owner, share) for owner in owners for share in state.get_shares().given(owner)]
            opened = [(owner, one) for owner in owners for one in state.get_takeaways().list(owner) if one.consented]
            if not found and not opened:
                st.html('<p class="ey-small">Nothing. Whatever you share stands here, with the way to end it.</p>')
                return
            with st.container(key="ey-list-given", gap=None):
                for owner, share in found:
                    _row(owner, share)
                for owner, one in opened:
                    _opened(owner, one)


def _opened(owner: Actor, one: "Takeaway") -> None:
    """Words about a session, which the other side reads if it consented too."""
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"ey-row-opened-{one.id}"):
        st.html(
            f'<p class="ey-said">{html_text(shorten(one.text, 120))}</p><p class="ey-small">Of the session of '
            f"{in_full(one.held_on)}, yours as {owner.role.value} · read by the other side if it says yes too</p>"
        )
        stop = st.button("Take it back", icon=":material/lock:", type="tertiary", key=f"ey-stop-opened-{one.id}")
        if stop and attempt(lambda: state.get_takeaways().withdraw(owner, one.id)):
            st.rerun()


def _row(owner: Actor, share: "GivenShare") -> None:
    what = {"note": "A note", "commitment": "A commitment"}[share.kind]
    name = html_text(share.recipient_name)
    reads = f"{name} can read it" if share.stands else f"{name} cannot read it, your pair has ended"
    key = f"ey-row-given-{share.kind}-{share.item}-{share.recipient}"
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=key):
        st.html(
            f'<p class="ey-said">{html_text(shorten(share.title, 120))}</p>'
            f'<p class="ey-small">{what} of yours as {owner.role.value} · {reads} · shared {ago(share.shared_at)}</p>'
        )
        _stop_button(owner, share)
