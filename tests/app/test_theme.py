"""The colours that Streamlit is given keep the contrast that the design promises (WCAG 2.2)."""

import re
import tomllib
from pathlib import Path

import pytest

from app.components import charts

APP = Path(__file__).resolve().parents[2] / "app"
CONFIG = tomllib.loads((APP / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
STYLE = (APP / "components" / "eyelevel.css").read_text(encoding="utf-8")
TOKENS = {name: (light, dark) for name, light, dark in re.findall(r"--([\w-]+):light-dark\((#\w+),(#\w+)\)", STYLE)}
PAIRS = (
    ("ink", "paper", 7),
    ("ink", "paper-2", 7),
    ("muted", "paper", 4.5),
    ("muted", "paper-2", 4.5),
    ("spruce", "paper", 4.5),
    ("spruce", "paper-2", 4.5),
    ("spruce", "spruce-soft", 4.5),
    ("ink", "spruce-soft", 7),
    ("on-spruce", "spruce", 4.5),
    ("clay", "paper-2", 4.5),
    ("ink", "straw", 7),
    ("ink", "straw-faint", 7),
    ("straw-line", "paper", 4.5),
    ("brick", "brick-soft", 4.5),
    ("ink", "brick-soft", 7),
    ("brick", "paper", 4.5),
    ("edge", "paper", 3),
)
ROLES = {
    "primaryColor": "spruce",
    "backgroundColor": "paper",
    "secondaryBackgroundColor": "paper-2",
    "textColor": "ink",
    "linkColor": "spruce",
    "borderColor": "line",
    "grayTextColor": "muted",
    "redTextColor": "brick",
    "redBackgroundColor": "brick-soft",
    "yellowBackgroundColor": "straw",
    "greenBackgroundColor": "spruce-soft",
}


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_pairs_of_the_design_can_be_read(text: str, ground: str, least: float, theme: int) -> None:
    assert contrast(TOKENS[text][theme], TOKENS[ground][theme]) >= least


@pytest.mark.parametrize(("theme", "name"), [(0, "light"), (1, "dark")])
def test_streamlit_and_the_style_sheet_use_the_same_colours(theme: int, name: str) -> None:  # one would drift else
    given = {option: CONFIG["theme"][name][option] for option in ROLES}
    assert given == {option: TOKENS[token][theme] for option, token in ROLES.items()}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_coloured_text_of_streamlit_can_be_read(name: str) -> None:  # badges and alerts
    theme = CONFIG["theme"][name]
    for colour in ("green", "blue", "yellow", "red"):
        assert contrast(theme[f"{colour}TextColor"], theme[f"{colour}BackgroundColor"]) >= 4.5


@pytest.mark.parametrize(("theme", "name"), [(0, "light"), (1, "dark")])
def test_charts_use_the_same_colours_and_can_be_told_apart(theme: int, name: str) -> None:
    paint = charts.COLOURS[name]
    same = {"ink": "ink", "muted": "muted", "paper": "paper", "frame": "straw-line"}
    assert {own: paint[own] for own in same} == {own: TOKENS[token][theme] for own, token in same.items()}
    assert all(contrast(paint[who], paint["paper"]) >= 3 for who in ("mentor", "mentee", "other"))


def test_every_font_is_a_file_of_ours_with_its_licence() -> None:  # nothing remote may be asked for
    faces = CONFIG["theme"]["fontFaces"]
    assert {(face["family"], face["style"]) for face in faces} == {
        (family, style) for family in ("Literata", "Atkinson Hyperlegible Next") for style in ("normal", "italic")
    }
    assert all((APP / face["url"].removeprefix("app/")).is_file() for face in faces)
    assert len(list((APP / "static").glob("OFL-*.txt"))) == 2


def test_the_style_sheet_keeps_to_its_scope() -> None:  # of Streamlit's own markup, only these test ids
    allowed = {"stMainBlockContainer", "stBottomBlockContainer", "stBaseButton-primary"}
    assert set(re.findall(r"data-testid[\^*|$~]?=([\w-]+)", STYLE)) <= allowed
    assert "http" not in STYLE


def test_popovers_know_the_theme_by_its_ink() -> None:  # they lie outside of what Streamlit gives the scheme
    told = re.findall(r'\.stApp \[color="(#\w+)" i\]\)\{color-scheme:(\w+)\}', STYLE)
    assert told == [(TOKENS["ink"][0], "light"), (TOKENS["ink"][1], "dark")]
