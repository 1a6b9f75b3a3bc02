"""The pairs of a programme for its manager: to pair two people, to end a pair in two steps, to resume one."""

import streamlit as st

from app import state
from app.components import pairs, refusals
from app.components.markup import html_text
from assistant.errors import EyelevelError
from assistant.roles import Role
from assistant.store.people_records import Candidate, Pair, Programme

PAGE = 20
"""Pairs on screen at a time."""
SIDES = {Role.MENTOR: "Mentor (junior)", Role.MENTEE: "Mentee (senior)"}
_DONE, _ENDING, _TROUBLE = "pairs-done", "pair-ending", "pair-trouble"
_MADE, _NAMES = "pairs-made", "pair-names"
"""How many pairs this session made, which is part of the form's key, so that it is empty after each; and the names of
everybody who could be chosen in this session."""


def say(done: str) -> None:
    """Have the next run say what was done."""
    st.session_state[_DONE] = done


def show_done() -> None:
    """What was done in the run before."""
    if done := st.session_state.pop(_DONE, None):
        st.html(f'<p class="ey-saved" role="status">{html_text(done)}</p>')


def draw(programme: Programme) -> None:
    """The form and the list."""
    programmes, actor = state.get_programmes(), state.actor()
    people, found = programmes.candidates(actor), programmes.pairs(actor, programme.id)
    st.html('<h2 class="ey-h">Pair two people</h2>')
    if lacking := [role for role in SIDES if not any(role in one.roles for one in people)]:
        _nobody(lacking)
    else:
        _pair(programme, people)
    st.html(f'<h2 class="ey-h">Pairs</h2>{"" if found else "<p class=ey-small>Nobody is paired here yet.</p>"}')
    pages = -(-len(found) // PAGE)
    shown = int(st.pagination(pages, key=f"ey-pair-pages-{programme.id}") or 1) if pages > 1 else 1
    with st.container(key="ey-list", gap=None):
        for one in found[(shown - 1) * PAGE : shown * PAGE]:
            _row(programme, one)
    if people:
        with st.expander(f"Who can be paired ({len(people)})", icon=":material/group:"):
            st.html(pairs.candidates(people))


def _nobody(lacking: list[Role]) -> None:
    who = " and as ".join(role.value for role in lacking)
    with st.container(key="ey-tint-nobody"):
        st.html(
            f"<p>Nobody takes part as {who} yet. Ask the administrator to invite people, on their page “People”; they "
            "appear here at once.</p>"
        )


def _pair(programme: Programme, people: tuple[Candidate, ...]) -> None:
    names = st.session_state[_NAMES] = st.session_state.get(_NAMES, {}) | pairs.names_of(people)
    with st.form(key=f"ey-pair-{programme.id}"):
        chosen = [_choose(role, programme, [one.id for one in people if role in one.roles], names) for role in SIDES]
        sent = st.form_submit_button("Pair them", type="primary")
        if not sent:
            return
        mentor, mentee = chosen
        if mentor is None or mentee is None:
            st.html(refusals.as_html("A pair takes two people; choose both."))
            return
        try:
            state.get_programmes().pair(state.actor(), programme.id, mentor, mentee)
        except EyelevelError as error:
            st.html(refusals.as_html(refusals.with_names(error, names | {programme.id: f"“{programme.title}”"})))
            return
    st.session_state[_MADE] = st.session_state.get(_MADE, 0) + 1
    say(f"{names[mentor]} and {names[mentee]} are a pair now.")
    st.rerun()


def _choose(role: Role, programme: Programme, options: list[str], names: dict[str, str]) -> str | None:
    """One side; somebody who was chosen and cannot be any more stays, so that the store says why not."""
    key = f"ey-{role.value}-{programme.id}-{st.session_state.get(_MADE, 0)}"
    before = st.session_state.get(key)
    if before in names and before not in options:
        options.append(before)
    look = {"index": None, "placeholder": "Choose a person", "key": key}
    return st.selectbox(SIDES[role], options, format_func=names.__getitem__, **look)  # type: ignore[call-overload,no-any-return]


def _row(programme: Programme, one: Pair) -> None:
    with st.container(key=f"ey-pair-row-{one.id}"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
            st.html(pairs.pair(one))
            if not one.active:
                _button("Resume", "resume", one, _resume, programme)
            elif st.session_state.get(_ENDING) != one.id:
                _button("End …", "end", one, _ask)
        if one.active and st.session_state.get(_ENDING) == one.id:
            _confirm(one)
        trouble = st.session_state.get(_TROUBLE)
        if trouble and trouble[0] == one.id:
            st.html(refusals.as_html(trouble[1]))
            st.session_state.pop(_TROUBLE)


def _button(text: str, what: str, one: Pair, act: object, *more: object) -> None:
    st.button(text, type="tertiary", key=f"ey-{what}-{one.id}", on_click=act, args=(one, *more))  # type: ignore[arg-type]


def _confirm(one: Pair) -> None:
    with st.container(key=f"ey-tint-end-{one.id}"):
        st.html(
            f"<p>End the pair of {html_text(one.mentor_name)} and {html_text(one.mentee_name)}? What each wrote stays "
            "theirs. What one let the other read is closed for good, and no session can be added. You can resume the "
            "pair later, without it.</p>"
        )
        with st.container(horizontal=True):
            st.button("End the pair", key=f"ey-end-yes-{one.id}", on_click=_end, args=(one,))
            st.button("Keep it", type="tertiary", key=f"ey-end-no-{one.id}", on_click=_ask, args=(None,))


def _ask(one: Pair | None) -> None:
    st.session_state[_ENDING] = one.id if one else None


def _end(one: Pair) -> None:
    st.session_state.pop(_ENDING, None)
    try:
        state.get_programmes().end_pair(state.actor(), one.id)
    except EyelevelError as error:
        _refuse(one, error)
    else:
        say(f"The pair of {one.mentor_name} and {one.mentee_name} is ended.")


def _resume(one: Pair, programme: Programme) -> None:
    try:
        state.get_programmes().pair(state.actor(), programme.id, one.mentor, one.mentee)
    except EyelevelError as error:
        _refuse(one, error, {programme.id: f"“{programme.title}”"})
    else:
        say(f"{one.mentor_name} and {one.mentee_name} are a pair again.")


def _refuse(one: Pair, error: EyelevelError, more: dict[str, str] | None = None) -> None:
    names = {one.mentor: one.mentor_name, one.mentee: one.mentee_name, **(more or {})}
    st.session_state[_TROUBLE] = (one.id, refusals.with_names(error, names))
