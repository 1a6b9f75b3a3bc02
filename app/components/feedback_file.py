"""A draft of upward feedback as Markdown, with what was said to it. Pure; nothing that was typed acts in the file."""

from collections.abc import Iterator

from app.components.feedback_marks import LETTERS
from app.upward import Sheet
from assistant.coach.feedback.record import FeedbackCoaching
from assistant.markdown import on_one_line, quoted


def as_markdown(sheet: Sheet, coaching: FeedbackCoaching) -> str:
    """The whole sheet as a document."""
    return "\n\n".join(_parts(sheet, coaching)) + "\n"


def _parts(sheet: Sheet, coaching: FeedbackCoaching) -> Iterator[str]:
    yield f"# Something to tell {on_one_line(sheet.whom)}"
    yield quoted(sheet.text)
    yield "## What is there"
    for name in LETTERS:
        element = coaching.assessment.of(name)  # type: ignore[arg-type]
        said = f"“{on_one_line(element.quote)}”" if element.present else "missing"
        yield f"- {name.capitalize()}: {said}"
    if coaching.marks:
        yield "## Places to look at"
        for mark in coaching.marks:
            instead = f" Try: {on_one_line(mark.instead)}" if mark.instead else ""
            yield f"- “{on_one_line(mark.quote)}” {on_one_line(mark.question)} {on_one_line(mark.why)}{instead}"
    if coaching.ask_first and coaching.ask_first.say:
        yield "## Ask first"
        yield quoted(coaching.ask_first.say)
    if coaching.draft:
        yield "## How it could be said"
        yield quoted(coaching.draft)
        for one in coaching.alternatives:
            yield quoted(one.text)
