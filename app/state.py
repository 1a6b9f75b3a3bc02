"""What the pages share: settings, coach and store for the process, the actor for the session.

Pages call these functions through the module (`state.get_coach()`), so that a test can put another coach in their
place. Process-wide are only parts without anyone's text; what a person writes lives in the session and the store.
"""

import threading
from typing import TYPE_CHECKING

import streamlit as st

from app import downloads, gate, preferences
from assistant.errors import AccessDenied
from assistant.events import log
from assistant.roles import COACHED, PERSONAL, Actor, Role
from assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    from app.counting import Counting
    from assistant.coach.feedback.coach import FeedbackCoach
    from assistant.coach.plan import Planner
    from assistant.coach.programme import ProgrammePlanner
    from assistant.coach.reflection import Reflector
    from assistant.coach.rehearsal.rehearser import Rehearser
    from assistant.coach.service import Coach
    from assistant.coach.topics import TopicChooser
    from assistant.notes.advice import Adviser
    from assistant.notes.checker import NoteChecker
    from assistant.programme.coding import ThemeCoder
    from assistant.programme.report import Reporter
    from assistant.store.accounts import AccountStore
    from assistant.store.audit import AuditStore
    from assistant.store.commitments import CommitmentStore
    from assistant.store.conversations import ConversationStore
    from assistant.store.database import Database
    from assistant.store.drafts import DraftStore
    from assistant.store.notes import NoteStore
    from assistant.store.people import PeopleStore
    from assistant.store.people_records import Me
    from assistant.store.programmes import ProgrammeStore
    from assistant.store.reminders import ReminderStore
    from assistant.store.rights import RightsStore
    from assistant.store.shares import ShareStore
    from assistant.store.survey import SurveyStore
    from assistant.store.takeaways import TakeawayStore
    from assistant.store.themes import ThemeStore

MODELS_WAIT_SECONDS = 1.0
"""How long the models wait, so that on two cores the first page does not have to."""
_configured: list[Settings] = []
_frame = threading.local()
"""Whom the frame that this thread draws is for. Not in the session, where Streamlit may end a run at any look."""


def configure(settings: Settings) -> None:
    """Use these settings instead of reading the environment; called once, by `app.server`."""
    _configured[:] = [settings]


@st.cache_resource(show_spinner=False)
def _environment() -> Settings:
    return load_settings()


def get_settings() -> Settings:
    """The settings of this process. Raises `SettingsError`."""
    return _configured[0] if _configured else _environment()


@st.cache_resource(show_spinner=False)
def get_coach() -> "Coach":
    """The coach of this process, loading in the background."""
    from assistant.coach.service import Coach

    coach = Coach(get_settings())
    coach.start(after=MODELS_WAIT_SECONDS)
    return coach


@st.cache_resource(show_spinner=False)
def get_topics() -> "TopicChooser":
    """The topics that suit a pair. Raises `KnowledgeError`."""
    from assistant.coach.topics import TopicChooser

    return TopicChooser(get_settings(), get_coach().embeddings)


@st.cache_resource(show_spinner=False)
def get_planner() -> "Planner":
    """Plans of sessions. Raises `KnowledgeError`."""
    from assistant.coach.plan import Planner

    return Planner(get_settings(), get_coach().embeddings, get_topics())


@st.cache_resource(show_spinner=False)
def get_programme_planner() -> "ProgrammePlanner":
    """Plans of programmes. Raises `KnowledgeError`."""
    from assistant.coach.programme import ProgrammePlanner

    return ProgrammePlanner(get_settings(), get_coach().embeddings, get_topics())


@st.cache_resource(show_spinner=False)
def warm_programme_planner() -> threading.Thread:
    """Load what plans of programmes need beside the page, once, so that the first does not wait for it."""
    loading = threading.Thread(target=_prepare_programme_planner, name="warm_programme_planner", daemon=True)
    loading.start()
    return loading


