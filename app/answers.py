"""A finished reply as the command line gives it: JSON by the contract, or text for a terminal."""

from typing import Any

from assistant.events import Reply, contact_lines
from assistant.guide.citations import cite


def reply_json(reply: Reply) -> dict[str, Any]:
    """`{"answer","citations","abstained","referral","timings", …}`; every marker in the answer has a citation."""
    return {
        "answer": reply.text,
        "citations": [cite(source, quotes_of(reply, source.marker)).model_dump() for source in reply.sources],
        "abstained": reply.abstained,
        "referral": reply.referral.model_dump() if reply.referral else None,
        "offer": reply.offer.model_dump() if reply.offer else None,
        "notices": list(reply.notices),
        "timings": reply.timings,
        "provenance": reply.provenance,
    }


def quotes_of(reply: Reply, marker: str) -> tuple[str, ...]:
    """The sentences of a source that the answer rests on, verbatim, each once."""
    quotes = (
        quote
        for sentence in reply.sentences
        for mark, quote in zip(sentence.markers, sentence.quotes, strict=True)
        if mark == marker
    )
    return tuple(dict.fromkeys(quotes))


def reply_text(reply: Reply) -> str:
    """The answer with its sources below, for a terminal."""
    parts = [*reply.notices, reply.text]
    if reply.offer:
        parts = [reply.offer.text, *contact_lines(reply.offer.contacts), *parts]
    if reply.referral:
        parts += contact_lines(reply.referral.contacts)
    lines = []
    for source in reply.sources:
        place = f"{source.title} › {source.heading}" if source.heading else source.title
        lines.append(f"[{source.marker}] {place}  ({source.document})")
    return "\n\n".join([*parts, *(["\n".join(lines)] if lines else [])])
