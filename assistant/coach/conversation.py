"""One turn of the conversation: safety, retrieval, composing, verified sentences, a finished reply.

Yields events as they happen. The passages come before any model is asked; a sentence comes only after the passage
that supports it was found; a failing model ends in the guide's own sentences and never in nothing. What the person
wrote is looked up beside all this and shown beside it: it changes no answer, and no model reads it.
"""

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, InstanceOf

from assistant.coach.compose import Gate, Segments, answer_text, choose_facts
from assistant.coach.jobs import Job
from assistant.coach.offers import LINES, Offers
from assistant.coach.own_lookup import SECONDS as OWN_SECONDS
from assistant.coach.own_lookup import Lookup
from assistant.coach.own_notes import Desk, OwnNotes
from assistant.coach.question import Exchange, build_query, prepare_question
from assistant.coach.safety import look, offer, refer
from assistant.coach.suggest import suggest_questions
from assistant.coach.support import Evidence
from assistant.errors import ModelError
from assistant.events import (
    Card,
    Contact,
    Event,
    Notice,
    Offer,
    Own,
    OwnPlace,
    Referral,
    Reply,
    Sentence,
    Source,
    Sources,
    Waiting,
    log,
)
from assistant.guide.citations import mint_sources
from assistant.guide.coverage import is_covered
from assistant.guide.index import Vectors
from assistant.guide.passage import Passage
from assistant.guide.search import Hit, HybridSearch, QueryVectors
from assistant.language import find_language
from assistant.models.service import ChatService
from assistant.privacy.sending import Sending
from assistant.prompts import Rendered, fence, load_prompt
from assistant.roles import Actor, Role
from assistant.text import shorten

PASSAGES = 4
"""Passages a turn: each one more costs reading time, and the fifth rarely adds a sentence."""
CANDIDATES = 12
LOADING_SECONDS = 20.0
"""How long a turn waits for a model that is being loaded before the guide answers alone."""
EARLIER_CHARACTERS = 240


class Turn(BaseModel):
    """What is asked, by whom, and after what."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor: Actor
    text: str
    history: tuple[Exchange, ...] = ()
    """Earlier exchanges of this conversation, oldest first."""
    sending: Sending | None = None
    """The person's yes to a model elsewhere; without it such a model is not asked."""
    desk: InstanceOf[Desk] | None = None
    """Where the actor's own notes and commitments are; without it none are looked at."""
    jobs: bool = False
    """Whether a request may begin a job (`Reply.card`); otherwise every turn is answered from the guide."""


@dataclass
class _Progress:
    """What a turn has gathered so far."""

    began: float
    question: str
    role: Role
    history: tuple[Exchange, ...]
    sending: Sending | None = None
    hits: Sequence[Hit] = ()
    vectors: QueryVectors | None = None
    """The query's, once it was searched."""
    timings: dict[str, float] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    sources: tuple[Source, ...] = ()
    card: Card | None = None
    offer: Offer | None = None
    lookup: Lookup | None = None
    own: tuple[OwnPlace, ...] = ()

    def mark(self, name: str) -> None:
        self.timings.setdefault(name, round(time.monotonic() - self.began, 3))


