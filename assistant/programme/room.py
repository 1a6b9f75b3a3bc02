"""When a cell is shown, and how high its band may be before it would tell of one pair or of one small team.

Judged from who is in the cycle alone, never from what they said, so that the answer itself tells nothing. A band may
be shown where it would look the same if

- the pairs of any one person, who knows what they said, and any one other pair did not carry the code, and if
- nobody carried it of a team with fewer than five pairs, of those who are new, of the new ones of a team, or of all who
  are outside such a group, where these are fewer than five.

So nobody learns of another pair that it surely carries the code, and a manager learns of no small team that somebody
in it does. The rest must then be enough for everything that is asked of a shown cell: pairs, mentors, mentees, and not
one team alone.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol

from assistant.programme.records import LOWER_ENDS, Cell, find_band
from assistant.store.theme_records import FLOOR


class Placed(Protocol):
    """A pair and where its two people belong: `PairCodes` or `PairHealth`."""

    @property
    def mentor(self) -> str: ...  # noqa: D102
    @property
    def mentee(self) -> str: ...  # noqa: D102
    @property
    def mentor_team(self) -> str | None: ...  # noqa: D102
    @property
    def mentee_team(self) -> str | None: ...  # noqa: D102


def is_spread(pairs: Sequence[Placed]) -> bool:
    """Whether at least five pairs, five mentors and five mentees are among them, and not all of one known team."""
    return (
        len(pairs) >= FLOOR
        and len({pair.mentor for pair in pairs}) >= FLOOR
        and len({pair.mentee for pair in pairs}) >= FLOOR
        and not _is_one_team(pair.mentor_team for pair in pairs)
        and not _is_one_team(pair.mentee_team for pair in pairs)
    )


def find_room(pairs: Sequence[Placed], fresh: Iterable[Collection[int]] = ()) -> int:
    """The highest lower end that a band may have; 0: none may be shown. At most two less than there are pairs.

    `fresh`: the places of pairs that somebody could call new, in one sense and in another.
    """
    room = len(pairs)
    for group in _find_named(pairs, [frozenset(group) for group in fresh]):
        rest = [pair for at, pair in enumerate(pairs) if at not in group]
        room = min(room, len(rest) if is_spread(rest) else 0)
    surely = _count_spare(pairs)
    for own in _find_own(pairs):
        left = len(pairs) - len(own) - 1
        if len(own) >= surely and not _is_spread_without_any([one for at, one in enumerate(pairs) if at not in own]):
            return 0
        room = min(room, left)
    return room


def _count_spare(pairs: Sequence[Placed]) -> int:
    """So many pairs can be taken away, whichever, and what is left is spread; quick, and rather too low."""
    people = min(len({pair.mentor for pair in pairs}), len({pair.mentee for pair in pairs}))
    return min(people - FLOOR, len(pairs) - _find_largest(pairs) - 1)


def _find_largest(pairs: Sequence[Placed]) -> int:
    """Pairs in the largest known team of either side."""
    teams = Counter((0, pair.mentor_team) for pair in pairs if pair.mentor_team is not None)
    teams += Counter((1, pair.mentee_team) for pair in pairs if pair.mentee_team is not None)
    return max(teams.values(), default=0)


def judge(code: str, carriers: Sequence[Placed], room: int) -> Cell:
    """The cell of a code by itself, without a trend."""
    band = find_band(len(carriers))
    if band is None or LOWER_ENDS[band] > room or not is_spread(carriers):
        return Cell(code=code)
    return Cell(code=code, band=band, suppressed=False)


def _is_one_team(teams: Iterable[str | None]) -> bool:
    """Whether all belong to one team; those of whom it is not known belong to none."""
    found = set(teams)
    return len(found) == 1 and None not in found


def _find_own(pairs: Sequence[Placed]) -> Iterator[frozenset[int]]:
    """Each person's pairs, as places; of people with one pair each the pair once."""
    owned = defaultdict[str, set[int]](set)
    for at, pair in enumerate(pairs):
        owned[pair.mentor].add(at)
        owned[pair.mentee].add(at)
    yield from set(map(frozenset, owned.values()))


def _find_named(pairs: Sequence[Placed], fresh: Sequence[frozenset[int]]) -> set[frozenset[int]]:
    """The groups that have a name, and all outside them, as far as these have somebody and fewer than five."""
    teams = list(_find_teams(pairs))
    named = [*teams, *fresh, *(team & new for team in teams for new in fresh)]
    everybody = frozenset(range(len(pairs)))
    groups = (group for one in named for group in (one, everybody - one))
    return {group for group in groups if 0 < len(group) < FLOOR}


def _find_teams(pairs: Sequence[Placed]) -> Iterator[frozenset[int]]:
    for teams in ([pair.mentor_team for pair in pairs], [pair.mentee_team for pair in pairs]):
        inside = defaultdict[str, set[int]](set)
        for at, team in enumerate(teams):
            if team is not None:
                inside[team].add(at)
        yield from map(frozenset, inside.values())


def _is_spread_without_any(pairs: Sequence[Placed]) -> bool:
    """Whether `is_spread` holds whichever one of them is taken away."""
    if len(pairs) <= FLOOR:
        return False
    for people in (Counter(pair.mentor for pair in pairs), Counter(pair.mentee for pair in pairs)):
        if len(people) - (min(people.values()) == 1) < FLOOR:
            return False
    return _find_largest(pairs) < len(pairs) - 1
