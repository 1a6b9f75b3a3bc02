"""What a store refused, beside where it was asked: the stores name people by ids, a page by their names. Pure."""

from collections.abc import Mapping

from app.components.markup import message
from assistant.errors import EyelevelError


def with_names(error: EyelevelError, names: Mapping[str, str]) -> str:
    """The line of the refusal with a name in the place of each id; `names`: what the ids stand for."""
    said = str(error)
    for known, name in names.items():
        said = said.replace(repr(known), name)
    return said


def as_html(said: str) -> str:
    """The line as it stands on a page."""
    return f'<p class="ey-error" role="alert">{message(said)}</p>'
