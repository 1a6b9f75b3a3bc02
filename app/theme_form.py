"""The survey as a form to print or to take along: the statements by level, as Markdown and for Word.

Made from `knowledge/survey.yaml` alone; for programmes too small for a release, and for whoever asks in person.
"""

import io
from collections.abc import Iterator
from typing import Final

from assistant.programme.report import Reporter
from assistant.programme.survey import SCALE

TITLE: Final = "How our sessions go"
BEFORE: Final = (
    "For mentors and mentees, each alone. Leave out whatever you like. With few pairs an answer can be recognised, "
    "even without a name: write only what you would say in person."
)
AFTER: Final = "What should change, so that the sessions are worth more to you?"


def _levels(reporter: Reporter) -> Iterator[tuple[str, str, list[str]]]:
    """Name, what it asks, statements."""
    for level, told in reporter.words.survey.items():
        statements = [one.text for one in reporter.survey.statements if one.level == level]
        if statements:
            yield told.label, told.asks, statements


def markdown(reporter: Reporter) -> str:
    """The form as Markdown: a table a level."""
    parts = [f"# {TITLE}", BEFORE]
    for label, asks, statements in _levels(reporter):
        head = " | ".join(("", *SCALE))
        rows = [f"| {' | '.join((one, *['☐'] * len(SCALE)))} |" for one in statements]
        parts.append(f"## {label}: {asks}")
        parts.append("\n".join([f"|{head} |", f"|{'---|' * (len(SCALE) + 1)}", *rows]))
    return "\n\n".join([*parts, f"**{AFTER}**"]) + "\n"


def docx(reporter: Reporter) -> bytes:
    """The form for Word."""
    from docx import Document
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    document.core_properties.title, document.core_properties.author = TITLE, "Eyelevel"
    document.styles["Normal"].font.size = Pt(10.5)
    document.add_heading(TITLE, 1)
    document.add_paragraph(BEFORE)
    for label, asks, statements in _levels(reporter):
        document.add_heading(f"{label}: {asks}", 2)
        table = document.add_table(rows=1, cols=len(SCALE) + 1)
        table.style = "Table Grid"
        for cell, name in zip(table.rows[0].cells, ("", *SCALE), strict=True):
            cell.text = name
        for statement in statements:
            for cell, text in zip(table.add_row().cells, (statement, *["☐"] * len(SCALE)), strict=True):
                cell.text = text
        for row in table.rows:
            row.cells[0].width = Cm(7.5)
    document.add_paragraph()
    document.add_paragraph(AFTER)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
