"""After a session: something to look back at goes in; questions come out, with room for an answer under each.

Parts of the page `reflection`. Every answer is kept as it is given; what the chat model words better stands beside a
question until the person takes it.
"""

from typing import TYPE_CHECKING, Final

import streamlit as st

from app import reflecting, state
from app.components import debrief, download, reflect_commitment, source
from app.components.attempt import attempt, told
from app.components.export import file_name
from app.components.markup import html_text, message, wait_line
from app.documents import pdf_of
from app.reflecting import OnPage
from assistant.coach.reflection import NAMES, Kept, Prompt, render_reflection

if TYPE_CHECKING:
    from assistant.store.records import NoteSummary

LOOK_SECONDS: Final = 0.7
"""Between two looks at what the chat model has."""
KEPT: Final = "Leave open what you do not remember. It is kept with your questions, for you alone."
_TEXT, _FRESH = "ey-reflect-text", "ey-reflect-fresh"


def draw(shown: OnPage | None) -> None:
    """The questions on the page, or the way to them."""
    if shown is None:
        _begin()
        return
    _ways(shown)
    st.fragment(_questions, run_every=LOOK_SECONDS if reflecting.improving(shown.id) else None)(shown)
    reflect_commitment.draw(shown)


def _begin() -> None:
    if line := reflecting.trouble():
        st.html(f'<p class="ey-error" role="alert">{message(line)}</p>')
    fresh = st.session_state.get(_FRESH, 0)
    with st.container(key="ey-note-input"):
        st.text_area(
            "What happened, in your own words",
            height=150,
            placeholder="A few lines are enough: what was said, what surprised you, what you took on",
            key=f"{_TEXT}-{fresh}",
        )
        st.button("Ask me about it", type="primary", key="ey-reflect-begin", on_click=_from_text)
    st.html('<p class="ey-small">The questions and your answers are kept for you alone, as you write them.</p>')
    _saved()
    debrief.draw("Ask me about that", _from_text, KEPT)


def _from_text() -> None:
    fresh = st.session_state.get(_FRESH, 0)
    reflecting.begin(st.session_state.get(f"{_TEXT}-{fresh}") or "")
    if reflecting.on_page():
        st.session_state[_FRESH] = fresh + 1


def _saved() -> None:
    notes = state.get_notes().list(state.actor())
    if not notes:
        return
    named = {one.id: one for one in notes}
    with st.container(horizontal=True, vertical_alignment="bottom", key="ey-reflect-saved"):
        chosen = st.selectbox(
            "Or one of your saved notes",
            list(named),
            index=None,
            placeholder="Choose a note",
            format_func=lambda one: _label(named[one]),
            key="ey-reflect-note",
        )
        st.button("Ask me about this note", disabled=chosen is None, key="ey-reflect-from", on_click=_from_note)


def _label(note: "NoteSummary") -> str:
    return f"{note.updated.day} {note.updated:%B}: {' '.join(note.title.split())[:70]}"


def _from_note() -> None:
    if chosen := st.session_state.get("ey-reflect-note"):
        with told():
            reflecting.begin("", state.get_notes().load(state.actor(), chosen))


def _ways(shown: OnPage) -> None:
    """Leave this one, and take it along."""
    name = file_name("after a session")
    with st.container(horizontal=True, key="ey-reflect-ways"):
        st.button("Another session", icon=":material/add:", type="tertiary", key="ey-reflect-new", on_click=_leave)
        kept = shown.kept
        text = render_reflection(kept)
        download.button("Markdown", name, "text/markdown", lambda: text, kind="tertiary", key="ey-reflect-md")
        pdf = name.removesuffix(".md") + ".pdf"
        download.button(
            "PDF",
            pdf,
            "application/pdf",
            lambda: pdf_of(text, "After a session"),
            kind="tertiary",
            key="ey-reflect-pdf",
        )


def _leave() -> None:
    from app import drafting

    drafting.leave("reflection")


def _questions(shown: OnPage) -> None:
    """All questions with their answers; looks by itself for what the chat model has while that is at work."""
    with told():
        was_open = reflecting.improving(shown.id) is not None
        over = reflecting.take_in(shown)
        now = reflecting.load(shown.id)
        for stage, prompts in zip(
            NAMES, (now.kept.after.what, now.kept.after.so_what, now.kept.after.now_what), strict=True
        ):
            for at, prompt in enumerate(prompts):
                with st.container(key=f"ey-ask-{stage}-{at}", gap="xsmall"):
                    _question(now, prompt, NAMES[stage] if at == 0 else "")
        _listening(now.kept)
        if not over:
            with st.container(horizontal=True, vertical_alignment="center", key="ey-reflect-wording"):
                st.html(wait_line("The chat model looks for better words for two of these; yours to take or leave"))
                stop = {"type": "tertiary", "key": "ey-reflect-stop"}
                st.button("Stop", on_click=reflecting.stop, args=(shown.id,), **stop)  # type: ignore[arg-type]
        elif was_open:
            st.rerun()
        for remark in now.kept.after.remarks:
            st.html(f'<p class="ey-xs">{html_text(remark)}</p>')
        source.button(now.kept.after.citations, f"reflect-{shown.id}")


def _question(shown: OnPage, prompt: Prompt, step: str) -> None:
    key = f"{shown.id}-{prompt.stage}-{prompt.frame}"
    head = f'<h2 class="ey-label ey-step">{step}</h2>' if step else ""
    praise = f'<p class="ey-small">{html_text(prompt.praise)}</p>' if prompt.praise else ""
    st.html(f'{head}{praise}<p class="ey-said ey-ask">{html_text(prompt.text)}</p>')
    before = shown.kept.answers.get(prompt.frame, "")
    text = st.text_area(
        f"Your answer to: {prompt.text}",
        value=before,
        height="content",
        placeholder="A sentence is enough",
        label_visibility="collapsed",
        key=f"ey-answer-{key}",
    )
    if (text or "") != before:
        attempt(lambda: reflecting.answer(shown, prompt.frame, text or ""))
        if reflecting.referred():
            st.rerun()
    if offer := shown.kept.offers.get(prompt.frame):
        with st.container(horizontal=True, vertical_alignment="center", key=f"ey-offer-{key}"):
            st.html(
                f'<p class="ey-small">Or: <span class="ey-said">{html_text(offer.text)}</span></p>', width="stretch"
            )
            look = {"type": "tertiary", "key": f"ey-offer-take-{key}"}
            if st.button("Ask me that", **look) and attempt(  # type: ignore[arg-type]
                lambda: reflecting.change(shown, lambda kept: kept.with_offer(prompt.frame))
            ):
                st.rerun(scope="fragment")


def _listening(kept: Kept) -> None:
    if kept.after.listening is None:
        return
    seen = "".join(f"<p>{html_text(line)}</p>" for line in kept.after.listening.seen)
    with st.container(key="ey-tint-listening", gap="xsmall"):
        st.html(
            f'<h2 class="ey-label">How you listened</h2>{seen}'
            f'<p class="ey-said">{html_text(kept.after.listening.question)}</p>'
        )
