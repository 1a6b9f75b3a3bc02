"""Who the leaders of a programme are: their families, and what the texts call one of them and all of them.

Roles are read as they were typed. An English title is put into the plural; one of another language, or one that is a
plural already, stays as it is.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from assistant.coach.leaders import Family
from assistant.coach.programme.record import LONGEST_ROLE, MOST_ROLES
from assistant.notes.note import Record
from assistant.text import clean, words

MOST_NAMED: Final = 3
"""Roles that a sentence can hold."""
_HEADS: Final = frozenset(
    "manager director head chief officer leader lead partner president chair chairman chairwoman chairperson executive "
    "principal owner founder editor nurse dean mayor supervisor superintendent engineer architect controller treasurer "
    "secretary coordinator foreman captain chef commander governor headteacher rector provost doctor physician member "
    "surgeon consultant counsel lawyer accountant planner buyer producer curator librarian matron sister judge vp ceo "
    "cto cio cfo coo chro cmo cpo ciso cro cdo cco svp evp md professor minister pastor banker analyst teacher "
    "researcher scientist designer auditor lecturer attorney pharmacist administrator conductor trustee".split()
)
"""English words for somebody who leads."""
_GENERIC: Final = frozenset(
    "director manager head chief officer leader lead executive vp svp evp president senior regional area district "
    "general division divisional department departmental group team of the a our deputy vice unit business middle top "
    "upper member management leadership board branch site country local associate assistant".split()
)
"""Words that say that somebody leads, and nothing of what."""
_TOP: Final = frozenset(
    "ceo president chair chairman chairwoman founder owner board vorstand vorstandsmitglied geschäftsführer "
    "geschäftsführerin pdg mayor minister governor c-suite consejero consejera bürgermeister bürgermeisterin rector "
    "commander".split()
)
"""Words for the one who leads everything."""
_HIGH: Final = frozenset("cto cio cfo coo chro cmo cpo ciso cro cdo cco evp svp executive executives".split())
_LINKS: Final = (" of ", " for ", " in ", " at ", " on ")


class Leaders(Record):
    """The seniors of a programme."""

    roles: tuple[str, ...]
    """As typed, without blank ones."""
    families: tuple[Family, ...]
    """Each once, in the order of the roles; empty where none was recognised."""
    found: tuple[tuple[Family, ...], ...]
    """The families of each role, in the same order."""
    one: str
    """As in "each plant manager"; "leader" where there are several kinds."""
    all: str
    """As in "the plant managers"; with its article where English needs one."""
    is_top: bool
    """Whether somebody who leads everything is among them."""
    is_high: bool
    """Whether somebody is of the first or second rank."""

    @property
    def bare(self) -> str:
        """`all` without its article."""
        return self.all.removeprefix("the ")


def read_leaders(roles: Sequence[str], families: Callable[[str], tuple[Family, ...]]) -> Leaders:
    """The leaders of roles as typed; `families` finds those of one role. What `families` raises goes through."""
    said = [" ".join(clean(part).split()) for role in roles for part in re.split(r"[;\n]", role)]
    kept = tuple(dict.fromkeys(one[:LONGEST_ROLE] for one in said if words(one)))[:MOST_ROLES]
    found = tuple(() if set(words(role)) <= _GENERIC else families(role)[:2] for role in kept)
    plurals = [plural(role) for role in kept]
    single = len(kept) == 1 and plurals[0] != kept[0]
    is_top = any(_TOP & set(words(role)) for role in kept)
    return Leaders(
        roles=kept,
        families=tuple(dict.fromkeys(family for one in found for family in one[:1])),
        found=found,
        one=_inside(kept[0]) if single else "leader",
        all=_all(plurals),
        is_top=is_top,
        is_high=is_top or any(_HIGH & set(words(role)) for role in kept),
    )


def plural(role: str) -> str:
    """The plural of an English title: "head of HR" becomes "heads of HR"; anything else as it is."""
    cut = min((at for link in _LINKS if (at := role.find(link)) > 0), default=len(role))
    title, rest = role[:cut], role[cut:]
    bare, comma, more = title.partition(",")
    parts = bare.split()
    if not parts:
        return role
    place = next((where for where in (len(parts) - 1, 0) if parts[where].lower() in _HEADS), None)
    if place is None:
        return role
    parts[place] += _ending(parts[place])
    return f"{' '.join(parts)}{comma}{more}{rest}"


def _ending(word: str) -> str:
    return "es" if word.lower().endswith(("s", "x", "ch", "sh")) and not word.isupper() else "s"


def _inside(role: str) -> str:
    """A title inside a sentence: a small letter, but for capitals that belong to it."""
    first, blank, rest = role.partition(" ")
    return role if any(letter.isupper() for letter in first[1:]) else f"{first[:1].lower()}{first[1:]}{blank}{rest}"


def _all(plurals: Sequence[str]) -> str:
    """All of them; "the leaders" where they are many, or where one is no English title."""
    if not plurals or len(plurals) > MOST_NAMED or not all(map(_is_head, plurals)):
        return "the leaders"
    named = [_inside(one) for one in plurals]
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return listed if listed.lower().startswith(("the ", "our ", "all ")) else f"the {listed}"


def _is_head(role: str) -> bool:
    """Whether an English word for somebody who leads is in it, of one or of several."""
    return any({word, word.removesuffix("s"), word.removesuffix("es")} & _HEADS for word in words(role))
