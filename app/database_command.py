"""`eyelevel database`: what whoever runs a database server does once, and again with each new version."""

from typing import Annotated

import typer

from app.printing import AsJson, print_result
from assistant.settings import load_settings

commands = typer.Typer(no_args_is_help=True, help="Make a PostgreSQL database ready for the app.")


@commands.command()
def prepare(
    app_role: Annotated[str, typer.Option(help="The server's user that the app signs in as; it owns nothing.")],
    as_json: AsJson = False,
) -> None:
    """Make or update the tables as their owner, named in EYELEVEL_DATABASE_URL, and let the app's user work there."""
    from assistant.store.server import prepare as prepare_server

    done = prepare_server(load_settings(), app_role)
    if done.new_master:
        copy = "without it nobody can read what people write, so keep a copy apart from the database"
        typer.echo(f"The master key was made in {done.new_master}: {copy}.", err=True)
    tables = "were made or updated" if done.migrated else "are of this version"
    said = f"The tables {tables}; give the app EYELEVEL_DATABASE_URL with the user {app_role}."
    print_result({"migrated": done.migrated, "app_role": app_role}, said, as_json=as_json)
