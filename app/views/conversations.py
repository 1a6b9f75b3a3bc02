"""What was asked before: open, rename, take away, delete and bring back."""

from zlib import crc32

import streamlit as st

from app import navigation, state
from app.components import export, look_around
from app.components.markup import html_text, label, message
from app.components.times import ago
from assistant.errors import InputError, StoreError
from assistant.store.records import ConversationSummary

PAGE = 30


def render() -> None:
    """Draw the page."""
    store = state.get_store()
    found = store.list(state.actor())
    kept = "Only you can read them." if state.shared() else "Only this computer keeps them."
    st.html(
        f"<h1>Conversations</h1><p class='ey-sub'>What you asked as {state.role().value}, the latest first. {kept}</p>"
    )
    _bring_back()
    if trouble := st.session_state.pop("conversation-trouble", None):
        st.html(f'<p class="ey-error" role="alert">{message(trouble)}</p>')
    if not found:
        st.html("<p>Nothing yet. What you ask the coach is kept here until you delete it.</p>")
        look_around.line()
        navigation.link_to("coach", "Ask the coach", icon=":material/forum:")
        return
    pages = -(-len(found) // PAGE)
    shown = int(st.pagination(pages, key="ey-conversation-pages") or 1) if pages > 1 else 1
    with st.container(key="ey-list", gap=None):
        for summary in found[(shown - 1) * PAGE : shown * PAGE]:
            _row(summary)


def _row(summary: ConversationSummary) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"ey-row-{summary.id}"):
        with st.container(gap=None):
            if st.button(label(summary.title, 90), type="tertiary", key=f"ey-open-{summary.id}"):
                state.open_conversation(summary.id)
                st.switch_page(navigation.page("coach"))
            turns = "1 question" if summary.turns == 1 else f"{summary.turns} questions"
            st.html(f'<p class="ey-small">{ago(summary.updated_at)} · {turns}</p>')
        with st.popover("More", type="tertiary", key=f"ey-more-{summary.id}-{crc32(summary.title.encode())}"):
            _more(summary)


def _more(summary: ConversationSummary) -> None:
    with st.form(key=f"ey-rename-{summary.id}", border=False):
        title = st.text_input("Title", value=summary.title, max_chars=200)
        if st.form_submit_button("Rename") and title != summary.title:
            _rename(summary.id, title)
    export.button(summary.id, summary.title)
    st.button(
        "Delete",
        icon=":material/delete:",
        type="tertiary",
        key=f"ey-delete-{summary.id}",
        on_click=_delete,
        args=(summary,),
    )


def _rename(conversation: str, title: str) -> None:
    try:
        state.get_store().rename(state.actor(), conversation, title)
    except InputError as error:
        st.session_state["conversation-trouble"] = str(error)
    st.rerun()


def _delete(summary: ConversationSummary) -> None:
    state.get_store().delete(state.actor(), summary.id)
    st.session_state["deleted"] = summary
    if state.conversation() == summary.id:
        state.leave_conversation()


def _bring_back() -> None:
    deleted: ConversationSummary | None = st.session_state.get("deleted")
    if deleted is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="ey-tint-deleted"):
        st.html(
            f'<p role="status">Deleted: “{html_text(deleted.title)}”. It can be brought back now, and is erased from '
            "the disk after a day.</p>"
        )
        st.button("Bring it back", icon=":material/undo:", key="ey-undo", on_click=_restore, args=(deleted,))


def _restore(deleted: ConversationSummary) -> None:
    st.session_state.pop("deleted", None)
    try:
        state.get_store().restore(state.actor(), deleted.id)
    except StoreError as error:
        st.session_state["conversation-trouble"] = str(error)
