"""What a debrief settles: facts that a person ticked weigh more than what a model reads into a note.

Each rule says what the debrief makes of one mistake: shown (with the words for it), not shown, or nothing. The rules
follow the definitions: half an hour is the least that a session needs, and one thread that is not technical is
enough against `tech_only_focus`.
"""

from typing import NamedTuple

from assistant.notes.mistake import Mistake
from assistant.notes.note import Brought, Debrief, Topic

SHORT_MINUTES = 25
"""A session held for less has lost its time; 30 to 60 minutes are the guide's rule, and five are forgiven."""
KEPT_SHARE = 0.6
"""Of the minutes planned; a longer session that lost more than the rest was cut short too, if it fell below 30."""
SHOWN, DENIED = 0.9, 0.1
"""Probability that a debrief settles a matter at; people tick wrongly now and then."""


class Settled(NamedTuple):
    """What the debrief says of one mistake."""

    probability: float
    words: str


def settle(debrief: Debrief | None) -> dict[Mistake, Settled]:
    """The mistakes that a debrief says something of; empty without one."""
    if debrief is None:
        return {}
    found = {
        Mistake.NO_TIME: _time(debrief),
        Mistake.TECH_ONLY_FOCUS: _topics(debrief),
        Mistake.NO_FOLLOW_THROUGH: _follow_through(debrief),
        Mistake.ONE_WAY_LECTURING: _dialogue(debrief),
    }
    return {mistake: settled for mistake, settled in found.items() if settled}


def _time(debrief: Debrief) -> Settled | None:
    held, planned = debrief.minutes_held, debrief.minutes_planned
    if held is None:
        return None
    words = f"Held {held} of {planned} minutes" if planned else f"Held {held} minutes"
    agreed_short = planned is not None and planned <= held + 5  # a short slot that both had agreed to
    cut_short = planned is not None and held < 30 and held < KEPT_SHARE * planned
    if (held < SHORT_MINUTES and not agreed_short) or cut_short:
        return Settled(SHOWN, words)
    return Settled(DENIED, words) if planned is not None and held >= planned - 5 else None


def _topics(debrief: Debrief) -> Settled | None:
    if not debrief.topics:
        return None
    if debrief.topics == {Topic.TOOLS}:
        return Settled(SHOWN, "It was about tools and nothing else")
    return Settled(DENIED, "It was about more than tools")


def _follow_through(debrief: Debrief) -> Settled | None:
    if debrief.last_kept == "not":
        return Settled(SHOWN, "The last commitment was not kept")
    if debrief.commitment == "none":
        return Settled(0.75, "No commitment was made")
    if debrief.commitment == "made" and debrief.last_kept in ("kept", "no_last"):
        return Settled(
            DENIED,
            "A commitment was made, and the last one kept" if debrief.last_kept == "kept" else "A commitment was made",
        )
    return None


def _dialogue(debrief: Debrief) -> Settled | None:
    """Who asked alone proves no lecture; together with a senior who brought nothing it does point to one."""
    if debrief.asked_more == "even" and debrief.brought - {Brought.NOTHING}:
        return Settled(DENIED, "Both asked, and the senior brought something")
    if debrief.asked_more == "mentee" and debrief.brought == {Brought.NOTHING}:
        return Settled(0.7, "The senior only asked and brought nothing of their own")
    return None
