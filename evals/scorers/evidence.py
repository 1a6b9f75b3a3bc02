"""Does a passage support a sentence? A second opinion that shares nothing with `assistant.coach.support`.

No vectors and no fitted weights: the share of the sentence's content words that the passage has, the longest common
subsequence of words with the passage's best stretch (words in the same order say the same thing more often), and
three vetoes: a number that the passage does not have, a negation that only one side has, and an absolute word that
the passage does not use. The cut-off was chosen on the development half of `support.jsonl` (`python -m
evals.scorers.evidence` shows what it reaches there and on the test half).
"""

import re
import sys

from evals.data import Split, load_support

LEAST = 0.65
"""Least mean of word share and order share: the lowest step of 0.05 with a precision of 0.8 on the development half."""
STRETCH = 2
"""Sentences of a stretch: an answer often merges two."""
_ENDINGS = re.compile(r"(?:ing|edly|ed|ly|er|ment|ation|ion|e)$")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?")
_LIGHT = frozenset(
    "the a an and or but of to in on at by for from with as is are was were be been it its this that these those he "
    "she they them their his her you your yours i we our us who which what when where how so if then than there here "
    "also can could may might will would should do does did have has had just more most very own each both one about "
    "into over up out such while because before after during through any some other".split()
)
_NOT = frozenset("not no never nor none nobody nothing without neither cannot avoid instead".split())
_ABSOLUTE = frozenset(
    "always never every all guarantee guarantees guaranteed prove proves proven must only completely certainly".split()
)
_NUMBERS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split() + [""] * 2 + ["fifteen"]
    )
    if word
} | {"twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90", "hundred": "100"}


def tokens(text: str) -> list[str]:
    """Lower-case words and numbers; number words as digits."""
    return [_NUMBERS.get(word, word) for word in (m.group().lower().replace("’", "'") for m in _TOKEN.finditer(text))]


def roots(text: str) -> list[str]:
    """Content words without common endings, in order."""
    return [_root(word) for word in tokens(text) if word not in _LIGHT]


def _root(word: str) -> str:
    single = word.removesuffix("'s")
    single = single if single.endswith("ss") else single.removesuffix("s")
    bare = _ENDINGS.sub("", single)
    return bare[:6] if len(bare) >= 3 else single


def judge_support(sentence: str, passage: str) -> bool:
    """The verdict."""
    return not _vetoes(sentence, passage) and overlap(sentence, passage) >= LEAST


def overlap(sentence: str, passage: str) -> float:
    """Mean of word share and order share, in [0, 1]; 0 for a sentence without content words."""
    own = roots(sentence)
    if not own:
        return 0.0
    known = set(roots(passage))
    share = sum(root in known for root in own) / len(own)
    order = max((common_subsequence(own, roots(stretch)) for stretch in _stretches(passage)), default=0) / len(own)
    return (share + order) / 2


def common_subsequence(first: list[str], second: list[str]) -> int:
    """Length of the longest common subsequence of words."""
    from rapidfuzz.distance import LCSseq

    return int(LCSseq.similarity(first, second))


def _stretches(passage: str) -> list[str]:
    parts = [part for part in re.split(r"(?<=[.!?;])\s+|\n+", passage) if part.strip()]
    return [" ".join(parts[start : start + STRETCH]) for start in range(len(parts))]


def _vetoes(sentence: str, passage: str) -> bool:
    spoken, known = set(tokens(sentence)), set(tokens(passage))
    numbers = {token for token in spoken if token[0].isdigit() and token != "1"}
    best = max(_stretches(passage), key=lambda stretch: common_subsequence(roots(sentence), roots(stretch)), default="")
    flipped = _denies(spoken) != _denies(set(tokens(best)))
    return bool(numbers - known) or bool((spoken & _ABSOLUTE) - known) or (flipped and _denies(spoken))


def _denies(words: set[str]) -> bool:
    return bool(words & _NOT) or any(word.endswith("n't") for word in words)


def main() -> None:
    """Precision, recall and accuracy on both halves."""
    halves: tuple[Split, ...] = ("dev", "test")
    for split in halves:
        rows = load_support(split)
        passed = [row for row in rows if judge_support(row.sentence, row.passage)]
        right = sum(row.supported for row in passed)
        supported = sum(row.supported for row in rows)
        accuracy = sum(judge_support(row.sentence, row.passage) == row.supported for row in rows) / len(rows)
        sys.stdout.write(
            f"{split}: precision {right / len(passed):.3f}, recall {right / supported:.3f}, "
            f"accuracy {accuracy:.3f}, n {len(rows)}\n"
        )


if __name__ == "__main__":
    main()
