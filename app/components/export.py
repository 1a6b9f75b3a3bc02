"""A conversation as a Markdown file, with the passages that each answer cites.

`as_markdown` is pure. Text of people, models and documents is escaped or quoted, so that the file shows it as it
was written wherever it is opened.
"""

import re
from collections.abc import Callable, Iterable

from app import own, state
from app.components import download
from assistant.events import OwnPlace, Reply, Source
from assistant.markdown import escape_markdown
from assistant.store.records import Conversation, StoredTurn

Read = Callable[[OwnPlace], own.Shown | None]
ENDINGS = {"stopped": "*Stopped here.*", "failed": "*This answer was broken off.*", "open": "*Still being written.*"}


def plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "\n".join(map(escape_markdown, text.split("\n")))


def as_markdown(conversation: Conversation, read: Read = lambda _: None) -> str:
    """The whole conversation as a document; `read` gives what was shown of the person's own, as it is now."""
    parts = [f"# {plain(conversation.title)}", f"A conversation with Eyelevel, as {conversation.role.value}."]
    for turn in conversation.turns:
        parts += _turn(turn, read)
    return "\n\n".join(parts) + "\n"


def _turn(turn: StoredTurn, read: Read) -> Iterable[str]:
    yield f"## {turn.created_at:%d %B %Y, %H:%M} UTC"
    yield _quoted(turn.question)
    if turn.reply:
        yield from _reply(turn.reply, read)
    if turn.status in ENDINGS:
        yield ENDINGS[turn.status]


def _reply(reply: Reply, read: Read) -> Iterable[str]:
    if reply.referral:
        yield plain(reply.referral.message)
        yield from (f"- {plain(contact.name)}: {plain(contact.address)}" for contact in reply.referral.contacts)
        return
    if reply.own:
        yield f"From your own {own.name(reply.own)}"
        yield from (_own(read(place)) for place in reply.own)
    yield plain(reply.text)
    yield from (f"*{plain(notice)}*" for notice in reply.notices)
    if reply.sources:
        yield "Sources"
        yield from (_source(source) for source in reply.sources)


def _own(shown: own.Shown | None) -> str:
    if shown is None:
        return f"*{own.GONE}*"
    return f"{shown.day.day} {shown.day:%B %Y}\n\n{_quoted(shown.passage)}"


def _source(source: Source) -> str:
    where = f"{source.title} › {source.heading}" if source.heading else source.title
    return f"\\[{plain(source.marker)}\\] {plain(where)} ({plain(source.document)})\n\n{_quoted(source.text)}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {plain(line)}".rstrip() for line in text.splitlines())


def file_name(title: str, ending: str = "md") -> str:
    """A name that every file system takes."""
    words = "-".join(re.findall(r"[a-z0-9]+", title.lower()))[:50].strip("-")
    return f"eyelevel-{words or 'conversation'}.{ending}"


def button(conversation: str, title: str) -> None:
    """Download one conversation; the file is made when it is asked for."""
    actor, store, desk = state.actor(), state.get_store(), own.desk()

    def read(place: OwnPlace) -> own.Shown | None:
        return own.read_for(actor, desk, place) if desk else None

    download.button(
        "Download",
        file_name(title),
        "text/markdown",
        lambda: as_markdown(store.read(actor, conversation), read),
        kind="tertiary",
        key=f"ey-download-{conversation}",
    )
