"""Ten minutes before: what was promised and its state, three questions to bring, and a card for the urge to explain.

Parts of the page `reflection`. Settles commitments in the store; which questions are shown stands in the session.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from zlib import crc32

import streamlit as st

from app import reflecting, state
from app.components import source
from app.components.attempt import attempt
from app.components.days import due_in_words, today
from app.components.markup import html_text
from assistant.coach.reflection import Before, Bring

if TYPE_CHECKING:
    from assistant.store.commitments import Commitment

MOST: Final = 3
"""Promises to say something about; the others are on their page."""
_SHOWN, _SAID = "ey-reflect-shown", "ey-reflect-said"


def draw() -> None:
    """The whole tab. Raises `StoreError`, `KnowledgeError`."""
    found = reflecting.before()
    _promised(found)
    _questions(found)
    _urge(found)


def _promised(found: Before) -> None:
    with_whom = reflecting.pair()
    mine = [one for one in state.get_commitments().list(state.actor()) if one.is_open]
    mine = [one for one in mine if with_whom is None or one.pair in (with_whom.id, None)]
    said: dict[str, str] = st.session_state.setdefault(_SAID, {})
    just = [one for one in state.get_commitments().list(state.actor()) if one.id in said and one not in mine]
    st.html('<h2 class="ey-label ey-step">You promised</h2>')
    if not mine and not just:
        st.html(f'<p class="ey-flat">{html_text(found.hint)}</p>')
        return
    for one in [*mine, *just][:MOST]:
        _promise(one, said)
    st.html(f'<p class="ey-small">{html_text(state.get_reflector().words.before.not_done)}</p>')


def _promise(one: "Commitment", said: dict[str, str]) -> None:
    due = f'<p class="ey-small">{html_text(due_in_words(one.due, today()))}</p>' if one.due else ""
    with st.container(key=f"ey-promised-{one.id}", gap="xsmall"):
        st.html(f'<p class="ey-said ey-promise">{html_text(one.text)}</p>{due}')
        options = ("Done", "Partly", "Not yet")
        now = {"kept": "Done", "partly": "Partly"}.get(one.outcome or "", said.get(one.id))
        known = crc32(f"{one.outcome}{said.get(one.id)}".encode())
        chosen = st.pills(
            "How it stands",
            options,
            default=now,
            label_visibility="collapsed",
            key=f"ey-pills-promised-{one.id}-{known}",
        )
        if chosen != now and _settle(one, chosen, said):
            st.rerun()
        if said.get(one.id) == "Partly" and one.outcome != "partly":
            _how_far(one, said)


def _settle(one: "Commitment", chosen: str | None, said: dict[str, str]) -> bool:
    """Whether the page is to be drawn anew."""
    commitments = state.get_commitments()
    if chosen == "Done":
        done = attempt(lambda: commitments.settle(state.actor(), one.id, "kept"))
    elif chosen == "Partly" or one.outcome is None:
        done = True
    else:
        done = attempt(lambda: commitments.reopen(state.actor(), one.id))
    if done:
        said.pop(one.id, None)
        if chosen:
            said[one.id] = chosen
    return done


def _how_far(one: "Commitment", said: dict[str, str]) -> None:
    with st.form(key=f"ey-promised-far-{one.id}", border=False):
        reason = st.text_input("How far did it come?", max_chars=1000, key=f"ey-promised-why-{one.id}")
        if st.form_submit_button("Keep that") and attempt(
            lambda: state.get_commitments().settle(state.actor(), one.id, "partly", reason or None)
        ):
            said.pop(one.id, None)
            st.rerun()


def _questions(found: Before) -> None:
    st.html('<h2 class="ey-label ey-step ey-ink">Three questions to bring</h2>')
    pool = [*found.questions, *found.others]
    places = _places(pool)
    with st.container(key="ey-bring", gap="small"):
        for slot, at in enumerate(places):
            _question(pool, slot, at)
    _fit()


def _places(pool: Sequence[Bring]) -> list[int]:
    """Which of the pool stand in the three places; begun anew where the pool is another."""
    known = crc32("".join(one.text for one in pool).encode())
    kept: dict[str, object] = st.session_state.setdefault(_SHOWN, {})
    if kept.get("pool") != known:
        kept.update(pool=known, places=[0, 1, 2])
    places: list[int] = kept["places"]  # type: ignore[assignment]
    return places


def _question(pool: Sequence[Bring], slot: int, at: int) -> None:
    one = pool[at]
    with st.container(border=True, key=f"ey-bring-{slot}", gap="xsmall"):
        st.html(f'<p class="ey-said ey-ask">“{html_text(one.text)}”</p>')
        with st.container(horizontal=True, vertical_alignment="center", key=f"ey-bring-ways-{slot}"):
            st.html(f'<p class="ey-xs">{html_text(one.why[:1].upper() + one.why[1:])}</p>', width="stretch")
            with st.popover("Copy", icon=":material/content_copy:", type="tertiary", key=f"ey-bring-copy-{slot}-{at}"):
                st.code(one.text, language=None, wrap_lines=True)
            look = {"icon": ":material/refresh:", "type": "tertiary", "key": f"ey-bring-other-{slot}"}
            st.button("Another one", on_click=_other, args=(slot, len(pool)), **look)  # type: ignore[arg-type]


def _other(slot: int, many: int) -> None:
    places: list[int] = st.session_state[_SHOWN]["places"]
    after = [at for step in range(1, many) if (at := (max(places[slot], 2) + step) % many) not in places]
    if after:
        places[slot] = after[0]


def _fit() -> None:
    said = reflecting.fitted()
    known = crc32(repr(said).encode())
    with (
        st.popover("Fit them to you", icon=":material/tune:", type="tertiary", key=f"ey-reflect-fit-{known}"),
        st.form(key=f"ey-reflect-fit-form-{known}", border=False),
    ):
        mentor = "" if reflecting.pair() else st.text_input("Name of your mentor", value=said.mentor, max_chars=60)
        role = st.text_input("Your role", value=said.role, max_chars=80, placeholder="such as CTO")
        topic = st.text_input("What the session is about", value=said.topic, max_chars=200)
        if st.form_submit_button("Fit the questions"):
            reflecting.fit(reflecting.Fitted(mentor.strip(), role.strip(), topic.strip()))
            st.rerun()


def _urge(found: Before) -> None:
    before, _, after = found.urge.text.partition(f"“{found.urge.quote}”")
    with st.container(key="ey-tint-urge", gap="xsmall"):
        said = f'<span class="ey-said">“{html_text(found.urge.quote)}”</span>'
        head = '<p class="ey-small">When you feel the urge to explain</p>'
        st.html(f"{head}<p>{html_text(before)}{said}{html_text(after)}</p>")
        source.button(found.urge.citations, "urge")
