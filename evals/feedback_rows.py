"""Rows of the data sets of upward feedback: texts with their parts and habits, and rewrites with what was planted."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.coach.feedback.record import ElementName, MarkKind
from assistant.coach.feedback.rules import Span
from evals.data import Row, Split


class Issue(BaseModel):
    """A habit where it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: MarkKind
    quote: str
    start: int | None = None
    """Where the quote stands in the text more than once; else its only place."""


class FeedbackText(Row):
    """What somebody would like to tell a senior, marked by its author."""

    text: str
    elements: dict[ElementName, str | None]
    issues: tuple[Issue, ...]
    facts: tuple[str, ...]
    """What a rewrite may use, in plain words."""
    form: Literal["complaint", "draft", "question"]
    lang: str

    @property
    def spans(self) -> dict[ElementName, Span]:
        """Where the parts stand that are there."""
        found = {name: (self.text.index(quote), quote) for name, quote in self.elements.items() if quote}
        return {name: Span(start, start + len(quote)) for name, (start, quote) in found.items()}

    @property
    def mark_spans(self) -> dict[MarkKind, list[Span]]:
        """Where the habits stand."""
        found: dict[MarkKind, list[Span]] = {}
        for issue in self.issues:
            start = self.text.index(issue.quote) if issue.start is None else issue.start
            found.setdefault(issue.kind, []).append(Span(start, start + len(issue.quote)))
        return found


class Rewrite(Row):
    """A wording of somebody's feedback, faithful or with something planted in it."""

    source: str
    rewrite: str
    invented: str | None
    """What kind of thing was planted; None: every fact is the source's."""
    split: Split
    """The checker was mended on `dev`, by its author, who also wrote the rewrites."""
