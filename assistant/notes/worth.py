"""Sentences worth keeping of a note without findings: somebody asked, was moved, or took something on."""

import re
from collections.abc import Sequence

from assistant.notes.note import Evidence
from assistant.notes.segments import Segment

COUNT = 2
LEAST_WORDS = 6
_GOOD = (
    re.compile(r"\b(?:asked|wanted to know|wondered|was curious|enquired)\b", re.IGNORECASE),
    re.compile(
        r"\b(?:agreed|promised|will try|is going to|we'll|i'll|decided|by (?:mon|tues|wednes|thurs|fri)day)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:listened|thought about it|changed (?:his|her|my|their) mind|hadn't known|never knew|surprised)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:told me|told her|told him|admitted|laughed|thanked|showed me|let me)\b", re.IGNORECASE),
)


def find_worth_keeping(text: str, segments: Sequence[Segment]) -> tuple[Evidence, ...]:
    """At most two sentences, in the order of the text; none where nothing of the kind stands there."""
    found = []
    for segment in segments:
        quote = text[segment.start : segment.end]
        signs = sum(bool(pattern.search(quote)) for pattern in _GOOD)
        if signs and len(quote.split()) >= LEAST_WORDS:
            found.append((signs, segment))
    best = sorted(sorted(found, key=lambda one: -one[0])[:COUNT], key=lambda one: one[1].start)
    return tuple(Evidence(quote=text[s.start : s.end], start=s.start, end=s.end) for _, s in best)
