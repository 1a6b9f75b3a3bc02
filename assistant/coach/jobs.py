"""Which job a turn asks for: an answer from the guide, or one of the things that have a screen of their own.

A question *about* a job ("how long should a session plan be?") is a question; a request ("plan my Tuesday") starts the
job. A small logistic regression decides, over patterns (`job_cues.yaml`) and the turn's vector; `evals.fit_jobs` fits
it. A part gets only the jobs that are its own.
"""

import re
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

from assistant.guide.index import Vectors
from assistant.guide.search import Encoder
from assistant.roles import Role
from assistant.text import fold

CUES = Path(__file__).with_name("job_cues.yaml")
WEIGHTS = Path(__file__).with_name("jobs.npz")
SCALE = 2.0
"""Of a vector of unit length beside cues that are 0 or 1."""
QUESTION = 0.4
"""Probability of being a question from which a turn is answered; below, its likeliest job is begun."""
LIKELY = 0.15
"""Probability from which a job is offered below an answer."""


class Job(StrEnum):
    """What a turn can ask for."""

    ANSWER = "answer"
    PLAN = "plan"
    TOPICS = "topics"
    FEEDBACK = "feedback"
    REHEARSE = "rehearse"
    CHECK = "check"
    REFLECT = "reflect"
    COMMITMENTS = "commitments"
    PROGRAMME = "programme"


JOBS: dict[Role, frozenset[Job]] = {
    Role.MENTOR: frozenset(Job) - {Job.REFLECT, Job.PROGRAMME},
    Role.MENTEE: frozenset(Job) - {Job.FEEDBACK, Job.REHEARSE, Job.PROGRAMME},
    Role.MANAGER: frozenset({Job.ANSWER, Job.TOPICS, Job.PROGRAMME}),
}
"""What each part may start."""


class Route(NamedTuple):
    """What becomes of a turn."""

    job: Job
    offered: Job | None = None
    """Where the turn is answered, the job that it may have meant all the same."""


class JobRouter:
    """Decides; one for a process, safe to share between threads."""

    def __init__(self, embeddings: Encoder) -> None:
        self._embeddings = embeddings

    def route(self, text: str, role: Role) -> Route:
        """The job of this part that the turn asks for, else an answer. Raises `ModelMissing`."""
        shares = self._shares(text, role)
        question = shares.pop(Job.ANSWER)
        likeliest = max(shares, key=lambda job: shares[job])
        if question < QUESTION:
            return Route(likeliest)
        return Route(Job.ANSWER, likeliest if shares[likeliest] >= LIKELY else None)

    def _shares(self, text: str, role: Role) -> dict[Job, float]:
        """The probabilities of this part's jobs; their sum is 1."""
        classes, weights, bias = _load(WEIGHTS)
        scores = np.concatenate([cues(text), SCALE * self._embeddings.encode([text])[0]]) @ weights + bias
        raised = np.exp(scores - scores.max())
        own = {Job(name): float(one) for name, one in zip(classes, raised, strict=True) if Job(name) in JOBS[role]}
        return {job: one / sum(own.values()) for job, one in own.items()}


def cues(text: str) -> Vectors:
    """(number of cues,) 1 where a pattern of the cue stands in the text, else 0."""
    plain = _plain(text)
    return np.array([float(any(one.search(plain) for one in patterns)) for patterns in _cues()], dtype=np.float32)


def is_request(text: str) -> bool:
    """Whether a text is worded as a request, whatever for."""
    plain = _plain(text)
    return any(one.search(plain) for one in _cues()[_names().index("request")])


def save(path: Path, classes: list[str], weights: Vectors, bias: Vectors) -> None:
    """Write what was fitted: weights of (features, classes), bias of (classes,)."""
    names = np.array(classes)
    np.savez_compressed(path, classes=names, weights=weights.astype(np.float16), bias=bias.astype(np.float32))


@cache
def _load(path: Path) -> tuple[list[str], Vectors, Vectors]:
    with np.load(path, allow_pickle=False) as file:
        return file["classes"].tolist(), file["weights"].astype(np.float32), file["bias"]


@cache
def _lists() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = yaml.safe_load(CUES.read_text(encoding="utf-8"))
    return lists


@cache
def _cues() -> tuple[tuple[re.Pattern[str], ...], ...]:
    return tuple(tuple(map(re.compile, patterns)) for patterns in _lists().values())


def _names() -> list[str]:
    return list(_lists())


def _plain(text: str) -> str:
    """Small letters without accents and with plain apostrophes, single spaces between words."""
    return " ".join(fold(text).split())
