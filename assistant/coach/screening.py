"""Looks for disclosures in thousands of notes: closely where rules or words point at one, and not at all elsewhere.

Reading closely costs a twentieth of a second. What this misses of what `safety` finds is in the figures of the suite
`themes`. Like `safety` it keeps no text and counts nothing.
"""

from typing import Final

from assistant.coach.disclosure import word_odds
from assistant.coach.safety import apply_rules, find_disclosure

SCREEN: Final = 0.0
"""Log odds by the words from which a text is read closely. Of 597 development turns that disclose harm 89% lie above it
or are found by a rule, and 14% of 129 everyday notes; at -1 it is 97% and 32%, which takes twice the time."""


def discloses(text: str) -> bool:
    """Whether somebody discloses harm in a text, as every job asks it."""
    return find_disclosure(text) is not None


def discloses_quickly(text: str) -> bool:
    """The same, with a close look only where there is reason for one."""
    return (word_odds(text) >= SCREEN or apply_rules(text) is not None) and discloses(text)