def _prepare_programme_planner() -> None:
    try:
        get_programme_planner().warm()
    except Exception as error:  # the page itself says what is missing
        log("warm_up_failed", error=type(error).__name__)


@st.cache_resource(show_spinner=False)
def get_feedback_coach() -> "FeedbackCoach":
    """Upward feedback. Raises `KnowledgeError`."""
    from assistant.coach.feedback.coach import FeedbackCoach

    return FeedbackCoach(get_settings(), get_coach().embeddings)


@st.cache_resource(show_spinner=False)
def get_rehearser() -> "Rehearser":
    """The simulated senior."""
    from assistant.coach.rehearsal.rehearser import Rehearser

    return Rehearser(get_settings(), get_coach().chat)


@st.cache_resource(show_spinner=False)
def warm_planner() -> threading.Thread:
    """Load what plans and topics need beside the page, once, so that the first plan does not wait for it."""
    loading = threading.Thread(target=_prepare_planner, name="warm_planner", daemon=True)
    loading.start()
    return loading


def _prepare_planner() -> None:
    try:
        get_planner().warm()
    except Exception as error:  # the page itself says what is missing
        log("warm_up_failed", error=type(error).__name__)


@st.cache_resource(show_spinner=False)
def get_reflector() -> "Reflector":
    """Questions before and after a session, for the senior. Raises `KnowledgeError`."""
    from assistant.coach.reflection import Reflector

    return Reflector(get_settings(), get_coach().embeddings)


@st.cache_resource(show_spinner=False)
def get_checker() -> "NoteChecker":
    """The note check of this process."""
    from assistant.notes.checker import NoteChecker

    return NoteChecker(get_settings(), chat=get_coach().chat, adviser=get_adviser())


@st.cache_resource(show_spinner=False)
def warm_checker() -> threading.Thread:
    """Load the models of the note check beside the page, once, so that the first note does not wait for them."""
    loading = threading.Thread(target=_prepare_checker, name="warm_checker", daemon=True)
    loading.start()
    return loading


def _prepare_checker() -> None:
    try:
        get_checker().prepare()
    except Exception as error:  # the check itself says what is missing
        log("warm_up_failed", error=type(error).__name__)


@st.cache_resource(show_spinner=False)
def get_adviser() -> "Adviser":
    """The words of advice and of the next session."""
    from assistant.notes.advice import Adviser

    return Adviser(get_settings())


@st.cache_resource(show_spinner=False)
def get_database() -> "Database":
    """The database of this process. Raises `StoreError`."""
    from app.opening import open_database

    return open_database(get_settings())


@st.cache_resource(show_spinner=False)
def get_notes() -> "NoteStore":
    """The saved notes of this process. Raises `StoreError`."""
    from assistant.store.notes import NoteStore

    return NoteStore(get_database())


@st.cache_resource(show_spinner=False)
def get_drafts() -> "DraftStore":
    """Plans and other drafts. Raises `StoreError`."""
    from assistant.store.drafts import DraftStore

    return DraftStore(get_database())


@st.cache_resource(show_spinner=False)
def get_store() -> "ConversationStore":
    """The store of this process. Raises `StoreError`."""
    from assistant.store.conversations import ConversationStore

    return ConversationStore(get_database())


@st.cache_resource(show_spinner=False)
def get_rights() -> "RightsStore":
    """A person's export and erasure. Raises `StoreError`."""
    from assistant.store.rights import RightsStore

    return RightsStore(get_database())


@st.cache_resource(show_spinner=False)
def get_accounts() -> "AccountStore":
    """The accounts of this process. Raises `StoreError`."""
    from assistant.store.accounts import AccountStore

    return AccountStore(get_database())


@st.cache_resource(show_spinner=False)
def get_people() -> "PeopleStore":
    """People and their roles, for administrators. Raises `StoreError`."""
    from assistant.store.people import PeopleStore

    return PeopleStore(get_database())


