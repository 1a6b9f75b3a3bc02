"""What others see: an honest page for everyone, in each part, about this version and these settings.

Who sees what stands in `visibility`; what programme managers see of somebody is shown by `seen`, what counts for their
themes by `counted_list`, and these themes by `their_view`. A promise that no code keeps must not stand here.
"""

import streamlit as st

from app import contributing, hosting, state
from app.components import contacts, counted_list, hosted, rights, seen, sharing, their_view, visibility
from app.components.markup import html_text
from assistant.models.place import model_place
from assistant.settings import Settings
from assistant.store.failures import hide_password

TOLD = (
    "Eyelevel runs for several people. Others see what you share with them, and nothing else that you write; who "
    "administers accounts can read none of it."
)
TOLD_ALONE = (
    "Eyelevel runs for one person, on this computer. Nobody else in your programme has a page that shows anything of "
    "yours."
)


def render() -> None:
    """Draw the page."""
    settings = state.get_settings()
    if contributing.is_offered() and their_view.draw():
        return
    told = TOLD if state.shared() else TOLD_ALONE
    st.html(f"<h1>What others see</h1><p class='ey-sub'>{told}</p>")
    with st.container(key="ey-privacy"):
        left, right = st.columns([600, 320], gap="large")
        with left:
            _seen()
        with right:
            if contributing.is_offered():
                their_view.card()
                counted_list.consent()
            _promise(settings)
            _names()
            _kept(settings)
            rights.take_away()
            rights.erase()
            _contacts()


def _seen() -> None:
    """Who sees what of this person, and what this person sees of others."""
    role = state.role()
    st.html(visibility.table(visibility.TABLES[role] if state.shared() else visibility.PERSONAL))
    st.html('<p class="ey-small">Nobody is scored, and no feelings are inferred.</p>')
    if not state.shared():
        st.html(f'<p class="ey-small">{seen.ALONE}</p>')
    elif role in visibility.REACH:
        with st.container(key="ey-tint-reach"):
            st.html(visibility.reach(visibility.REACH[role]))
    else:
        seen.draw()
        counted_list.draw()
    sharing.given()


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
    plain = place.where == "elsewhere" or contributing.is_offered()  # one promise a page stands out
    with st.container(key="ey-tint-model" if plain else "ey-spruce-model"):
        st.html(f"<h2>Where answers are made</h2><p>{html_text(text)}</p>")
        hosted.settle()


def _names() -> None:
    with st.container(key="ey-tint-names"):
        st.html("<h2>Names</h2><p>Whom you write about, so that Eyelevel can leave the names out.</p>")
        hosted.names()


def _kept(settings: Settings) -> None:
    keys = "in <code>EYELEVEL_MASTER_KEY</code> and" if settings.master_key else "in"
    if state.shared():
        where = (
            "<p>In the database of this Eyelevel, apart from the folder of keys. Not sealed in it: names, addresses, "
            "programmes, pairs, sessions, what was shared with whom, times and sizes, and whether an answer helped.</p>"
        )
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