class Conversation:
    """Answers turns; holds no person's text between them."""

    def __init__(
        self,
        chat: ChatService,
        contacts: Sequence[Contact],
        fingerprint: str,
        model: str,
        *,
        own: OwnNotes | None = None,
        offers: Offers | None = None,
    ) -> None:
        self._chat = chat
        self._own, self._offers = own, offers
        self._contacts = tuple(contacts)
        self._fingerprint, self._model = fingerprint, model
        self._leads = model.startswith("local:")
        """A small model on this machine reads for seconds: the guide's best sentence stands there meanwhile."""

    def reply(self, turn: Turn, search: HybridSearch) -> Iterator[Event]:
        """The turn's events; the last is a `Reply`. Raises `InputError` for a question that cannot be taken."""
        progress = _Progress(time.monotonic(), prepare_question(turn.text), turn.actor.role, turn.history, turn.sending)
        found = look(progress.question)
        if found and found.sure:
            yield self._finish(progress, [], search, referral=refer(found.kind, self._contacts))
            return
        if found:
            progress.offer = offer(self._contacts)
            yield progress.offer
        if self._offers and turn.jobs:
            progress.card = self._offers.find(progress.question, turn.actor.role, turn.history)
            if progress.card and progress.card.begun and not _asks_too(progress.card, progress.question):
                yield from self._begin(progress, progress.card, search)
                return
        if self._own and turn.desk:
            asked = build_query(progress.question, progress.history)
            progress.lookup = Lookup(self._own, turn.actor, asked, turn.desk)
        query, vectors = self._retrieve(progress, search)
        yield from self._language_notice(progress)
        if not is_covered(query, progress.hits):
            yield from self._abstain(progress, search)
            return
        passages = choose_passages(progress.hits, search)
        progress.sources = mint_sources(passages)
        progress.mark("passages")
        yield Sources(sources=progress.sources)
        yield from _own(progress)
        yield from self._answer(progress, passages, vectors.text, search)

    def _begin(self, progress: _Progress, card: Card, search: HybridSearch) -> Iterator[Event]:
        told = Sentence(text=LINES[Job(card.job)], origin="eyelevel")
        yield told
        yield self._finish(progress, [told], search)

    def _retrieve(self, progress: _Progress, search: HybridSearch) -> tuple[str, QueryVectors]:
        query = search.mend(build_query(progress.question, progress.history))
        progress.vectors = vectors = search.embed([query])[0]
        progress.hits = search.rank(query, vectors, CANDIDATES, progress.role)
        return query, vectors

    def _language_notice(self, progress: _Progress) -> Iterator[Event]:
        language = find_language(progress.question)
        if language not in (None, "en"):
            progress.notices.append(
                "The guide is written in English, so the answer is too. I find more when you ask in English."
            )
            yield Notice(text=progress.notices[-1])

    def _abstain(self, progress: _Progress, search: HybridSearch) -> Iterator[Event]:
        near = list(dict.fromkeys(hit.passage.title for hit in progress.hits))[:3]
        told = Sentence(text="The guide does not cover this, so I would be guessing.", origin="eyelevel")
        yield told
        said = [told]
        if near:
            names = "; ".join(f"“{title}”" for title in near)
            said.append(Sentence(text=f"The nearest it has: {names}.", origin="eyelevel"))
            yield said[-1]
        yield from _own(progress, OWN_SECONDS)
        yield self._finish(progress, said, search, abstained=True)

    def _answer(
        self, progress: _Progress, passages: Sequence[Passage], vector: Vectors, search: HybridSearch
    ) -> Iterator[Event]:
        evidence = Evidence(search.encoder, [passage.text for passage in passages])
        facts = choose_facts(evidence, vector, progress.role)
        gate = Gate(evidence, progress.sources, progress.role)
        prompt = load_prompt(f"answer_{progress.role}")
        written = False
        if (yield from self._await_model(progress)):
            if self._leads and (lead := gate.lead(facts)):
                progress.mark("first_words")
                yield lead
            rendered = prompt.render(
                facts="\n".join(f"- {fact.text}" for fact in facts if not gate.has_said(fact.text)),
                earlier=_earlier(progress.history, progress.question),
                question=fence(progress.question),
            )
            try:
                yield from self._write(progress, gate, rendered)
                written = True
            except ModelError as error:
                progress.notices.append(f"{error} What follows are the guide's own sentences.")
                yield Notice(text=progress.notices[-1])
        for sentence in gate.fill(facts) if written or gate.released else gate.quote(facts):
            progress.mark("first_words")
            yield sentence
        yield from _own(progress, OWN_SECONDS)
        progress.timings |= {"dropped": gate.dropped, "unknown_markers": gate.unknown_markers}
        provenance = {"prompt": prompt.id, "prompt_version": str(prompt.version), "prompt_hash": prompt.sha}
        yield self._finish(progress, gate.released, search, provenance=provenance)

    def _await_model(self, progress: _Progress) -> Generator[Event, None, bool]:
        """Whether a model can write; says why not. Where the person said no to it, or nothing yet, nothing is said."""
        if not self._chat.may_ask(progress.sending):
            return False
        until = time.monotonic() + LOADING_SECONDS
        while self._chat.state.status == "loading" and time.monotonic() < until:
            yield Waiting(stage="loading")
            self._chat.wait(0.2)
        state = self._chat.state
        if state.status != "ready":
            if state.status != "none":
                progress.notices.append(f"{state.message} What follows are the guide's own sentences.")
                yield Notice(text=progress.notices[-1])
            return False
        return True

    def _write(self, progress: _Progress, gate: Gate, prompt: Rendered) -> Iterator[Event]:
        segments = Segments()
        for piece in self._chat.stream(prompt, progress.sending):
            if piece is None:
                yield Waiting(stage="writing" if gate.released else "reading")
            else:
                yield from _release(progress, gate, segments.feed(piece))
            yield from _own(progress)
            if gate.full:
                break
        yield from _release(progress, gate, segments.finish())

    def _finish(
        self,
        progress: _Progress,
        said: Sequence[Sentence],
        search: HybridSearch,
        *,
        abstained: bool = False,
        referral: Referral | None = None,
        provenance: dict[str, str] | None = None,
    ) -> Reply:
        suggestions = (
            suggest_questions(search, progress.hits, progress.vectors.question, progress.role, progress.history)
            if progress.vectors
            else ()
        )
        progress.timings["total"] = round(time.monotonic() - progress.began, 3)
        cited = {marker for sentence in said for marker in sentence.markers}
        log("turn.done", role=progress.role, abstained=abstained, referred=referral is not None, **progress.timings)
        return Reply(
            text=referral.message if referral else answer_text(said),
            sources=tuple(source for source in progress.sources if source.marker in cited),
            sentences=tuple(said),
            own=progress.own,
            abstained=abstained,
            referral=referral,
            offer=progress.offer,
            notices=tuple(progress.notices),
            card=None if referral else progress.card,
            suggestions=suggestions,
            timings=progress.timings,
            provenance={
                "model": self._model,
                "index": search.index.manifest.generation,
                "settings": self._fingerprint,
                **(provenance or {}),
            },
        )


