"""From passages to a short task for the model, and from the model's text to sentences that may be shown.

The guide carries the substance: `choose_facts` picks the sentences that answer, in the guide's own words; the model
turns them into an answer; `Gate` releases each sentence only with the passage that supports it. What the model
leaves out or gets wrong is filled with the chosen sentences themselves, so an answer is never empty.
"""

import re
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from assistant.coach.support import WEIGHTS, Evidence
from assistant.decision import Decision
from assistant.events import Sentence, Source
from assistant.guide.citations import strip_markers
from assistant.guide.index import Vectors
from assistant.roles import COACHED, Role
from assistant.text import sentences, stems, words

FACT_WORDS = 110
"""Words of facts given to the model: about 150 tokens, a second and a half of reading on two cores."""
MOST_FACTS = 8
LEAST_SENTENCES = 3
"""An answer with fewer supported sentences is filled up with the guide's own."""
MOST_SENTENCES = 7
SENTENCES_A_PARAGRAPH = 3
RANK_BONUS = (0.12, 0.06, 0.03, 0.0)
"""Added to a sentence's similarity by the rank of its passage: the better passage speaks first."""
OTHERS_PENALTY = 0.12
"""Taken off a sentence that is addressed to another role."""
_SUBJECTS = {
    Role.MENTOR: frozenset({"mentor", "mentors", "junior", "juniors"}),
    Role.MENTEE: frozenset({"mentee", "mentees", "senior", "seniors", "leader", "leaders"}),
    Role.MANAGER: frozenset({"manager", "managers", "programme"}),
}
_QUOTED = re.compile('[“"][^“”"]*[”"]')


def _said_to_another(own: str, beside: bool) -> re.Pattern[str]:
    """Matches "your mentor" for the names in `own`, and if `beside` also "you" in one sentence with "the mentor"."""
    patterns = [rf"\byour (?:{own})\b"]
    if beside:
        named = rf"(?<!\bas )(?<!\bare )\bthe (?:{own})\b"
        patterns += [rf"\byour?\b.*{named}", rf"{named}.*\byour?\b"]
    return re.compile("|".join(patterns), re.IGNORECASE)


_TO_ANOTHER = {
    Role.MENTOR: _said_to_another("mentor", beside=True),
    Role.MENTEE: _said_to_another("mentee|senior", beside=True),
    Role.MANAGER: _said_to_another("mentor|mentee|senior", beside=False),
}
"""What is said to somebody else: nobody who is the mentor has "your mentor", or is spoken to beside "the mentor"."""
SAME = 0.75
"""Share of words in common from which two sentences say the same."""


