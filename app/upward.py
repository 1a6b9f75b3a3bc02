"""Something to tell a senior, on its way: what stops the person, the draft, and the rehearsals of it.

Called by the page `feedback` and its parts. Everything typed is kept at once as a draft of the kind `feedback`, which
only its owner can read; its rehearsals are drafts of their own (`app.rehearsing`), and go and come back with it. The
chat model's bettering of a draft lives in the session, and never replaces what the person wrote meanwhile.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import streamlit as st
from pydantic import Field, StringConstraints, ValidationError

from app import drafting, hosting, known, state
from app.improving import Improving
from assistant.coach.feedback.record import FeedbackCoaching
from assistant.errors import EyelevelError
from assistant.notes.note import Record
from assistant.text import shorten

if TYPE_CHECKING:
    from assistant.guide.passage import Citation
    from assistant.guide.sections import Section
    from assistant.store.drafts import DraftSummary

FORM = 1
"""Version of the form in which a sheet is kept."""
LONGEST = 4000
"""Characters of a draft."""
Step = Literal["belief", "draft", "rehearsal"]
_RUN, _TROUBLE = "ey-up-run", "ey-up-trouble"


class Sheet(Record):
    """All that belongs to one thing to tell."""

    step: Step = "belief"
    belief: str | None = None
    """Id of the belief that was chosen."""
    none_of_these: bool = False
    name: Annotated[str, StringConstraints(max_length=80)] = ""
    """The senior's, for the page and the file alone."""
    role: Annotated[str, StringConstraints(max_length=120)] = ""
    text: Annotated[str, StringConstraints(max_length=LONGEST)] = ""
    editing: bool = True
    """Whether the draft is being written, and not read with its marks."""
    coaching: FeedbackCoaching | None = None
    """What was said to the text last."""
    before: str | None = None
    """The text that a wording of the tool replaced; None where there is nothing to go back to."""
    rehearsals: Annotated[tuple[str, ...], Field(max_length=200)] = ()
    """Ids of its rehearsals, the latest first."""
    rehearsal: str | None = None
    """The one on the page."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said yet."""
        return self.model_copy(update={"step": "belief"}) == Sheet()

    @property
    def current(self) -> FeedbackCoaching | None:
        """What was said to the text as it stands now."""
        return self.coaching if self.coaching and self.coaching.text == self.text else None

    @property
    def whom(self) -> str:
        """The senior in a sentence."""
        return self.name or "your senior"

    @property
    def title(self) -> str:
        """What the list calls it."""
        about = shorten(" ".join(self.text.split()), 70)
        return f"{self.name}: {about}" if self.name and about else about or f"Something to tell {self.whom}"


@dataclass
class Run:
    """The bettering of one text."""

    text: str
    improving: Improving[FeedbackCoaching]


def sheet() -> Sheet:
    """What is on the page; an empty one where nothing was begun. Raises `StoreError`."""
    found = drafting.on_page("feedback")
    if found is None:
        return Sheet(name=_partner())
    try:
        return Sheet.model_validate_json(found.content) if found.form == FORM else Sheet(text=found.title)
    except ValidationError:
        drafting.leave("feedback")
        return Sheet(name=_partner())


def pair_id() -> str | None:
    """Id of the pair whose senior it is about. Raises `StoreError`."""
    own = known.only_pair()
    return own.id if own else None


def _partner() -> str:
    own = known.only_pair()
    return own.partner_name[:80] if own else ""


def keep(**changes: object) -> Sheet:
    """Change what is on the page, and keep it. Raises `StoreError`, `InputError`."""
    before = sheet()
    after = Sheet.model_validate(before.model_dump() | changes)
    if after != before:
        drafting.keep("feedback", after.title, after, form=FORM, pair=pair_id())
    return after


def change(**changes: object) -> None:
    """As `keep`, for a button: what keeps it from being done is said on the page."""
    try:
        keep(**changes)
    except EyelevelError as error:
        st.session_state[_TROUBLE] = str(error)


