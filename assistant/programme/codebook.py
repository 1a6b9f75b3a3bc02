"""The codebook: the fixed, versioned list of themes that a release may name, from `knowledge/themes/`.

Read strictly and once. What a note is coded with (`coding`), what a release holds (`release`) and what a manager reads
(`report`) are these codes and no others. Nothing here sees a note or a release.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.errors import KnowledgeError
from assistant.guide.sections import Line
from assistant.knowledge import read_yaml
from assistant.notes.mistake import Mistake
from assistant.programme.report_words import Supported

FOLDER: Final = "themes"
FILES: Final = ("mistakes.yaml", "needs.yaml", "signs.yaml", "areas.yaml")

Family = Literal["mistake", "need", "sign", "area"]
"""Kinds of code: what goes wrong, what would help, what goes well, what was talked about."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ThemeCode(_Record):
    """One theme."""

    id: str = Field(pattern=r"^[a-z][a-z_]{2,39}$")
    family: Family
    label: Line
    """A few words, as the report shows it."""
    definition: Line
    """What a note must show to have it."""
    examples: tuple[Line, ...] = Field(min_length=3)
    near_misses: tuple[Line, ...] = Field(min_length=1)
    """What looks like it and is not it."""
    advice: Line
    """What a programme manager can do, one sentence."""
    rests_on: tuple[Supported, ...] = Field(min_length=1)
    """Sections of the guide with what they say to it, verbatim."""


class Codebook(_Record):
    """All codes of one version."""

    version: int = Field(ge=1)
    """Trends are shown only between releases of one version."""
    codes: tuple[ThemeCode, ...]
    """In the order of the files."""

    def of(self, family: Family) -> tuple[str, ...]:
        """Ids of a family, in order."""
        return tuple(code.id for code in self.codes if code.family == family)

    def labels(self) -> dict[str, str]:
        """Id to label."""
        return {code.id: code.label for code in self.codes}


class _File(_Record):
    version: int
    family: Family
    about: Line
    codes: tuple[ThemeCode, ...]

    @model_validator(mode="before")
    @classmethod
    def _tell_the_family(cls, value: Any) -> Any:
        """The family stands once, above the codes."""
        if isinstance(value, dict) and isinstance(value.get("codes"), list):
            codes = [one | {"family": value.get("family")} if isinstance(one, dict) else one for one in value["codes"]]
            return value | {"codes": codes}
        return value


@cache
def load_codebook(knowledge: Path) -> Codebook:
    """The codebook in a folder of knowledge.

    Raises `KnowledgeError` naming the file: where it cannot be read, where an id stands twice or an article is not
    in the guide, where the files differ in version, or where the mistakes are not those of the note check.
    """
    folder = knowledge / FOLDER
    read = [(folder / name, read_yaml(folder / name, _File)) for name in FILES]
    version, found = read[0][1].version, dict[str, ThemeCode]()
    articles = {path.stem for path in (knowledge / "guide").rglob("*.md")}
    for path, file in read:
        if file.version != version:
            raise KnowledgeError(
                f"{str(path)!r} has version {file.version}, {FILES[0]!r} has {version}; make them one."
            )
        for code in file.codes:
            if code.id in found:
                raise KnowledgeError(f"{str(path)!r} has the code {code.id!r} a second time; give it another id.")
            for source in code.rests_on:
                if source.article not in articles:
                    raise KnowledgeError(
                        f"{str(path)!r} has {code.id!r} rest on the article {source.article!r}, which is not in the "
                        "guide; name another."
                    )
            found[code.id] = code
    book = Codebook(version=version, codes=tuple(found.values()))
    if set(book.of("mistake")) != {mistake.value for mistake in Mistake}:
        raise KnowledgeError(
            f"{str(folder / FILES[0])!r} must have the mistakes of the note check; add or remove codes."
        )
    return book
