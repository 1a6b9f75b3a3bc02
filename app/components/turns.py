"""Questions and answers on the coach page: stored ones, and the one being made.

Takes records from the store and progress from `app.writing`; which source is open stands in the session as
`source` = (turn, marker). All text goes through `markup`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from app import asking, state
from app.components import contacts, discs, job_card, markup, own_note
from app.writing import Progress, Writing
from assistant.events import Reply, Source
from assistant.store.records import Rating, StoredTurn

STAGES = {
    "opening": "Looking in the guide",
    "loading": "Waiting for the chat model to load",
    "reading": "Reading these passages",
    "writing": "Checking the next sentence against its source",
}
HEARTBEAT = 0.2
"""Seconds between two looks at a running answer; a click is heard as fast."""


def chosen_marker(turn: str) -> str | None:
    """Marker of the source of this turn that is open beside the conversation."""
    opened: tuple[str, str] | None = st.session_state.get("source")
    return opened[1] if opened and opened[0] == turn else None


def open_source(turn: str, marker: str | None) -> None:
    """Open a source beside the conversation, or close it; only one is open at a time."""
    before: tuple[str, str] | None = st.session_state.get("source")
    if before and before[0] != turn:
        st.session_state[_pills_key(before[0])] = None
    st.session_state["source"] = (turn, marker) if marker else None
    st.session_state[_pills_key(turn)] = marker


def _pills_key(turn: str) -> str:
    return f"ey-pills-{turn}"


def question(text: str) -> None:
    """What the person asked."""
    with st.chat_message("You", avatar=discs.picture(state.role())):
        st.html(f'<div class="ey-bubble">{markup.paragraphs(text)}</div>')


def stored(turn: StoredTurn) -> None:
    """One finished or broken-off turn."""
    question(turn.question)
    with st.chat_message("Coach", avatar=discs.picture("coach")):
        if turn.reply:
            _reply(turn.id, turn.reply)
            if turn.reply.card and turn.status == "done":
                job_card.draw(turn, turn.reply.card)
        if turn.status == "stopped":
            st.html('<p class="ey-note">Stopped here.</p>')
        elif turn.status == "failed":
            st.html(f'<p class="ey-note ey-brick">{markup.message(_trouble(turn.id))}</p>')
        elif turn.status == "open":
            _look_again()
        if turn.status != "open" and not (turn.reply and turn.reply.referral):
            _actions(turn)


def _trouble(turn: str) -> str:
    writing = asking.current()
    known = writing.progress.trouble if writing and writing.progress.turn == turn else ""
    return known or "This answer was broken off. Ask again when you like."


def _reply(turn: str, reply: Reply) -> None:
    if reply.referral:
        contacts.referral(reply.referral)
        return
    if reply.offer:
        contacts.offer(reply.offer)
    own_note.beside(reply.own, turn)
    pills(turn, reply.sources)
    st.html(f'<div class="ey-answer">{_body(reply, chosen_marker(turn))}</div>')
    _notices(reply.notices)


def _body(reply: Reply, chosen: str | None) -> str:
    return markup.answer(reply.sentences, chosen) if reply.sentences else markup.paragraphs(reply.text or "…")


def _notices(notices: Sequence[str]) -> None:
    for notice in notices:
        st.html(f'<p class="ey-note">{markup.html_text(notice)}</p>')


def pills(turn: str, sources: Sequence[Source]) -> None:
    """The passages of an answer; choosing one opens it."""
    if not sources:
        return
    names = {
        source.marker: f"**{markup.label(source.marker)}** {markup.label(short_name(source), 40)}" for source in sources
    }
    key = _pills_key(turn)
    opened = chosen_marker(turn)
    st.session_state[key] = opened if opened in names else None
    st.pills(
        "Passages read for this answer",
        list(names),
        format_func=lambda marker: names.get(marker, marker),
        key=key,
        wrap=False,
        label_visibility="collapsed",
        on_change=lambda: open_source(turn, st.session_state[key]),
    )


def short_name(source: Source) -> str:
    """The last heading of a passage, or its document's title."""
    return source.heading.split(" › ")[-1] or source.title


