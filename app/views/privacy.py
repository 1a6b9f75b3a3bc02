"""What others see: the same honest page for everyone, about this version and these settings.

It states what holds today and what does not yet; a promise that no code keeps must not stand here.
"""

import streamlit as st

from app import hosting, state
from app.components import contacts, hosted, rights
from app.components.markup import html_text
from assistant.models.place import model_place
from assistant.settings import Settings
from assistant.store.failures import hide_password

ROWS = (
    ("Questions and answers", "and the passages behind them", "Yes", "No", "Only with the keys"),
    ("Whether an answer helped", "your thumbs up or down", "Yes", "No", "Yes"),
    ("Notes you check", "kept only if you save them", "Yes", "No", "Only with the keys"),
    ("What you say to a finding", "kept apart from notes only if you allow it", "Yes", "No", "If you allow it"),
    ("When you wrote, and how much", "times and sizes, no words", "Yes", "No", "Yes"),
    ("Which part you play", "mentor, mentee or manager", "Yes", "No", "Yes"),
    ("The guide", "the same for everyone", "Yes", "If they have Eyelevel", "Yes"),
)
"""In personal mode."""
SHARED_ROWS = (
    ("Questions and answers", "and the passages behind them", "Yes", "No", "Only with the keys"),
    ("Whether an answer helped", "your thumbs up or down", "Yes", "No", "Yes"),
    ("Notes and commitments", "kept only if you save them", "Yes", "What you share", "Only with the keys"),
    ("What you say to a finding", "kept apart from notes only if you allow it", "Yes", "No", "If you allow it"),
    ("Sessions", "when you met and for how long, no words", "Yes", "Your pair", "Yes"),
    ("Your name, address, roles and pairs", "so that people can be paired", "Yes", "Who needs them", "Yes"),
    ("When you wrote, and how much", "times and sizes, no words", "Yes", "No", "Yes"),
    (
        "That you shared something, or your account changed",
        "times and numbers in the audit, no words",
        "Yes",
        "Administrators",
        "Yes",
    ),
)
"""Where people sign in."""
COLUMNS = ("You", "Your pair and programme", "Whoever can open the database's file")


def render() -> None:
    """Draw the page."""
    settings = state.get_settings()
    told = (
        "Eyelevel runs for several people. Others see what you share with them, and nothing else that you write; who "
        "administers accounts can read none of it."
        if state.shared()
        else "Eyelevel runs for one person, on this computer. Nobody else in your programme has a page that shows "
        "anything of yours."
    )
    st.html(f"<h1>What others see</h1><p class='ey-sub'>{told}</p>")
    with st.container(key="ey-privacy"):
        left, right = st.columns([600, 320], gap="large")
        with left:
            st.html(_table())
            st.html('<p class="ey-small">Nobody is scored, and no feelings are inferred.</p>')
        with right:
            _promise(settings)
            _names()
            _kept(settings)
            rights.take_away()
            rights.erase()
            _contacts()


def _table() -> str:
    head = "".join(f'<th scope="col">{html_text(column)}</th>' for column in ("What", *COLUMNS))
    rows = "".join(
        f'<tr><th scope="row">{html_text(what)}<span>{html_text(detail)}</span></th>{_cells(seen)}</tr>'
        for what, detail, *seen in (SHARED_ROWS if state.shared() else ROWS)
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
    text = texts[place.where]
    if place.where == "elsewhere" and not settings.hosted_models:
        text = (
            f"A model elsewhere is set, {place.name}, but sending is off here. Nothing you write leaves this computer."
        )
    elif place.where == "elsewhere" and not hosting.is_allowed():
        text = f"In the guide's own passages. Nothing goes to {place.name}, which is not on this computer."
    with st.container(key="ey-tint-model" if place.where == "elsewhere" else "ey-spruce-model"):
        st.html(f"<h2>Where answers are made</h2><p>{html_text(text)}</p>")
        hosted.settle()


def _names() -> None:
    with st.container(key="ey-tint-names"):
        st.html("<h2>Names</h2><p>Whom you write about, so that Eyelevel can leave the names out.</p>")
        hosted.names()


def _kept(settings: Settings) -> None:
    keys = "in <code>EYELEVEL_MASTER_KEY</code> and" if settings.master_key else "in"
    if state.shared():
        where = "<p>In the database of this Eyelevel, apart from the folder of keys.</p>"
    else:
        database = settings.database if settings.database_url else str(settings.home / "eyelevel.db")
        where = (
            f"<p>The database on this computer:</p><p class='ey-path'>{html_text(hide_password(database))}</p>"
            f"<p>The keys, {keys}:</p><p class='ey-path'>{html_text(str(settings.keys))}</p>"
        )
    with st.container(key="ey-tint-kept"):
        st.html(
            f"<h2>Where it is kept</h2>{where}<p>Your words are sealed (AES-256) with a key of your own. A backup of "
            "the database tells nobody what you wrote. Whoever runs this machine has the keys as well and could read "
            "it; and if the keys are lost, nobody can.</p>"
        )


def _contacts() -> None:
    with st.container(key="ey-tint-contacts"):
        st.html(
            "<h2>Someone to talk to</h2><p>Harassment, discrimination, retaliation or danger are not coached "
            f"here. Nothing is sent to anyone by itself.</p>{contacts.as_html(state.get_coach().contacts())}"
        )