class Fact(BaseModel):
    """A sentence of the guide that helps to answer the question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: int
    """Position of its passage among the sources."""
    order: int
    """Position of the sentence within the passage."""
    text: str
    score: float


def choose_facts(evidence: Evidence, question: Vectors, role: Role) -> list[Fact]:
    """The sentences that answer best, up to `FACT_WORDS`, in the order of their passages."""
    scored = [
        Fact(
            source=number,
            order=order,
            text=text,
            score=float(similarity) + RANK_BONUS[min(number, 3)] + _addressed(text, role),
        )
        for number, (group, relevance) in enumerate(zip(evidence.sentences, evidence.relevance(question), strict=True))
        for order, (text, similarity) in enumerate(zip(group, relevance, strict=True))
        if _stands_alone(text)
    ]
    fitting = [fact for fact in scored if not speaks_to_another(fact.text, role)] or scored
    chosen: list[Fact] = []
    room = FACT_WORDS
    for fact in sorted(fitting, key=lambda fact: -fact.score):
        size = len(fact.text.split())
        if size <= room and not any(_same(fact.text, other.text) for other in chosen):
            chosen.append(fact)
            room -= size
        if len(chosen) == MOST_FACTS:
            break
    return sorted(chosen, key=lambda fact: (fact.source, fact.order))


def _addressed(text: str, role: Role) -> float:
    """A sentence whose subject is another role speaks past the person who asks."""
    start = set(words(text)[:5])
    own, others = _SUBJECTS[role], [_SUBJECTS[other] for other in COACHED if other is not role]
    return -OTHERS_PENALTY if not start & (own | {"you", "your"}) and any(start & other for other in others) else 0.0


def speaks_to_another(text: str, role: Role) -> bool:
    """Whether a sentence is plainly addressed to somebody in another role; what it quotes does not count."""
    return _TO_ANOTHER[role].search(_QUOTED.sub(" ", text)) is not None


def _stands_alone(text: str) -> bool:
    """A whole sentence of advice: not a heading, a fragment or a line of dialogue."""
    return 4 <= len(text.split()) <= 45 and text[-1] in ".?!”\"'’" and text[0] not in "“\"'‘"


def _same(one: str, other: str) -> bool:
    first, second = set(stems(one)), set(stems(other))
    return len(first & second) / max(1, min(len(first), len(second))) >= SAME


class Segments:
    """Cuts a stream of text into finished sentences."""

    def __init__(self) -> None:
        self._text = ""

    def feed(self, piece: str) -> Iterator[str]:
        """Sentences that are complete now: the last one is held back until more text follows it."""
        self._text += piece
        if not re.search(r"[.!?][\"'”’)]*\s|\n", self._text):
            return
        found = sentences(self._text)
        ended = self._text.endswith("\n")
        complete, rest = (found, "") if ended else (found[:-1], found[-1] if found else "")
        self._text = rest + (" " if rest and self._text.endswith(" ") else "")
        yield from complete

    def finish(self) -> Iterator[str]:
        """What is left at the end, if it is a whole sentence: a cut-off one is dropped."""
        yield from (text for text in sentences(self._text) if text[-1] in ".!?”\"'’)")
        self._text = ""


class Gate:
    """Decides for each sentence whether it may be shown, and with which marker."""

    def __init__(self, evidence: Evidence, sources: Sequence[Source], role: Role) -> None:
        self._evidence = evidence
        self._role = role
        self._sources = sources
        self.released: list[Sentence] = []
        self.dropped = 0
        """Sentences held back because no passage supports them or they speak to somebody else."""
        self.unknown_markers = 0
        """Marks in the model's text that belong to no passage of this turn."""

    @property
    def full(self) -> bool:
        """Whether the answer is as long as a person reads."""
        return len(self.released) >= MOST_SENTENCES

    def has_said(self, text: str) -> bool:
        """Whether a released sentence says the same."""
        return any(_same(text, sentence.text) for sentence in self.released)

    def check(self, raw: str) -> Sentence | None:
        """The sentence with its marker, or None where it is not supported, repeats, or there are enough."""
        text, unknown = strip_markers(_plain(raw), {source.marker for source in self._sources})
        self.unknown_markers += unknown
        if not words(text) or self.full or self.has_said(text):
            return None
        support = None if speaks_to_another(text, self._role) else self._evidence.support(text)
        if support is None or support.probability < Decision.load(WEIGHTS).threshold:
            self.dropped += 1
            return None
        return self._release(text, support.source, support.quote, "model")

    def lead(self, facts: Sequence[Fact]) -> Sentence | None:
        """The guide's best sentence, to begin with while a slow model is still reading."""
        best = max(facts, key=lambda fact: fact.score, default=None)
        return self._release(best.text, best.source, best.text, "guide") if best else None

    def fill(self, facts: Sequence[Fact]) -> Iterator[Sentence]:
        """The guide's own sentences, best first, until the answer has enough."""
        for fact in sorted(facts, key=lambda fact: -fact.score):
            if len(self.released) >= LEAST_SENTENCES:
                return
            if not self.has_said(fact.text):
                yield self._release(fact.text, fact.source, fact.text, "guide")

    def quote(self, facts: Sequence[Fact]) -> Iterator[Sentence]:
        """An answer of the guide's own sentences, where no model writes one."""
        best = sorted(facts, key=lambda fact: -fact.score)[: MOST_SENTENCES - 1]
        for fact in sorted(best, key=lambda fact: (fact.source, fact.order)):
            yield self._release(fact.text, fact.source, fact.text, "guide")

    def _release(self, text: str, source: int, quote: str, origin: str) -> Sentence:
        sentence = Sentence.model_validate(
            {
                "text": text,
                "markers": (self._sources[source].marker,),
                "quotes": (quote,),
                "origin": origin,
                "break_before": self._ends_paragraph(),
            }
        )
        self.released.append(sentence)
        return sentence

    def _ends_paragraph(self) -> bool:
        """Whether the next sentence begins a paragraph: after three, but never inside a quotation."""
        start = max((i for i, sentence in enumerate(self.released) if sentence.break_before), default=0)
        said = "".join(sentence.text for sentence in self.released[start:])
        quoting = said.count('"') % 2 == 1 or said.count("“") > said.count("”")
        return len(self.released) - start >= SENTENCES_A_PARAGRAPH and not quoting


def _plain(text: str) -> str:
    """A model's sentence without list marks, headings and emphasis."""
    text = re.sub(r"^\s*(?:[-*•#>]+|\d+[.)])\s+", "", text)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|<[^>]+>", "", text)
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[*_`]{1,3}(\S[^*_`]*)[*_`]{1,3}", r"\1", text).strip()


def answer_text(sentences_: Sequence[Sentence]) -> str:
    """The answer as one text with its markers in square brackets."""
    parts: list[str] = []
    for sentence in sentences_:
        marks = "".join(f" [{marker}]" for marker in sentence.markers)
        parts.append(("\n\n" if sentence.break_before else " " if parts else "") + sentence.text + marks)
    return "".join(parts)
