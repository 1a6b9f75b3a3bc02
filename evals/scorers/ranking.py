"""Rankings of documents scored with ir_measures, the field's own implementation.

A passage counts as its article; an article counts once, where it comes first. A question may have several right
articles, and all are equally right.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

DEPTH = 10
"""Articles of a ranking that are looked at."""
NAMES = ("hit@1", "hit@3", "MRR@10", "nDCG@10")


def rank_articles(documents: Iterable[str]) -> list[str]:
    """Article ids (file stems), best first, each once, from the documents of ranked passages."""
    return list(dict.fromkeys(PurePosixPath(document).stem for document in documents))[:DEPTH]


def score_rankings(
    rankings: Mapping[str, Sequence[str]], relevant: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """Question id to its `NAMES` in [0, 1]. A question whose ranking is empty scores 0: nothing was found for it."""
    import ir_measures
    from ir_measures import RR, Success, nDCG

    measures: dict[Any, str] = dict(zip((Success @ 1, Success @ 3, RR @ 10, nDCG @ 10), NAMES, strict=True))
    qrels = [ir_measures.Qrel(query, article, 1) for query, right in relevant.items() for article in right]
    run = [
        ir_measures.ScoredDoc(query, article, float(-place))
        for query, ranking in rankings.items()
        for place, article in enumerate(ranking[:DEPTH])
    ]
    scores = {query: dict.fromkeys(NAMES, 0.0) for query in relevant}
    for found in ir_measures.iter_calc(list(measures), qrels, run) if run else ():
        scores[found.query_id][measures[found.measure]] = float(found.value)
    return scores
