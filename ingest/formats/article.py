"""Front matter: what the guide's own articles state about themselves.

A file is an article when its front matter has `id` and `questions`; then every key is checked. Front matter
of other tools is read for its title and otherwise passed over.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import LoadError
from assistant.roles import Role
from ingest.clean import clean_line


class FrontMatter(BaseModel):
    """The front matter of one Markdown file; without an `id` it is not an article of the guide."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = ""
    title: str = ""
    roles: tuple[Role, ...] = ()
    kind: str = ""
    topics: tuple[str, ...] = ()
    questions: dict[Role, tuple[str, ...]] = Field(default_factory=dict)
    sources: tuple[str, ...] = ()

    def document_fields(self) -> dict[str, Any]:
        """The fields of `Document` that only an article has."""
        if not self.id:
            return {}
        return {
            "article": self.id,
            "roles": self.roles,
            "kind": self.kind,
            "topics": self.topics,
            "asked": {role: tuple(map(clean_line, asked)) for role, asked in self.questions.items()},
            "sources": self.sources,
        }


def read_front_matter(text: str, source: str) -> tuple[FrontMatter, str]:
    """Front matter and body; a text without front matter is all body. Raises LoadError if it is malformed."""
    from frontmatter.default_handlers import YAMLHandler

    handler = YAMLHandler()
    if not handler.detect(text) or len(handler.FM_BOUNDARY.split(text, 2)) < 3:
        return FrontMatter(), text
    stated, body = handler.split(text)
    values = _load_yaml(handler, stated, source)
    if not isinstance(values, dict):
        return FrontMatter(), text
    return _checked(values, source), body


def _load_yaml(handler: Any, stated: str, source: str) -> object:
    import yaml

    try:
        return handler.load(stated)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1})" if mark else ""
        raise LoadError(f"The front matter of {source!r} is not YAML{place}; mend it or remove it.") from error


def _checked(values: dict[str, object], source: str) -> FrontMatter:
    title = values.get("title")
    if "id" not in values or "questions" not in values:
        return FrontMatter(title=clean_line(str(title)) if title else "")
    try:
        front = FrontMatter.model_validate(values)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        key = ".".join(map(str, problem["loc"]))
        raise LoadError(
            f"The front matter of {source!r} has {key!r} wrong ({problem['msg']}); see knowledge/README.md."
        ) from error
    return front.model_copy(update={"title": clean_line(front.title)})
