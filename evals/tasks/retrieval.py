"""`retrieval`: is a right article among the first that are found?

Hybrid search as a turn runs it, with the role of the person who asks and without it; and in the same run what is
left when a part is taken away: vectors alone, BM25 alone, no indexed questions, plain reciprocal rank fusion.
"""

import copy
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from assistant.coach.question import prepare_question
from assistant.guide.index import GuideIndex, Vectors
from assistant.guide.lexical import LexicalIndex
from assistant.guide.search import HybridSearch, QueryVectors
from assistant.guide.spelling import common_words, count_words
from assistant.roles import Role
from evals.data import Question, load_questions
from evals.harness import MetricSpec, Outcome, Task
from evals.scorers.ranking import NAMES, rank_articles, score_rankings
from evals.workspace import Workspace

PASSAGES = 60
"""Passages ranked, so that ten different articles are among them."""
RRF_CONSTANT = 60
"""The usual constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009)."""
MAIN = "with the role"
ABLATIONS = ("vectors alone", "BM25 alone", "no questions", "rank fusion")
Rankings = dict[str, list[str]]
"""Variant to the article ids that it ranks, best first."""
Ranker = Callable[[str, QueryVectors, Role], Iterable[str]]
"""From query, vector and role to the documents of the ranked passages."""


def build_rankers(search: HybridSearch) -> dict[str, Ranker]:
    """Every variant over one open index."""
    index, bare = search.index, HybridSearch(remove_questions(search.index), search.encoder, search.parameters)
    depth = search.parameters.depth

    def documents(keys: Iterable[str]) -> list[str]:
        return [index.document_of[key] for key in keys]

    def hybrid(over: HybridSearch, query: str, vector: QueryVectors, role: Role | None) -> list[str]:
        return [hit.passage.document for hit in over.rank(query, vector, PASSAGES, role)]

    return {
        MAIN: lambda query, vector, role: hybrid(search, query, vector, role),
        "without the role": lambda query, vector, role: hybrid(search, query, vector, None),
        "vectors alone": lambda query, vector, role: documents(_nearest(index, vector.text, depth)),
        "BM25 alone": lambda query, vector, role: documents(_best(index.lexical.search(query, depth))),
        "no questions": lambda query, vector, role: hybrid(bare, query, vector, role),
        "rank fusion": lambda query, vector, role: documents(_fuse(search, query, vector)),
    }


def remove_questions(index: GuideIndex) -> GuideIndex:
    """The same guide as if its articles came without questions: neither as vectors nor in BM25."""
    bare = copy.copy(index)
    bare.manifest = index.manifest.model_copy(update={"questions": 0})
    bare.documents = {key: record.model_copy(update={"asked": {}}) for key, record in index.documents.items()}
    passages = [passage for source in index.documents for passage in index.read_document(source)]
    texts = [(p.id, "\n".join((p.title, p.heading, p.text))) for p in passages]
    bare.lexical = LexicalIndex.build(texts, count_words(p.embedded_text() for p in passages), common_words())
    return bare


def _best(scores: dict[str, float]) -> list[str]:
    return sorted(scores, key=lambda key: (-scores[key], key))


def _nearest(index: GuideIndex, vector: Vectors, depth: int) -> list[str]:
    return _best({key: near.score for key, near in index.nearest(vector, depth).items()})


def _fuse(search: HybridSearch, query: str, vector: QueryVectors) -> list[str]:
    """Passages by the sum of 1 / (60 + rank) over vectors, questions and BM25; ranks count from 1."""
    parameters, index = search.parameters, search.index
    rankings = (
        _nearest(index, vector.text, parameters.depth),
        list(dict.fromkeys(key for key, _ in index.nearest_questions(vector.question, parameters.question_depth))),
        _best(index.lexical.search(query, parameters.depth)),
    )
    scores: dict[str, float] = defaultdict(float)
    for ranking in rankings:
        for place, key in enumerate(ranking, start=1):
            scores[key] += 1.0 / (RRF_CONSTANT + place)
    return _best(scores)


def solve(workspace: Workspace, rows: list[Question]) -> list[Rankings]:
    """Every variant's ranking of every question."""
    search = workspace.search
    rankers = build_rankers(search)
    queries = [search.mend(prepare_question(row.question)) for row in rows]
    vectors = search.embed(queries)
    return [
        {name: rank_articles(ranker(query, vector, row.role)) for name, ranker in rankers.items()}
        for row, query, vector in zip(rows, queries, vectors, strict=True)
    ]


def score(rows: Sequence[Question], outputs: Sequence[Rankings]) -> list[Outcome]:
    """The four measures of the main variants; hit@3 and nDCG@10 of the ablations."""
    relevant = {row.id: row.relevant for row in rows}
    scores: dict[str, dict[str, float | None]] = {row.id: {} for row in rows}
    for variant in outputs[0] if outputs else ():
        found = score_rankings({row.id: out[variant] for row, out in zip(rows, outputs, strict=True)}, relevant)
        for key, measures in found.items():
            scores[key] |= {_key(name, variant): value for name, value in measures.items() if _kept(name, variant)}
    return [
        Outcome(id=row.id, scores=scores[row.id], tags={"role": row.role, "style": row.style, "language": row.lang})
        for row in rows
    ]


def _key(name: str, variant: str) -> str:
    return name if variant == MAIN else f"{name}, {variant}"


def _kept(name: str, variant: str) -> bool:
    return variant not in ABLATIONS or name in ("hit@3", "nDCG@10")


RETRIEVAL = Task(
    name="retrieval",
    version=1,
    about="Is a right article among the first found?",
    datasets=("retrieval.jsonl",),
    load=lambda answers: load_questions("test"),
    solve=solve,
    score=score,
    metrics=(
        MetricSpec(name="hit@1", tolerance=0.03),
        MetricSpec(name="hit@3", tolerance=0.02),
        MetricSpec(name="MRR@10", tolerance=0.02),
        MetricSpec(name="nDCG@10", tolerance=0.02),
        *(MetricSpec(name=_key(name, "without the role"), tolerance=0.03) for name in NAMES),
        *(MetricSpec(name=_key(name, ablation)) for ablation in ABLATIONS for name in ("hit@3", "nDCG@10")),
    ),
    slices=(("hit@3", "role"), ("hit@3", "style"), ("hit@3", "language")),
)