def choose_passages(hits: Sequence[Hit], search: HybridSearch) -> list[Passage]:
    """The passages of a turn: the best ones, with the start of an article in place of a mere example of it."""
    chosen: dict[str, Passage] = {}
    for hit in hits:
        passage = hit.passage
        if passage.heading.startswith("Example"):
            first = search.index.documents[passage.document].passages[0]
            passage = search.index.passages([first])[first]
        chosen.setdefault(passage.id, passage)
        if len(chosen) == PASSAGES:
            break
    return list(chosen.values())


def _asks_too(card: Card, question: str) -> bool:
    """Whether a turn wants an answer beside its card: "He interrupts everyone. How do I tell him?"."""
    return card.job == "feedback" and "?" in question


def _own(progress: _Progress, seconds: float = 0.0) -> Iterator[Event]:
    """What was found of the person's own, as soon as it is there; waits for it at most this long."""
    found = progress.lookup.take(seconds) if progress.lookup else None
    if isinstance(found, Own):
        progress.own = found.places
    elif found:
        progress.notices.append(found.text)
    if found:
        yield found


def _release(progress: _Progress, gate: Gate, cut: Iterable[str]) -> Iterator[Sentence]:
    """The sentences that the gate lets pass."""
    for sentence in map(gate.check, cut):
        if sentence:
            progress.mark("first_words")
            progress.mark("first_written")
            yield sentence


def _earlier(history: Sequence[Exchange], question: str) -> str:
    """The exchange before, short, where the question depends on it."""
    if not history or build_query(question, history) == question:
        return ""
    return f"\nEarlier question: {fence(shorten(history[-1].question, EARLIER_CHARACTERS))}\n"
