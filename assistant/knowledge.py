"""Reads the YAML of `knowledge/`: strictly, and with one plain line that names the file and the place that is wrong.

What belongs together across files, and what may be missing, whoever asks for a file verifies.
"""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from assistant.errors import KnowledgeError

T = TypeVar("T")


def read_yaml(path: Path, shape: type[T]) -> T:
    """The file as a value of this shape, a model or a container of models. Raises `KnowledgeError` naming the file."""
    try:
        return TypeAdapter(shape).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "everything"
        raise KnowledgeError(f"{str(path)!r} has {place!r} wrong ({first['msg']}); correct the file.") from None
    except (OSError, ValueError, yaml.YAMLError) as error:  # ValueError: not UTF-8
        raise KnowledgeError(f"{str(path)!r} cannot be read ({type(error).__name__}); correct the file.") from None
