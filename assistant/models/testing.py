"""Models for tests: a chat model that follows a script, and embeddings that hash words.

Public, so that whoever builds on Eyelevel tests logic without weights. Nothing here opens a socket or reads a
file; the product itself must not import it.
"""

import asyncio
import hashlib
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from numpy.typing import NDArray
from pydantic import PrivateAttr

from assistant.text import stems, words

Vectors = NDArray[np.float32]
Reply = str | Exception | Sequence[str | Exception]
"""A text, written word by word; an exception, raised at once; or pieces, of which an exception ends the reply."""


class ScriptExhausted(AssertionError):
    """The model was asked more often than its script has replies."""


class ScriptUnfinished(AssertionError):
    """Replies of the script were never asked for."""


class ScriptedChatModel(BaseChatModel):
    """Gives the replies of its script, one a call, in order, and remembers what it was asked.

    It never starts over. One call too many raises `ScriptExhausted`, again in `verify_finished`, because callers turn
    a model's errors into answers; replies that are left raise `ScriptUnfinished` there. So a test fails when a call
    is added or lost.
    """

    delay: float = 0.0
    """Seconds before each piece; an asynchronous caller can cancel in them."""
    _replies: list[Reply] = PrivateAttr()
    _calls: list[list[BaseMessage]] = PrivateAttr(default_factory=list)
    _exhausted: str = PrivateAttr(default="")

    def __init__(self, *replies: Reply, delay: float = 0.0) -> None:
        super().__init__(delay=delay)  # type: ignore[call-arg]  # a pydantic field
        self._replies = list(replies)

    @property
    def calls(self) -> list[list[BaseMessage]]:
        """The messages of each call so far, in order."""
        return self._calls

    def verify_finished(self) -> None:
        """Raises `ScriptUnfinished` where replies are left, `ScriptExhausted` where there were too few."""
        if self._exhausted:
            raise ScriptExhausted(self._exhausted)
        if self._replies:
            raise ScriptUnfinished(f"{len(self._replies)} replies were never asked for; the next: {self._replies[0]!r}")

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _next(self, messages: list[BaseMessage]) -> list[str | Exception]:
        self._calls.append(messages)
        if not self._replies:
            self._exhausted = f"Call {len(self._calls)} has no reply in the script; its messages: {messages}"
            raise ScriptExhausted(self._exhausted)
        reply = self._replies.pop(0)
        if isinstance(reply, str):
            return list(_pieces(reply))
        return [reply] if isinstance(reply, Exception) else list(reply)

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        text = "".join(str(chunk.text) for chunk in self._stream(messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    def _stream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        for piece in self._next(messages):
            time.sleep(self.delay)
            yield _chunk(piece)

    async def _astream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> AsyncIterator[ChatGenerationChunk]:
        for piece in self._next(messages):
            await asyncio.sleep(self.delay)
            yield _chunk(piece)


def _pieces(text: str) -> Iterator[str]:
    """The words, each with the blank space before it; joined they are the text."""
    return (match.group() for match in re.finditer(r"\s*\S+|\s+$", text))


def _chunk(piece: str | Exception) -> ChatGenerationChunk:
    if isinstance(piece, Exception):
        raise piece
    return ChatGenerationChunk(message=AIMessageChunk(content=piece))


class HashedEmbeddings(Embeddings):
    """Bags of hashed word stems: texts that share words are near, others are not, always the same.

    Each stem is a fixed random direction; a text is their sum, so its cosine to another grows with the
    share of words in common. Knows no synonyms and no word order.
    """

    name = "hashed-1"
    """Goes into the index's manifest, as the real model's does."""

    def __init__(self, dimension: int = 128) -> None:
        self.dimension = dimension
        self.texts: list[list[str]] = []
        """The texts of each call of `encode` so far."""
        self.compared: list[list[str]] = []
        """The texts of each call of `encode_questions` so far."""

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """(n, dimension) float32 unit vectors; `progress` is told how many more are done."""
        self.texts.append(list(texts))
        return self._encode(texts, progress)

    def _encode(self, texts: Sequence[str], progress: Callable[[int], None] | None) -> Vectors:
        rows = [self._vector(text) for text in texts]
        if progress and rows:
            progress(len(rows))
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.dimension)

    def encode_questions(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """As `encode`: there is no adapter."""
        self.compared.append(list(texts))
        return self._encode(texts, progress)

    def is_word(self, word: str) -> bool:  # noqa: ARG002
        """Knows no words, so that spelling is tested against the guide alone."""
        return False

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of `encode`."""
        return [list(map(float, row)) for row in self.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's form of `encode` for one text."""
        return self.embed_documents([text])[0]

    def _vector(self, text: str) -> Vectors:
        """A text without words gets the direction of the empty text."""
        known = stems(text) or words(text) or [""]
        total = np.sum([self._direction(stem) for stem in known], axis=0)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)

    def _direction(self, stem: str) -> NDArray[np.float64]:
        seed = int.from_bytes(hashlib.blake2b(stem.encode(), digest_size=8).digest(), "big")
        return np.random.default_rng(seed).standard_normal(self.dimension)