@st.cache_resource(show_spinner=False)
def get_programmes() -> "ProgrammeStore":
    """Programmes and pairs. Raises `StoreError`."""
    from assistant.store.programmes import ProgrammeStore

    return ProgrammeStore(get_database())


@st.cache_resource(show_spinner=False)
def get_commitments() -> "CommitmentStore":
    """What people promised. Raises `StoreError`."""
    from assistant.store.commitments import CommitmentStore

    return CommitmentStore(get_database())


@st.cache_resource(show_spinner=False)
def get_shares() -> "ShareStore":
    """What one side of a pair lets the other read. Raises `StoreError`."""
    from assistant.store.shares import ShareStore

    return ShareStore(get_database())


@st.cache_resource(show_spinner=False)
def get_takeaways() -> "TakeawayStore":
    """What each side of a pair says of its sessions. Raises `StoreError`."""
    from assistant.store.takeaways import TakeawayStore

    return TakeawayStore(get_database())


@st.cache_resource(show_spinner=False)
def get_reminders() -> "ReminderStore":
    """Who wants to be reminded in the app. Raises `StoreError`."""
    from assistant.store.reminders import ReminderStore

    return ReminderStore(get_database())


@st.cache_resource(show_spinner=False)
def get_themes() -> "ThemeStore":
    """What people let count, and releases. Raises `StoreError`."""
    from assistant.store.themes import ThemeStore

    return ThemeStore(get_database())


@st.cache_resource(show_spinner=False)
def get_survey() -> "SurveyStore":
    """What each side of a pair answers to the survey. Raises `StoreError`."""
    from assistant.store.survey import SurveyStore

    return SurveyStore(get_database())


@st.cache_resource(show_spinner=False)
def get_coder() -> "ThemeCoder":
    """The themes of a note. Raises `KnowledgeError`."""
    from app.coding import open_coder

    return open_coder(get_settings())


@st.cache_resource(show_spinner=False)
def get_counting() -> "Counting":
    """Lets the themes of saved notes count, beside the pages. Raises `StoreError`."""
    from app.components import examples
    from app.counting import Counting

    return Counting(get_notes(), get_themes(), get_coder, examples.INVENTED)


@st.cache_resource(show_spinner=False)
def get_reporter() -> "Reporter":
    """The reports that programme managers read."""
    from assistant.programme.report import Reporter

    return Reporter(get_settings())


@st.cache_resource(show_spinner=False)
def get_audit() -> "AuditStore":
    """What was done, in ids, for administrators. Raises `StoreError`."""
    from assistant.store.audit import AuditStore

    return AuditStore(get_database())


@st.cache_resource(show_spinner=False)
def get_shelf() -> downloads.Shelf:
    """What the pages of this process offer to download."""
    return downloads.Shelf()


def browser() -> str | None:
    """The cookie that tells this session's browser from others; None where it keeps none."""
    return token() if shared() else st.context.cookies.get(downloads.BROWSER_COOKIE)


def forget_downloads() -> None:
    """End what the pages of this browser offer."""
    if shown := browser():
        get_shelf().withdraw_all(shown)


def forget_own(person: str) -> None:
    """Drop what this process holds of a person's own notes for searching them."""
    get_coach().own.forget(person)


def shared() -> bool:
    """Whether people sign in here; otherwise whoever sits at this machine is the one person."""
    return gate.is_shared(get_settings())


def token() -> str | None:
    """What the browser showed when it opened this session; whether it is good is asked at every use."""
    return st.context.cookies.get(gate.cookie_name(get_settings()))


def admit() -> "Me | None":
    """Who is signed in at this moment, for the frame to begin with; None: nobody, and nothing may be drawn.

    Whatever a session holds of somebody else is thrown away first. What the frame draws after it rests on this look,
    until `close_frame`.
    """
    person, before = get_accounts().whoami(token()), st.session_state.get("person")
    if before is not None and (person is None or before != person.id):
        _forget()
    if person is not None:
        st.session_state["person"] = person.id
    _frame.admitted = person
    return person


