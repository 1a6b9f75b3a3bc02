"""Read first in every turn: does this disclose harm that is no coaching matter?

A disclosure pauses coaching and returns the configured contacts; nothing is sent and nothing is counted. Where it is
less sure, the answer is given and the contacts stand above it. Questions *about* such matters ("what should a mentor do
about harassment?") are answered as usual.

Two readers decide together, both of them deterministic, so that the same words always end the same way: rules, which
know words that leave no doubt, and the model of `disclosure`, which knows what is told without naming it. Where the
model's files are missing the rules decide alone. The suite `disclosures`, on turns by a writer who knew neither, says
how many both miss; so the contacts must always be one click away, whatever is decided here.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator
from rapidfuzz.distance import DamerauLevenshtein

from assistant.coach.disclosure import KINDS, Decisions, DisclosureReader, Kind, Measured, shared_reader
from assistant.errors import SettingsError
from assistant.events import Contact, Offer, Referral
from assistant.models.e5 import tidy

RULES = Path(__file__).with_name("safety_rules.yaml")
DEFAULT_CONTACTS = (
    Contact(name="Emergency services", address="112, or your local number"),
    Contact(name="Your HR team or ombudsperson", address="ask for a confidential talk"),
)

_MESSAGES: dict[Kind, str] = {
    "danger": (
        "What you write sounds as if somebody may be in danger, and that comes before any coaching. Please call the "
        "emergency services now, or go to a person near you and stay with them."
    ),
    "harassment": (
        "What you describe is not a coaching matter, and you do not have to find the right words for it. It belongs "
        "with people who can act and protect you."
    ),
    "discrimination": (
        "What you describe may be discrimination, and that is not a coaching matter. It belongs with people whose task "
        "it is to look into it."
    ),
    "retaliation": (
        "What you describe sounds like being punished for speaking up, and that is not a coaching matter. Write down "
        "what happened and when, and take it to people who can act."
    ),
    "illegality": (
        "What you describe may be against the law, and that is not a coaching matter. Take it to the people named "
        "here before you talk to anybody else about it."
    ),
}
_OFFER = "If this is about harm to you or to somebody else, you do not have to handle it alone. These people can help:"
_PROMISE = "Coaching pauses here. Nothing was sent to anybody, and nothing of this is counted."

_LIST = re.compile(r"\{([a-z_]+)\}")
_END = re.compile(r"(?<=[.?!])\s+")
_WORD = re.compile(r"[a-z]{6,}")
_MARKS = str.maketrans(dict.fromkeys("'’‘`´′ʼ\"“”„«»‹›", "") | dict.fromkeys("‐‑‒–—", "-"))
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Characters that show nothing, though Unicode calls them letters and symbols."""
_INVISIBLE = frozenset({"Mn", "Cf", "Cc"})


_Patterns = Annotated[tuple[str, ...], Field(min_length=1)]


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    words: dict[str, str]
    """Lists that patterns use as `{name}`; a list may use those above it."""
    harmless: _Patterns
    """Idioms and work subjects that are taken out before anything is looked for."""
    general: _Patterns
    """Signs that a sentence asks about a subject, as opposed to reporting what happened."""
    lived: _Patterns
    """Signs that it happened to the person or was seen by them; they outweigh `general`."""
    imagined: _Patterns
    """Signs that a sentence is about what might happen; outweighed by nothing but danger."""
    acts: dict[Kind, _Patterns]
    """What is done or felt, most urgent kind first: counted wherever it is not imagined, and danger everywhere."""
    names: dict[Kind, _Patterns]
    """Words that name harm, most urgent kind first: not counted in sentences that ask about the subject."""
    spellings: tuple[str, ...]
    """Words that are recognised where one letter is wrong, or two in a long word."""

    @field_validator("acts", "names")
    @classmethod
    def _has_every_kind(cls, kinds: dict[Kind, _Patterns]) -> dict[Kind, _Patterns]:
        if tuple(kinds) != KINDS:
            raise ValueError(f"The kinds must be {', '.join(KINDS)}, in this order.")
        return kinds


class _Compiled(NamedTuple):
    harmless: re.Pattern[str]
    general: re.Pattern[str]
    lived: re.Pattern[str]
    imagined: re.Pattern[str]
    acts: dict[Kind, re.Pattern[str]]
    names: dict[Kind, re.Pattern[str]]
    spellings: frozenset[str]


@cache
def load_rules(path: Path = RULES) -> _Compiled:
    """The rules, compiled. Raises `ValueError` where the file has a key too many, one too few, or an unknown list."""
    rules = _Rules.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    words: dict[str, str] = {}
    for name, pattern in rules.words.items():
        words[name] = _insert(pattern, words)
    return _Compiled(
        harmless=_any(rules.harmless, words),
        general=_any(rules.general, words),
        lived=_any(rules.lived, words),
        imagined=_any(rules.imagined, words),
        acts={kind: _any(patterns, words) for kind, patterns in rules.acts.items()},
        names={kind: _any(patterns, words) for kind, patterns in rules.names.items()},
        spellings=frozenset(rules.spellings),
    )


