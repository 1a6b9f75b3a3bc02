"""Documents to take away: Markdown as a PDF in the product's own letters.

The fonts are those of the screens; letters that these lack come from Noto Sans. Text in a script that neither has
(such as Chinese) shows as boxes, and the Markdown beside it has it whole. Pure apart from reading the fonts.
"""

import logging
from functools import cache
from importlib.metadata import files
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import FontFace, TextStyle
from markdown_it import MarkdownIt

STATIC = Path(__file__).with_name("static")
SERIF, SANS, _OTHERS = "literata", "atkinson", "noto"
_NORMAL = "atkinson-hyperlegible-next-latin-wght-normal.woff2"
_FACES: tuple[tuple[str, str, str, float | None], ...] = (
    (SERIF, "", "literata-latin-wght-normal.woff2", None),
    (SANS, "", _NORMAL, None),
    (SANS, "I", "atkinson-hyperlegible-next-latin-wght-italic.woff2", None),
    (SANS, "B", _NORMAL, 700),
)
"""Family, style, file and weight of each face; None: the file's own weight, which costs no time."""
INK, MUTED, SPRUCE = "#1F2A28", "#55625F", "#1F5B55"
MARGIN = 22
"""Millimetres at each side of an A4 page."""
EMPTY = "This document is empty."
logging.getLogger("fpdf").setLevel(logging.CRITICAL)  # its warnings name characters of the text


def pdf_of(markdown: str, title: str) -> bytes:
    """The document as a PDF of A4 pages; `title` names it for the reader's program.

    Nothing in the Markdown can load, link or run anything: HTML shows as text and pictures are left out.
    """
    document = open_pages(title)
    html = MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"]).render(markdown or EMPTY)
    html = html.replace("<p>", '<p line-height="1.35">').replace("<ul>", '<ul line-height="1.35">')
    document.write_html(html, font_family=SANS, tag_styles=_styles(), ul_bullet_char="–", li_prefix_color=MUTED)
    return bytes(document.output())


def open_pages(title: str) -> FPDF:
    """A new document of A4 pages in the product's letters, with its first page; `title` as `pdf_of` takes it."""
    document = _Pages(format="A4")
    document.set_title(" ".join(title.split()))
    document.set_creator("Eyelevel")
    document.set_margins(MARGIN, 20)
    document.set_auto_page_break(auto=True, margin=20)
    _add_fonts(document)
    document.add_page()
    document.set_font(SANS, size=11)
    document.set_text_color(INK)
    return document


class _Pages(FPDF):
    def footer(self) -> None:
        """The page's number, small, below the text."""
        self.set_y(-14)
        self.set_font(SANS, size=9)
        self.set_text_color(MUTED)
        self.cell(0, 6, f"{self.page_no()}", align="R")
        self.set_text_color(INK)


def _styles() -> dict[str, FontFace]:
    """How headings and quotations look; titles and people's words in serif, as on the screens."""

    def heading(size: float, above: float, *, serif: bool = False) -> TextStyle:
        family, style = (SERIF, "") if serif else (SANS, "B")
        return TextStyle(
            font_family=family, font_style=style, font_size_pt=size, color=INK, t_margin=above, b_margin=1.5
        )

    return {
        "h1": heading(20, 0, serif=True),
        "h2": heading(15, 6, serif=True),
        "h3": heading(11.5, 4),
        "h4": heading(11, 3),
        "blockquote": TextStyle(font_family=SERIF, font_size_pt=11, color=SPRUCE, l_margin=6, t_margin=1, b_margin=1),
        "li": TextStyle(font_size_pt=11, color=INK, l_margin=6, t_margin=1.5),
        "p": TextStyle(font_size_pt=11, color=INK, t_margin=1, b_margin=1),
    }


def _add_fonts(document: FPDF) -> None:
    for family, style, name, weight in _FACES:
        document.add_font(family, style, STATIC / name, variations={"wght": weight} if weight else None)
    for style in ("", "B", "I"):
        document.add_font(_OTHERS, style, noto())
    document.set_fallback_fonts([_OTHERS], exact_match=False)


@cache
def noto() -> Path:
    """The font of the letters that the product's own fonts lack."""
    found = next(file for file in files("fontpkg-noto-sans") or () if file.name.startswith("NotoSans["))
    return Path(str(found.locate()))
