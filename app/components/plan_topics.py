"""Topics to choose from: such as fit the leader and the wish, are new to the pair, and say why.

Used where a plan begins and where its topic is swapped. Ranked by `assistant.coach.topics`; keeps nothing itself.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol
from zlib import crc32

import streamlit as st

from app import known, state
from app.components.attempt import told
from app.components.markup import label, wait_line
from assistant.errors import InputError
from assistant.roles import Role

if TYPE_CHECKING:
    from assistant.coach.topics import Suggestion
    from assistant.store.people_records import OwnPair

COUNT = 4
HEARTBEAT = 0.2
"""Seconds between two looks at what is being loaded; a click is heard as fast."""
OPEN = "Let the plan choose"
KIND = {True: "About a tool.", False: "About people and work."}


class Chosen(Protocol):
    """What the topics are for, and the one that was chosen."""

    role: str
    about: str
    topic: "Suggestion | None"


def draw(current: Chosen, pair: "OwnPair | None") -> None:
    """The topics as one choice; a line while what finds them is being loaded."""
    st.html(
        '<h2>What it could be about</h2><p class="ey-small">New to the two of you, tools and people in turn. The list '
        "follows what you write.</p>"
    )
    if state.warm_planner().is_alive():
        st.html(wait_line("Looking for topics"))
        return
    with told(), st.container(key="ey-plan-topics"):
        found = suggest(current.role, current.about, pair)
        if current.topic and current.topic.topic.id not in [one.topic.id for one in found]:
            found = (current.topic, *found[: COUNT - 1])
        current.topic = choose(found, current.topic, f"wish-{state.role()}", optional=True)


def wait() -> None:
    """Draw the page anew once the topics can be found. Nothing where they can."""
    loading = state.warm_planner()
    if not loading.is_alive():
        return
    while loading.is_alive():
        loading.join(HEARTBEAT)
        state.hear_clicks()
    st.rerun()


def suggest(
    role: str, about: str, pair: "OwnPair | None", had: Sequence[str] = (), count: int = COUNT
) -> "tuple[Suggestion, ...]":
    """The topics that suit best. Raises `InputError`, `KnowledgeError`, `ModelMissing`, `StoreError`."""
    from assistant.coach.topics import TopicWish

    talked = (*known.topics_had(pair), *had)
    wish = TopicWish(mentee_role=role or None, about=about, month=known.month_of_six(pair), had=talked)
    found = state.get_topics().suggest(wish, count)
    if not found:
        raise InputError("Every topic of the catalogue is known to you already; write what it should be about.")
    return found


def choose(
    found: "Sequence[Suggestion]", before: "Suggestion | None", key: str, *, optional: bool = False
) -> "Suggestion | None":
    """One of these, or none where that is allowed."""
    options: list[Suggestion | None] = [*([None] if optional else []), *found]
    ids = [one and one.topic.id for one in options]
    at = ids.index(before.topic.id) if before and before.topic.id in ids else 0
    chosen = st.radio(
        "Topic",
        range(len(options)),
        index=at,
        format_func=lambda at: label(options[at].topic.title) if options[at] else OPEN,  # type: ignore[union-attr]
        captions=[_why(one) for one in options],
        label_visibility="collapsed",
        key=f"ey-plan-topic-{key}-{crc32(repr(ids).encode())}",
    )
    return options[chosen or 0]


def _why(one: "Suggestion | None") -> str:
    if one is None:
        return "It takes the one that fits best."
    why = one.why if state.role() is Role.MENTOR else f"Your mentor may ask you: “{one.question}”"
    return label(f"{KIND[one.topic.technical]} {why}", 400)
