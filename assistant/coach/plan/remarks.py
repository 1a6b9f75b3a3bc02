"""What a plan says about itself: whose idea it is, what it could not know, and what shaped it. Pure."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from assistant.coach.plan.brief import Brief
from assistant.notes.advice import Material
from assistant.notes.next_time import GUIDES_LEAST
from assistant.notes.session_plan import PlanBlock

LONG: Final = 60
"""Minutes beyond which the guide has no session."""
GROUPS_LEAST: Final = 50
_LANGUAGES: Final = {
    "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch", "pt": "Portuguese", "pl": "Polish",
}  # fmt: skip


def remark(brief: Brief, fits: bool, blocks: Sequence[PlanBlock], material: Material) -> tuple[str, ...]:
    """The lines below a plan. `fits`: whether a topic of the catalogue does."""
    parts = (
        _of_wish(brief, fits),
        _of_findings(brief, blocks, material),
        _of_leader(brief),
        _of_length(brief, material),
    )
    return tuple(chain.from_iterable(parts))


def _of_wish(brief: Brief, fits: bool) -> Iterator[str]:
    if brief.is_foreign:
        name = _LANGUAGES.get(brief.language or "", "another language")
        yield f"You wrote in {name}, and the topics and questions are in English; put them into your own words."
    if not fits:
        yield (
            "No topic of the catalogue fits what you wrote, so the plan is built on your own words. Its questions are "
            "Eyelevel's own idea."
        )


def _of_findings(brief: Brief, blocks: Sequence[PlanBlock], material: Material) -> Iterator[str]:
    for mistake in dict.fromkeys(block.mistake for block in blocks if block.mistake):
        titles = [f"“{block.title}”" for block in blocks if block.mistake is mistake]
        name = material.mistakes[mistake].name
        yield f"The last note check raised “{name}”: that is why there is {' and '.join(titles)}."
    if brief.known.human_thread is False:
        yield "Your last sessions stayed with tools, so keep the human thread whatever else falls away."


def _of_leader(brief: Brief) -> Iterator[str]:
    if not brief.wish.mentee_role.strip():
        yield "Say which role the senior has, and the questions are chosen for it."
    elif not brief.families:
        yield "From this role Eyelevel cannot tell what the senior leads, so the questions suit any leader."


def _of_length(brief: Brief, material: Material) -> Iterator[str]:
    minutes = brief.wish.minutes
    if brief.wish.format == "group" and minutes < GROUPS_LEAST:
        yield "The guide plans sixty minutes for a group, because five people need more time than two."
    elif minutes > LONG:
        yield "The guide asks for 30 to 60 minutes. Take a break after the first hour, or use the time for a visit."
    else:
        yield material.session.remarks.of(short=minutes < GUIDES_LEAST)
