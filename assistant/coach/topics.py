"""Topics for a pair: fit for the leader and the wish, new to the two, varied, with tools and people in balance.

Ranked from the catalogue alone, without a chat model, so that the same request always gets the same answer. Vectors of
the catalogue are made once and kept beside the index.
"""

import re
import threading
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from assistant.coach.catalogue import LAST_MONTH, Angle, Topic, load_topics
from assistant.coach.kept_vectors import KeptVectors
from assistant.coach.leaders import LEADERS, Family, FamilyFinder, load_leaders
from assistant.errors import InputError
from assistant.guide.passage import Citation
from assistant.guide.search import Encoder
from assistant.guide.sections import Section, Sections
from assistant.notes.note import Record
from assistant.settings import Settings
from assistant.text import clean, stems

LEADS_ALL: Final = "Leads the whole house: its people, its decisions, its culture and its future."
"""What a leader does whose role belongs to no family."""
USUAL_MONTH: Final = 3
"""Month of the programme where nobody says which: no time for beginnings and farewells."""
LONGEST_WISH: Final = 2000
"""Characters of what a person says about the session."""
MOST = 50
"""Topics that can be asked for at once."""
SAME = 0.72
"""Cosine from which a topic counts as one that the pair has talked about already."""
CLOSE_ENOUGH = 0.43
"""Closeness (`TopicChooser.closeness`) from which a topic is what a wish asks for; by 66 wishes of our own, of which 14
have no topic (`evals/datasets/jobs/topics_dev.jsonl`)."""
SHARED = 0.3
"""Weight of the share of the wish's words that a topic has, beside the cosine of their meaning; by the same wishes."""
FIT, ROLE, MONTH, REPEAT, BALANCE = 0.25, 0.3, 0.06, 0.3, 0.12
"""Without a wish. Weights: suiting the leader's family, nearness to the role itself, months away from those it suits,
likeness to what was chosen before, and the half that came short, tools or people."""
WISHED_FIT, WISHED_ROLE, WISHED_REPEAT = 0.05, 0.1, 0.03
"""With a wish, which comes first: the same, beside its closeness, whose best is about 0.7; by the same wishes."""


Read = dict[str, NDArray[np.float32]]
"""(n,) cosines of texts and the topics, for as long as one request takes."""


class TopicWish(Record):
    """For whom and for what a topic is looked for."""

    mentee_role: str | None = None
    about: str = ""
    month: int | None = Field(default=None, ge=1, le=LAST_MONTH)
    """Month of the programme, in six."""
    had: tuple[str, ...] = ()
    """Ids of catalogue topics, or what the pair called its topics."""


_NOT = r"not|no|non|nothing|without|except|keine?n?|nicht|ohne|pas|sans|no|sin|nada"
_TOOLS = r"tools?|tech\w*|software|computers?|apps?|gadgets?|werkzeuge?|technik\w*|outils?|techniques?|herramientas?"
NO_TOOLS = re.compile(rf"\b(?:{_NOT})\b[\s-]*(?:\w+ ){{0,3}}?(?:{_TOOLS})\b(?: please| bitte)?", re.IGNORECASE)
"""What is left out where a wish says that it should not be about a tool."""


class Suggestion(Record):
    """A topic, and why this one."""

    topic: Topic
    family: Family | None
    why: str
    question: str
    """The opening question for this leader."""


