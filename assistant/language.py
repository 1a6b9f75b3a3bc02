"""Which language a text is in. Pure; the detector is small and brings its own model."""

import unicodedata
from typing import Any

from assistant.once import once

SHORTEST = 12
"""Characters below which Latin script tells the detector too little."""
SURE = 0.95
"""Probability from which the language detector is believed; short questions stay below it."""


def find_language(text: str) -> str | None:
    """ISO code of the language where it is certain, else None (treated as English).

    Another script than Latin is certain at any length; within Latin script short texts stay undecided.
    """
    letters = [letter for letter in text if letter.isalpha()]
    foreign = sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    code, certainty = _identifier().classify(text)
    if foreign > len(letters) / 2:
        return str(code) if code != "en" else "und"
    return str(code) if certainty >= SURE and len(text) >= SHORTEST else None


@once
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
