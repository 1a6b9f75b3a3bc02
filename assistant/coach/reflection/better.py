"""The chat model's part: it may word two questions better, and each is checked before it is taken.

A question is taken only where it is open and short, takes up words of the quoted line, says nothing that neither the
line nor the question before it says, accuses nobody and speaks to the reader. Otherwise the first one stays.
"""

import re
from collections.abc import Generator, Iterator
from contextlib import closing
from functools import cache
from itertools import pairwise
from typing import Final

from assistant.coach.catalogue import is_open
from assistant.coach.reflection.record import After, Prompt
from assistant.coach.reflection.words import ReflectionWords
from assistant.events import log
from assistant.models.service import ChatService
from assistant.privacy.sending import Sending
from assistant.prompts import fence, load_prompt
from assistant.text import clean, content_words, stems

MOST: Final = 2
"""Questions that the model words."""
LONGEST: Final = 35
"""Words of a question with the sentence before it."""
ASKED: Final = 28
"""Words of the question alone."""
NEW_WORDS: Final = 2
"""Words that may be neither in the line, in the question before nor in any question of ours."""
_MODEL_STOPS: Final = 400
"""Characters after which a model that does not stop is stopped."""
_HAPPENED: Final = {
    "explained": "the leader explained",
    "brushed_aside": "the leader passed over an idea",
    "defended": "the leader felt stung and answered",
    "asked": "the leader asked something",
    "was_asked": "the leader was asked something",
    "heard_point": "the mentor said something",
    "mentor_thinks": "the mentor sees it like this",
    "surprised": "the leader was surprised",
    "learned": "the leader learned something",
    "silence": "it went quiet",
    "held_back": "something was left unsaid",
    "promised": "the leader took something on",
    "not_kept": "a promise was not kept",
    "short_of_time": "time was short",
}
_ACCUSES = re.compile(
    r"\b(?:you (?:should|must|ought|failed|always|never|refused|ignored|dismissed)|your (?:fault|mistake|"
    r"failure)|why (?:did|do|were|are|have) ?n[o']t? "
    r"you|why (?:didn|don|weren|aren|haven)['’]t you|why (?:did|do) you (?:not|always|never)|ashamed|guilty|"
    r"wrong|should you|admit)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"(?<![.?!:“\"]\s)(?<!^)\b[A-ZÀ-Þ][\w’'-]+")
_OF_READER = re.compile(r"\b(?:he|she|him|his|her|hers)\b", re.IGNORECASE)
_OF_SELF = re.compile(r"\b(?:i|me|my|mine|myself|we|our|us)\b", re.IGNORECASE)


def better(
    after: After, words: ReflectionWords, chat: ChatService, sending: Sending | None = None
) -> Generator[After | None, None, None]:
    """The whole result anew with each question that is taken, and None while there is nothing new.

    Closing the generator cancels the model. Raises what `ChatService.stream` raises.
    """
    chosen = [one for one in (*after.so_what[:1], *after.what[-1:]) if one.quotes][:MOST]
    for prompt in chosen if after.language == "en" else []:
        asked = yield from _ask(prompt, chat, sending)
        taken = take(asked, prompt, words)
        log("reflection.bettered", taken=taken is not None)
        if taken:
            after = _with(after, prompt, taken)
            yield after


def _ask(prompt: Prompt, chat: ChatService, sending: Sending | None) -> Generator[None, None, str]:
    rendered = load_prompt("reflect").render(
        line=fence(prompt.quotes[0].quote),
        happened=_HAPPENED.get(prompt.move, "this was noted"),
        question=fence(question_of(prompt.text)),
    )
    written = ""
    pieces: Iterator[str | None] = chat.stream(rendered, sending)
    with closing(pieces) as stream:  # type: ignore[type-var]
        for piece in stream:
            written += piece or ""
            yield None
            if "?" in written or len(written) > _MODEL_STOPS or "\n" in written.strip():
                break
    return written


def question_of(text: str) -> str:
    """The question at the end of a prompt, without the sentence that quotes the note."""
    return re.split(r"(?<=[.!?”])\s+(?=[A-Z])", text.strip())[-1]


def take(written: str, prompt: Prompt, words: ReflectionWords) -> Prompt | None:
    """The prompt with the model's question in place of its own, or None where that cannot be taken."""
    line = written.strip().splitlines()[0] if written.strip() else ""
    question = clean(line[: line.find("?") + 1]).strip(' "“”*').replace("'", "’")
    own = question_of(prompt.text)
    lead = prompt.text[: prompt.text.rfind(own)].strip()
    if not question or question == own or not holds(question, prompt, words):
        return None
    text = f"{lead} {question}".strip()
    if len(text.split()) > LONGEST:
        text = question
    if not _takes_up(text, prompt):
        return None
    return prompt.model_copy(update={"text": text, "by_model": True, "frame": f"{prompt.frame}+model"})


def holds(question: str, prompt: Prompt, words: ReflectionWords) -> bool:
    """Whether a question is open, about the line, without anything new, and no charge."""
    line, own = prompt.quotes[0].quote, question_of(prompt.text)
    if question.count("?") != 1 or len(question.split()) > ASKED or not _opens(question):
        return False
    if _ACCUSES.search(question) or _OF_READER.search(question) or _OF_SELF.search(question):
        return False
    if not re.search(r"\byou(?:rs?|rself)?\b", question, re.IGNORECASE):
        return False
    known = f"{line} {prompt.text}"
    if any(number not in known for number in _NUMBER.findall(question)):
        return False
    if any(name.lower() not in known.lower() for name in _NAME.findall(question)):
        return False
    said = set(stems(question))
    return len(said & set(stems(line))) >= 1 and len(said - set(stems(f"{line} {own}")) - lexicon(words)) <= NEW_WORDS


def _opens(question: str) -> bool:
    """Open, where a clause may stand before the question word: "When you said that, what …?"."""
    last = re.split(r",\s+(?=(?:what|how|which|where|who|whom|when|why)\b)", question, flags=re.IGNORECASE)[-1]
    return (
        is_open(last)
        and re.match(
            r"(?:what|how|which|where|who|whom|whose|when|why|in what|at what|from whom|to whom|for whom)\b",
            last,
            re.IGNORECASE,
        )
        is not None
    )


def _takes_up(text: str, prompt: Prompt) -> bool:
    """Whether two words of the line that carry something stand in the text, in the same order."""
    quoted = [word for quote in prompt.quotes for word in content_words(quote.quote)]
    left = iter(content_words(text))
    return sum(word in left for word in quoted) >= 2 or _in_order(quoted, content_words(text))


def _in_order(quoted: list[str], said: list[str]) -> bool:
    at = [said.index(word) for word in quoted if word in said]
    return any(one < other for one, other in pairwise(at))


@cache
def _lexicon(key: tuple[str, ...]) -> frozenset[str]:
    return frozenset(stem for line in key for stem in stems(line))


def lexicon(words: ReflectionWords) -> frozenset[str]:
    """Stems of the words that our own questions use: they are about any session and so add no fact."""
    asks = [ask for move in words.moves.values() for ask in (*move.what, *move.so_what, *move.now_what)]
    return _lexicon(tuple(asks))


def _with(after: After, old: Prompt, new: Prompt) -> After:
    steps = {
        name: tuple(new if one == old else one for one in getattr(after, name))
        for name in ("what", "so_what", "now_what")
    }
    return after.model_copy(update=steps)
