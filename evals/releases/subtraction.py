"""What follows for sure from all that is visible: groups of fewer than five of which somebody surely carries a code.

A group is exposed where in every world that would look the same between one and four of its pairs carry the code. The
attacker knows every rule by which cells are shown. The codes of a release are independent of each other and each
contribution is in one release, so that a cell is all there is about a code; the programme's health adds up to a number
that is known.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from assistant.programme.records import BANDS, LOWER_ENDS, Band
from assistant.programme.room import find_room
from assistant.programme.suppression import suppress
from evals.releases.make import Member
from evals.releases.seen import ENDS, Group, Part, Seen, find_groups

STATES = ("on_plan", "behind", "not_started")


class Exposed(NamedTuple):
    """A group and the code of which it is known."""

    code: str
    group: str
    size: int


def find_exposed(seen: Seen) -> list[Exposed]:
    """All that follows from a release."""
    found = []
    for part in seen.parts:
        groups = find_groups(part.members, seen.known, seen.joined)
        found += [exposed for group in groups for exposed in _expose(part, group)]
        if part.name == "health":
            found += _expose_table(part)
    return found


def _expose(part: Part, group: Group) -> Iterator[Exposed]:
    """Codes whose band could not be as it is if nobody of the group carried them."""
    rest = [one for one in part.members if one.pair not in group]
    shown = {band for band in part.bands.values() if band}
    needed = {band for band in shown if not could_carry(rest, ENDS[band][0])}
    yield from (Exposed(code, part.name, len(group)) for code, band in part.bands.items() if band in needed)


def could_carry(members: Sequence[Member], least: int) -> bool:
    """Whether a cell can be shown of which nobody but these carries the code."""
    teams = [{one.mentor_team for one in members}, {one.mentee_team for one in members}]
    return (
        len(members) >= least
        and len({one.mentor for one in members}) >= 5
        and len({one.mentee for one in members}) >= 5
        and not any(len(team) == 1 and None not in team for team in teams)
    )


def _expose_table(part: Part) -> Iterator[Exposed]:
    """States that in every table with this look are between one and four.

    All tables are gone through with the product's own suppression.
    """
    total = len(part.members)
    shown = tuple(part.bands[state] for state in STATES)
    if total < 5 or None not in shown or not any(shown):
        return
    room = min(find_room(part.members), total - 4)
    allowed = [band for band in BANDS if LOWER_ENDS[band] <= room]
    one, other = np.meshgrid(np.arange(total + 1), np.arange(total + 1), indexing="ij")
    tables = np.stack([one, other, total - one - other], axis=-1)[one + other <= total]
    kinds, which = np.unique(np.digitize(tables, list(LOWER_ENDS.values())), axis=0, return_inverse=True)
    looks = [_look([(None, *BANDS)[at] for at in kind], total, allowed) for kind in kinds]
    same = np.array([look == shown for look in looks])[which]
    for at, state in enumerate(STATES) if same.any() else ():
        possible = tables[same, at]
        if shown[at] is None and possible.min() >= 1 and possible.max() <= 4:
            yield Exposed(state, "health table", int(possible.max()))


def _look(bands: list[Band | None], total: int, allowed: list[Band]) -> tuple[str | None, ...]:
    held = suppress(bands, total, allowed)
    return tuple(None if hidden else band for band, hidden in zip(bands, held, strict=True))


def find_told(part: Part, own: Group, carried: frozenset[tuple[str, str]]) -> list[Exposed]:
    """Other pairs of which somebody with these pairs, who knows what these carry, surely learns that they carry a code.

    `carried`: pair and code.
    """
    others = [one for one in part.members if one.pair not in own]
    if _is_roomy(others):
        return []
    found, sure = list[Exposed](), dict[tuple[str, Group], int]()
    for code, band in part.bands.items():
        if band:
            mine = Group(pair for pair in own if (pair, code) in carried)
            if (band, mine) not in sure:
                sure[band, mine] = _count_sure(part, others, mine, ENDS[band][0])
            found += [Exposed(code, "insider", 1)] * sure[band, mine]
    return found


def _count_sure(part: Part, others: Sequence[Member], mine: Group, least: int) -> int:
    """Without how many of the others, each alone, the cell could not be as it is."""
    own = [one for one in part.members if one.pair in mine]
    return sum(not could_carry([*own, *(one for one in others if one is not left)], least) for left in others)


def _is_roomy(members: Sequence[Member]) -> bool:
    """So many and so mixed that no single one can matter, whatever the band."""
    sides = [[one.mentor_team for one in members], [one.mentee_team for one in members]]
    return (
        len(members) > ENDS["20+"][0]
        and len({one.mentor for one in members}) > 5
        and len({one.mentee for one in members}) > 5
        and all(max(Counter(side).values()) < len(members) - 1 for side in sides)
    )
