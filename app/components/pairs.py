"""Programmes, pairs and people who can be paired, as HTML: the one picture of them that there is.

The page of programme managers draws with it, and so does "What others see", which shows people that very picture of
themselves. Pure; whoever calls it decides whose records these are.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from app.components.days import in_full
from app.components.markup import html_text
from assistant.store.people_records import Candidate, Pair, Person, Programme

IN_LINE = (
    "Since they were paired, one of the two came to report to the other, and cannot speak freely any more. Talk to "
    "both, end this pair, and pair each with somebody outside the line."
)
IN_LINE_ENDED = "One of the two reports to the other, so that they cannot be paired again while that is so."
ILLUSTRATION = (
    '<span class="ey-discs ey-discs-pair" aria-hidden="true"><span class="ey-disc ey-mentor"></span>'
    '<span class="ey-disc ey-mentee"></span></span>'
)


def programme(shown: Programme) -> str:
    """Title, dates and when its texts are erased."""
    erased = shown.ends_on + timedelta(days=shown.retention_days)
    over = " It is over." if shown.ends_on < _today() else ""
    return (
        f'<h2 class="ey-serif">{html_text(shown.title)}</h2><p class="ey-small">From {in_full(shown.starts_on)} to '
        f"{in_full(shown.ends_on)}.{over} What its mentors and mentees write, and when they met, is kept for "
        f"{shown.retention_days} {'day' if shown.retention_days == 1 else 'days'} more and erased after "
        f"{in_full(erased)}.</p>"
    )


def pair(shown: Pair) -> str:
    """Who the two are, whether the pair was ended, and what to do where one reports to the other."""
    line = IN_LINE if shown.active else IN_LINE_ENDED
    warning = f'<p class="ey-note ey-brick">{line}</p>' if shown.in_reporting_line else ""
    return (
        f'<div class="ey-pair">{ILLUSTRATION}<div><p class="ey-label">{html_text(shown.mentor_name)} and '
        f'{html_text(shown.mentee_name)}</p><p class="ey-small">Mentor {html_text(shown.mentor_name)}, mentee '
        f"{html_text(shown.mentee_name)} · {'active' if shown.active else 'ended'}</p>{warning}</div></div>"
    )


def candidates(shown: Iterable[Candidate]) -> str:
    """The list of people who can be paired."""
    found = tuple(shown)
    names = names_of(found)
    lines = "".join(f"<li>{html_text(names[one.id])}, {' and '.join(one.roles)}</li>" for one in found)
    return f'<ul class="ey-plain">{lines}</ul>'


def names_of(shown: Iterable[Candidate | Person]) -> dict[str, str]:
    """What each is called in lists, by ids; of namesakes, with the beginning of the id, to tell them apart."""
    found = tuple(shown)
    counted = Counter(one.name for one in found)
    return {one.id: one.name if counted[one.name] == 1 else f"{one.name} ({one.id[:4]})" for one in found}


def _today() -> date:
    from assistant.store.pairing import today

    return today()
