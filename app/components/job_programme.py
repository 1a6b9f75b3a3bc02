"""A programme plan from the chat: what the request says of it goes into the form of its page."""

import re

from app import drafting
from app.components import programme_wish
from assistant.coach.programme.record import FEWEST_PAIRS, LONGEST, LONGEST_GOAL, MOST_PAIRS, SHORTEST
from assistant.events import Card

_NUMBERS = {
    word: number
    for number, words in {
        2: "two", 3: "three trois tres drei", 4: "four", 5: "five", 6: "six sechs seis", 8: "eight acht huit ocho",
        9: "nine", 10: "ten zehn dix diez", 12: "twelve zwölf douze doce", 15: "fifteen quinze quince",
        20: "twenty zwanzig vingt veinte", 30: "thirty",
    }.items()
    for word in words.split()
}  # fmt: skip
_NUMBER = rf"(\d{{1,3}}|{'|'.join(_NUMBERS)})"
_PAIRS = re.compile(
    rf"\b{_NUMBER} (?:matched )?(?:pairs?|paare?|binômes?|parejas?|leaders?|directors?)\b", re.IGNORECASE
)
_MONTHS = re.compile(rf"\b{_NUMBER}[- ]?(?:months?|monate?n?|mois|mes(?:es)?)\b", re.IGNORECASE)
_GOAL = re.compile(
    r"\b(?:goal|aim|objective|ziel|but|objetivo)(?: is| ist| es| est|:)?\s+(?:that |to )?([^.;\n]{4,200})", re.I
)


def fill_in(card: Card) -> None:
    """Put what the card says into the form; what it does not say stays as it is there. Raises `StoreError`."""
    drafting.leave("programme")
    current = programme_wish.form()
    goal = _GOAL.search(card.text)
    current.goal = (goal[1] if goal else card.about or current.goal)[:LONGEST_GOAL]
    current.pairs = _number(_PAIRS, card.text, FEWEST_PAIRS, MOST_PAIRS) or current.pairs
    current.months = _number(_MONTHS, card.text, SHORTEST, LONGEST) or current.months
    current.roles = card.role or current.roles


def _number(pattern: re.Pattern[str], text: str, least: int, most: int) -> int | None:
    """The number that a text names, where it is one that a programme can have."""
    found = pattern.search(text)
    if found is None:
        return None
    named = found[1].casefold()
    number = _NUMBERS.get(named) or int(named)
    return number if least <= number <= most else None
