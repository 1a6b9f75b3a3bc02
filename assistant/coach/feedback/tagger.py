"""A small network over the words of a feedback text: which part each word belongs to, and which habits it shows.

The encoder's states, the hashed words and the patterns go through one layer and a recurrent one in both directions;
several networks that were fitted from different beginnings are averaged. `evals.fit_feedback` fits them with torch;
what is computed here is what torch computes, in numpy, which a test compares. What scores mean is decided here.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.coach.feedback.features import Floats, Measured
from assistant.coach.feedback.record import ELEMENTS, MARKS, ElementName, MarkKind
from assistant.coach.feedback.rules import Reading, Span

WEIGHTS = Path(__file__).with_name("tagger.npz")
PARTS = 1 + len(ELEMENTS)
"""Scores of a word for the parts: none, then `ELEMENTS`; the scores for `MARKS` follow."""
CHANGE = 1.5
"""What it costs, in log probability, to go from one part to another between two words."""
MARK_CHANGE = 0.3
"""The same for a habit that begins or ends; low, because many are one word long."""

LESS = 10.0
"""What a stretch loses against another where it has an absolute, as one occasion says more than “always”, or where an
impact begins like a circumstance (“when we spoke”)."""
_TURNS = frozenset(", ; : . and but so which because then".split())
_CIRCUMSTANCE = frozenset("when while as if before".split())
REACH = 5
"""Words that a wrong boundary is moved by at most."""
JOIN = 2
"""Words between two stretches of one habit that do not part them."""
SHORTEST = 4
"""Characters of a habit other than an absolute; shorter ones ("the", "so") say nothing that could be discussed."""

_Arrays = dict[str, Floats]


class Tagger:
    """The fitted networks and their cut-offs."""

    def __init__(self, networks: Sequence[_Arrays], mark_cuts: Floats, part_bonus: Floats) -> None:
        """`mark_cuts`: (6,) scores from which a word counts; `part_bonus`: (4,) added to the parts' scores."""
        self._networks, self._mark_cuts, self._part_bonus = networks, mark_cuts, part_bonus

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> "Tagger":
        """What `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            count = int(file["count"])
            names = {name.partition(".")[2] for name in file.files if name.startswith("0.")}
            networks = [{name: file[f"{at}.{name}"].astype(np.float32) for name in names} for at in range(count)]
            return cls(networks, file["mark_cuts"].astype(np.float32), file["part_bonus"].astype(np.float32))

    def save(self, path: Path = WEIGHTS) -> None:
        """Everything in one compressed file, at half precision."""
        arrays = {
            f"{at}.{name}": values.astype(np.float16)
            for at, network in enumerate(self._networks)
            for name, values in network.items()
        }
        count = np.array(len(self._networks))
        np.savez_compressed(
            path,
            allow_pickle=False,
            **arrays,
            count=count,
            mark_cuts=self._mark_cuts,
            part_bonus=self._part_bonus,
        )

    def scores(self, states: Floats, measured: Measured) -> Floats:
        """(n, 11) scores of each word, before any link function; `states`: (n, 768) of the encoder."""
        found = [_run(network, states, measured) for network in self._networks]
        return np.asarray(np.mean(found, axis=0), dtype=np.float32)

    def decide(self, scores: Floats, measured: Measured) -> tuple[dict[ElementName, tuple[Span, float]], Reading]:
        """The likeliest stretches; for each part the best one, also with its score, so that windows can be compared."""
        words = measured.words
        best: dict[ElementName, tuple[Span, float]] = {}
        marks: dict[MarkKind, tuple[Span, ...]] = dict.fromkeys(MARKS, ())
        if not len(scores):
            return best, Reading({}, marks)
        parts = scores[:, :PARTS] + np.concatenate([[0], self._part_bonus])
        logs = parts - np.logaddexp.reduce(parts, axis=1, keepdims=True)
        for at, kind in enumerate(MARKS):
            own = scores[:, PARTS + at] - self._mark_cuts[at]
            path = _path(np.stack([np.zeros_like(own), own], axis=1), MARK_CHANGE)
            found = [(first, last) for shown, first, last in _stretches(path) if shown]
            if kind != "absolute":
                found = _joined(found)
            spans = (Span(words[first].start, words[last - 1].end) for first, last in found)
            marks[kind] = tuple(span for span in spans if kind == "absolute" or span.end - span.start >= SHORTEST)
        for name, first, last in _stretches(_to_turns(_path(logs, CHANGE), measured.said)):
            if name:
                span = Span(words[first].start, words[last - 1].end)
                element = ELEMENTS[name - 1]
                score = float((logs[first:last, name] - logs[first:last, 0]).sum())
                if any(one.start < span.end and span.start < one.end for one in marks["absolute"]):
                    score -= LESS
                if element == "impact" and measured.said[first] in _CIRCUMSTANCE:
                    score -= LESS
                if element not in best or score > best[element][1]:
                    best[element] = (span, score)
        return best, Reading({name: span for name, (span, _) in best.items()}, marks)


def _run(network: _Arrays, states: Floats, measured: Measured) -> Floats:
    standard = (states - network["mean"]) / network["scale"]
    first = np.maximum(standard @ network["proj.weight"].T + network["proj.bias"], 0)
    lexical = network["emb.weight"][measured.buckets].sum(axis=1)
    seen = np.concatenate([first, measured.flags, lexical], axis=1)
    forward = _recur(network, seen, "l0")
    backward = _recur(network, seen[::-1], "l0_reverse")[::-1]
    return np.asarray(np.concatenate([forward, backward, seen], axis=1) @ network["out.weight"].T + network["out.bias"])


def _recur(network: _Arrays, seen: Floats, name: str) -> Floats:
    """(n, h) states of a gated recurrent unit (Cho et al. 2014, as torch computes it)."""
    inward = seen @ network[f"gru.weight_ih_{name}"].T + network[f"gru.bias_ih_{name}"]
    weights, bias = network[f"gru.weight_hh_{name}"].T, network[f"gru.bias_hh_{name}"]
    size = len(bias) // 3
    state, found = np.zeros(size, dtype=np.float32), np.zeros((len(seen), size), dtype=np.float32)
    for row, entry in enumerate(inward):
        inner = state @ weights + bias
        gates = 1 / (1 + np.exp(-(entry[: 2 * size] + inner[: 2 * size])))
        reset, keep = gates[:size], gates[size:]
        new = np.tanh(entry[2 * size :] + reset * inner[2 * size :])
        state = found[row] = (1 - keep) * new + keep * state
    return found


def _path(logs: Floats, change: float) -> list[int]:
    """The best row of states (Viterbi 1967), where going from one to another costs `change`."""
    cost = change * (1 - np.eye(logs.shape[1], dtype=np.float32))
    value, back = logs[0], []
    for row in logs[1:]:
        options = value[:, None] - cost
        back.append(options.argmax(axis=0))
        value = options.max(axis=0) + row
    path = [int(value.argmax())]
    for choice in reversed(back):
        path.append(int(choice[path[-1]]))
    return path[::-1]


def _stretches(path: Sequence[int]) -> list[tuple[int, int, int]]:
    """(state, first row, row after the last) of each run of one state."""
    starts = [row for row, state in enumerate(path) if row == 0 or path[row - 1] != state]
    return [(path[start], start, end) for start, end in zip(starts, [*starts[1:], len(path)], strict=True)]


def _to_turns(path: list[int], said: Sequence[str]) -> list[int]:
    """The path with what was seen going on to the end of its clause, where the impact was let in a few words early."""
    behaviour, impact = 1 + ELEMENTS.index("behaviour"), 1 + ELEMENTS.index("impact")
    for row in range(1, len(path)):
        if path[row - 1] == behaviour and path[row] == impact and said[row] not in _TURNS:
            turn = next((later for later in range(row, min(row + REACH, len(path))) if said[later] in _TURNS), None)
            if turn:
                path[row:turn] = [behaviour] * (turn - row)
    return path


def _joined(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches with small gaps between them as one."""
    found: list[tuple[int, int]] = []
    for first, last in stretches:
        if found and first - found[-1][1] <= JOIN:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found
