"""Coaches one piece of upward feedback: the engine of the job, without a chat model and within a second.

Harm that is no coaching matter is looked for first; then everything else is left out. Otherwise the text is read
(`reader`), what weakens it gets a reason and a thing to try (`wording`), the writer's own facts are put in order
(`draft`), and the moment is looked at (`advice`). What a chat model adds goes through `bettering`.
"""

import re
from collections.abc import Generator

from assistant.coach.feedback import advice
from assistant.coach.feedback.beliefs import find_belief, load_beliefs
from assistant.coach.feedback.bettering import better
from assistant.coach.feedback.draft import GENTLY, INTENT, PLAINLY, take_parts, word_draft
from assistant.coach.feedback.reader import FeedbackReader, find_text_language
from assistant.coach.feedback.record import (
    ELEMENTS,
    MARKS,
    Advice,
    Assessment,
    Belief,
    Element,
    FeedbackCoaching,
    Mark,
)
from assistant.coach.feedback.rules import Reading
from assistant.coach.feedback.wording import load_mark_texts, word_mark
from assistant.coach.safety import find_referral, parse_contacts
from assistant.errors import InputError
from assistant.guide.passage import Citation
from assistant.guide.search import Encoder
from assistant.guide.sections import Section, Sections
from assistant.models.service import ChatService
from assistant.privacy.sending import Sending
from assistant.settings import Settings

LONGEST = 4000
"""Characters that are read; a longer text is no feedback that somebody could say."""
MOST_SECTIONS = 5
_SBI = "upward-feedback-with-sbi"
OF_PARTS = {
    "situation": Section(article=_SBI, heading="Situation and behaviour: what a camera would have recorded"),
    "behaviour": Section(article=_SBI, heading="Situation and behaviour: what a camera would have recorded"),
    "impact": Section(article=_SBI, heading="Impact: say whose it is"),
    "request": Section(article=_SBI, heading="Request: end on something that can be done"),
}
WHOLE = Section(article=_SBI, heading="Four sentences carry the feedback")
DIRECT = Section(article="how-direct-to-be", heading="Kind in manner, clear in content")
_OURS = re.compile("|".join([r"\[[^\[\]\n]*\]", *(re.escape(said) for said in (INTENT, GENTLY, PLAINLY))]))


