"""Our retrieval and embedding in a process of their own, and a guide of a hundred thousand passages."""

import sys
import time
from collections.abc import Iterator

import numpy as np

from assistant.coach.question import prepare_question
from assistant.guide.builder import IndexBuilder
from assistant.guide.library import Library
from assistant.guide.manifest import DocumentRecord
from assistant.guide.passage import Passage, mint_passage_id
from assistant.guide.search import QueryVectors
from assistant.models.encoder import MiniLMEncoder
from assistant.roles import Role
from assistant.settings import load_settings
from evals.probes.corpus import make_texts, make_vectors
from evals.probes.program import finish, read_json, resident_megabytes, timed

K = 5
PASSAGES_A_DOCUMENT = 100
PASSAGES_A_QUESTION = 10


def retrieve(requests: str) -> None:
    """Warm searches from text to passages: seconds each."""
    settings = load_settings()
    embeddings = MiniLMEncoder(settings.model_dir, settings.threads)
    search = Library(settings, embeddings, embeddings.name).current()
    search.search("warm up", K)
    seconds = [timed(search.search, prepare_question(query), K)[0] for query in read_json(requests)]
    finish({"seconds": seconds, "rss": resident_megabytes()})


def embed(requests: str) -> None:
    """Embedding alone, model loaded."""
    settings = load_settings()
    embeddings = MiniLMEncoder(settings.model_dir, settings.threads)
    texts = read_json(requests)
    embeddings.encode(texts[:8])
    finish({"seconds": timed(embeddings.encode, texts)[0], "texts": len(texts)})


def build_large(count: str) -> None:
    """A guide of `count` synthetic passages with random vectors, put in use in this home."""
    settings, size = load_settings(), int(count)
    name = MiniLMEncoder.name
    began = time.perf_counter()
    with IndexBuilder(settings, name, "benchmark") as builder:
        vectors, questions = make_vectors(size), make_vectors(size // PASSAGES_A_QUESTION, seed=13)
        start = 0
        for group in _documents(size):
            block = slice(start, start + len(group))
            builder.add_passages(group, vectors[block])
            builder.add_documents([_record(group)])
            asked = [(passage.id, f"What about {passage.heading}?") for passage in group[::PASSAGES_A_QUESTION]]
            first = start // PASSAGES_A_QUESTION
            builder.add_questions(asked, questions[first : first + len(asked)])
            start += len(group)
        manifest = builder.finish()
    finish({"generation": manifest.generation, "seconds": time.perf_counter() - began})


def _documents(size: int) -> Iterator[list[Passage]]:
    texts = make_texts(size)
    for start in range(0, size, PASSAGES_A_DOCUMENT):
        source = f"synthetic/{start // PASSAGES_A_DOCUMENT:05}.md"
        yield [
            Passage(
                id=mint_passage_id(source, f"Part {position}", text, 0),
                document=source,
                title=source,
                heading=f"Part {position}",
                text=text,
                position=position,
            )
            for position, text in enumerate(texts[start : start + PASSAGES_A_DOCUMENT])
        ]


def _record(passages: list[Passage]) -> DocumentRecord:
    source = passages[0].document
    ids = tuple(passage.id for passage in passages)
    return DocumentRecord(
        source=source,
        origin=source,
        title=source,
        digest="",
        roles=(Role.MENTOR,),
        asked={Role.MENTOR: ("",)},
        passages=ids,
    )


def query_large(requests: str) -> None:
    """Whole hybrid searches (vectors, questions, BM25, fusion) for real questions with random vectors."""
    settings = load_settings()
    embeddings = MiniLMEncoder(settings.model_dir, settings.threads)
    search = Library(settings, embeddings, embeddings.name).current()
    texts = read_json(requests)
    vectors = np.asarray(make_vectors(len(texts), seed=11))
    seconds = [
        timed(search.rank, text, QueryVectors(vector, vector), K, Role.MENTOR)[0]
        for text, vector in zip(texts, vectors, strict=True)
    ]
    finish({"seconds": seconds[5:], "rss": resident_megabytes()})


if __name__ == "__main__":
    programs = {work.__name__: work for work in (retrieve, embed, build_large, query_large)}
    programs[sys.argv[1]](*sys.argv[2:])
