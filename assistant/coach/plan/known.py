"""What is known of a pair when a session is planned: promises, topics it had, findings of the last check.

The app fills it from the store, the command from a file. Pure data and its reading; nothing here plans.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field

from assistant.coach.catalogue import LAST_MONTH
from assistant.errors import InputError
from assistant.notes.mistake import Mistake
from assistant.notes.note import Record, Side
from assistant.text import clean, shorten, words

State = Literal["open", "missed", "kept", "changed", "dropped"]
"""What became of a promise; `missed`: it was to be done by now and was not."""
LONGEST_FILE: Final = 2_000_000
"""Bytes of a history."""
LONGEST_TEXT: Final = 1000
"""Characters of one promise or topic that are read; the rest is cut off."""
MOST_ITEMS: Final = 200
"""Promises, and topics, that are read of a history; the last ones."""

_STATES: Final[Mapping[State, str]] = {
    "open": "open, pending, in progress, ongoing, not yet, due, started, partly, partial, planned, todo, to do, new",
    "missed": "missed, not kept, not done, no, broken, overdue, unkept, failed, forgotten, false",
    "kept": "kept, done, yes, completed, complete, fulfilled, finished, true",
    "changed": "changed, replaced, reworded, moved, adapted",
    "dropped": "dropped, cancelled, canceled, abandoned, withdrawn",
}
_NAMED_STATES: Final = {name: state for state, names in _STATES.items() for name in names.split(", ")}
_SIDES: Final[Mapping[str, Side]] = {
    **dict.fromkeys(("mentor", "junior", "my mentor", "the mentor", "the junior"), "mentor"),
    **dict.fromkeys(("mentee", "senior", "leader", "my mentee", "the mentee", "the senior", "the leader"), "mentee"),
}


class Promise(Record):
    """A commitment of one side, as the plan takes it up."""

    text: str = Field(min_length=1)
    owner: Side | None = None
    """None: nobody said whose it is."""
    due: date | None = None
    state: State = "open"

    @property
    def is_carried(self) -> bool:
        """Whether the next session begins with it; what was changed or dropped is settled."""
        return self.state in ("open", "missed", "kept")


class Known(Record):
    """All that a plan may use besides the wish; everything may be left out."""

    commitments: tuple[Promise, ...] = ()
    """Of both sides, the oldest first."""
    topics: tuple[str, ...] = ()
    """Had so far: ids of the catalogue, or what the pair called them."""
    findings: tuple[Mistake, ...] = ()
    """Of the last note check, the surest first, without those that its writer dismissed."""
    sessions: int | None = Field(default=None, ge=0)
    """Held so far."""
    month: int | None = Field(default=None, ge=1, le=LAST_MONTH)
    """Of the programme, in six (`assistant.coach.topics.month_of`)."""
    starts: datetime | None = None
    """When the next session is, in the time of the place."""
    human_thread: bool | None = None
    """Whether the last sessions had a thread away from tools; None where nobody knows."""


def read_history(path: Path) -> Known:
    """What a file says of a pair: JSON with lenient keys, or a text or Markdown file, then as topics it had.

    The keys, all optional: `commitments`, each a text or `{who|owner, text, state|outcome, due}`; `topics` or
    `topics_had`, texts or `{id|title}`; `findings`, names of mistakes or `{mistake}`; `sessions`, a number or a list;
    `month`, 1 to 6; `starts`, a date and time. Other keys are passed over.
    Raises `InputError` naming the file, never what is in it.
    """
    name = str(path)
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise InputError(f"The history {name!r} is longer than {LONGEST_FILE:,} bytes; give a shorter one.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"The history {name!r} cannot be read ({reason}); give a file that is there.") from None
    except UnicodeDecodeError:
        raise InputError(f"The history {name!r} is no UTF-8 text; save it as UTF-8.") from None
    if path.suffix.lower() not in (".json", ".jsonl") and not text.lstrip().startswith("{"):
        return Known(topics=tuple(_lines(text))[-MOST_ITEMS:])
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"The history {name!r} is no valid JSON{line}; correct it.") from None
    if not isinstance(content, dict):
        raise InputError(f'The history {name!r} must be one JSON object, such as {{"topics": []}}; correct it.')
    return known_from(content, name)


def known_from(content: Mapping[str, Any], name: str) -> Known:
    """As `read_history`, of an object that is read already; `name` is for messages."""
    return Known(
        commitments=tuple(_promises(_list(content, "commitments", name), name))[-MOST_ITEMS:],
        topics=tuple(_texts(_list(content, "topics", name) + _list(content, "topics_had", name)))[-MOST_ITEMS:],
        findings=tuple(dict.fromkeys(_mistakes(_list(content, "findings", name), name))),
        sessions=_number(content, "sessions", name),
        month=_month(content, name),
        starts=_moment(content, name),
    )


def _lines(text: str) -> Iterator[str]:
    """Lines of a note that could name a topic: without marks of lists and headings, the empty ones left out."""
    for line in text.splitlines():
        if bare := clean(line).lstrip("#*-•>0123456789.) ").strip():
            yield shorten(bare, LONGEST_TEXT)


def _list(content: Mapping[str, Any], key: str, name: str) -> list[Any]:
    value = content.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise InputError(f"The history {name!r} has {key!r} that is no list; write it as [ … ].")
    return value


def _promises(items: list[Any], name: str) -> Iterator[Promise]:
    for number, item in enumerate(items, start=1):
        fields = {"text": item} if isinstance(item, str) else item
        if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
            raise InputError(f"Commitment {number} of the history {name!r} has no 'text'; add it.")
        if text := one_line(fields["text"]):
            yield Promise(
                text=text,
                owner=_side(fields.get("owner", fields.get("who"))),
                due=_date(fields.get("due")),
                state=_state(fields.get("state", fields.get("outcome"))),
            )


def one_line(text: str) -> str:
    """What somebody typed, on one line and of bearable length."""
    return shorten(" ".join(clean(text).split()), LONGEST_TEXT)


def _side(value: Any) -> Side | None:
    return _SIDES.get(" ".join(str(value).lower().split()))


def _state(value: Any) -> State:
    """`open` also where the word is not known: what may still matter is taken up."""
    return _NAMED_STATES.get(" ".join(words(str(value).replace("_", " "))), "open")


def _date(value: Any) -> date | None:
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        return None


def _texts(items: list[Any]) -> Iterator[str]:
    for item in items:
        value = item.get("id") or item.get("title") if isinstance(item, dict) else item
        if isinstance(value, str) and (text := one_line(value)):
            yield text


def _mistakes(items: list[Any], name: str) -> Iterator[Mistake]:
    for item in items:
        value = item.get("mistake") if isinstance(item, dict) else item
        try:
            yield Mistake("_".join(words(str(value).replace("-", " ").replace("_", " "))))
        except ValueError:
            raise InputError(
                f"The history {name!r} has a finding that is no mistake's name; use names such as "
                f"{Mistake.ONE_WAY_LECTURING.value!r}."
            ) from None


def _number(content: Mapping[str, Any], key: str, name: str) -> int | None:
    value = content.get(key)
    if isinstance(value, list):
        return len(value)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise InputError(f"The history {name!r} has {key!r} that is neither a number nor a list; correct it.")


def _month(content: Mapping[str, Any], name: str) -> int | None:
    month = _number(content, "month", name)
    if month is not None and not 1 <= month <= LAST_MONTH:
        raise InputError(f"The history {name!r} has the month {month!r}; write 1 to {LAST_MONTH}.")
    return month


def _moment(content: Mapping[str, Any], name: str) -> datetime | None:
    value = content.get("starts")
    if value is None:
        return None
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise InputError(f"The history {name!r} has 'starts' that is no date; write it as 2026-11-24T16:00.") from None
