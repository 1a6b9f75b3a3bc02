"""`python -m evals.tuning [--home DIR] [--top N]`: tries search parameters on the development questions and prints.

Changes nothing: whoever tunes copies the choice into `assistant.guide.search.SearchParameters` and then runs the
`retrieval` suite once, on the test questions. The order is by the mean of hit@3 and nDCG@10, because the first three
articles are what an answer is written from.
"""

import argparse
import copy
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

from assistant.coach.question import prepare_question
from assistant.guide.index import GuideIndex, Nearness, Vectors
from assistant.guide.lexical import LexicalIndex
from assistant.guide.passage import Passage
from assistant.guide.search import HybridSearch, SearchParameters
from evals.data import Question, load_questions
from evals.report import render_table, show
from evals.scorers.ranking import NAMES, rank_articles, score_rankings
from evals.tasks.retrieval import PASSAGES
from evals.workspace import Workspace, open_workspace

GRID: dict[str, tuple[float, ...]] = {
    "question_votes": (3, 5, 8),
    "question_weight": (1.5, 2.0, 3.0, 4.0),
    "lexical_weight": (0.3, 0.6, 0.9),
    "role_weight": (0.1, 0.2, 0.3),
}
"""Depths are left alone: beyond what the product looks at, nothing changed."""


class RememberingLexical(LexicalIndex):
    """The lexical index of another, asked for each query once."""

    def __init__(self, lexical: LexicalIndex) -> None:
        self.__dict__ |= lexical.__dict__
        self._known: dict[tuple[str, int], dict[str, float]] = {}

    def search(self, query: str, k: int) -> dict[str, float]:
        """As the other's."""
        if (query, k) not in self._known:
            self._known[query, k] = super().search(query, k)
        return self._known[query, k]


class RememberingIndex(GuideIndex):
    """An open index that is asked for each vector once: a grid asks for the same ones hundreds of times."""

    def __init__(self, index: GuideIndex) -> None:
        self.__dict__ |= copy.copy(index).__dict__
        self.lexical = RememberingLexical(index.lexical)
        self._near: dict[tuple[bytes, int], dict[str, Nearness]] = {}
        self._questions: dict[tuple[bytes, int], list[tuple[str, float]]] = {}
        self._texts = {p.id: p for source in index.documents for p in index.read_document(source)}

    def nearest(self, vector: Vectors, k: int) -> dict[str, Nearness]:
        """As the other's."""
        key = vector.tobytes(), k
        if key not in self._near:
            self._near[key] = super().nearest(vector, k)
        return self._near[key]

    def nearest_questions(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """As the other's."""
        key = vector.tobytes(), k
        if key not in self._questions:
            self._questions[key] = super().nearest_questions(vector, k)
        return self._questions[key]

    def passages(self, ids: Any) -> dict[str, Passage]:
        """As the other's."""
        return {key: self._texts[key] for key in ids if key in self._texts}


def tune(workspace: Workspace, rows: list[Question]) -> Iterator[tuple[dict[str, float], dict[str, float]]]:
    """Each combination of the grid with its mean measures over `rows`."""
    index, encoder = RememberingIndex(workspace.search.index), workspace.embeddings
    queries = [workspace.search.mend(prepare_question(row.question)) for row in rows]
    vectors = workspace.search.embed(queries)
    relevant = {row.id: row.relevant for row in rows}
    for values in tqdm(list(itertools.product(*GRID.values())), disable=None, leave=False):
        chosen = dict(zip(GRID, values, strict=True))
        search = HybridSearch(index, encoder, SearchParameters.model_validate(chosen))
        rankings = {
            row.id: rank_articles(hit.passage.document for hit in search.rank(query, vector, PASSAGES, row.role))
            for row, query, vector in zip(rows, queries, vectors, strict=True)
        }
        scores = score_rankings(rankings, relevant).values()
        yield chosen, {name: sum(one[name] for one in scores) / len(rows) for name in NAMES}


def main() -> None:
    """Print the best combinations, and where the present parameters stand."""
    parser = argparse.ArgumentParser(prog="evals.tuning", description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, help="a home with an ingested guide; default: a temporary one")
    parser.add_argument("--top", type=int, default=15, help="how many combinations are shown")
    options = parser.parse_args()
    rows = load_questions("dev")
    with open_workspace(options.home) as workspace:
        tried = sorted(tune(workspace, rows), key=lambda one: -(one[1]["hit@3"] + one[1]["nDCG@10"]))
    present = {name: float(getattr(SearchParameters(), name)) for name in GRID}
    shown = tried[: options.top] + [one for one in tried[options.top :] if one[0] == present]
    cells = [
        [
            *(f"{chosen[name]:g}" for name in GRID),
            *(show(found[name]) for name in NAMES),
            "←" if chosen == present else "",
        ]
        for chosen, found in shown
    ]
    sys.stdout.write(render_table([*GRID, *NAMES, "now"], cells) + f"\n{len(rows)} development questions\n")


if __name__ == "__main__":
    main()
