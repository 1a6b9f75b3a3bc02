"""You said, I did, over the programme: a line of words and small numbers, and the whole of it to take along."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from app import following
from app.components import download
from app.components.days import today
from app.components.markup import html_text
from assistant.coach.said_did import in_words, render_summary, summarise

if TYPE_CHECKING:
    from app.following import Course
    from assistant.store.people_records import OwnPair


def draw(pair: "OwnPair | None", course: "Course") -> None:
    """The line with its two files; nothing where nothing was promised."""
    promises = following.told(course.promises)
    line = in_words(summarise(promises))
    if not line:
        return
    title = f"You said, I did: with {pair.partner_name}" if pair else "You said, I did"
    make = partial(render_summary, title, promises, _sessions(course))
    key = pair.id if pair else "alone"
    st.html(f"<p>{html_text(line)} What is open starts the next plan.</p>")
    with st.container(horizontal=True, key=f"ey-summary-{key}"):
        files: tuple[tuple[str, str, str, Callable[[], str | bytes]], ...] = (
            ("Summary as Markdown", "you-said-i-did.md", "text/markdown", make),
            ("As PDF", "you-said-i-did.pdf", "application/pdf", partial(_pdf, make, title)),
        )
        for name, file, kind, made in files:
            download.button(name, file, kind, made, kind="tertiary", key=f"ey-summary-{key}-{kind}")


def _pdf(make: Callable[[], str], title: str) -> bytes:
    from app.documents import pdf_of

    return pdf_of(make(), title)


def _sessions(course: "Course") -> str:
    """How many sessions there were, in a sentence; nothing where none is noted."""
    held = sum(1 for one in course.sessions if one.minutes_held)
    ahead = sum(1 for one in course.sessions if one.minutes_held is None and one.held_on >= today())
    parts = [f"{held} session{'' if held == 1 else 's'} held"] if held else []
    parts += [f"{ahead} planned"] if ahead else []
    return f"{' and '.join(parts)}." if parts else ""
