"""What the commands' modules share: the option `--json`, and a result printed one way or the other."""

import json
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def print_result(value: Any, text: str, *, as_json: bool) -> None:
    """The value as one JSON document, or the text for a person."""
    typer.echo(json.dumps(value, ensure_ascii=False) if as_json else text)
