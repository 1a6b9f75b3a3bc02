"""A slide, 16:9, drawn with Pillow in the product's letters and colours: text, boxes, bands, arrows, the two discs.

Coordinates are pixels of a slide of 1920 by 1080; it is drawn twice as large and brought down, so that edges are
smooth. Knows bands and words, and neither a release nor the guide.
"""

import io
from functools import cache
from typing import Final

from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from app.documents import STATIC, noto
from app.theme_paper import ENDS, SCALE
from assistant.programme.records import LOWER_ENDS, Band, Trend

WIDTH, HEIGHT = 1920, 1080
_FINE = 2
PAPER, PAPER_2, INK, MUTED, LINE, EDGE = "#FBFAF7", "#F0EFE9", "#1F2A28", "#55625F", "#D9D8CF", "#7F8A86"
SPRUCE, SOFT, CLAY, CHART_MENTOR = "#1F5B55", "#E1ECE8", "#9E4E26", "#C2763F"
_FILES: Final = {
    "sans": STATIC / "atkinson-hyperlegible-next-latin-wght-normal.woff2",
    "serif": STATIC / "literata-latin-wght-normal.woff2",
}
LEADING: Final = 1.34


class Slide:
    """One slide that is drawn on."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (WIDTH * _FINE, HEIGHT * _FINE), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def png(self) -> bytes:
        """The picture, 1920 by 1080."""
        out = io.BytesIO()
        done = self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        done.save(out, "PNG", optimize=False, compress_level=6, dpi=(144, 144))
        return out.getvalue()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: int,
        *,
        colour: str = INK,
        serif: bool = False,
        bold: bool = False,
        width: float | None = None,
        lines: int = 99,
    ) -> float:
        """Write the text with its top left corner here, wrapped to the width; where it ends, downwards.

        What does not fit into `lines` ends in an ellipsis.
        """
        letters = _letters(text, size * _FINE, serif, bold)
        for line in wrap(letters, text, width * _FINE if width else None, lines):
            self._draw.text((x * _FINE, y * _FINE), line, font=letters, fill=colour)
            y += size * LEADING
        return y

    def height(self, text: str, size: int, width: float, *, serif: bool = False, bold: bool = False) -> float:
        """How high the text would be."""
        letters = _letters(text, size * _FINE, serif, bold)
        return len(wrap(letters, text, width * _FINE, 99)) * size * LEADING

    def box(self, x: float, y: float, width: float, height: float, colour: str, *, radius: float = 16) -> None:
        """A filled box with round corners."""
        place = (x * _FINE, y * _FINE, (x + width) * _FINE, (y + height) * _FINE)
        self._draw.rounded_rectangle(place, radius * _FINE, fill=colour)

    def line(self, *points: tuple[float, float], colour: str = LINE, width: float = 2) -> None:
        """A line through these points."""
        scaled = [(x * _FINE, y * _FINE) for x, y in points]
        self._draw.line(scaled, fill=colour, width=round(width * _FINE), joint="curve")

    def dashes(self, x: float, y: float, until: float, colour: str = EDGE) -> None:
        """A dashed level line."""
        while x < until:
            self.line((x, y), (min(x + 10, until), y), colour=colour)
            x += 22

    def dot(
        self, x: float, y: float, colour: str, *, square: bool = False, hollow: bool = False, size: float = 13
    ) -> None:
        """A marker; hollow: held back."""
        place = [value * _FINE for value in (x - size, y - size, x + size, y + size)]
        if hollow:
            for start in range(0, 360, 45):
                self._draw.arc(place, start, start + 26, fill=colour, width=4 * _FINE)
        elif square:
            self._draw.rounded_rectangle(place, 5 * _FINE, fill=colour)
        else:
            self._draw.ellipse(place, fill=colour)

    def band(self, band: Band, x: float, y: float, width: float) -> None:
        """The bar of a band across the whole band, on its scale with the three lower ends."""
        self.line((x, y), (x + width, y), colour=LINE)
        for end in LOWER_ENDS.values():
            at = x + end / SCALE * width
            self.line((at, y - 14), (at, y + 14), colour=EDGE)
        begin, end_ = ENDS[band]
        self.box(x + begin / SCALE * width, y - 10, (end_ - begin) / SCALE * width, 20, SPRUCE, radius=10)

    def scale(self, x: float, y: float, width: float) -> None:
        """The lower ends of the bands in figures, above their marks."""
        for end in LOWER_ENDS.values():
            letters = _letters("0", 22 * _FINE, False, False)
            half = letters.getlength(str(end)) / _FINE / 2
            self.text(x + end / SCALE * width - half, y, str(end), 22, colour=MUTED)

    def trend(self, trend: Trend, tone: str, x: float, y: float, word: str) -> None:
        """An arrow and its word."""
        colour = {"good": SPRUCE, "bad": CLAY}.get(tone, MUTED)
        rise = {"up": -11.0, "down": 11.0, "steady": 0.0}[trend]
        tip = (x + 36, y + rise)
        self.line((x, y - rise), tip, colour=colour, width=4)
        barbs = {"up": ((-14, 1), (-2, 14)), "down": ((-14, -1), (-2, -14)), "steady": ((-11, -10), (-11, 10))}[trend]
        for dx, dy in barbs:
            self.line(tip, (tip[0] + dx, tip[1] + dy), colour=colour, width=4)
        self.text(x + 50, y - 20, word, 30, colour=colour)

    def discs(self, x: float, y: float, size: float) -> None:
        """The two discs on one line: eye level."""
        self.line((x - size, y), (x + size * 7.5, y), colour=EDGE)
        for centre, radius, soft, full in (
            (x + size, size, "#D3AE98", CLAY),
            (x + size * 4.1, size * 1.9, "#9BB6B0", SPRUCE),
        ):
            place = [value * _FINE for value in (centre - radius, y - radius, centre + radius, y + radius)]
            self._draw.pieslice(place, 180, 360, fill=soft)
            self._draw.pieslice(place, 0, 180, fill=full)


def wrap(letters: ImageFont.FreeTypeFont, text: str, width: float | None, lines: int) -> list[str]:
    """The lines of a text in these letters; a word that is wider than the line stands alone."""
    if width is None:
        return [text]
    found, line = list[str](), ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and letters.getlength(longer) > width:
            found.append(line)
            line = word
        else:
            line = longer
    found.append(line)
    if len(found) > lines:
        last = found[lines - 1]
        while last and letters.getlength(f"{last}…") > width:
            last = last[:-1].rstrip()
        found = [*found[: lines - 1], f"{last}…"]
    return found


def _letters(text: str, size: int, serif: bool, bold: bool) -> ImageFont.FreeTypeFont:
    name = "serif" if serif else "sans"
    covered = all(sign in _signs(name) for sign in text if not sign.isspace())
    return _font(name if covered else "others", size, 700 if bold else 500 if serif else 400)


@cache
def _signs(name: str) -> frozenset[str]:
    with TTFont(_FILES[name]) as font:
        return frozenset(map(chr, font.getBestCmap()))


@cache
def _font(name: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    made = ImageFont.truetype(str(noto() if name == "others" else _FILES[name]), size)
    axes = made.get_variation_axes()
    made.set_variation_by_axes([float(weight if one["name"] == b"Weight" else one["default"] or 0) for one in axes])
    return made
