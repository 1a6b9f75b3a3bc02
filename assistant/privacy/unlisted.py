"""Given names in a text that no roster knows: a hint that a note names somebody. Careful rather than complete. Pure.

Only a word with a capital inside a sentence counts, only if it is a given name and no ordinary word.
"""

from itertools import zip_longest

from assistant.privacy.data import family_names, frequency, given_names, ordinary_words
from assistant.privacy.mentions import RARE, find_mentions
from assistant.privacy.roster import Roster
from assistant.privacy.tokens import Token, tokens

SHORTEST = 3
_NO_PERSON = frozenset(
    "asia august april china chile israel india jordan georgia virginia carolina florence madison paris sydney "
    "victoria adelaide lima milan cologne alexandria san said can dec ada java ruby julia jira jenkins kanban claude "
    "alexa siri cortana excel teams slack zoom miro asana christ christian easter valentine".split()
)
"""Given names that in notes are mostly places, months, programs or feasts."""


def find_unlisted(text: str, roster: Roster) -> tuple[str, ...]:
    """The names that are not of the roster, as written, each once: a given name, with the family name behind it."""
    mentions = find_mentions(text, roster)
    row = [
        token for token in tokens(text) if not any(one.start < token.end and token.start < one.end for one in mentions)
    ]
    found = [
        text[token.start : after.end if after and _is_family(text, token, after) else token.end]
        for token, after in zip_longest(row, row[1:])
        if _is_given(text, token)
    ]
    whole = {name.split()[0] for name in found if " " in name}
    return tuple(dict.fromkeys(name for name in found if name not in whole))


def _is_given(text: str, token: Token) -> bool:
    return (
        token.capital
        and not token.first
        and len(token.folded) >= SHORTEST
        and token.folded in given_names()
        and token.folded not in ordinary_words() | _NO_PERSON
        and not text[token.start : token.end].isupper()
    )


def _is_family(text: str, token: Token, after: Token) -> bool:
    """Whether the next word is a name too: with a capital and rare, or known as a family name."""
    if not after.capital or text[token.end : after.start] != " ":
        return False
    return after.folded in family_names() or frequency(after.folded) < RARE
