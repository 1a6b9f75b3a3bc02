"""Small cycles gone through completely: each way in which their pairs can carry a code, and what each look leaves open.

No reasoning of an attacker is needed here: of all worlds that look the same, what is true in each follows, whatever the
way to find out, and what differs in two does not. Each subset of the pairs is one code, so that one release shows all
looks at once.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from assistant.programme.release import build_release
from assistant.store.theme_records import Cycle
from evals.releases.make import VERSION, Member
from evals.releases.seen import Group, find_groups

Worlds = NDArray[np.int64]
"""(worlds,) the carriers as bits, the first pair the lowest."""


def find_following(members: Sequence[Member]) -> list[str]:
    """What follows from some look: in words, without a look twice.

    For outsiders that a group which has a name and fewer than five pairs has a carrier; for everybody with pairs in it,
    who knows of these, what another single pair said, be it that it carries the code or that it does not.
    """
    everybody = (1 << len(members)) - 1
    bit = {one.pair: 1 << at for at, one in enumerate(members)}
    groups = [sum(bit[pair] for pair in group) for group in find_groups(members, Group(), Group())]
    owns = sorted(
        {
            sum(bit[one.pair] for one in members if person in (one.mentor, one.mentee))
            for member in members
            for person in (member.mentor, member.mentee)
        }
    )
    found = []
    for look, worlds in show_all(members).items():
        found += [f"{look}: a group of {group.bit_count()}" for group in groups if bool(np.all(worlds & group))]
        for own in owns:
            others = everybody & ~own
            for same in _split(worlds, own):
                surely, maybe = int(np.bitwise_and.reduce(same)), int(np.bitwise_or.reduce(same))
                if others & surely or others & ~maybe:
                    found.append(f"{look}: a pair, by one with {own.bit_count()}")
    return found


def show_all(members: Sequence[Member]) -> dict[str, Worlds]:
    """The worlds by what they look like."""
    numbers = range(1 << len(members))
    pairs = tuple(
        member.say([f"theme_{number}" for number in numbers if number >> at & 1]) for at, member in enumerate(members)
    )
    day = date(2026, 3, 2)
    cycle = Cycle(number=1, since=None, until=day, pairs=pairs, health=(), before=None, before_pairs=())
    release = build_release(cycle, [f"theme_{number}" for number in numbers], VERSION)
    looks = defaultdict[str, list[int]](list)
    for number, cell in zip(numbers, release.cells, strict=True):
        looks[cell.band or "held back"].append(number)
    return {look: np.array(worlds) for look, worlds in looks.items()}


def _split(worlds: Worlds, own: int) -> Iterator[Worlds]:
    values = worlds & own
    yield from (worlds[values == value] for value in np.unique(values))


def draw_small(seed: int, least: int = 5, most: int = 10) -> list[Member]:
    """A cycle of `least` to `most` pairs with any kind of teams and of seniors with several mentors."""
    random = np.random.default_rng(seed)
    number, teams = int(random.integers(least, most + 1)), int(random.integers(1, 6))
    seniors = int(random.integers(max(1, number // 2), number + 1))
    order = [*range(seniors), *random.integers(seniors, size=number - seniors)]
    bosses = [None if random.random() < 0.2 else f"boss{random.integers(teams)}" for _ in range(seniors)]
    return [
        Member(
            f"pair{at}",
            f"mentor{at}",
            f"mentee{senior}",
            None if random.random() < 0.1 else f"boss{random.integers(teams)}",
            bosses[senior],
        )
        for at, senior in enumerate(order)
    ]


def draw_partitions(number: int) -> Iterator[list[Member]]:
    """So many pairs of different people, the mentors in teams in every possible way; the seniors' are not known."""
    for teams in _partition(number):
        yield [Member(f"pair{at}", f"mentor{at}", f"mentee{at}", f"boss{team}", None) for at, team in enumerate(teams)]


def _partition(number: int) -> Iterator[tuple[int, ...]]:
    """Team sizes, the largest first, as the team of each pair: who is who does not matter."""
    for cuts in range(number):
        for places in combinations(range(1, number), cuts):
            sizes = np.diff([0, *places, number])
            if list(sizes) == sorted(sizes, reverse=True):
                yield tuple(int(team) for team, size in enumerate(sizes) for _ in range(size))
