"""What an attacker has of a programme: the text that a manager receives, and what is known in a company.

Nothing of what anybody said gets in here. The text is read as plain JSON, not by the product's own records, so that
whatever else would stand in it is seen too.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.store.theme_records import PairCodes, PairHealth
from evals.releases.make import Member, Published

ENDS = {"5-9": (5, 9), "10-19": (10, 19), "20+": (20, None)}
"""What a band says: at least, and at most."""
Group = frozenset[str]
"""Ids of pairs."""


@dataclass(frozen=True)
class Part:
    """Cells with those who could be behind them."""

    name: str
    members: tuple[Member, ...]
    bands: dict[str, str | None]
    """Of each code; `None`: held back."""


@dataclass(frozen=True)
class Seen:
    """A release, as far as an attacker knows it."""

    parts: tuple[Part, ...]
    known: Group
    """Who contributed to the release before."""
    joined: Group
    """Which pairs were made since."""


def look(published: Sequence[Published]) -> list[Seen]:
    """A programme's releases, the first one first."""
    found, known = list[Seen](), Group()
    for one in published:
        content = json.loads(one.content)
        wrote = [pair for pair in one.cycle.pairs if pair.wrote]
        answered = [pair for pair in one.cycle.pairs if pair.answered]
        rows = {"cells": _place(wrote), "survey": _place(answered), "health": _place(one.cycle.health)}
        parts = tuple(Part(name, who, _read(content[name])) for name, who in rows.items())
        found.append(Seen(parts, known, one.joined))
        known = Group(pair.pair for pair in one.cycle.pairs)
    return found


def _place(pairs: Iterable[PairCodes | PairHealth]) -> tuple[Member, ...]:
    return tuple(Member(one.pair, one.mentor, one.mentee, one.mentor_team, one.mentee_team) for one in pairs)


def _read(cells: Sequence[dict[str, str | None]]) -> dict[str, str | None]:
    return {str(cell["code"]): cell["band"] for cell in cells}


def find_groups(members: Sequence[Member], known: Group, joined: Group) -> set[Group]:
    """Every group with fewer than five pairs that somebody has a word for: a person's pairs, a team or all outside it,
    those who are new, those who are not, and the new ones of a team."""
    everybody = Group(one.pair for one in members)
    words = list(_find_words(members))
    new = (everybody - known if known else Group(), joined & everybody)
    words += [group & some for group in words for some in new]
    words += [*new, *(everybody - group for group in (*words, *new))]
    return {group for group in words if 0 < len(group) < 5}


def _find_words(members: Sequence[Member]) -> Iterator[Group]:
    by = defaultdict[tuple[str, str], set[str]](set)
    for one in members:
        by["person", one.mentor].add(one.pair)
        by["person", one.mentee].add(one.pair)
        by["mentor's team", str(one.mentor_team)].add(one.pair)
        by["mentee's team", str(one.mentee_team)].add(one.pair)
    named = ((word, group) for word, group in by.items() if word[1] != "None")
    yield from (Group(group) for _, group in named)