def _insert(pattern: str, words: dict[str, str]) -> str:
    unknown = [name for name in _LIST.findall(pattern) if name not in words]
    if unknown:
        raise ValueError(f"The safety rules use the word list {unknown[0]!r}, which is not defined above its use.")
    return _LIST.sub(lambda found: words[found[1]], pattern)


def _any(patterns: tuple[str, ...], words: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_insert(pattern, words)})" for pattern in patterns))


def _normalise(text: str) -> str:
    """Lower case and single spaces, without accents, apostrophes, quotation marks and invisible characters."""
    plain = unicodedata.normalize("NFKD", text.translate(_MARKS)).casefold()
    kept = (c for c in plain if c.isspace() or (c not in _BLANK and unicodedata.category(c) not in _INVISIBLE))
    return " ".join("".join(kept).split())


def _mend(text: str, spellings: frozenset[str]) -> str:
    """The text with misspelt words of `spellings` put right."""
    return _WORD.sub(lambda found: _mended(found[0], spellings), text)


def _mended(word: str, spellings: frozenset[str]) -> str:
    if word in spellings:
        return word
    for right in spellings:
        limit = 2 if min(len(word), len(right)) > 8 else 1
        if DamerauLevenshtein.distance(word, right, score_cutoff=limit) <= limit:
            return right
    return word


class Ruled(NamedTuple):
    """What the rules find in a text."""

    kind: Kind
    """The most urgent one."""
    done: bool
    """Whether it is told as done or felt ("he touched me"); otherwise a word names it ("bullying")."""


def apply_rules(text: str) -> Ruled | None:
    """What the rules find, or None."""
    rules = load_rules()
    normal = rules.harmless.sub(" ", _mend(_normalise(text), rules.spellings))
    sentences = _END.split(normal)
    real = [sentence for sentence in sentences if not rules.imagined.search(sentence)]
    told = [sentence for sentence in real if rules.lived.search(sentence) or not rules.general.search(sentence)]
    for kind, acts in rules.acts.items():
        done = acts.search(normal if kind == "danger" else " ".join(real)) is not None
        if done or rules.names[kind].search(" ".join(told)):
            return Ruled(kind, done)
    return None


def find_by_rules(text: str) -> Kind | None:
    """The most urgent kind of harm that the text names in words that the rules know, or None."""
    found = apply_rules(text)
    return found and found.kind


class Found(NamedTuple):
    """What a text seems to disclose."""

    kind: Kind
    sure: bool
    """Coaching pauses; otherwise the contacts stand above the answer."""


def look(text: str, reader: DisclosureReader | None = None) -> Found | None:
    """What the text seems to disclose; by this process's own reader where none is given."""
    if not tidy(text):
        return None
    ruled = apply_rules(text)
    measured = (reader or shared_reader()).measure(text)
    if measured is None:
        return Found(ruled.kind, sure=True) if ruled else None
    return decide(ruled, measured, Decisions.load())


def decide(ruled: Ruled | None, measured: Sequence[Measured], by: Decisions) -> Found | None:
    """What rules and models say together; `measured`: one or more windows.

    What the rules know as done pauses coaching whatever the models say: nobody who says it plainly may be overheard.
    """
    if ruled and ruled.done:
        return Found(ruled.kind, sure=True)
    if any(window.danger >= by.danger for window in measured):
        return Found("danger", sure=True)
    worst = max(measured, key=lambda window: weigh(window, by))
    read = weigh(worst, by)
    harm = read + (by.named if ruled else 0.0)
    if harm < by.offer:
        return None
    return Found(ruled.kind if ruled and read < by.offer else worst.kind, sure=harm >= by.pause)


def weigh(window: Measured, by: Decisions) -> float:
    """What encoder and words say together."""
    return window.harm + by.words * window.words


def find_disclosure(text: str, reader: DisclosureReader | None = None) -> Kind | None:
    """The most urgent kind of harm for which coaching pauses, or None."""
    found = look(text, reader)
    return found.kind if found and found.sure else None


def find_referral(text: str, contacts: tuple[Contact, ...]) -> Referral | None:
    """What every job shows in place of its work where a text discloses harm; None where it does not.

    Each job asks this first, of whatever a person typed, before it reads the text for anything else.
    """
    kind = find_disclosure(text)
    return refer(kind, contacts) if kind else None


def offer(contacts: tuple[Contact, ...]) -> Offer:
    """What stands above an answer where something may be wrong."""
    return Offer(text=_OFFER, contacts=contacts)


def refer(kind: Kind, contacts: tuple[Contact, ...]) -> Referral:
    """What is said in place of an answer."""
    return Referral(kind=kind, message=f"{_MESSAGES[kind]} {_PROMISE}", contacts=contacts)


def parse_contacts(setting: str) -> tuple[Contact, ...]:
    """Contacts of `name: address; name: address`; general ones where nothing is set. Raises `SettingsError`."""
    entries = [entry.strip() for entry in setting.split(";") if entry.strip()]
    contacts = []
    for entry in entries:
        name, colon, address = entry.partition(":")
        if not (colon and name.strip() and address.strip()):
            raise SettingsError(f"EYELEVEL_CONTACTS has the entry {entry!r}; write it as 'name: address'.")
        contacts.append(Contact(name=name.strip(), address=address.strip()))
    return tuple(contacts) or DEFAULT_CONTACTS
