"""The card that a turn gets: which job it begins or may have meant, with what it says already.

Pure apart from the embedding of the turn. What becomes of a card is the screen's affair: it knows the pair, the store
and the engines.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from assistant.coach.jobs import JOBS, Job, JobRouter, is_request
from assistant.coach.leaders import Leaders
from assistant.coach.question import Exchange
from assistant.coach.slots import Given, read_given
from assistant.events import Card
from assistant.guide.search import Encoder
from assistant.roles import Role
from assistant.text import words

LINES = {
    Job.PLAN: "A session plan, then:",
    Job.TOPICS: "These could suit you two next:",
    Job.FEEDBACK: "I read it for what is there already and for what would weaken it:",
    Job.REHEARSE: "Let us try it out before it counts. I play the senior:",
    Job.CHECK: "I read notes and transcripts for what quietly costs a pair its sessions:",
    Job.REFLECT: "A few minutes to look at it, then:",
    Job.COMMITMENTS: "This is what stands between you two:",
    Job.PROGRAMME: "A programme, then:",
}
"""What is said above the card of a job that a turn begins."""
LEAST_QUOTED = 4
"""Words of a quotation from which it is taken for the draft itself."""
_QUOTED = re.compile(r"[\"“„«]\s?([^\"“”„«»]+?)\s?[\"”“»]")
_INTRODUCED = re.compile(r"^[^\n:]{0,120}:\s+", re.DOTALL)
_WITH_A_TEXT = (Job.FEEDBACK, Job.REHEARSE, Job.CHECK, Job.REFLECT, Job.PROGRAMME)
LEAST_TEXT = {Job.CHECK: 15, Job.REFLECT: 12}
"""Words from which what was typed may be the note itself, and not only the wish to have one looked at."""
_WAITING = (Job.PLAN, Job.PROGRAMME)
"""Jobs that ask back, so that a turn after them may be the answer."""


class Offers:
    """Finds cards; one for a process, safe to share between threads."""

    def __init__(self, leaders: Leaders, embeddings: Encoder) -> None:
        self._leaders, self._router = leaders, JobRouter(embeddings)

    def find(self, text: str, role: Role, history: Sequence[Exchange], now: datetime | None = None) -> Card | None:
        """The card of a turn, None for one that is a question and nothing else. Raises `ModelMissing`."""
        moment, found = now or datetime.now(), self._router.route(text, role)
        before = history[-1] if history else None
        given = read_given(text, self._leaders, moment)
        if before and _answers(before, text, given, role) and (found.job == before.job or not is_request(text)):
            joined = read_given(f"{before.question}\n{text}", self._leaders, moment)
            return _card(Job(before.job), joined, "", begun=True)
        if found.job is not Job.ANSWER:
            return _card(found.job, given, text, begun=True)
        return _card(found.offered, given, text, begun=False) if found.offered else None


def _answers(before: Exchange, text: str, given: Given, role: Role) -> bool:
    """Whether a turn tells what the card before it still waits for."""
    if not before.job or Job(before.job) not in _WAITING or Job(before.job) not in JOBS[role]:
        return False
    says = given.role or given.about or given.name or given.minutes or given.day
    return bool(says) and "?" not in text and len(words(text)) <= 40


def _card(job: Job, given: Given, text: str, *, begun: bool) -> Card:
    shown = _text_of(job, text) if job in _WITH_A_TEXT else ""
    return Card(job=job.value, begun=begun, text=shown, **given.model_dump())  # type: ignore[arg-type]


def _text_of(job: Job, text: str) -> str:
    """The draft or note in a turn: what is quoted, what follows a colon, or all of it where that can be one."""
    if job is Job.PROGRAMME:
        return text
    quoted = max((found[1] for found in _QUOTED.finditer(text)), key=len, default="")
    if job in (Job.FEEDBACK, Job.REHEARSE) and len(words(quoted)) >= LEAST_QUOTED:
        return quoted
    rest = _INTRODUCED.sub("", text, count=1) if _INTRODUCED.match(text) else text
    if job is Job.FEEDBACK:
        return rest if len(words(rest)) >= LEAST_QUOTED else text
    if job is Job.REHEARSE:
        return "" if rest == text else rest
    return rest if len(words(rest)) >= LEAST_TEXT[job] else ""
