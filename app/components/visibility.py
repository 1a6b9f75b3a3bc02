"""Who can see what, as tables and lists: for one person at a computer, and for each part where people sign in. Pure.

It states what holds in this version; a promise that no code keeps must not stand here. What programme managers see of
somebody is not told here in words alone: `seen` shows it, and `their_view` the releases of themes.
"""

from typing import Final, NamedTuple

from app.components.markup import html_text
from assistant.roles import Role

YES, NO, SHARED, AUDIT = "Yes", "No", "If you share it", "That, and when"
BOTH = "If you both say yes"
BANDS = "Only in bands"
"""Of at least five pairs, in a frozen release; the sessions as how many pairs met as planned."""


class Table(NamedTuple):
    """What somebody has, and who sees it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """What, a detail, and an answer for each column."""


class Reach(NamedTuple):
    """What somebody sees of others, and what not."""

    sees: tuple[str, ...]
    cannot: tuple[str, ...]


PERSONAL: Final = Table(
    ("You", "Your pair and programme", "Whoever can open the database's file"),
    (
        ("Questions and answers", "and the passages behind them", YES, NO, "Only with the keys"),
        ("Whether an answer helped", "your thumbs up or down", YES, NO, YES),
        ("Notes you check", "kept only if you save them", YES, NO, "Only with the keys"),
        ("Plans, drafts and commitments", "what you prepare and promise", YES, NO, "Only with the keys"),
        ("What you say to a finding", "kept apart from notes only if you allow it", YES, NO, "If you allow it"),
        ("When you wrote, and how much", "times and sizes, no words", YES, NO, YES),
        ("Which part you play", "and whether you want reminders", YES, NO, YES),
        ("The guide", "the same for everyone", YES, "If they have Eyelevel", YES),
    ),
)
_ASKED = ("Questions and answers", "and whether an answer helped", YES, NO, NO, NO)
_NAMES = ("Your list of names", "whom you write about", YES, NO, NO, NO)


def _of_side(other: str) -> Table:
    """A mentor's or a mentee's."""
    return Table(
        ("You", other, "Programme managers", "Administrators"),
        (
            _ASKED,
            ("Notes you save", "title and text; not what the check found", YES, SHARED, NO, NO),
            ("What the check asks you", "and “yes, that” or “not so”", YES, NO, NO, NO),
            ("Codes that you let count", "of notes, kept promises, the survey", YES, BANDS, BANDS, NO),
            ("What you answer to the survey", "statement by statement", YES, NO, NO, NO),
            ("Plans and drafts", "of sessions and of what to say", YES, NO, NO, NO),
            ("Commitments", "what you promise", YES, SHARED, NO, NO),
            ("What you meant, or took away", "your words about one session", YES, BOTH, NO, NO),
            ("Sessions", "when you met and for how long", YES, YES, BANDS, NO),
            ("The picture of your programme", "of what is yours and what is shared", YES, "Their own", NO, NO),
            ("Reminders", "what is due, and whether you want any", YES, NO, NO, NO),
            _NAMES,
            ("That you shared something", "not what it says", YES, YES, NO, AUDIT),
            ("That you are a pair", "your two names, and the programme", YES, YES, YES, "A number only"),
            ("Your name and your part", "mentor or mentee", YES, YES, YES, YES),
            ("Your e-mail address", "", YES, NO, NO, YES),
            ("To whom you report", "", YES, NO, "If to each other", YES),
        ),
    )


TABLES: Final = {
    Role.MENTOR: _of_side("Your mentee"),
    Role.MENTEE: _of_side("Your mentor"),
    Role.MANAGER: Table(
        ("You", "Mentors and mentees", "Other managers", "Administrators"),
        (
            _ASKED,
            ("Plans and drafts", "what you prepare", YES, NO, NO, NO),
            _NAMES,
            ("Programmes you make", "title, dates, how long texts are kept", YES, "Their own", YES, AUDIT),
            ("Pairs you make or end", "two names in a programme", YES, "Their own", YES, AUDIT),
            ("Releases of themes", "in bands of at least five pairs", YES, "Their programme’s", YES, AUDIT),
            ("Your name and your part", "", YES, NO, NO, YES),
            ("Your e-mail address", "and to whom you report", YES, NO, NO, YES),
        ),
    ),
    Role.ADMINISTRATOR: Table(
        ("You", "Everybody else", "Other administrators"),
        (
            ("Your name, address and parts", "and to whom you report", YES, NO, YES),
            ("What you change", "accounts, parts, invitations: ids and times", YES, NO, YES),
        ),
    ),
}
"""Where people sign in."""
REACH: Final = {
    Role.MANAGER: Reach(
        (
            "The names of mentors and mentees with an open account, and which of the two they are",
            "Programmes and pairs, active or ended, and whether one of the two reports to the other",
            "Releases of themes, of the survey and of whether pairs met as planned, in bands of at least five pairs",
            "How many more pairs must contribute, up to five, before the next release",
        ),
        (
            "When, how often or how long a pair met",
            "Notes, conversations and commitments, what the check asked, and what somebody shares",
            "Who lets themes count, the codes of anybody, and what anybody answered to the survey",
            "What the two of a pair meant and took away, and the picture of their programme",
            "E-mail addresses, sign-ins, and who else reports to whom",
        ),
    ),
    Role.ADMINISTRATOR: Reach(
        (
            "Accounts: name, address, parts, to whom somebody reports, and whether the account is closed",
            "The audit: who did what to accounts, programmes, pairs and shares, and when, in ids",
        ),
        (
            "Anything that anybody wrote: notes, conversations, commitments, what they meant or took away, names",
            "What was shared, who is paired with whom, and when a pair met",
            "Releases of themes, what counts for them, and what anybody answered to the survey",
        ),
    ),
}
"""Of the parts that look after others."""


def table(shown: Table) -> str:
    """The table; on a phone each answer names whose it is."""
    head = "".join(f'<th scope="col">{html_text(column)}</th>' for column in ("What", *shown.columns))
    rows = "".join(
        f'<tr><th scope="row">{html_text(what)}{f"<span>{html_text(detail)}</span>" if detail else ""}</th>'
        f"{_cells(shown.columns, answers)}</tr>"
        for what, detail, *answers in shown.rows
    )
    wide = " ey-wide" if len(shown.columns) > 3 else ""
    return f'<table class="ey-table{wide}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _cells(columns: tuple[str, ...], answers: list[str]) -> str:
    cells = zip(columns, answers, strict=True)
    return "".join(
        f'<td data-for="{html_text(who)}"><span class="{"ey-yes" if answer == YES else ""}">{answer}</span></td>'
        for who, answer in cells
    )


def reach(shown: Reach) -> str:
    """The two lists."""
    lists = (("What you see of others", shown.sees), ("What you cannot see", shown.cannot))
    return "".join(
        f'<h2>{title}</h2><ul class="ey-plain">{"".join(f"<li>{line}</li>" for line in lines)}</ul>'
        for title, lines in lists
    )
