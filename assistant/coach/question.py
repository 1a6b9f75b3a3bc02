"""What a person typed, made fit to be searched: cleaned, checked, and understood as a follow-up or not.

The first step of a turn. It never changes the words that are stored or shown, and it asks no model.
"""

import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from assistant.errors import InputError
from assistant.text import clean, content_words, words

MAX_CHARACTERS = 4000
"""About two pages: more than a question, and what a prompt of the local model can hold with its facts."""

_POINTING = frozenset(
    "it its that this these those they them their he him his she her hers one ones both either neither same former "
    "latter such there then instead else again otherwise".split()
)
_BEFORE_A_NOUN = frozenset("one such same former latter".split())
"""Words that point only where no word of substance follows: "that one", but not "one commitment"."""
_OPENING = re.compile(
    r"^(and|but|or|so|then|ok|okay|yes|no|also|what about|how about|what if|and if|why|why not|how so|like what|"
    r"such as|for example|e\.g\.|"
    r"can you|could you|give me|tell me more|more|shorter|longer|again|sorry|hm+|ah|oh|fine|sure|"
    r"great|thanks|in that case|which|und|aber|et|mais|y|pero)\b",
    re.IGNORECASE,
)
_ABOUT_ANSWER = re.compile(
    r"\b(example|examples|rephrase|shorten|expand|elaborate|you (said|mean|wrote|mentioned|suggest\w*)|your (answer|"
    r"advice|suggestion|point)|the (first|second|third|last|other) (one|point|step|option|idea|part|bit)|step \d|"
    r"that one|this one|more detail|in other words)\b",
    re.IGNORECASE,
)


class Exchange(BaseModel):
    """An earlier question and its answer, of the same conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    answer: str
    job: str = ""
    """The job that the question began and that waits for more; empty for any other question."""


def prepare_question(text: str) -> str:
    """The question cleaned. Raises `InputError` where it is empty, has no words, or is too long."""
    question = clean(text)
    if not question:
        raise InputError("The question is empty; type what you would like to know.")
    if len(question) > MAX_CHARACTERS:
        raise InputError(
            f"The question has {len(question):,} characters, and at most {MAX_CHARACTERS:,} can be read; "
            "shorten it to the part that matters."
        )
    if not words(question):
        raise InputError(f"There are no words in {question[:20]!r}; ask in a sentence or a few words.")
    return question


def depends_on_earlier(question: str) -> bool:
    """Whether a question can be understood only with the one before it.

    Cues: it opens like a continuation, talks about the answer, points ("it", "him") without much else of its own, or
    is a fragment. Measured in `evals` on dialogues that were not used to choose the cues.
    """
    spoken = words(question)
    own = [word for word in content_words(question) if word not in _POINTING]
    if _ABOUT_ANSWER.search(question) or len(own) <= 1:
        return True
    if _OPENING.match(question.strip()):
        return len(own) <= 8
    following = [*spoken[1:], ""]
    pointing = any(
        word in _POINTING and not (word in _BEFORE_A_NOUN and after in own)
        for word, after in zip(spoken, following, strict=True)
    )
    return pointing and len(own) <= 5


def build_query(question: str, history: Sequence[Exchange]) -> str:
    """The text to search with: the question, after the one before it where it depends on that."""
    if not history or not depends_on_earlier(question):
        return question
    earlier = history[-1].question
    if depends_on_earlier(earlier) and len(history) > 1:
        earlier = f"{history[-2].question} {earlier}"
    return f"{earlier} {question}"