class _Vectors(NamedTuple):
    """(n, d) unit vectors of topics, and how alike these are."""

    texts: NDArray[np.float32]
    """Of what people call it: title, subject and words."""
    titles: NDArray[np.float32]
    likeness: NDArray[np.float32]
    """(n, n) cosines of the texts."""

    def nearness(self, names: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, m) cosines of topics and names, of the text or of the title, whichever is nearer."""
        return np.asarray(np.maximum(self.texts @ names.T, self.titles @ names.T))


def month_of(elapsed: float) -> int:
    """The month of six that a programme is in, of its elapsed share in [0, 1]."""
    return min(LAST_MONTH, int(max(0.0, elapsed) * LAST_MONTH) + 1)


class TopicChooser:
    """Ranks the catalogue; one for a process, safe to share between threads."""

    def __init__(self, settings: Settings, embeddings: Encoder) -> None:
        """Reads the catalogue; its vectors are made at the first request. Raises `KnowledgeError`."""
        folder = settings.knowledge / "topics"
        self._topics, self._embeddings = load_topics(folder), embeddings
        self._leaders = load_leaders(folder / "leaders.yaml")
        self._finder = FamilyFinder(self._leaders, embeddings, settings.home / LEADERS)
        self._sections = Sections(settings, self._wanted)
        named = [*map(_text, self._topics), *(topic.title for topic in self._topics)]
        self._kept = KeptVectors(named, embeddings, settings.home / "topics.npz")
        self._stems = [Counter(stems(_said_of(topic))) for topic in self._topics]
        self._lock = threading.Lock()
        self._made: _Vectors | None = None

    def warm(self) -> None:
        """Make or read every vector of ours, so that the first request is as quick as the others. Raises
        `ModelMissing`."""
        self._vectors()
        self._finder.warm()

    def suggest(self, wish: TopicWish, count: int = 5, read: Read | None = None) -> tuple[Suggestion, ...]:
        """The `count` best, fewer where fewer are new to the pair.

        `read`: for several requests on behalf of one, so that what they have in common is read once.
        Raises `InputError` for a wish that is too long or a count outside 1 to 50, `ModelMissing`.
        """
        if not 1 <= count <= MOST:
            raise InputError(f"{count!r} topics cannot be suggested; ask for 1 to {MOST}.")
        about = clean(wish.about)
        if len(about) > LONGEST_WISH:
            raise InputError(f"The wish has {len(about):,} characters, at most {LONGEST_WISH:,} are read; shorten it.")
        read = {} if read is None else read
        families = self.families(wish.mentee_role)
        vectors = self._vectors()
        left = self._unknown(wish.had, vectors)
        if NO_TOOLS.search(about):
            about = NO_TOOLS.sub(" ", about).strip(" ,.;:!")
            left = [one for one in left if not self._topics[one].technical] or left
        scores = self._scores(about, wish, families, read)
        had = [topic for topic in self._topics if topic.id in wish.had]
        chosen: list[int] = []
        while left and len(chosen) < count:
            known = [*had, *(self._topics[i] for i in chosen)]
            gain = self._gain(known, chosen, vectors.likeness, has_wish=bool(about))
            best = max(left, key=lambda i: (scores[i] + gain[i], self._topics[i].id))
            chosen.append(best)
            left.remove(best)
        return tuple(self._said(self._topics[i], families, had) for i in chosen)

    def find(self, topic: str) -> Topic | None:
        """The topic of this id."""
        return next((one for one in self._topics if one.id == topic), None)

    def tell(self, topic: Topic, mentee_role: str | None, had: Collection[str] = ()) -> Suggestion:
        """What is said of a topic that somebody chose. Raises `ModelMissing`."""
        known = [one for one in self._topics if one.id in had]
        return self._said(topic, self.families(mentee_role), known)

    def families(self, mentee_role: str | None) -> tuple[Family, ...]:
        """The families of a role as it was typed, the surest first. Raises `ModelMissing`."""
        return self._finder.find(clean(mentee_role)) if mentee_role else ()

    def fits(self, about: str, topic: Topic, least: float = CLOSE_ENOUGH) -> bool:
        """Whether a topic is what a wish asks for, and not only the nearest of those that there are."""
        return self.closeness(about)[topic.id] >= least

    def closeness(self, about: str) -> dict[str, float]:
        """How close each topic is to a wish, by id: about 0 where it has nothing to do with it, at most 1.3."""
        close = self._closeness(clean(about), {})
        return {topic.id: float(score) for topic, score in zip(self._topics, close, strict=True)}

    def sections(self) -> frozenset[Section]:
        """Every section of the guide that a topic rests on."""
        return self._wanted()

    def cite(self, topic: Topic) -> tuple[Citation, ...]:
        """What the guide says to a topic, or to such a session; empty where the guide is not there."""
        return tuple(
            citation
            for number, section in enumerate(topic.rests_on, start=1)
            for citation in self._sections.cite(section, str(number))
        )

    def _near(self, text: str, read: Read) -> NDArray[np.float32]:
        """(n,) cosines of a text and the topics."""
        if text not in read:
            read[text] = self._vectors().texts @ self._embeddings.encode([text])[0]
        return read[text]

    def _closeness(self, about: str, read: Read) -> NDArray[np.float64]:
        """(n,) of meaning and of words."""
        return np.asarray(self._near(about, read) + SHARED * self._shared(about), dtype=np.float64)

    def _scores(self, about: str, wish: TopicWish, families: Sequence[Family], read: Read) -> NDArray[np.float64]:
        """(n,) how well each topic suits the wish, the leader and the month."""
        fit = np.array([_fit(topic, families) for topic in self._topics])
        off = np.array([_months_off(topic, wish.month or USUAL_MONTH) for topic in self._topics])
        leads = self._leaders.families[families[0]].about if families else LEADS_ALL
        described = f"{clean(wish.mentee_role)}. {leads}" if families and wish.mentee_role else leads
        role = self._near(described, read)
        if about:
            scores = self._closeness(about, read) + WISHED_FIT * fit + WISHED_ROLE * role
        else:
            scores = FIT * fit + ROLE * role - MONTH * off
        return np.asarray(scores, dtype=np.float64)

    def _shared(self, about: str) -> NDArray[np.float64]:
        """(n,) share of the wish's words that a topic has, rare ones counting more."""
        wanted = set(stems(about))
        rarity = {stem: np.log(1 + len(self._topics) / (1 + self._having(stem))) for stem in wanted}
        total = sum(rarity.values()) or 1.0
        return np.array([sum(rarity[stem] for stem in wanted if own[stem]) / total for own in self._stems])

    def _gain(
        self, known: Sequence[Topic], chosen: Sequence[int], likeness: NDArray[np.float32], *, has_wish: bool
    ) -> NDArray[np.float64]:
        """(n,) what a topic adds to those known: another subject and, without a wish, another area and the half that
        came short."""
        gain = np.zeros(len(self._topics))
        if chosen:
            nearest = np.maximum(0, likeness[:, list(chosen)].max(axis=1))
            gain -= (WISHED_REPEAT if has_wish else REPEAT) * nearest
        if has_wish:
            return gain
        technical, areas = sum(topic.technical for topic in known), Counter(topic.area for topic in known)
        for i, topic in enumerate(self._topics):
            short = len(known) - 2 * technical if topic.technical else 2 * technical - len(known)
            gain[i] += BALANCE * (max(-2, min(2, short)) / 2 - areas[topic.area] / (1 + len(known)))
        return gain

    def _unknown(self, had: Collection[str], vectors: _Vectors) -> list[int]:
        """Which topics the pair has not had, by id or by nearness to what it called them."""
        ids = {topic.id for topic in self._topics}
        named = [clean(one) for one in had if one not in ids and clean(one)]
        new = np.array([topic.id not in had for topic in self._topics])
        titles = {name.casefold() for name in named}
        new &= np.array([not {topic.title.casefold(), topic.subject} & titles for topic in self._topics])
        if named:
            new &= vectors.nearness(self._embeddings.encode(named)).max(axis=1) < SAME
        return np.flatnonzero(new).tolist()

    def _said(self, topic: Topic, families: Sequence[Family], had: Sequence[Topic]) -> Suggestion:
        family = next((one for one in families if one in topic.leaders), None)
        angle = topic.leaders[family] if family else Angle(why=topic.why, question=topic.questions[0])
        return Suggestion(topic=topic, family=family, why=angle.why + _balance(topic, had), question=angle.question)

    def _wanted(self) -> frozenset[Section]:
        return frozenset(section for topic in self._topics for section in topic.rests_on)

    def _having(self, stem: str) -> int:
        return sum(1 for own in self._stems if own[stem])

    def _vectors(self) -> _Vectors:
        """Of the catalogue, from the file where it has them."""
        with self._lock:
            if self._made is None:
                texts, titles = np.split(self._kept.get(), 2)
                self._made = _Vectors(texts, titles, texts @ texts.T)
            return self._made


def _text(topic: Topic) -> str:
    """What people call a topic."""
    return ", ".join((topic.title, topic.subject, *topic.words))


def _said_of(topic: Topic) -> str:
    """Everything in which a word of a wish may stand."""
    return "\n".join((_text(topic), topic.why, topic.show, *topic.questions))


def _fit(topic: Topic, families: Sequence[Family]) -> float:
    """1 for the leader's own family, less for a second one; without a family the share of families that it suits."""
    if not families:
        return len(topic.leaders) / len(Family)
    return max((1 / (1 + at) for at, family in enumerate(families) if family in topic.leaders), default=0.0)


def _months_off(topic: Topic, month: int) -> int:
    return max(0, topic.months[0] - month, month - topic.months[1])


def _balance(topic: Topic, had: Sequence[Topic]) -> str:
    """What a topic does for the balance, where one side of it came short."""
    alike = sum(one.technical == topic.technical for one in had)
    if 2 * alike >= len(had):
        return ""
    missing, much = ("a tool", "people") if topic.technical else ("people", "tools")
    return f" So far you talked more about {much}; this one is about {missing}."
