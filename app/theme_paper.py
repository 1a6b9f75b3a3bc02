"""Drawing on A4 pages: bands as bars, trends as arrows, boxes and lines of text, for the report of themes.

Works in millimetres on a document of `app.documents`. Knows bands and words, and neither a release nor the guide.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fpdf import FPDF
from fpdf.enums import MethodReturnValue

from app.documents import INK, MARGIN, MUTED, SANS, SERIF, SPRUCE
from assistant.programme.records import LOWER_ENDS, Band, Trend

SOFT, PAPER_2, LINE, EDGE, CLAY = "#E1ECE8", "#F0EFE9", "#D9D8CF", "#7F8A86", "#9E4E26"
SCALE: Final = 26
"""Pairs that the width of a bar stands for; the last band has no upper end and runs out of it."""
ENDS: Final[dict[Band, tuple[float, float]]] = {"5-9": (5, 9.6), "10-19": (10, 19.6), "20+": (20, SCALE)}
"""Where the bar of a band begins and ends on the scale: it lies across the whole band and is never a point."""
LEADING: Final = 1.32
POINT: Final = 0.352778
"""Millimetres."""


class Paper:
    """A document that is written from top to bottom."""

    def __init__(self, document: FPDF) -> None:
        self.document = document
        self.width = document.w - 2 * MARGIN

    @property
    def y(self) -> float:
        """How far down the page the next thing stands."""
        return self.document.get_y()

    def down(self, millimetres: float) -> None:
        """Leave room."""
        self.document.set_y(self.y + millimetres)

    def room(self, height: float) -> None:
        """Begin a new page where less than this is left."""
        if self.y + height > self.document.page_break_trigger:
            self.document.add_page()

    def text(
        self,
        text: str,
        size: float = 10.5,
        *,
        style: str = "",
        serif: bool = False,
        colour: str = INK,
        x: float | None = None,
        width: float | None = None,
    ) -> float:
        """Write the text from here, wrapped; returns its height."""
        self._font(size, style, serif, colour)
        self.document.set_x(MARGIN if x is None else x)
        before, page = self.y, self.document.page
        self.document.multi_cell(
            width or self.width, size * POINT * LEADING, text, align="L", new_x="LMARGIN", new_y="NEXT"
        )
        return self.y - before if self.document.page == page else self.y

    def measure(self, text: str, size: float, width: float, *, style: str = "", serif: bool = False) -> float:
        """The height that the text would take."""
        self._font(size, style, serif, INK)
        height = self.document.multi_cell(
            width, size * POINT * LEADING, text, align="L", dry_run=True, output=MethodReturnValue.HEIGHT
        )
        return float(height)  # type: ignore[arg-type]

    def _font(self, size: float, style: str, serif: bool, colour: str) -> None:
        self.document.set_font(SERIF if serif else SANS, style, size)
        self.document.set_text_color(colour)

    def heading(self, text: str, size: float = 15, above: float = 7) -> None:
        """A heading in serif, kept with what follows."""
        self.room(above + 26)
        self.down(above)
        with self.document.local_context():
            self.text(text, size, serif=True)
        self.down(1.5)

    def rule(self) -> None:
        """A thin line across the page."""
        self.document.set_draw_color(LINE)
        self.document.set_line_width(0.2)
        self.document.line(MARGIN, self.y, MARGIN + self.width, self.y)

    @contextmanager
    def box(self, height: float, colour: str) -> Iterator[float]:
        """A filled box with round corners; what is written in it begins at the given place from the left."""
        self.room(height)
        self.document.set_fill_color(colour)
        top = self.y
        self.document.rect(MARGIN, top, self.width, height, style="F", round_corners=True, corner_radius=2.5)
        self.document.set_y(top + 4)
        yield MARGIN + 5
        self.document.set_y(top + height)

    def band(self, band: Band, x: float, y: float, width: float) -> None:
        """The bar of a band on its scale, with the three lower ends marked."""
        document = self.document
        document.set_line_width(0.2)
        document.set_draw_color(LINE)
        document.line(x, y, x + width, y)
        document.set_draw_color(EDGE)
        for end in LOWER_ENDS.values():
            at = x + end / SCALE * width
            document.line(at, y - 2, at, y + 2)
        begin, end_ = ENDS[band]
        document.set_fill_color(SPRUCE)
        left, right = x + begin / SCALE * width, x + end_ / SCALE * width
        document.rect(left, y - 1.4, right - left, 2.8, style="F", round_corners=True, corner_radius=1.35)

    def trend(self, trend: Trend, tone: str, x: float, y: float, word: str) -> None:
        """An arrow and its word."""
        colour = {"good": SPRUCE, "bad": CLAY}.get(tone, MUTED)
        document = self.document
        document.set_draw_color(colour)
        document.set_line_width(0.4)
        rise = {"up": -1.3, "down": 1.3, "steady": 0.0}[trend]
        document.line(x, y - rise, x + 4, y + rise)
        tip = (x + 4, y + rise)
        ends = {"up": ((-1.5, 0.0), (-0.1, 1.5)), "down": ((-1.5, 0.0), (-0.1, -1.5))}
        for dx, dy in ends.get(trend, ((-1.1, -1.1), (-1.1, 1.1))):
            document.line(tip[0], tip[1], tip[0] + dx, tip[1] + dy)
        self._font(9.5, "", False, colour)
        document.set_xy(x + 5.2, y - 2.2)
        document.cell(14, 4.4, word)
