"""The two discs on one line: the product's mark, as HTML for pages and as files for avatars.

Streamlit strips inline SVG from HTML, so the discs of pages are round elements with a hard gradient (see
eyelevel.css); avatars and the logo are SVG files, one for each theme. Must stay free of text.
"""

from pathlib import Path

import streamlit as st

STATIC = Path(__file__).resolve().parents[1] / "static"


def line(size: str) -> str:
    """The two discs centred on their line; `size` is `small` (sidebar) or `large` (first page)."""
    return (
        f'<div class="ey-discs ey-discs-{size}" aria-hidden="true"><span class="ey-disc ey-mentor"></span>'
        '<span class="ey-disc ey-mentee"></span></div>'
    )


def picture(name: str) -> str:
    """Path of an SVG that fits the theme in use: `logo`, `coach`, `mentor`, `mentee` or `manager`."""
    theme = "dark" if st.context.theme.type == "dark" else "light"
    return str(STATIC / f"{name}-{theme}.svg")
