"""One's own commitments: make one, change it, say what became of it, share it, delete it.

Parts of the page `commitments`, which reads the store once a run and hands over what it found; each act is a call of
the store, and where it is refused, what was typed stays. Nothing is kept here.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar
from zlib import crc32

import streamlit as st

from app import contributing, state
from app.components import contacts, counted, look_around, settling, sharing
from app.components.attempt import attempt
from app.components.days import due_in_words, today
from app.components.markup import html_text

if TYPE_CHECKING:
    from assistant.store.commitments import Commitment, SourceKind
    from assistant.store.people_records import OwnPair

T = TypeVar("T")

PAGE = 10
LONGEST = 1000
"""Characters that the store takes."""
_NO_PAIR = "none"
_MADE_FROM: "Final[Mapping[SourceKind, str]]" = {
    "draft": "from what you prepared",
    "note": "from a note of yours",
    "conversation": "from a conversation",
    "commitment": "in place of an earlier one",
}
_FRESH, _SURE, _HARM = "ey-commitment-fresh", "ey-commitment-sure", "ey-commitment-harm"


class Fields(NamedTuple):
    """What the form of a commitment holds."""

    text: str
    due: date | None
    pair: str | None


class Around(NamedTuple):
    """What the rows need beside the commitments."""

    pairs: "Sequence[OwnPair]"
    sharing: sharing.Sharing | None
    counted: "counted.Counted | None" = None
    """What counts for the programme's themes; `None` where nothing may."""


def add(around: Around) -> None:
    """The form of a new one; empty again once it was kept. One that discloses harm is answered with whom to turn to."""
    fresh = st.session_state.get(_FRESH, 0)
    with st.container(key="ey-spruce-new"):
        active = [pair.id for pair in around.pairs if pair.active]
        begun = Fields("", None, active[0] if len(active) == 1 else None)
        fields = _form(f"new-{state.role()}-{fresh}", begun, "I will do that", around.pairs, first=True)
        if fields and attempt(
            lambda: state.get_commitments().add(state.actor(), fields.text, pair=fields.pair, due=fields.due)
        ):
            st.session_state[_FRESH] = fresh + 1
            st.session_state[_HARM] = state.get_coach().referral(fields.text)
            st.rerun()
        if found := st.session_state.get(_HARM):
            contacts.referral(found)


def said(found: "Sequence[Commitment]", around: Around) -> None:
    """Those that are open or on their way, the soonest due first."""
    st.html('<h2 class="ey-h">You said</h2>')
    if not found:
        st.html("<p>Nothing is open. One small thing, with a day, is enough.</p>")
        look_around.line()
    _list("said", found, around)


def did(found: "Sequence[Commitment]", around: Around) -> None:
    """Those that are settled; nothing where there are none."""
    if found:
        st.html('<h2 class="ey-h">I did</h2>')
        _list("did", found, around)


def _list(name: str, found: "Sequence[Commitment]", around: Around) -> None:
    pages = -(-len(found) // PAGE)
    shown = int(st.pagination(pages, key=f"ey-commitment-pages-{name}-{pages}") or 1) if pages > 1 else 1
    with st.container(key=f"ey-list-{name}", gap=None):
        for one in found[(shown - 1) * PAGE : shown * PAGE]:
            _row(one, around)


def _row(one: "Commitment", around: Around) -> None:
    with st.container(key=f"ey-promise-{one.id}", gap="xxsmall"):
        st.html(f'<p class="ey-said ey-passage">{html_text(one.text)}</p>{_below(one, around)}')
        with st.container(horizontal=True, vertical_alignment="center", key=f"ey-settle-{one.id}"):
            settling.draw(one)
            known = crc32(repr(one).encode())
            with st.popover("Edit", icon=":material/edit:", type="tertiary", key=f"ey-more-{one.id}-{known}"):
                _edit(one, around, str(known))
        sharing.control(around.sharing, "commitment", one.id)
        counted.promise(one, around.counted)


def _below(one: "Commitment", around: Around) -> str:
    """Until when and with whom; or what became of it, and why."""
    names = [pair.partner_name for pair in around.pairs if pair.id == one.pair]
    due = due_in_words(one.due, today()) if one.due and one.is_open else ""
    made = _MADE_FROM.get(one.source.kind, "") if one.source else ""
    facts = [settling.outcome(one), html_text(due), made, *(f"pair with {html_text(name)}" for name in names)]
    line = f'<p class="ey-small">{" · ".join(filter(None, facts))}</p>' if any(facts) else ""
    return line + (f'<p class="ey-said ey-small">{html_text(one.reason)}</p>' if one.reason else "")


def _edit(one: "Commitment", around: Around, known: str) -> None:
    commitments = state.get_commitments()
    fields = _form(f"{one.id}-{known}", Fields(one.text, one.due, one.pair), "Save", around.pairs)
    if fields and attempt(lambda: _change(one, fields)):
        st.rerun()
    if st.session_state.get(_SURE) == one.id:
        st.html('<p class="ey-flat" role="status">It is erased for good, for everybody who can read it.</p>')
        look = {"icon": ":material/delete_forever:", "key": f"ey-erase-{one.id}"}
        pressed = st.button("Delete for good", **look)  # type: ignore[arg-type]
        if pressed and attempt(lambda: commitments.delete(state.actor(), one.id)):
            st.session_state.pop(_SURE)
            st.rerun()
        st.button("Keep it", type="tertiary", key=f"ey-keep-{one.id}", on_click=_sure, args=(None,))
    else:
        look = {"icon": ":material/delete:", "type": "tertiary", "key": f"ey-delete-{one.id}"}
        st.button("Delete …", on_click=_sure, args=(one.id,), **look)  # type: ignore[arg-type]


def _change(one: "Commitment", fields: Fields) -> None:
    """Keep what was typed, and let it count as before, unless it now discloses harm."""
    counts = contributing.promise_counts(one)
    state.get_commitments().change(state.actor(), one.id, fields.text, pair=fields.pair, due=fields.due)
    if counts:
        contributing.recount_promise(one.model_copy(update=fields._asdict()))


def _sure(commitment: str | None) -> None:
    st.session_state[_SURE] = commitment


def _form(name: str, before: Fields, do: str, pairs: "Sequence[OwnPair]", *, first: bool = False) -> Fields | None:
    """What was typed, in the run in which it was sent."""
    with st.form(key=f"ey-commitment-{name}", border=False):
        text = st.text_area(
            "One commitment",
            value=before.text,
            max_chars=LONGEST,
            height=68 if first else "content",
            placeholder="What you will do, small enough to be done",
            key=f"ey-commitment-text-{name}",
        )
        with st.container(horizontal=True, key=f"ey-commitment-when-{name}"):
            due = st.date_input("By when", value=before.due, format="YYYY-MM-DD", key=f"ey-commitment-due-{name}")
            pair = _pair(before.pair, pairs, f"ey-commitment-pair-{name}")
        if st.form_submit_button(do, type="primary" if first else "secondary"):
            return Fields(text or "", due, pair)
    return None


def _pair(before: str | None, pairs: "Sequence[OwnPair]", key: str) -> str | None:
    """To which pair it belongs; asked only where there is one to choose."""
    named = {
        pair.id: f"{pair.partner_name}, {pair.programme.title}" for pair in pairs if pair.active or pair.id == before
    }
    if not named:
        return before
    options = [_NO_PAIR, *named]
    at = options.index(before) if before in named else 0
    chosen = st.selectbox("Pair", options, index=at, format_func=lambda one: named.get(one, one), key=key)
    return None if chosen == _NO_PAIR else chosen
