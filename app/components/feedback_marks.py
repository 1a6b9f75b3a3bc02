"""A draft with its parts and weak places marked: spruce-soft for what is there, straw with a number for the rest.

Pure: makes HTML. The draft is escaped piece by piece, so that nothing in it becomes markup. Marks never nest: where a
part and a weak place overlap, the weak place shows, and the part's letter still stands at its end.
"""

from itertools import pairwise

from app.components.markup import html_text
from assistant.coach.feedback.record import ELEMENTS, Assessment, FeedbackCoaching, Mark

LETTERS = {"situation": "S", "behaviour": "B", "impact": "I", "request": "R"}
THERE = {
    "situation": "One occasion, named.",
    "behaviour": "What a camera would have seen.",
    "impact": "What it led to.",
    "request": "One thing to do next time.",
}
MISSING = {
    "situation": "Not there yet. When and where was it?",
    "behaviour": "Not there yet. What would a camera have recorded?",
    "impact": "Not there yet. What did it do to you, or to the work?",
    "request": "Not there yet. What would you like next time?",
}


def numbered(coaching: FeedbackCoaching) -> dict[int, Mark]:
    """The weak places by the number they have in the text."""
    return dict(enumerate(coaching.marks, start=1))


def draft_html(coaching: FeedbackCoaching) -> str:
    """The draft as HTML: serif, with its line breaks, marks, letters and numbers."""
    return f'<div class="ey-said ey-notetext ey-draft">{"".join(_pieces(coaching))}</div>'


def _pieces(coaching: FeedbackCoaching) -> list[str]:
    text, marks = coaching.text, numbered(coaching)
    parts = {name: coaching.assessment.of(name) for name in ELEMENTS if coaching.assessment.of(name).present}
    stretches = [(one.start, one.end) for one in marks.values()] + [(one.start, one.end) for one in parts.values()]
    cuts = {0, len(text), *(at for stretch in stretches for at in stretch)}
    found = []
    for start, end in pairwise(sorted(cuts)):
        words = html_text(text[start:end])
        weak = any(one.start <= start and end <= one.end for one in marks.values())
        part = any(one.start <= start and end <= one.end for one in parts.values())
        ends = "".join(_number(number) for number, one in marks.items() if one.end == end)
        letters = "".join(_letter(LETTERS[name]) for name, one in parts.items() if one.end == end)
        kind = "ey-faint" if weak else "ey-part" if part else ""
        found.append(f'<mark class="{kind}">{words}{ends}</mark>{letters}' if kind else words)
    return found


def _number(number: int) -> str:
    return f'<sup class="ey-n"><span class="ey-vh"> place </span>{number}</sup>'


def _letter(letter: str, *, there: bool = True) -> str:
    look = "" if there else " ey-lacking"
    return f'<span class="ey-letter{look}"><span class="ey-vh"> </span>{letter}</span>'


def legend(assessment: Assessment | None) -> str:
    """The four parts, and which of them are there; without an assessment what each of them is."""
    rows = []
    for name, letter in LETTERS.items():
        there = assessment is None or name not in assessment.missing
        line = THERE[name] if there else MISSING[name]
        rows.append(
            f"<li>{_letter(letter, there=there)}<p><b>{name.capitalize()}.</b> <span>{html_text(line)}</span></p></li>"
        )
    return f'<ul class="ey-legend">{"".join(rows)}</ul>'


def card(number: int, mark: Mark) -> str:
    """A weak place: its question, why, and what to try."""
    try_ = f'<p class="ey-try">Try: <span class="ey-said">{html_text(mark.instead)}</span></p>'
    instead = try_ if mark.instead else ""
    why = f'<p class="ey-small">{html_text(mark.why)}</p>' if mark.why else ""
    return (
        f'<div class="ey-card"><span class="ey-n"><span class="ey-vh">place </span>{number}</span><div>'
        f'<h3 class="ey-q">{html_text(mark.question or "“" + mark.quote + "”")}</h3>{why}{instead}</div></div>'
    )