def close_frame() -> None:
    """The frame is drawn, or was broken off: whoever asks next is looked at anew."""
    _frame.admitted = None


def _signed_in() -> "Me":
    """Whose session this is: who was admitted to the frame that is being drawn; callbacks and fragments, which run
    outside of it, are looked at at every call.

    Raises `AccessDenied` where nobody is signed in any more, or somebody else than the session belongs to: then it
    is emptied, so that nothing of one person is ever done or kept in the name of another.
    """
    admitted: Me | None = getattr(_frame, "admitted", None)
    if admitted is not None:
        return admitted
    person = get_accounts().whoami(token())
    if person is None or st.session_state.get("person") != person.id:
        _forget()
        raise AccessDenied("You are signed out here; open the page anew and sign in.")
    return person


def _forget() -> None:
    """Empty the session, with an answer on its way, the downloads and the address."""
    forget_downloads()
    leave_conversation()
    if person := st.session_state.get("person"):
        forget_own(person)
    st.query_params.clear()
    st.session_state.clear()


def roles() -> tuple[Role, ...]:
    """The parts that this person may play: in shared mode those granted at this moment. Raises `AccessDenied`."""
    return _signed_in().roles if shared() else COACHED


def role() -> Role:
    """The part this session plays; the first one that there is until someone says otherwise. Raises `AccessDenied`."""
    return _chosen_of(roles())


def _chosen_of(allowed: tuple[Role, ...]) -> Role:
    if not allowed:
        raise AccessDenied("Your account has no part yet; ask whoever administers Eyelevel for one.")
    chosen = st.session_state.get("role")
    if chosen is None and not shared():
        chosen = preferences.load_role(get_settings().home)
    kept: Role = chosen if chosen in allowed else allowed[0]
    st.session_state["role"] = kept
    return kept


def choose_role(chosen: Role) -> None:
    """Play another part, now and on one's own machine next time. What belonged to the old part leaves the screen."""
    if chosen not in roles():
        raise AccessDenied(f"Your account does not have the part of {chosen.value!r}; choose one from the sidebar.")
    st.session_state["role"] = chosen
    if not shared():
        preferences.save_role(get_settings().home, chosen)
    st.session_state.pop("deleted", None)
    leave_conversation()


def actor() -> Actor:
    """On whose behalf everything of this session is done. Raises `AccessDenied`."""
    if not shared():
        return Actor(person=PERSONAL, role=role())
    person = _signed_in()
    return Actor(person=person.id, role=_chosen_of(person.roles))


def owner() -> Actor:
    """Whose rights to what is kept are used: `actor`, or somebody without a role. Raises `AccessDenied`.

    The rights depend on no role; the one that stands for none here was not granted, so that all else is denied.
    """
    if not shared() or (person := _signed_in()).roles:
        return actor()
    return Actor(person=person.id, role=Role.MENTOR)


def conversation() -> str | None:
    """Id of the conversation on screen: from the address, so that a reload keeps it, else from the session."""
    shown = st.query_params.get("conversation") or st.session_state.get("conversation")
    return str(shown) if shown else None


def open_conversation(chosen: str) -> None:
    """Show this conversation on the coach page."""
    leave_conversation()
    st.session_state["conversation"] = chosen


def leave_conversation() -> None:
    """Begin anew, with nothing open; a running answer is stopped, and the store keeps what there is of it."""
    writing = st.session_state.get("writing")
    if writing and not writing.progress.ending:
        writing.stop(seconds=0)
    for key in ("conversation", "writing", "source", "refused"):
        st.session_state.pop(key, None)
    st.query_params.pop("conversation", None)


def hear_clicks() -> None:
    """Let Streamlit end this run here if somebody clicked meanwhile: it looks whenever a script looks into the session.

    For a page that waits. Drawing something would do as well, and cost a hundred times as much.
    """
    st.session_state.get("role")
