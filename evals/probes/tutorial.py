"""The pipeline of LangChain's retrieval tutorial, on the same weights, files and questions as ours.

`RecursiveCharacterTextSplitter` with the tutorial's 1,000 characters and 200 of overlap, `HuggingFaceEmbeddings` and
`Chroma`. Files are read whole, front matter included: that is what `TextLoader` does.
"""

import sys
import time
from pathlib import Path
from typing import Any

from evals.probes.program import finish, read_json, resident_megabytes, timed

CHUNK, OVERLAP = 1000, 200
K = 5


def _embeddings() -> Any:
    from langchain_huggingface import HuggingFaceEmbeddings

    from assistant.models.minilm_export import find_weights

    return HuggingFaceEmbeddings(model_name=str(find_weights()))


def _store(folder: str, embeddings: Any, collection: str = "langchain") -> Any:
    from langchain_chroma import Chroma

    return Chroma(persist_directory=folder, embedding_function=embeddings, collection_name=collection)


def ingest(folder: str, store: str) -> None:
    """Load, split, embed and store every Markdown file under `folder`."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    paths = sorted(Path(folder).rglob("*.md"))
    documents = [Document(path.read_text(encoding="utf-8"), metadata={"source": path.stem}) for path in paths]
    splits = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP).split_documents(documents)
    _store(store, _embeddings()).add_documents(splits)
    finish({"passages": len(splits), "rss": resident_megabytes()})


def search(store: str, query: str) -> None:
    """One cold search."""
    found = _store(store, _embeddings()).similarity_search(query, k=K)
    finish({"results": [document.page_content for document in found]})


def retrieve(store: str, requests: str) -> None:
    """Warm searches, through the tutorial's retriever: seconds each, and the documents of the best passages."""
    chroma = _store(store, _embeddings())
    retriever = chroma.as_retriever(search_kwargs={"k": K})
    queries = read_json(requests)
    retriever.invoke("warm up")
    seconds = [timed(retriever.invoke, query)[0] for query in queries]
    deep = [[found.metadata["source"] for found in chroma.similarity_search(query, k=60)] for query in queries]
    finish({"seconds": seconds, "documents": deep, "rss": resident_megabytes()})


def embed(requests: str) -> None:
    """Embedding alone, model loaded."""
    texts, embeddings = read_json(requests), _embeddings()
    embeddings.embed_documents(texts[:8])
    finish({"seconds": timed(embeddings.embed_documents, texts)[0], "texts": len(texts)})


def vectors(store: str, collection: str, count: str) -> None:
    """Warm searches by vector in a collection that is there already: no model."""
    from evals.probes.corpus import make_vectors

    chroma = _store(store, None, collection)
    seconds = []
    for vector in make_vectors(int(count) + 5, seed=11):
        began = time.perf_counter()
        chroma.similarity_search_by_vector(vector.tolist(), k=K)
        seconds.append(time.perf_counter() - began)
    finish({"seconds": seconds[5:]})


if __name__ == "__main__":
    programs = {work.__name__: work for work in (ingest, search, retrieve, embed, vectors)}
    programs[sys.argv[1]](*sys.argv[2:])
