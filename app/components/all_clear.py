"""A check that raises nothing: what that says and what it does not, and sentences worth keeping.

Never drawn where a part of the check was not done: that is another thing (see `result`).
"""

import streamlit as st

from app import checking, navigation
from app.components import discs
from app.components.markup import html_text
from assistant.notes.note import NoteReport

NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()


def draw(report: NoteReport) -> None:
    """The promise-coloured card and what follows it."""
    with st.container(key="ey-spruce-clear"):
        st.html(f'{discs.line("middle")}<h2 class="ey-serif">{headline(report)}</h2><p>{html_text(words(report))}</p>')
    if report.worth_keeping:
        many = len(report.worth_keeping)
        name = f"{NUMBERS[min(many, 12)].capitalize()} sentence{'' if many == 1 else 's'} worth keeping"
        quotes = "".join(f'<p class="ey-said">“{html_text(one.quote)}”</p>' for one in report.worth_keeping)
        st.html(f'<h3 class="ey-label">{name}</h3>{quotes}')
    _felt()


def headline(report: NoteReport) -> str:
    """What was found nothing in."""
    return "Nothing to raise from this note" if report.method.sentences else "Nothing to raise from the debrief"


def words(report: NoteReport) -> str:
    """How far the check reached; a test holds the miss rate to `evals/baselines/note_check.json`."""
    read = report.method.sentences
    if not read:
        return (
            "I read the debrief, and it settles none of the mistakes I know. Without a note I cannot see more: who "
            "told and who asked, and what was held back."
        )
    count = "the one sentence" if read == 1 else f"{NUMBERS[read] if read < len(NUMBERS) else f'{read:,}'} sentences"
    return (
        f"I read {count} for the ten mistakes I know and found no evidence of one. That says something about the note, "
        "not everything about the hour: in notes written to test me I miss roughly one mistake in five."
    )


def _felt() -> None:
    current = checking.sheet()
    st.html('<h3 class="ey-label">Does that match how it felt?</h3>')
    if current.felt:
        st.html('<p class="ey-small" role="status">Good. You know more about the hour than any note does.</p>')
        return
    with st.container(horizontal=True, key="ey-felt"):
        st.button("Yes, it was a good one", key="ey-felt-good", on_click=_good)
        if st.button("Something was off", key="ey-felt-off"):
            st.switch_page(navigation.page("coach"))
    st.html('<p class="ey-small">“Something was off” opens the coach. It changes no result.</p>')


def _good() -> None:
    checking.sheet().felt = True
