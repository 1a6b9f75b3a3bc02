"""A person's own saved notes, plans and commitments, searched by that person alone.

Ranked in this process's memory, never in Chroma and never on disk. What is held between two searches are vectors and
word stems (`own_shelf`), for each person in each role apart, until the person signs out or many others came since. The
text of a result comes out of the store, in the actor's name, during the search: what was deleted, or was never the
actor's, cannot be returned, whatever is held here.
"""

import threading
import time
from collections import OrderedDict
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from assistant.coach.own_fit import least_cosine
from assistant.coach.own_shelf import Place, Shelf
from assistant.coach.own_texts import Desk, Kind, OwnTexts
from assistant.guide.search import Encoder
from assistant.roles import Actor
from assistant.text import clean

__all__ = ["Desk", "Kind", "OwnMatches", "OwnNotes", "OwnPassage"]

PEOPLE = 64
"""How many shelves are held; the one that was used longest ago goes first."""
SECONDS = 2.0
"""How long a search reads passages that are new to it; the rest is ranked by its words alone."""
WORD_WEIGHT = 0.2
"""Weight of shared words beside nearness in meaning. On the 40 questions of `tests/coach/own_notes.jsonl` among 160
other notes hit@3 was 0.78 at 0.2 and 0.70 at 0.4; for two words of a note 0.95 and more, by meaning alone 0.75."""


class OwnPassage(BaseModel):
    """A place in what the actor wrote."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kind: Kind
    item: str
    """Id of the note, plan or commitment."""
    title: str
    """Of the note or plan; empty for a commitment."""
    day: date
    """On which it was first saved, in UTC."""
    text: str
    """About 50 words, verbatim."""
    start: int
    end: int
    """Half-open offsets in code points: `text` is what stands there in the note, plan or commitment."""
    score: float
    """Nearness in meaning, in [-1, 1], and up to `WORD_WEIGHT` for shared words; comparable within one search only.

    It does not tell whether the question is answered: something is nearest to every question.
    """
    shared: float
    """Share of the query's words that stand in it, in [0, 1]; rare words count for more."""
    fits: bool
    """Whether it is near enough in meaning to be shown beside an answer (`own_fit`)."""


class OwnMatches(BaseModel):
    """What a search found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    passages: tuple[OwnPassage, ...]
    """Best first."""
    unread: int
    """How many passages were ranked by their words alone, because reading them takes longer than a search may."""


class OwnNotes:
    """One for a process; safe to use from many threads."""

    def __init__(self, embeddings: Encoder) -> None:
        self._embeddings = embeddings
        self._shelves: OrderedDict[Actor, Shelf] = OrderedDict()
        self._lock = threading.Lock()

    def search(self, actor: Actor, query: str, desk: Desk, k: int = 3) -> OwnMatches:
        """The k passages of the actor's own that are nearest to the query; fewer where there are fewer.

        Raises `StoreError` where the store fails, `ModelMissing` where the embedding model cannot be had.
        """
        shelf, wanted = self._shelf(actor), clean(query)
        with shelf.lock:
            own = OwnTexts(actor, desk)
            places = shelf.update(own)
            if not places:
                return OwnMatches(passages=(), unread=0)
            shared = shelf.share(wanted, places)
            likely = [places[i] for i in np.argsort(-shared, kind="stable")]
            unread = shelf.read(likely, own, self._embeddings, time.monotonic() + SECONDS)
            question = self._embeddings.encode([wanted])[0]
            scores = shelf.nearness(question, places) + WORD_WEIGHT * shared
            fits = shelf.cosines(question, places) >= _least(wanted, places)
            best = np.argsort(-scores, kind="stable")[: max(0, k)]
            measured = [_Measured(float(scores[i]), float(shared[i]), bool(fits[i])) for i in best]
            found = [_passage(shelf, own, places[i], one) for i, one in zip(best, measured, strict=True)]
        return OwnMatches(passages=tuple(one for one in found if one), unread=unread)

    def prepare(self, actor: Actor, desk: Desk) -> None:
        """Read all that is new, for a background thread; a search meanwhile waits for a fraction of a second.

        Ends early where the person is forgotten. Raises as `search` does.
        """
        shelf, unread = self._shelf(actor), 1
        while unread and self._shelves.get(actor) is shelf:
            with shelf.lock:
                own = OwnTexts(actor, desk)
                unread = shelf.read(shelf.update(own), own, self._embeddings, time.monotonic())
            time.sleep(0.01)  # whoever waits for the lock gets it

    def forget(self, person: str) -> None:
        """Drop all that is held of a person, in every role: at signing out, and when the person is erased."""
        with self._lock:
            for actor in [actor for actor in self._shelves if actor.person == person]:
                del self._shelves[actor]

    def _shelf(self, actor: Actor) -> Shelf:
        with self._lock:
            shelf = self._shelves.setdefault(actor, Shelf())
            self._shelves.move_to_end(actor)
            while len(self._shelves) > PEOPLE:
                self._shelves.popitem(last=False)
            return shelf


def _least(query: str, places: list[Place]) -> NDArray[np.float64]:
    """(n,) cosine from which each passage fits; plans count among plans alone, so that saving some hides no note."""
    plans = sum(place.item.kind == "plan" for place in places)
    of_plans, of_others = (least_cosine(query, count) for count in (len(places), len(places) - plans))
    return np.array([of_plans if place.item.kind == "plan" else of_others for place in places])


class _Measured(NamedTuple):
    """What a search found out about a passage; the fields are those of `OwnPassage`."""

    score: float
    shared: float
    fits: bool


def _passage(shelf: Shelf, own: OwnTexts, place: Place, measured: _Measured) -> OwnPassage | None:
    """The passage with its text; none where it was deleted or changed since the search began."""
    text, (start, end), item = own.get(place.item), shelf.span(place), place.item
    if text is None:
        return None
    return OwnPassage(
        kind=item.kind,
        item=item.id,
        title=item.title,
        day=item.day,
        text=text[start:end],
        start=start,
        end=end,
        **measured._asdict(),
    )
