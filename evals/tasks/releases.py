"""`releases`: does anything follow from all that a programme manager can see about one pair or a few, and what is left?

Made-up programmes and attackers of `evals.releases`: subtraction over everything that is visible, the last writer,
repeated releases, somebody erased between two, membership, insiders, planted pairs, and small cycles gone through
completely. Beside them, in the same run, a dashboard with exact counts and filters. And what protection costs: the
share of true themes that reach the report, and what a table holds back beyond the least that it could.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from evals.harness import MetricSpec, Outcome, Task
from evals.releases import enumeration, naive, optimum, others, writers
from evals.releases.make import Member, Programme, Published, publish
from evals.releases.seen import Group, Part, Seen, look
from evals.releases.subtraction import find_exposed, find_told
from evals.releases.usefulness import add, count_reached, name_size
from evals.workspace import Workspace

PROGRAMMES: Final = 1_000
STRUCTURES: Final = 300
BATCHES: Final = 40
TRIALS: Final = 100
"""In a batch: 4,000 in all."""
WAITING: Final = {"07-09": (7, 9), "10-19": (10, 19), "20-40": (20, 40), "60": (60, 60)}
"""For how many pairs the attacker waits before a release is made."""
TOTALS: Final = range(10, 61)
"""Active pairs in the tables that are compared with the optimum; in smaller programmes nothing is ever shown."""
SMALL: Final = (12, 8, 5, 6, 7, 9, 16, 25)
"""Sizes of the programmes of which no team is known."""
LARGE: Final = 60
"""Above so many pairs only insiders with several of them are asked: of the others none is nearer to the rest."""

Scores = dict[str, float | None]


class Row(NamedTuple):
    """An attack and its seed."""

    kind: str
    seed: int
    tags: Mapping[str, str] = {}
    numbers: tuple[int, ...] = ()


def load(limit: int | None) -> list[Row]:
    """All attacks; nothing here needs a chat model, so that `limit` is the number of programmes."""
    programmes = min(limit or PROGRAMMES, PROGRAMMES)
    rows = [Row("programme", seed) for seed in range(programmes)]
    rows += [Row("no teams", seed) for seed in range(min(programmes, STRUCTURES))]
    rows += [Row("structure", seed) for seed in range(min(programmes, STRUCTURES))]
    rows += [Row("teams", at) for at in range(5, 11)]
    for seed in range(max(2, BATCHES * programmes // PROGRAMMES)):
        rows.append(Row("soon", seed))
        rows += [Row("waiting", seed, {"pairs": name}, sizes) for name, sizes in WAITING.items()]
        rows += [Row("repeated", seed, {"same": f"{stays}%"}, (stays,)) for stays in (100, 95, 80)]
        rows += [Row("membership", seed, {"pairs": name}, sizes) for name, sizes in WAITING.items()]
        rows += [Row("friends", seed, {"insiders": str(number)}, (number,)) for number in (1, 2, 4)]
    for seed in range(max(2, BATCHES * programmes // PROGRAMMES // 4)):
        plans = [(planted, real) for planted in (0, 3, 4, 5, 6, 8) for real in (0, 1, 3, 6)]
        rows += [Row("planted", seed, {"planted+others": f"{one}+{other}"}, (one, other)) for one, other in plans]
    return rows + [Row("table", total) for total in TOTALS]


def solve(_: Workspace, rows: list[Row]) -> list[tuple[Scores, Mapping[str, str]]]:
    """Each attack's scores, with further tags."""
    return [_SOLVERS[row.kind](row) for row in rows]


def score(rows: Sequence[Row], outputs: Sequence[tuple[Scores, Mapping[str, str]]]) -> list[Outcome]:
    """As they are."""
    return [
        Outcome(id=_name(row), scores=scores, tags={**row.tags, **tags})
        for row, (scores, tags) in zip(rows, outputs, strict=True)
    ]


def _name(row: Row) -> str:
    return " ".join([row.kind, *row.tags.values(), str(row.seed)])


