"""Read first in every turn: does this disclose harm that is no coaching matter?

Rules, not a model, so that the same words always end the same way. A disclosure pauses coaching and returns the
configured contacts; nothing is sent and nothing is counted. Misses are inevitable, so the contacts are always one
click away; questions *about* such matters ("what should a mentor do about harassment?") are answered as usual.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.errors import SettingsError
from assistant.events import Contact, Referral

Kind = Literal["danger", "harassment", "discrimination", "retaliation", "illegality"]
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
_PROMISE = "Coaching pauses here. Nothing was sent to anybody, and nothing of this is counted."


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    harmless: tuple[str, ...]
    """Idioms and work subjects that are taken out before anything is looked for."""
    general: tuple[str, ...]
    """Openings of questions about a subject, as opposed to reports of what happened."""
    personal: tuple[str, ...]
    """Signs that it happened to the person or was seen by them; they outweigh `general`."""
    kinds: dict[Kind, tuple[str, ...]]
    """Patterns for each kind, most urgent kind first."""
    always: dict[Kind, tuple[str, ...]]
    """Patterns that count even in a general question."""


class _Compiled(NamedTuple):
    harmless: re.Pattern[str]
    general: re.Pattern[str]
    personal: re.Pattern[str]
    kinds: dict[Kind, re.Pattern[str]]
    always: dict[Kind, re.Pattern[str]]


@cache
def _load() -> _Compiled:
    rules = _Rules.model_validate(yaml.safe_load(RULES.read_text(encoding="utf-8")))
    return _Compiled(
        harmless=_any(rules.harmless),
        general=_any(rules.general),
        personal=_any(rules.personal),
        kinds={kind: _any(patterns) for kind, patterns in rules.kinds.items()},
        always={kind: _any(patterns) for kind, patterns in rules.always.items()},
    )


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _normalise(text: str) -> str:
    """Lower case, plain apostrophes, no accents or invisible characters, single spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'").replace("`", "'"))
    kept = (c for c in plain if unicodedata.category(c) not in {"Mn", "Cf"})
    return " ".join("".join(kept).casefold().split())


def find_disclosure(text: str) -> Kind | None:
    """The most urgent kind of harm that the text discloses, or None."""
    rules = _load()
    normal = rules.harmless.sub(" ", _normalise(text))
    for kind, pattern in rules.always.items():
        if pattern.search(normal):
            return kind
    if rules.general.search(normal) and not rules.personal.search(normal):
        return None
    return next((kind for kind, pattern in rules.kinds.items() if pattern.search(normal)), None)


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
