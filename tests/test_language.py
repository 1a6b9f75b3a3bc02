"""Which language a text is in."""

import pytest

from assistant.language import find_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I open the third session with our finance director?", "en"),
        ("Wie bereite ich die dritte Sitzung mit unserer Finanzchefin vor?", "de"),
        ("Comment préparer la troisième séance avec notre directrice ?", "fr"),
        ("¿Cómo preparo la tercera sesión con nuestra directora?", "es"),
        ("WIE BEREITE ICH DIE DRITTE SITZUNG MIT UNSERER CHEFIN VOR?", "de"),
        ("你好，我该怎么准备", "zh"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    # why: an answer says that the guide is in English only to those who asked in another language
    assert find_language(text) == language


@pytest.mark.parametrize("text", ["", " \n ", "?", "🙂🙂", "\ud83d", "ok \udce9 ok", "\x00", "x" * 60_000, "ja, gut"])
def test_what_tells_nothing_is_undecided(text: str) -> None:
    # why: fastText takes neither lines nor halves of characters, and both come in with what people paste
    assert find_language(text) is None


def test_lines_do_not_matter() -> None:
    # why: fastText refuses a text with a line break
    assert find_language("Der Termin wurde\nschon wieder verschoben.\n\nIch war enttäuscht.") == "de"