def _attack_programme(row: Row) -> tuple[Scores, Mapping[str, str]]:
    programme = Programme(row.seed)
    published = publish(programme.draw_cycles())
    seen = look(published)
    scores: Scores = {
        "groups exposed": float(sum(len(find_exposed(one)) for one in seen)),
        "pairs told to an insider": float(sum(map(_count_told, seen, published))),
    }
    exposures = [naive.attack(one.cycle.pairs) for one in published]
    if hidden := sum(one.hidden for one in exposures):
        scores["naive: small cells exposed"] = sum(one.filters for one in exposures) / hidden
        scores["naive: small cells exposed by one filter"] = sum(one.one_filter for one in exposures) / hidden
    reached = add(map(count_reached, published))
    if reached.there:
        scores["themes that reach the report"] = reached.shown / reached.there
        scores["themes on the naive dashboard"] = 1.0
        for name in ("repeated", "concentrated", "cautious"):
            scores[f"themes held back, {name}"] = getattr(reached, name) / reached.there
    return scores, {"size": name_size(programme.size)}


def _measure_without_teams(row: Row) -> tuple[Scores, Mapping[str, str]]:
    size = SMALL[row.seed % len(SMALL)]
    reached = add(map(count_reached, publish(Programme(row.seed, size, teams_known=False).draw_cycles())))
    found: Scores = (
        {"themes that reach the report, teams unknown": reached.shown / reached.there} if reached.there else {}
    )
    return found, {"size": name_size(size)}


def _count_told(seen: Seen, published: Published) -> int:
    carried = frozenset((pair.pair, code) for pair in published.cycle.pairs for code in pair.codes)
    parts = [part for part in seen.parts if part.name != "health"]
    return sum(len(find_told(part, own, carried)) for part in parts for own in _find_insiders(part))


def _find_insiders(part: Part) -> set[Group]:
    owned = defaultdict[str, set[str]](set)
    for one in part.members:
        owned[one.mentor].add(one.pair)
        owned[one.mentee].add(one.pair)
    least = 2 if len(part.members) > LARGE else 1
    return {Group(own) for own in owned.values() if len(own) >= least}


def _enumerate(row: Row) -> tuple[Scores, Mapping[str, str]]:
    return _follow([enumeration.draw_small(row.seed)])


def _enumerate_teams(row: Row) -> tuple[Scores, Mapping[str, str]]:
    return _follow(list(enumeration.draw_partitions(row.seed)))


def _follow(structures: Sequence[Sequence[Member]]) -> tuple[Scores, Mapping[str, str]]:
    following = sum(len(enumeration.find_following(one)) for one in structures)
    shown = np.mean([len(enumeration.show_all(one)) > 1 for one in structures])
    return {"follows in small cycles": float(following), "small cycles that show something": float(shown)}, {}


def _random(row: Row) -> np.random.Generator:
    return np.random.default_rng([row.seed, *row.numbers])


def _attack_soon(row: Row) -> tuple[Scores, Mapping[str, str]]:
    found = writers.attack_soon(_random(row), TRIALS)
    plain = writers.attack_naive(_random(row), TRIALS)
    return {
        "last writer above guessing": found.exact - found.guessed,
        "last writer, naive": plain,
        "last writer, guessed": found.guessed,
    }, {}


def _attack_waiting(row: Row) -> tuple[Scores, Mapping[str, str]]:
    found = writers.attack(_random(row), (row.numbers[0], row.numbers[1]), TRIALS)
    return {
        "last writer above guessing, waiting": found.exact - found.guessed,
        "themes of the last writer above another's": found.themes - found.control,
    }, {}