class FeedbackCoach:
    """Reads the knowledge once and the models at the first use; safe to share."""

    def __init__(self, settings: Settings, _embeddings: Encoder | None = None) -> None:
        """Raises `KnowledgeError`, `SettingsError`. Every job is given the embeddings of the process; this one reads
        with the note check's encoder instead."""
        folder = settings.knowledge / "feedback"
        self._known, self._texts = load_beliefs(folder / "beliefs.yaml"), load_mark_texts(folder / "marks.yaml")
        self._contacts = parse_contacts(settings.contacts)
        self._reader = FeedbackReader(settings.model_dir, settings.threads)
        self._sections = Sections(settings, self._wanted)

    def load(self) -> None:
        """Read the models from disk now, so that the first text does not wait for it. Raises `ModelMissing`."""
        self._reader.load()

    def beliefs(self) -> tuple[Belief, ...]:
        """The five beliefs that keep people silent."""
        return tuple(belief.plain for belief in self._known)

    def coach(
        self, text: str, *, senior: str | None = None, belief: str | None = None, reason: str = ""
    ) -> FeedbackCoaching:
        """What is there, what weakens it, and how it could be said; the same for the same text.

        `senior`: the senior's name or role, for sentences about them; `belief`: id of the one that was chosen;
        `reason`: what keeps the writer silent, in their own words. Raises `InputError` for a text that is empty or too
        long, or a belief that does not exist.
        """
        if not text.strip():
            raise InputError("There is no text; write what you would like to tell your senior.")
        if len(text) > LONGEST:
            raise InputError(f"The text has {len(text):,} characters, at most {LONGEST:,} are read; shorten it.")
        if referral := find_referral(text, self._contacts) or find_referral(reason, self._contacts):
            return FeedbackCoaching(text=text, referral=referral)
        language = find_text_language(text)
        reading, remark = self._reader.read_or_rules(_OURS.sub(_blank, text), language)
        assessment = _assess(text, reading)
        senior = " ".join(senior.split()) if senior and senior.strip() else None
        marks = self._mark(text, reading, assessment, senior)
        chosen = self._belief(text, belief, reason)
        asking = advice.advise_asking(text, assessment, marks, senior)
        parts = take_parts(text, assessment, marks)
        if not asking.needed and parts.request:  # praise, or a wish alone: the request is what there is to word
            parts = parts._replace(situation="", behaviour="", impact="")
        worded = word_draft(parts, marks) if language in (None, "en") else None
        waiting, company = advice.advise_waiting(text, assessment, marks), advice.advise_company(text)
        remarks = [remark] if remark else []
        if worded is None:
            remarks.append("A wording is made in English only; the parts and the marks above are of your own text.")
        return FeedbackCoaching(
            text=text,
            assessment=assessment,
            marks=marks,
            draft=worded.draft if worded else "",
            alternatives=worded.alternatives if worded else (),
            belief=chosen,
            ask_first=asking,
            wait=waiting,
            not_alone=company,
            rests_on=self._rest(assessment, marks, chosen, [one for one in (company, waiting, asking) if one]),
            remarks=tuple(remarks),
        )

    def better(
        self, result: FeedbackCoaching, chat: ChatService, sending: Sending | None = None
    ) -> Generator[FeedbackCoaching | None, None, None]:
        """The result anew with each wording of the model that holds no fact of its own; None while there is nothing
        new. Closing it cancels the model. Raises `ModelError`."""
        yield from better(result, chat, sending)

    def cite(self, result: FeedbackCoaching) -> tuple[Citation, ...]:
        """What the guide says to it; empty where the guide is not there."""
        return tuple(
            citation
            for number, section in enumerate(result.rests_on, start=1)
            for citation in self._sections.cite(section, str(number))
        )

    def _mark(self, text: str, reading: Reading, assessment: Assessment, senior: str | None) -> tuple[Mark, ...]:
        found = [
            word_mark(
                kind,
                text[span.start : span.end],
                span.start,
                text=self._texts[kind],
                assessment=assessment,
                senior=senior,
            )
            for kind in MARKS
            for span in reading.marks[kind]
            if text[span.start : span.end].strip()
        ]
        return tuple(sorted(found, key=lambda mark: (mark.start, mark.end)))

    def _belief(self, text: str, chosen: str | None, reason: str) -> Belief | None:
        if chosen is None:
            return find_belief(f"{text}\n{reason}", self._known)
        for belief in self._known:
            if belief.id == chosen:
                return belief.plain
        raise InputError(f"There is no belief {chosen!r}; use {', '.join(one.id for one in self._known)}.")

    def _rest(
        self, assessment: Assessment, marks: tuple[Mark, ...], belief: Belief | None, said: list[Advice]
    ) -> tuple[Section, ...]:
        """The sections behind what is said, the most particular first."""
        kinds = list(dict.fromkeys(mark.kind for mark in marks))
        found = [
            *(one.section for one in said if one.needed),
            *([belief.section] if belief else []),
            *(self._texts[kind].section for kind in kinds),
            *(OF_PARTS[name] for name in assessment.missing[:2]),
            WHOLE,
            DIRECT,
        ]
        return tuple(dict.fromkeys(found))[:MOST_SECTIONS]

    def _wanted(self) -> frozenset[Section]:
        own = (belief.section for belief in self._known)
        said = (text.section for text in self._texts.values())
        return frozenset({WHOLE, DIRECT, *OF_PARTS.values(), *own, *said}) | advice.SECTIONS


def _assess(text: str, reading: Reading) -> Assessment:
    """The parts by name; what is only blank space or signs is no part."""
    parts = {}
    for name in ELEMENTS:
        span = reading.elements.get(name)
        if span and any(letter.isalnum() for letter in text[span.start : span.end]):
            parts[name] = Element(present=True, quote=text[span.start : span.end], start=span.start, end=span.end)
    return Assessment.model_validate(parts)


def _blank(ours: re.Match[str]) -> str:
    """A gap to be filled in and our own joining sentences say nothing of the writer's; the offsets stay."""
    return " " * len(ours[0])
