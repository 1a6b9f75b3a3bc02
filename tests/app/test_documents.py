from io import BytesIO

import pypdf
import pytest

from app.documents import pdf_of

MARKDOWN = """# Your plan

Purpose: Henrik hears what a first week is like. Ελληνικά, Дмитрий, Žižek.

### Look back, 5 min

- “What surprised you?”
"""


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(data))


def text_of(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(data).pages).split())


# why: a plan is taken to a session on paper; letters of names outside of English must be there too
def test_the_words_are_in_it_in_their_order() -> None:
    found = text_of(pdf_of(MARKDOWN, "Your plan"))
    parts = ["Your plan", "Henrik hears", "Ελληνικά, Дмитрий, Žižek", "Look back, 5 min", "What surprised you?"]
    assert [found.find(part) for part in parts] == sorted(found.index(part) for part in parts)


# why: what somebody typed must neither load a picture nor become a link in the file
@pytest.mark.parametrize("typed", ["![x](http://a.example/y.png)", "[go](http://a.example)", "<img src='http://a'>"])
def test_nothing_in_it_acts(typed: str) -> None:
    pages = read(pdf_of(f"# T\n\n{typed}", "T")).pages
    assert all("/Annots" not in page and not page.images for page in pages) and "http" in text_of(pdf_of(typed, "T"))


# why: an empty text or a script that no font has must still give a file that opens
@pytest.mark.parametrize("text", ["", "中文 plan", "x" * 5000, "word " * 4000])
def test_any_text_gives_a_file(text: str) -> None:
    reader = read(pdf_of(text, "a\nb"))
    assert len(reader.pages) >= 1 and reader.metadata is not None and reader.metadata.title == "a b"
