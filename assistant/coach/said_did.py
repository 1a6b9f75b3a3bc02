"""You said, I did, over a whole programme: what was promised and what became of it, in words and small numbers. Pure.

Numbers are of one person's own promises, for that person; nobody is compared with anybody.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from assistant.markdown import on_one_line
from assistant.notes.note import Record

Standing = Literal["open", "partly", "kept", "changed", "dropped"]
NUMBERS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
HEADINGS: Final[dict[Standing, str]] = {
    "kept": "Done",
    "partly": "Partly done, and on its way",
    "open": "Still to do",
    "changed": "Changed into something else",
    "dropped": "Let go, and said so",
}
"""In the order of the document."""


class Promise(Record):
    """One commitment, as far as it is told here."""

    text: str
    standing: Standing
    due: date | None = None
    settled: date | None = None
    reason: str | None = None


class Summary(NamedTuple):
    """How many promises came to what."""

    promises: int
    """Without those that were changed into another one, which is counted itself."""
    kept: int
    on_their_way: int
    """Open or partly kept."""
    let_go: int


def summarise(promises: Sequence[Promise]) -> Summary:
    """Count them."""
    standings = [one.standing for one in promises if one.standing != "changed"]
    return Summary(
        promises=len(standings),
        kept=standings.count("kept"),
        on_their_way=standings.count("open") + standings.count("partly"),
        let_go=standings.count("dropped"),
    )


def in_words(summary: Summary) -> str:
    """Such as "Four promises, two kept, one on its way, one let go."; empty where there is none."""
    if not summary.promises:
        return ""
    parts = [f"{_number(summary.promises)} promise{'' if summary.promises == 1 else 's'}"]
    if summary.kept:
        parts.append(f"{_number(summary.kept)} kept")
    if summary.on_their_way:
        parts.append(f"{_number(summary.on_their_way)} on {'its' if summary.on_their_way == 1 else 'their'} way")
    if summary.let_go:
        parts.append(f"{_number(summary.let_go)} let go")
    said = ", ".join(parts)
    return f"{said[0].upper()}{said[1:]}."


def render_summary(title: str, promises: Sequence[Promise], sessions: str = "") -> str:
    """The document, in Markdown; what somebody wrote is escaped. `sessions`: a sentence about them, or nothing."""
    return "\n\n".join(_parts(title, promises, sessions)) + "\n"


def _parts(title: str, promises: Sequence[Promise], sessions: str) -> Iterator[str]:
    yield f"# {on_one_line(title)}"
    yield in_words(summarise(promises)) or "Nothing was promised yet."
    if sessions:
        yield on_one_line(sessions)
    for standing, heading in HEADINGS.items():
        found = [one for one in promises if one.standing == standing]
        if found:
            yield f"## {heading}"
            yield "\n".join(_line(one) for one in found)


def _line(one: Promise) -> str:
    facts = []
    if one.settled and one.standing != "open":
        facts.append(_day(one.settled))
    elif one.due:
        facts.append(f"by {_day(one.due)}")
    if one.reason:
        facts.append(on_one_line(one.reason))
    told = f" ({': '.join(facts)})" if facts else ""
    return f"- {on_one_line(one.text)}{told}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)
