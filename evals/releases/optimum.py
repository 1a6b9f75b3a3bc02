"""The least that a table with a known total could hold back, to compare the product's suppression with.

Two optima. `count_alone` judges one table by interval feasibility alone, as classical cell suppression does, and so
takes no account of what the choice itself gives away. `count_together` keeps all the product's rules: it chooses for
all tables of a total at once, as a mixed-integer program, so that what looks the same stays undecided.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import product
from typing import Final

import numpy as np

from assistant.programme.records import BANDS, LOWER_ENDS, Band, find_band
from assistant.programme.suppression import suppress
from evals.releases.seen import ENDS

CELLS: Final = 3
Table = tuple[Band | None, ...]
Counts = tuple[int, ...]
Held = tuple[bool, ...]


def list_tables(total: int) -> dict[Table, list[Counts]]:
    """All tables of three cells that add up to the total, by their bands."""
    found = defaultdict[Table, list[Counts]](list)
    for one, other in product(range(total + 1), repeat=2):
        if one + other <= total:
            counts = one, other, total - one - other
            found[tuple(map(find_band, counts))].append(counts)
    return found


def list_allowed(total: int) -> list[Band]:
    """The bands that rule 3 allows where nothing but the number of pairs is to be judged."""
    return [band for band in BANDS if LOWER_ENDS[band] <= total - 4]


def count_ours(total: int) -> int:
    """Cells that the product holds back, over all tables of a total."""
    tables, allowed = list_tables(total), list_allowed(total)
    return sum(sum(suppress(table, total, allowed)) * len(same) for table, same in tables.items())


def count_alone(total: int) -> int:
    """The fewest, each table by itself, without regard to what the choice gives away."""
    found = 0
    for table, same in list_tables(total).items():
        found += len(same) * min(sum(held) for held in _choices(table, total) if _is_feasible(table, held, total))
    return found


def count_together(total: int) -> int:
    """The fewest by all the rules, over all tables of a total at once."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_matrix

    tables = list_tables(total)
    choices = [(table, held) for table in tables for held in _choices(table, total) if _is_feasible(table, held, total)]
    place = {choice: at for at, choice in enumerate(choices)}
    looks = defaultdict[Table, list[tuple[Table, Held]]](list)
    for table, held in choices:
        looks[_look(table, held)].append((table, held))
    rows = [{place[table, held]: 1.0 for held in _choices(table, total) if (table, held) in place} for table in tables]
    least, most = [1.0] * len(rows), [1.0] * len(rows)
    for same in looks.values():
        for table, held in same:
            for at in range(CELLS) if not all(held) else ():
                if held[at]:
                    row = {place[one]: 1.0 for one in same if _leaves_open(tables[one[0]], at)}
                    row[place[table, held]] = row.get(place[table, held], 0.0) - 1.0
                    rows.append(row)
                    least.append(0.0)
                    most.append(np.inf)
    entries = [(at, column, value) for at, row in enumerate(rows) for column, value in row.items()]
    lines, columns, values = zip(*entries, strict=True)
    matrix = csr_matrix((values, (lines, columns)), shape=(len(rows), len(choices)))
    costs = np.array([sum(held) * len(tables[table]) for table, held in choices], dtype=float)
    done = milp(costs, constraints=LinearConstraint(matrix, least, most), integrality=1, bounds=Bounds(0, 1))
    return round(float(done.fun))


def _choices(table: Table, total: int) -> list[Held]:
    """What could be held back: at least what the rules hold back by themselves."""
    allowed = list_allowed(total)
    free = [(True,) if band not in allowed else (False, True) for band in table]
    return list(product(*free))


def _is_feasible(table: Table, held: Sequence[bool], total: int) -> bool:
    """Whether what is held back could be five, as far as the bands of the others tell."""
    visible = sum(ENDS[str(band)][0] for band, hidden in zip(table, held, strict=True) if not hidden)
    return not any(held) or all(held) or total - visible >= 5


def _leaves_open(same: Sequence[Counts], at: int) -> bool:
    """Whether a cell need not be between one and four in these tables."""
    return any(counts[at] not in range(1, 5) for counts in same)


def _look(table: Table, held: Held) -> Table:
    return tuple(None if hidden else band for band, hidden in zip(table, held, strict=True))
