"""The beginning of a check: a note to paste, a file, or only the debrief; and an example for who wants to look first.

Everything typed goes into the session's sheet (`app.checking`), so that it is still there after another page.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from app import checking, hosting, state
from app.components import debrief, examples, hosted, naming, saved
from app.components.markup import html_text, message
from assistant.models.place import model_place
from assistant.notes.note import Transcript

COLUMNS = [480, 440]
"""Pixels of note and debrief in a window of 1280."""
KINDS = ("txt", "md", "docx", "vtt", "srt")
MEGABYTES = 5
"""Largest upload; a long transcript has a tenth of it, pictures in a document may take the rest."""
PLACEHOLDER = (
    "What happened, in your own words. A few lines are enough, fragments too; you can also paste a transcript."
)


def draw() -> None:
    """The note and what was saved on the left, the debrief on the right."""
    current = checking.sheet()
    left, right = st.columns(COLUMNS, gap="medium")
    with left:
        if state.get_settings().note_judge:
            hosted.ask()
        _note(current)
        saved.draw()
    with right:
        alone = not current.file and not current.text.strip()
        debrief.draw("Check the debrief alone" if alone else "Check with the debrief", _begin)


def _begin() -> None:
    """Check what stands on the page, also what was typed in the moment of the click."""
    current = checking.sheet()
    current.text = st.session_state.get(_text_key(current), current.text) or ""
    debrief.take(current)
    checking.begin()


def _text_key(current: checking.Sheet) -> str:
    return f"ey-note-text-{current.id}-{current.files}"


def _note(current: checking.Sheet) -> None:
    with st.container(key="ey-note-input"):
        if current.trouble:
            st.html(f'<p class="ey-error" role="alert">{message(current.trouble)}</p>')
        if current.file and current.file.transcript:
            _file(current.file_name, current.file.transcript)
        else:
            _text(current)
            naming.draw(current, _text_key(current))
        _ways(current)
        _promise()


def _text(current: checking.Sheet) -> None:
    look: dict[str, Any] = {"height": 264, "placeholder": PLACEHOLDER}
    key = _text_key(current)
    current.text = st.text_area("Your note", current.text, key=key, on_change=_keep, args=(current, key), **look) or ""


def _keep(current: checking.Sheet, key: str) -> None:
    """What was typed, also where a click on another page comes before this one is drawn again."""
    current.text = st.session_state.get(key) or ""


def _ways(current: checking.Sheet) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="ey-note-ways"):
        st.button("Check the note", type="primary", key="ey-note-check", on_click=_begin)
        if current.text or current.file or not current.debrief.is_empty:
            st.button("Clear", type="tertiary", icon=":material/close:", key="ey-note-clear", on_click=checking.clear)
        else:
            examples_for = {"A note": examples.NOTES[state.role()], "A transcript": examples.TRANSCRIPT}
            with st.container(horizontal=True, width="content", vertical_alignment="center", key="ey-note-examples"):
                st.html('<p class="ey-small">Only looking? Try an example:</p>', width="content")
                for name, text in examples_for.items():
                    st.button(name, type="tertiary", key=f"ey-example-{name}", on_click=_try, args=(text,))
    if not current.file:
        _upload(current)


def _try(text: str) -> None:
    checking.put(checking.Sheet(text=text))
    checking.begin()


def _upload(current: checking.Sheet) -> None:
    key = f"ey-note-file-{current.id}-{current.files}"
    st.file_uploader(
        "Or choose a file: text, Word, or a transcript as VTT or SRT",
        type=list(KINDS),
        key=key,
        max_upload_size=MEGABYTES,
        on_change=_take,
        args=(key,),
    )


def _take(key: str) -> None:
    """Read the file, then let go of it: the next run draws another uploader, and Streamlit forgets the bytes."""
    given: Any = st.session_state.get(key)
    if given is None:
        return
    checking.take_file(given.name, given.getvalue())
    checking.sheet().files += 1


def _file(name: str, transcript: Transcript) -> None:
    turns = f"{len(transcript.turns):,} turns"
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key="ey-tint-file"):
        st.html(
            f"<h2>{html_text(name)}</h2><p>A transcript of {turns}: {html_text(_names(transcript.speakers))}. Who is "
            "mentor and who is mentee can be set after the check.</p>"
        )
        st.button("Take it out", icon=":material/close:", type="tertiary", key="ey-note-unfile", on_click=_unfile)


def _names(speakers: Sequence[str]) -> str:
    shown = list(speakers[:4])
    if len(speakers) > len(shown):
        shown.append(f"{len(speakers) - len(shown)} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _unfile() -> None:
    checking.sheet().file = None


def _promise() -> None:
    settings = state.get_settings()
    place = model_place(settings)
    read = "here" if state.shared() else "on this computer"
    line = f"Only you can read it. It is read {read}, and nothing is kept unless you save it."
    if settings.note_judge and place.where == "elsewhere" and hosting.is_allowed():
        line = f"Nothing is kept unless you save it. To be checked, it also goes to {place.name}."
    st.html(f'<p class="ey-small">{html_text(line)}</p>')
