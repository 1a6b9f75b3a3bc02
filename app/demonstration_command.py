"""`eyelevel demonstration load` and `remove`: forty made-up pairs, to look around in."""

from contextlib import closing

import typer

from app.printing import AsJson, print_result
from assistant.settings import load_settings

commands = typer.Typer(no_args_is_help=True, help="Forty made-up pairs over six months, to look around in.")


@commands.command()
def load(as_json: AsJson = False) -> None:
    """Load the demonstration; one that is there already is replaced. Takes a minute or two."""
    from app import demonstration
    from app.bars import counting_bar
    from app.opening import open_database

    settings = load_settings()
    with closing(open_database(settings)) as database, counting_bar("reading", "texts") as bar:
        before = 0

        def show(done: int, _: int) -> None:
            nonlocal before
            bar(done - before)
            before = done

        made = demonstration.load(settings, database, show)
    said = "The demonstration is loaded; open the app, or run `eyelevel themes`."
    print_result({"programme": made, "texts": before}, said, as_json=as_json)


@commands.command()
def remove(as_json: AsJson = False) -> None:
    """Remove the demonstration with everything in it."""
    from app import demonstration
    from app.opening import open_database

    with closing(open_database(load_settings())) as database:
        there = demonstration.is_there(database)
        removed = demonstration.remove(database)
    said = "The demonstration is removed." if there else "There is no demonstration; nothing was changed."
    print_result({"removed": there, "texts": removed}, said, as_json=as_json)