def _attack_repeated(row: Row) -> tuple[Scores, Mapping[str, str]]:
    found: list[writers.Recovered] = [
        writers.attack_repeated(_random(row), (7, 30), row.numbers[0] / 100, TRIALS // 4, leaves=leaves)
        for leaves in (False, True)
    ]
    joined, left = (one.exact - one.guessed for one in found)
    return {"one more, above guessing": joined, "one erased, above guessing": left}, {}


def _attack_membership(row: Row) -> tuple[Scores, Mapping[str, str]]:
    found = others.attack_membership(_random(row), (row.numbers[0], row.numbers[1]), TRIALS)
    return {"membership": found.release, "membership, naive": found.naive}, {}


def _attack_friends(row: Row) -> tuple[Scores, Mapping[str, str]]:
    found = others.attack_with_friends(_random(row), (7, 30), row.numbers[0], TRIALS // 4)
    return {"sure of another's theme": found.sure, "right above guessing": found.right - found.blind}, {}


def _attack_planted(row: Row) -> tuple[Scores, Mapping[str, str]]:
    found = others.attack_planted(_random(row), row.numbers[0], row.numbers[1], TRIALS // 4)
    return {"planted: sure of the target": found.sure, "planted: right above guessing": found.right - found.blind}, {}


def _compare_table(row: Row) -> tuple[Scores, Mapping[str, str]]:
    cells = 3 * sum(len(same) for same in optimum.list_tables(row.seed).values())
    ours, together = optimum.count_ours(row.seed), optimum.count_together(row.seed)
    return {
        "table: held back": ours / cells,
        "table: optimum of the rules": together / cells,
        "table: optimum table by table": optimum.count_alone(row.seed) / cells,
        "table: beyond the optimum": (ours - together) / cells,
    }, {}


_SOLVERS: Final[dict[str, Callable[[Row], tuple[Scores, Mapping[str, str]]]]] = {
    "programme": _attack_programme,
    "no teams": _measure_without_teams,
    "structure": _enumerate,
    "teams": _enumerate_teams,
    "soon": _attack_soon,
    "waiting": _attack_waiting,
    "repeated": _attack_repeated,
    "membership": _attack_membership,
    "friends": _attack_friends,
    "planted": _attack_planted,
    "table": _compare_table,
}

RELEASES = Task(
    name="releases",
    version=1,
    about="Does anything follow from a programme's releases about one pair or a few, and what do they still tell?",
    datasets=(),
    load=load,
    solve=solve,
    score=score,
    metrics=(
        MetricSpec(name="groups exposed", better="lower", bound=0.0),
        MetricSpec(name="naive: small cells exposed"),
        MetricSpec(name="naive: small cells exposed by one filter"),
        MetricSpec(name="pairs told to an insider", better="lower", bound=0.0),
        MetricSpec(name="follows in small cycles", better="lower", bound=0.0),
        MetricSpec(name="small cycles that show something", tolerance=0.05),
        MetricSpec(name="last writer above guessing", better="lower", bound=0.01),
        MetricSpec(name="last writer, guessed"),
        MetricSpec(name="last writer, naive"),
        MetricSpec(name="last writer above guessing, waiting", better="lower", tolerance=0.01),
        MetricSpec(name="themes of the last writer above another's", better="lower", tolerance=0.01),
        MetricSpec(name="one more, above guessing", better="lower", bound=0.01),
        MetricSpec(name="one erased, above guessing", better="lower", bound=0.01),
        MetricSpec(name="membership", better="lower", tolerance=0.02),
        MetricSpec(name="membership, naive"),
        MetricSpec(name="sure of another's theme", better="lower", tolerance=0.01),
        MetricSpec(name="planted: sure of the target", better="lower", tolerance=0.02),
        MetricSpec(name="themes that reach the report", tolerance=0.02),
        MetricSpec(name="themes that reach the report, teams unknown", tolerance=0.03),
        MetricSpec(name="themes on the naive dashboard"),
        MetricSpec(name="themes held back, repeated"),
        MetricSpec(name="themes held back, concentrated"),
        MetricSpec(name="themes held back, cautious"),
        MetricSpec(name="table: held back", better="lower", tolerance=0.005),
        MetricSpec(name="table: optimum of the rules"),
        MetricSpec(name="table: optimum table by table"),
        MetricSpec(name="table: beyond the optimum", better="lower", bound=0.01),
    ),
    slices=(
        ("naive: small cells exposed", "size"),
        ("themes that reach the report", "size"),
        ("themes that reach the report, teams unknown", "size"),
        ("last writer above guessing, waiting", "pairs"),
        ("themes of the last writer above another's", "pairs"),
        ("membership", "pairs"),
        ("membership, naive", "pairs"),
        ("sure of another's theme", "insiders"),
        ("one more, above guessing", "same"),
        ("one erased, above guessing", "same"),
        ("planted: sure of the target", "planted+others"),
    ),
)
