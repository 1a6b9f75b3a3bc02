"""Questions to go on with after an answer: such that the guide does answer, near the one that was asked.

They are the articles' own indexed questions, so each pill leads to an answer with sources. Nothing is generated.
"""

import re
from collections.abc import Sequence

from assistant.coach.question import Exchange, depends_on_earlier
from assistant.guide.index import Vectors
from assistant.guide.search import Hit, HybridSearch
from assistant.language import find_language
from assistant.roles import Role
from assistant.text import words

SUGGESTIONS = 3
DOCUMENTS = 6
"""Best documents looked at; one question is taken from each."""
LONGEST = 60
"""Characters: what fits a pill on a phone."""
SAME = 0.8
"""Cosine similarity from which two questions ask the same thing."""
_VERB = "do|does|did|can|could|should|would|will|is|are|am|was|were|has|have"
_ASKING = rf"(?:How|What|Why|When|Where|Who|Which)(?: (?!(?:I|you|he|she|it|we|they)\b)\w+){{0,2}}? (?:{_VERB})"
_PLAIN = re.compile(rf"(?:{_ASKING}|{_VERB.title()}|What (?:makes|helps|counts))\b[^.,!?:;…\"“”]*\?")
"""One clause in the order of a question: "How often should we …?", and not "How I say this?"."""


def is_plain(question: str) -> bool:
    """Whether a question stands alone as one short, tidy English sentence."""
    return (
        len(question) <= LONGEST
        and _PLAIN.fullmatch(question) is not None
        and not depends_on_earlier(question)
        and find_language(question) in (None, "en")
    )


def suggest_questions(
    search: HybridSearch, hits: Sequence[Hit], vector: Vectors, role: Role, earlier: Sequence[Exchange]
) -> tuple[str, ...]:
    """At most three questions, nearest first: one a document, none like another or like one asked before."""
    index = search.index
    known = {" ".join(words(exchange.question)) for exchange in earlier}
    taken, found = [vector], []
    for source in list(dict.fromkeys(hit.passage.document for hit in hits))[:DOCUMENTS]:
        record = index.documents[source]
        plain = {q for q in record.asked.get(role, ()) if is_plain(q) and " ".join(words(q)) not in known}
        vectors = {q: v for q, v in index.question_vectors(record.passages).items() if q in plain} if plain else {}
        new = [q for q, v in vectors.items() if max(float(v @ other) for other in taken) < SAME]
        if new:
            best = max(new, key=lambda q: (float(vectors[q] @ vector), q))
            taken.append(vectors[best])
            found.append(best)
    return tuple(sorted(found, key=lambda q: -float(taken[found.index(q) + 1] @ vector))[:SUGGESTIONS])
