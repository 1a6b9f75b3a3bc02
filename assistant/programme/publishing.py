"""Closing a cycle: store, codebook, survey and the rules of a release put together.

The store gathers the cycle in one transaction and calls `build_release` in it, so that nothing of a pair leaves it.
"""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.programme.codebook import load_codebook
from assistant.programme.release import build_release
from assistant.programme.survey import load_survey

if TYPE_CHECKING:
    from assistant.store.database import Who
    from assistant.store.theme_records import StoredRelease
    from assistant.store.themes import ThemeStore


def publish(
    store: "ThemeStore", who: "Who", programme: str, knowledge: Path, *, until: date | None = None
) -> "StoredRelease":
    """Close the open cycle of a programme and return its frozen release.

    `who`: a programme manager, or the house for the command line. `knowledge`: the folder of codebook and survey.
    `until`: in a demonstration alone, another day than today.
    Raises `TooFewPairs`, with how many more are needed; `AccessDenied`, `KnowledgeError`, `StoreError`.
    """
    codebook, survey = load_codebook(knowledge), load_survey(knowledge)
    codes = (*(code.id for code in codebook.codes), *survey.codes)
    return store.publish(
        who, programme, lambda cycle: build_release(cycle, codes, codebook.version).to_json(), until=until
    )