def trouble() -> str:
    """One plain line of what could not be done, once."""
    found: str = st.session_state.pop(_TROUBLE, "")
    return found


def tell(line: str) -> None:
    """Have a line said on the page at its next drawing."""
    st.session_state[_TROUBLE] = line


def look(text: str) -> None:
    """Have the text looked at, and bettered by the chat model where there is one."""
    st.session_state.pop(_RUN, None)
    try:
        shown = keep(text=text[:LONGEST])
        coaching = state.get_feedback_coach().coach(shown.text, senior=shown.name or None, belief=shown.belief)
        keep(coaching=coaching.model_dump(), editing=False)
        if coaching.referral is None:
            better(coaching)
    except EyelevelError as error:
        st.session_state[_TROUBLE] = str(error)


def cite(section: "Section") -> "tuple[Citation, ...]":
    """What the guide says there; empty where the guide does not have it."""
    return state.get_feedback_coach().cite(FeedbackCoaching(text="", rests_on=(section,)))


def better(coaching: FeedbackCoaching) -> None:
    """Let the chat model better the wordings, in a thread of its own."""
    coach, chat, sending = state.get_feedback_coach(), state.get_coach().chat, hosting.sending()
    if not hosting.may_write(sending):
        return
    st.session_state[_RUN] = Run(coaching.text, Improving(coaching, lambda: coach.better(coaching, chat, sending)))


def run() -> Run | None:
    """The bettering of what is on the page, running or over; None where there is none."""
    found: Run | None = st.session_state.get(_RUN)
    return found


def settle() -> Sheet:
    """Take in what the chat model bettered; nothing of it where the text is another by now. Raises `StoreError`."""
    shown, running = sheet(), run()
    if running is None or running.text != shown.text:
        if running:
            running.improving.stop()
            st.session_state.pop(_RUN, None)
        return shown
    latest = running.improving.latest
    if shown.current and latest != shown.coaching:
        shown = keep(coaching=latest.model_dump())
    if running.improving.is_over and not running.improving.trouble:
        st.session_state.pop(_RUN, None)
    return shown


def stop() -> None:
    """Let the chat model be; what stands stays."""
    running = run()
    if running:
        running.improving.stop()
        st.session_state.pop(_RUN, None)


def use(wording: str) -> None:
    """Put a wording in place of the text; it can be taken back."""
    try:
        before = sheet().text
        look(wording)
        keep(before=before)
    except EyelevelError as error:
        st.session_state[_TROUBLE] = str(error)


def take_back() -> None:
    """Put the person's own text in its place again."""
    try:
        before = sheet().before
        if before is not None:
            look(before)
            keep(before=None)
    except EyelevelError as error:
        st.session_state[_TROUBLE] = str(error)


def begin_anew() -> None:
    """Leave what is on the page, which stays kept, and begin another."""
    stop()
    drafting.leave("feedback")
    from app import rehearsing

    rehearsing.leave()


def open_kept(draft: str) -> None:
    """Put a kept one on the page."""
    begin_anew()
    drafting.open_draft("feedback", draft)


def kept() -> "tuple[DraftSummary, ...]":
    """All of this person's, the latest first. Raises `StoreError`."""
    return drafting.kept("feedback")


def delete(draft: str) -> tuple[str, ...]:
    """Delete one with its rehearsals; returns the ids of all that is gone. Raises `StoreError`."""
    actor, drafts = state.actor(), state.get_drafts()
    gone = [draft]
    try:
        linked = Sheet.model_validate_json(drafts.open(actor, draft).content).rehearsals
    except ValidationError:
        linked = ()
    there = {one.id for one in drafts.list(actor, "rehearsal")}
    drafts.delete(actor, draft)
    for one in linked:
        if one in there:
            drafts.delete(actor, one)
            gone.append(one)
    if on_page() == draft:
        begin_anew()
    return tuple(gone)


def on_page() -> str | None:
    """Id of the draft on the page."""
    found = drafting.on_page("feedback")
    return found.id if found else None
