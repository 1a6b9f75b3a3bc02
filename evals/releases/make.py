"""Programmes drawn at random, with what is true in them: uneven teams, seniors with several mentors, themes that go
together, and cycles between which pairs are made, ended and erased. The same seed draws the same programme.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.programme.records import Release
from assistant.programme.release import build_release
from assistant.store.theme_records import FLOOR, Cycle, PairCodes, PairHealth

THEMES: Final = tuple(f"theme_{number}" for number in range(33))
"""As many as the codebook has."""
ANSWERS: Final = tuple(f"survey:q{number}:{way}" for number in range(10) for way in ("agree", "disagree"))
CODES: Final = (*THEMES, *ANSWERS)
VERSION: Final = 1
SMALLEST, LARGEST = 5, 300
_BEGUN = date(2026, 1, 5)
_MOST_CYCLES = 6
_FACTORS = 4
"""What themes have in common: codes of one factor go together in a team, and in a pair."""

Truth = NDArray[np.bool_]
"""(pairs, codes) what each pair would say."""


@dataclass(frozen=True)
class Member:
    """A pair and where its two people belong."""

    pair: str
    mentor: str
    mentee: str
    mentor_team: str | None
    mentee_team: str | None

    def say(self, codes: Sequence[str], *, wrote: bool = True, answered: bool = True, new: bool = False) -> PairCodes:
        """What it contributes to a cycle."""
        return PairCodes(codes=frozenset(codes), wrote=wrote, answered=answered, new=new, **vars(self))

    def meet(self, held: int, expected: int, *, cancelled: bool) -> PairHealth:
        """How its sessions went."""
        return PairHealth(held=held, expected=expected, cancelled=cancelled, **vars(self))


@dataclass(frozen=True)
class Published:
    """A release, what it was made of, and who came and went since the one before."""

    cycle: Cycle
    release: Release
    content: str
    """All that a manager receives."""
    joined: frozenset[str]
    left: frozenset[str]
    """Pairs; of those that were ended or erased."""


@dataclass(frozen=True)
class Round:
    """A cycle before the release before it is known."""

    pairs: tuple[PairCodes, ...]
    health: tuple[PairHealth, ...]
    since: date | None
    until: date
    joined: frozenset[str]
    left: frozenset[str]
    erased: frozenset[str]


class Programme:
    """A programme as it goes on; draws one cycle after the other."""

    def __init__(self, seed: int, size: int | None = None, *, teams_known: bool = True) -> None:
        """`size`: how many pairs it begins with; without one between 5 and 300, evenly on a logarithmic scale."""
        self.random = np.random.default_rng(seed)
        self.size = size or round(float(np.exp(self.random.uniform(np.log(SMALLEST), np.log(LARGEST)))))
        self._made = 0
        self._teams = max(2, round(self.size ** self.random.uniform(0.3, 0.95)))
        weights = 1 / np.arange(1, self._teams + 1) ** self.random.uniform(0, 1.5)
        self._weights = weights / weights.sum()
        self._unknown = self.random.uniform(0, 0.3) if teams_known else 1.0
        self._shared = self.random.uniform(0, 0.35)
        self._persistence, self._taking_part = self.random.uniform(0.3, 1), self.random.uniform(0.4, 1)
        self._base = self.random.normal(-1.2, 1.1, len(CODES))
        self._factor = self.random.integers(_FACTORS, size=len(CODES))
        self._team_effects = self.random.normal(0, 1, (self._teams, _FACTORS))
        self.members: list[Member] = []
        self._truth: dict[str, Truth] = {}
        self.join(self.size)

    def join(self, number: int) -> frozenset[str]:
        """Make pairs; some seniors get a further mentor."""
        new = [self._make() for _ in range(number)]
        self.members += new
        return frozenset(one.pair for one in new)

    def leave(self, number: int) -> frozenset[str]:
        """End pairs, drawn at random."""
        gone = self.random.permutation(len(self.members))[:number]
        ids = frozenset(self.members[at].pair for at in gone)
        self.members = [one for one in self.members if one.pair not in ids]
        return ids

    def draw_cycles(self, number: int | None = None) -> list[Round]:
        """Cycles one after the other, those left out to which fewer than five pairs contributed."""
        rounds: list[Round] = []
        since, joined, left, erased = None, frozenset[str](), frozenset[str](), frozenset[str]()
        day = _BEGUN
        for _ in range(number or int(self.random.integers(1, _MOST_CYCLES + 1))):
            if day > _BEGUN:
                coming, going = self.random.poisson(0.3 + 0.02 * self.size, 2)
                gone = self.leave(min(int(going), len(self.members) - 1))
                erased |= frozenset(one for one in sorted(gone) if self.random.random() < 0.5)
                left, joined = left | gone, joined | self.join(int(coming))
            self._drift()
            days = int(self.random.integers(10, 75))
            day += timedelta(days)
            pairs = self._contribute(joined)
            if len(pairs) >= FLOOR:
                rounds.append(Round(pairs, self._meet(days), since, day, joined, left, erased))
                since, joined, left, erased = day, frozenset(), frozenset(), frozenset()
        return rounds

    def chances(self, member: Member) -> NDArray[np.float64]:
        """(codes,) how likely the pair says each."""
        known = member.mentor_team is not None
        effect = self._team_effects[int(str(member.mentor_team).removeprefix("boss")) if known else 0, self._factor]
        own = np.random.default_rng(int(member.pair.removeprefix("pair"))).normal(0, 0.8, _FACTORS)[self._factor]
        return np.asarray(1 / (1 + np.exp(-(self._base + effect + own))))

    def _make(self) -> Member:
        self._made += 1
        again = self.members and self.random.random() < self._shared
        senior = self.members[int(self.random.integers(len(self.members)))] if again else None
        mentee, over = (senior.mentee, senior.mentee_team) if senior else (f"mentee{self._made}", self._draw_team())
        return Member(f"pair{self._made}", f"mentor{self._made}", mentee, self._draw_team(), over)

    def _draw_team(self) -> str | None:
        if self.random.random() < self._unknown:
            return None
        return f"boss{self.random.choice(self._teams, p=self._weights)}"

    def _drift(self) -> None:
        for member in self.members:
            drawn = self.random.random(len(CODES)) < self.chances(member)
            kept = self._truth.get(member.pair)
            stays = self.random.random(len(CODES)) < self._persistence
            self._truth[member.pair] = drawn if kept is None else np.where(stays, kept, drawn)

    def _contribute(self, joined: frozenset[str]) -> tuple[PairCodes, ...]:
        asked = self.random.random() < 0.5
        found = []
        for member in self.members:
            wrote, answered = self.random.random() < self._taking_part, asked and self.random.random() < 0.6
            if wrote or answered:
                codes = [CODES[at] for at in np.flatnonzero(self._truth[member.pair])]
                said = [one for one in codes if (answered if one in ANSWERS else wrote)]
                new = member.pair in joined
                found.append(member.say(said, wrote=bool(wrote), answered=bool(answered), new=new))
        return tuple(found)

    def _meet(self, days: int) -> tuple[PairHealth, ...]:
        expected = max(1, days // 30)
        rate = self.random.gamma(3, 0.4, len(self.members)) * days / 30
        held, cancelled = self.random.poisson(rate), self.random.random(len(self.members)) < 0.2
        rows = zip(self.members, held, cancelled, strict=True)
        return tuple(one.meet(int(times), expected, cancelled=bool(off)) for one, times, off in rows)


def publish(rounds: Sequence[Round]) -> list[Published]:
    """The releases of the cycles, each made with the one before, as the product makes them."""
    done: list[Published] = []
    for number, one in enumerate(rounds, start=1):
        last = done[-1] if done else None
        cycle = Cycle(
            number=number,
            since=one.since,
            until=one.until,
            pairs=one.pairs,
            health=one.health,
            before=last.content if last else None,
            before_pairs=tuple(pair for pair in last.cycle.pairs if pair.pair not in one.erased) if last else (),
        )
        release = build_release(cycle, CODES, VERSION)
        done.append(Published(cycle, release, release.to_json(), one.joined, one.left))
    return done
