"""A reflection as it is kept: the questions with the answers, and what was taken on; and the same as Markdown. Pure."""

from datetime import date
from typing import Final

from pydantic import Field

from assistant.coach.reflection.record import STAGES, After, Prompt, Stage
from assistant.errors import InputError
from assistant.markdown import bullets, escape_markdown, on_one_line, quoted
from assistant.notes.note import Record
from assistant.text import shorten

NAMES: Final[dict[Stage, str]] = {"what": "What?", "so_what": "So what?", "now_what": "Now what?"}
LONGEST_ANSWER: Final = 4_000
"""Characters of one answer."""
LONGEST_TITLE: Final = 80


class Kept(Record):
    """One session, looked back at."""

    after: After
    """Without the note's text, of which the quotes are kept."""
    session: date
    """The day on which it was made."""
    answers: dict[str, str] = Field(default_factory=dict)
    """By the frame of the question that they answer."""
    offers: dict[str, Prompt] = Field(default_factory=dict)
    """The chat model's wordings, by the frame of the question that each could stand for."""
    taken: str = ""
    """The commitment that was taken on, in words; empty while none was."""
    declined: bool = False
    """Whether the person said "not this time"."""
    mentee_role: str = ""
    topic: str = ""

    @property
    def frames(self) -> frozenset[str]:
        """The wordings it used, so that the next one has others."""
        return frozenset(one.frame for one in self.after.prompts)

    def answered(self, frame: str, answer: str) -> "Kept":
        """The same with this answer; an empty one is taken out. Raises `InputError` for one that is too long."""
        if len(answer) > LONGEST_ANSWER:
            limit = f"at most {LONGEST_ANSWER:,} are kept"
            raise InputError(f"The answer has {len(answer):,} characters, {limit}; shorten it.")
        others = {one: text for one, text in self.answers.items() if one != frame}
        return self.model_copy(update={"answers": others | ({frame: answer} if answer.strip() else {})})

    def offered(self, better: After) -> "Kept":
        """The same with the wordings of a bettered result beside its own; no question is replaced."""
        pairs = zip(self.after.prompts, better.prompts, strict=False)
        offers = {mine.frame: other for mine, other in pairs if other.by_model and other != mine}
        return self.model_copy(update={"offers": self.offers | offers})

    def with_offer(self, frame: str) -> "Kept":
        """The same with the offered wording in place of the question; what was answered already stays with it."""
        offer = self.offers.get(frame)
        if offer is None:
            return self
        steps: dict[str, tuple[Prompt, ...]] = {
            stage: tuple(offer if one.frame == frame else one for one in getattr(self.after, stage)) for stage in STAGES
        }
        answers = {offer.frame if one == frame else one: text for one, text in self.answers.items()}
        left = {one: other for one, other in self.offers.items() if one != frame}
        after = self.after.model_copy(update=steps)
        return self.model_copy(update={"after": after, "answers": answers, "offers": left})


def kept_from(after: After, session: date, *, mentee_role: str = "", topic: str = "") -> Kept:
    """A fresh reflection as it is kept."""
    bare = after.model_copy(update={"text": ""})
    return Kept(after=bare, session=session, mentee_role=mentee_role, topic=topic)


def read_kept(content: str) -> Kept | None:
    """What was kept; None where a version kept it that wrote it differently."""
    try:
        return Kept.model_validate_json(content)
    except ValueError:
        return None


def title_of(kept: Kept) -> str:
    """A line for the list: the words that the first question is about."""
    quotes = [one.quotes[0].quote for one in kept.after.prompts if one.quotes]
    return shorten(" ".join((quotes[0] if quotes else kept.after.what[0].text).split()), LONGEST_TITLE)


def render_reflection(kept: Kept) -> str:
    """The whole as a Markdown document; what people wrote is quoted and cannot act."""
    day = f"{kept.session.day} {kept.session:%B %Y}"
    parts = ["# After a session", escape_markdown(f"With {kept.after.mentor}, {day}")]
    for stage in STAGES:
        parts.append(f"## {NAMES[stage]}")
        for prompt in getattr(kept.after, stage):
            answer = kept.answers.get(prompt.frame, "")
            parts += [f"**{on_one_line(prompt.text)}**", quoted(answer) if answer else "*Not answered*"]
    if kept.after.listening:
        seen = kept.after.listening
        parts += ["## How you listened", bullets(seen.seen), f"**{on_one_line(seen.question)}**"]
    parts += ["## One commitment", quoted(kept.taken) if kept.taken else "*None was taken on*"]
    if cited := kept.after.citations:
        parts += ["## Sources", bullets(f"{one.title} › {one.heading}" for one in cited)]
    return "\n\n".join(parts) + "\n"
