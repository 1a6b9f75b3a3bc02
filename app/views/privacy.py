"""What others see: the same honest page for everyone, about this version and these settings.

It states what holds today and what does not yet; a promise that no code keeps must not stand here.
"""

import streamlit as st

from app import navigation, state
from app.components import contacts
from app.components.markup import html_text
from app.components.place import model_place
from assistant.settings import Settings

ROWS = (
    ("Questions and answers", "and the passages behind them", "Yes", "No", "Yes"),
    ("Whether an answer helped", "your thumbs up or down", "Yes", "No", "Yes"),
    ("Notes you check", "kept only if you save them", "Yes", "No", "If you save them"),
    ("What you say to a finding", "kept apart from notes only if you allow it", "Yes", "No", "If you allow it"),
    ("Which part you play", "mentor, mentee or manager", "Yes", "No", "Yes"),
    ("The guide", "the same for everyone", "Yes", "If they have Eyelevel", "Yes"),
)
COLUMNS = ("You", "Your pair and programme", "Whoever can open this computer's files")


def render() -> None:
    """Draw the page."""
    settings = state.get_settings()
    st.html(
        "<h1>What others see</h1><p class='ey-sub'>Eyelevel runs for one person, on this computer. Nobody else in "
        "your programme has a page that shows anything of yours.</p>"
    )
    with st.container(key="ey-privacy"):
        left, right = st.columns([600, 320], gap="large")
        with left:
            st.html(_table())
            st.html('<p class="ey-small">Nobody is scored, and no feelings are inferred.</p>')
        with right:
            _promise(settings)
            _kept(settings)
            _take_away()
            _contacts()


def _table() -> str:
    head = "".join(f'<th scope="col">{html_text(column)}</th>' for column in ("What", *COLUMNS))
    rows = "".join(
        f'<tr><th scope="row">{html_text(what)}<span>{html_text(detail)}</span></th>{_cells(seen)}</tr>'
        for what, detail, *seen in ROWS
    )
    return f'<table class="ey-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _cells(seen: list[str]) -> str:
    cells = zip(COLUMNS, seen, strict=True)
    return "".join(
        f'<td data-for="{html_text(who)}"><span class="{"ey-yes" if answer == "Yes" else ""}">{answer}</span></td>'
        for who, answer in cells
    )


def _promise(settings: Settings) -> None:
    place = model_place(settings)
    notes = " Notes that you check go there too." if settings.note_judge else " Notes that you check do not."
    texts = {
        "here": "The language model works on this computer too. Nothing you write leaves it.",
        "nowhere": "No language model is set, so answers are passages of the guide. Nothing you write leaves it.",
        "elsewhere": f"Not here. Each question, the earlier ones of the same conversation and the passages go to "
        f"{place.name}, which answers under its own rules.{notes}",
    }
    with st.container(key="ey-tint-model" if place.where == "elsewhere" else "ey-spruce-model"):
        st.html(f"<h2>Where answers are made</h2><p>{html_text(texts[place.where])}</p>")


def _kept(settings: Settings) -> None:
    where = "<p>In the database that was set up for Eyelevel.</p>"
    if not settings.database_url:
        file = html_text(str(settings.home / "eyelevel.db"))
        where = f"<p>In one file on this computer:</p><p class='ey-path'>{file}</p>"
    with st.container(key="ey-tint-kept"):
        st.html(
            f"<h2>Where it is kept</h2>{where}<p>It is not encrypted yet: whoever can read your files, or a backup "
            "of them, can read it. The app answers to this computer only.</p>"
        )


def _take_away() -> None:
    with st.container(key="ey-tint-away"):
        st.html(
            "<h2>Take it away, or erase it</h2><p>Each conversation and each note can be downloaded, and deleted. "
            "What is deleted can be brought back for a day; then it is erased from the file. Your own backups keep "
            "their copy.</p>"
        )
        navigation.link_to("conversations", "Go to your conversations", icon=":material/history:")


def _contacts() -> None:
    with st.container(key="ey-tint-contacts"):
        st.html(
            "<h2>Someone to talk to</h2><p>Harassment, discrimination, retaliation or danger are not coached "
            f"here. Nothing is sent to anyone by itself.</p>{contacts.as_html(state.get_coach().contacts())}"
        )
