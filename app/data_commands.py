"""`eyelevel backup`, `restore`, `export`, `erase`, `keys` and `audit`: what is kept, for whoever runs the machine.

A thin layer over the store. With `--json` standard output is one JSON document and nothing else.
"""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from app.printing import AsJson, print_result
from assistant.errors import InputError
from assistant.roles import PERSONAL
from assistant.settings import load_settings

commands = typer.Typer()
keys = typer.Typer(no_args_is_help=True, help="The master key, which opens everyone's own key.")
commands.add_typer(keys, name="keys")

Replace = Annotated[bool, typer.Option("--replace", help="Overwrite the file if it exists.")]


@commands.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to make.")], replace: Replace = False, as_json: AsJson = False
) -> None:
    """Write the whole database into one file, while the app runs."""
    from assistant.store.backup import backup as make_backup

    made = make_backup(load_settings(), file, replace=replace)
    said = f"{str(made.path)!r} holds the whole database ({made.bytes:,} bytes) and was checked."
    kept = (
        f"It holds no key: the texts in it can be read only with the folder {str(made.keys)!r}, or the master key that "
        "you set; keep a copy of that in another place."
    )
    print_result(made.model_dump(mode="json"), f"{said}\n{kept}", as_json=as_json)


@commands.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `eyelevel backup` made.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="On a server: also what is newer than the backup.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of the database; where that is a file, the app must not run meanwhile."""
    from assistant.store.restore import restore as put_back

    done = put_back(load_settings(), file, replace=replace)
    lines = [
        f"{done.database!r} is as it was on {done.made_at:%d %B %Y, %H:%M} UTC, but for what was erased since, which "
        "is erased again."
    ]
    if done.former:
        lines.append(
            f"What it held before is in {str(done.former)!r}; what is erased from now on is erased there too. Delete "
            "that file when you do not need it."
        )
    if done.without_key:
        lines.append(
            f"The texts of {done.without_key} people cannot be opened, because their keys are not there; put the "
            "folder of keys back from your copy."
        )
    print_result(done.model_dump(mode="json"), "\n".join(lines), as_json=as_json)


@commands.command()
def export(
    file: Annotated[Path, typer.Argument(help="FILE.json or FILE.md.")],
    replace: Replace = False,
    as_json: AsJson = False,
) -> None:
    """Write everything that is kept of you into one file, readable by everybody who has it."""
    from app.everything import as_json as to_json
    from app.everything import as_markdown, counted_text
    from app.opening import open_database
    from assistant.roles import Actor, Role
    from assistant.store.files import write_private
    from assistant.store.rights import RightsStore

    forms = {".json": to_json, ".md": as_markdown}
    if file.suffix not in forms:
        raise InputError(f"The file {str(file)!r} ends neither in '.json' nor in '.md'; choose one of the two.")
    if file.exists() and not replace:
        raise InputError(f"The file {str(file)!r} exists; name another, or add `--replace`.")
    with closing(open_database(load_settings())) as database:
        found = RightsStore(database).export(Actor(person=PERSONAL, role=Role.MENTOR))
    try:
        write_private(file, forms[file.suffix](found))
    except OSError as error:
        raise InputError(f"{str(file)!r} cannot be written ({error.strerror}); name another file.") from None
    counts = {name: len(getattr(found, name)) for name in ("notes", "drafts", "conversations", "commitments")}
    said = f"{str(file)!r} holds {counted_text(counts)}, not sealed: keep it safe."
    print_result({"path": str(file), **counts}, said, as_json=as_json)


@commands.command()
def erase(
    yes: Annotated[bool, typer.Option("--yes", help="Really do it; there is no way back.")] = False,
    person: Annotated[str, typer.Option(help="Id of another person, where people have accounts.")] = PERSONAL,
    as_json: AsJson = False,
) -> None:
    """Erase everything that is kept of you, for good, in backups too."""
    from app import preferences
    from app.everything import remains_text
    from app.opening import open_database
    from assistant.store.database import HOUSE
    from assistant.store.rights import erase_person

    if not yes:
        typer.echo(
            "This erases all notes, plans and drafts, conversations and commitments for good, and nothing can bring "
            "them back; add `--yes` to do it.",
            err=True,
        )
        raise SystemExit(2)
    settings = load_settings()
    with closing(open_database(settings)) as database:
        said = erase_person(database, HOUSE, person)
    if person == PERSONAL:
        preferences.forget(settings.home)
    print_result(said.model_dump(mode="json"), remains_text(said), as_json=as_json)


@keys.command()
def rotate(as_json: AsJson = False) -> None:
    """Make a new master key and wrap everyone's key with it; the app may run meanwhile."""
    from assistant.store.keys import rotate_master

    settings = load_settings()
    changed = rotate_master(settings)
    where = "EYELEVEL_MASTER_KEY" if settings.master_key else str(settings.keys)
    fix = "take the older keys out of it now" if settings.master_key else "make a new copy of it for your safe place"
    said = f"{changed} keys are wrapped with the new master key in {where!r}; {fix}."
    print_result({"wrapped": changed, "keys": where}, said, as_json=as_json)


@commands.command()
def audit(as_json: AsJson = False) -> None:
    """Check that nobody changed the record of what was done."""
    from app.opening import open_database
    from assistant.store.audit import verify

    with closing(open_database(load_settings())) as database:
        report = verify(database)
    said = f"The audit is as it was written: {report.right} entries; the newest is signed {report.newest or '-'}."
    if as_json or report.fault is None:
        print_result({"ok": report.fault is None, **report.model_dump(mode="json")}, said, as_json=as_json)
    if report.fault is not None:
        typer.echo(report.fault, err=True)
        raise SystemExit(1)