def _actions(turn: StoredTurn) -> None:
    """What can be done with an answer: say whether it helped, copy it, ask again."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"ey-actions-{turn.id}"):
        if turn.status == "done" and turn.reply:
            _thumbs(turn)
        if turn.reply and turn.reply.text:
            with st.popover("Copy", icon=":material/content_copy:", type="tertiary"):
                st.code(turn.reply.text, language=None, wrap_lines=True)
        if turn.status in ("failed", "stopped"):
            key = f"ey-again-{turn.id}"
            st.button(
                "Ask again",
                icon=":material/refresh:",
                type="tertiary",
                key=key,
                on_click=asking.ask,
                args=(turn.question,),
            )


def _thumbs(turn: StoredTurn) -> None:
    key = f"ey-rate-{turn.id}"
    options: dict[str, Any] = {} if key in st.session_state else {"default": _thumb(turn.rating)}
    st.feedback("thumbs", key=key, on_change=lambda: _rate(turn.id, st.session_state[key]), **options)


def _thumb(rating: Rating | None) -> int | None:
    return None if rating is None else int(rating == Rating.UP)


def _rate(turn: str, thumb: int | None) -> None:
    state.get_store().rate(state.actor(), turn, None if thumb is None else (Rating.DOWN, Rating.UP)[thumb])


def _look_again() -> None:
    """An answer that another tab, or this one before a reload, is having made: look every second."""
    st.html(markup.wait_line("The answer is still being written"))
    st.fragment(_reload_when_finished, run_every=1.0)()


def _reload_when_finished() -> None:
    shown = state.conversation()
    turns = state.get_store().read(state.actor(), shown).turns if shown else ()
    if not any(turn.status == "open" for turn in turns):
        st.rerun()


def being_written(writing: Writing, on_progress: Callable[[], None]) -> None:
    """The running answer, until it is finished or the script is interrupted by a click.

    `on_progress` is called whenever a sentence was added, so that an open source can mark it.
    """
    question(writing.question)
    with st.chat_message("Coach", avatar=discs.picture("coach")):
        first, own, over, text, below = st.empty(), st.container(), st.container(), st.empty(), st.empty()
        progress, drawn, beside, offered, shown, stage = writing.progress, False, False, False, 0, ""
        ran = not progress.ending
        while not progress.ending:
            if progress.conversation and st.query_params.get("conversation") != progress.conversation:
                st.query_params["conversation"] = progress.conversation
            if progress.offer and not offered:
                with first.container():
                    contacts.offer(progress.offer)
                offered = True
            if progress.own and not beside:
                with own:
                    own_note.beside(progress.own, progress.turn or writing.id)
                beside = True
            if progress.sources and not drawn:
                with over:
                    pills(progress.turn or writing.id, progress.sources)
                drawn = True
            if len(progress.sentences) != shown:
                shown = len(progress.sentences)
                chosen = chosen_marker(progress.turn or writing.id)
                text.html(f'<div class="ey-answer">{markup.answer(progress.sentences, chosen)}</div>')
                on_progress()
            if progress.stage != stage:
                stage = progress.stage
                below.html(markup.wait_line(STAGES[progress.stage]))
            progress = writing.wait(progress, HEARTBEAT)
            state.hear_clicks()
        if not ran and progress.unsaved:
            _unsaved(writing, progress)
    if ran or not progress.unsaved:  # what stands around the answer, the stop button too, knows that it is finished
        st.rerun()


def _unsaved(writing: Writing, progress: Progress) -> None:
    """An answer that could not be kept is shown all the same, with the reason."""
    _reply(progress.turn or writing.id, progress.reply or progress.written())
    lines = [line for line in (progress.trouble, progress.unsaved and f"This is not kept: {progress.unsaved}") if line]
    st.html("".join(f'<p class="ey-note ey-brick">{markup.message(line)}</p>' for line in lines))
