"""Looks for disclosures in thousands of notes by rules and words alone, which is a fortieth of the work.

Whatever only sounds like a disclosure is held back with it: a note fewer in a report of hundreds is no loss, and
nobody learns which it was. Like `safety` it keeps no text and counts nothing.
"""

from typing import Final

from assistant.coach.disclosure import word_odds
from assistant.coach.safety import apply_rules, find_disclosure

SUSPECT: Final = 0.0
"""Log odds by the words from which a note is held back. Of 597 development turns that disclose harm it and the rules
hold back 88%, of 1,183 everyday texts kept for development 7%; at 0.5 it is 79% and 4%, at -0.5 92% and 11%."""


def discloses(text: str) -> bool:
    """Whether somebody discloses harm in a text, as every job asks it."""
    return find_disclosure(text) is not None


def discloses_quickly(text: str) -> bool:
    """Whether rules or words make it possible that somebody does."""
    return apply_rules(text) is not None or word_odds(text) >= SUSPECT
