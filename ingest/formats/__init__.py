"""One reader a format, all of the same shape: path, source name and limits in, one Document out.

A reader raises LoadError with one plain line, or whatever its library raises, which `load` turns into one.
Libraries are imported inside the readers, so that a run over Markdown never loads a PDF library.
"""

from collections.abc import Callable
from pathlib import Path

from assistant.guide.passage import Document
from ingest.formats.markdown import read_markdown
from ingest.formats.pdf import read_pdf
from ingest.formats.plain import read_plain
from ingest.formats.slides import read_pptx
from ingest.formats.web import read_html
from ingest.formats.word import read_docx
from ingest.limits import ParserLimits

Reader = Callable[[Path, str, ParserLimits], Document]

READERS: dict[str, Reader] = {
    ".md": read_markdown,
    ".txt": read_plain,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".pptx": read_pptx,
}
"""By suffix; jsonl is apart, because it holds many documents."""
