"""What a person gets of everything that is kept about them, and what they are told after erasing it.

`Export` is a document that other programs read: a field is never renamed or dropped without a new `version`. It holds
text of the asking person and of nobody else.
"""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.events import Reply
from assistant.roles import Role
from assistant.store.theme_records import ExportedContribution, ExportedSurvey, ExportedThemeConsent

VERSION: Literal[1] = 1
"""Of the document; goes up with every change that a reader of the older one would not survive."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Profile(_Record):
    """The account. In personal mode there is none, and all but the id is `None`."""

    id: str
    name: str | None = None
    email: str | None = None
    line_manager: str | None = None
    """Name of the person this one reports to, where that person is here as well."""
    created_at: datetime | None = None
    password_set_at: datetime | None = None
    """When the password was set last; the password itself is kept nowhere."""


class HeldRole(_Record):
    """A role, and since when."""

    role: Role
    granted_at: datetime


class CompanySignIn(_Record):
    """Who the person is to a company's sign-in."""

    issuer: str
    subject: str
    linked_at: datetime


class ExportedPair(_Record):
    """A pair of which the person is a side."""

    id: str
    role: Role
    """What the person is in it."""
    partner: str
    """Name of the other."""
    programme: str
    starts_on: date
    ends_on: date
    retention_days: int
    """How many days after the programme's end what its pairs wrote is erased."""
    created_at: datetime
    ended_at: datetime | None


class ExportedSession(_Record):
    """A meeting of a pair."""

    id: str
    pair: str
    held_on: date
    minutes_planned: int | None
    minutes_held: int | None


class ExportedTurn(_Record):
    """A question and its answer."""

    id: str
    question: str | None
    """`None` only where `Export.unreadable` names it."""
    reply: Reply | None
    """The answer with its passages; `None` where none was kept."""
    status: str
    rating: str | None
    """`up`, `down`, or `None` where the person said neither."""
    asked_at: datetime
    finished_at: datetime | None


class ExportedConversation(_Record):
    """A conversation, oldest turn first."""

    id: str
    role: Role
    title: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    """Set: deleted by the person, and about to be erased."""
    turns: tuple[ExportedTurn, ...]


class ExportedNote(_Record):
    """A saved note with its last check."""

    id: str
    role: Role
    title: str | None
    text: str | None
    report: Any
    """The report of the check: a JSON object."""
    debrief: Any
    """The debrief: a JSON object, or `None` where there is none."""
    verdicts: dict[str, bool] | None
    """What the person said to each finding."""
    pair: str | None
    held_on: date | None
    keep_until: date | None
    """Set where its pair is no more: the last day on which it is kept."""
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    """Set: deleted by the person, and about to be erased."""


class ExportedDraft(_Record):
    """A plan, or another thing that the person prepares."""

    id: str
    role: Role
    kind: str
    """`plan`, `feedback`, `reflection`, `programme` or `rehearsal`."""
    title: str | None
    content: Any
    """A JSON object."""
    form: int
    """Which version of its form the content has."""
    pair: str | None
    keep_until: date | None
    """Set where its pair is no more: the last day on which it is kept."""
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    """Set: deleted by the person, and about to be erased."""


class ExportedVerdict(_Record):
    """What the person said to one finding, kept for the evaluation with consent."""

    id: str
    mistake: str
    verdict: bool
    probability: float
    quotes: list[str] | None
    model: str | None


class ExportedCommitment(_Record):
    """What the person promised."""

    id: str
    role: Role
    text: str | None
    pair: str | None
    due_on: date | None
    keep_until: date | None
    created_at: datetime
    settled_at: datetime | None
    """When it was said what became of it."""
    outcome: str | None
    """`kept`, `partly`, `changed`, `dropped`, or `None` where nothing was said yet."""
    reason: str | None
    source_kind: str | None
    """From what it was made: `draft`, `note`, `conversation`, `commitment`; with the id of that, or both `None`."""
    source_item: str | None


class ExportedTakeaway(_Record):
    """What the person meant to convey in a session, or took away from it."""

    id: str
    role: Role
    text: str | None
    meeting: str | None
    """Id of the session; `None` where it was deleted."""
    pair: str | None
    held_on: date
    keep_until: date | None
    consented_at: datetime | None
    """Since when the other side may read it, if the other consented too; `None`: it may not."""
    created_at: datetime
    updated_at: datetime


class ReminderChoice(_Record):
    """What the person said to being reminded in the app."""

    wanted: bool
    quiet_until: date | None
    changed_at: datetime


class ShareGiven(_Record):
    """An item that the person lets somebody else read."""

    kind: str
    item: str
    recipient: str
    """Name."""
    shared_at: datetime


class ShareReceived(_Record):
    """That somebody else lets the person read something; what it is belongs to whoever shared it."""

    kind: str
    shared_at: datetime


class SignIn(_Record):
    """A signed-in browser: times only."""

    began_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class HostedChoice(_Record):
    """What the person said to texts being sent to a model elsewhere."""

    model: str
    allowed: bool
    chosen_at: datetime


class Export(_Record):
    """Everything that is kept of one person, in all roles. All times are UTC."""

    version: Literal[1] = VERSION
    made_at: datetime
    person: Profile
    roles: tuple[HeldRole, ...]
    company_sign_ins: tuple[CompanySignIn, ...]
    pairs: tuple[ExportedPair, ...]
    sessions: tuple[ExportedSession, ...]
    conversations: tuple[ExportedConversation, ...]
    notes: tuple[ExportedNote, ...]
    drafts: tuple[ExportedDraft, ...]
    verdict_consent: datetime | None
    """Since when verdicts may be kept for the evaluation; `None`: they may not."""
    kept_verdicts: tuple[ExportedVerdict, ...]
    commitments: tuple[ExportedCommitment, ...]
    takeaways: tuple[ExportedTakeaway, ...]
    theme_consents: tuple[ExportedThemeConsent, ...]
    """In which roles the person lets codes be counted for a programme's themes."""
    contributions: tuple[ExportedContribution, ...]
    survey_answers: tuple[ExportedSurvey, ...]
    shares_given: tuple[ShareGiven, ...]
    shares_received: tuple[ShareReceived, ...]
    sign_ins: tuple[SignIn, ...]
    hosted_choices: tuple[HostedChoice, ...]
    reminder_choice: ReminderChoice | None
    """`None`: nothing was chosen."""
    names_written_about: tuple[str, ...]
    """The person's own list of names, for replacing them."""
    unreadable: tuple[str, ...]
    """What is kept but damaged, as `table.column:id`; nothing was left out without a word."""


class Remainder(_Record):
    """Something that an erasure leaves, and why."""

    what: str
    why: str


class Remains(_Record):
    """What an erasure did, and what it left."""

    erased: dict[str, int] = Field(default_factory=dict)
    """How many of each kind: `notes`, `drafts`, `conversations`, `commitments`, `takeaways` …"""
    remains: tuple[Remainder, ...]
    traces_removed: bool
    """False: another program was in the way of cleaning the database's file; the next hour's cleaning does it."""
