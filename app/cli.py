"""The command line, `eyelevel`: a thin layer that reads arguments, calls the coach, and prints.

With `--json` standard output is one JSON document (one object a line for a batch) and nothing else; progress and
messages go to standard error. Exit status: 0 done, 1 failed with one plain line, 2 wrong usage. Heavy modules are
imported inside the commands, so that each pays only for what it uses.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from app.account_command import commands as account_commands
from app.data_commands import commands as data_commands
from app.database_command import commands as database_commands
from app.demonstration_command import commands as demonstration_commands
from app.feedback_command import feedback
from app.import_command import import_notes
from app.plan_command import plan
from app.printing import AsJson
from app.programme_command import programme
from app.reflect_command import reflect
from app.themes_command import themes
from app.topics_command import topics
from assistant.errors import EyelevelError, InputError
from assistant.settings import load_settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
cli.add_typer(account_commands, name="accounts")
cli.add_typer(database_commands, name="database")
cli.add_typer(demonstration_commands, name="demonstration")
cli.add_typer(data_commands)
cli.command()(topics)
cli.command()(plan)
cli.command()(programme)
cli.command()(reflect)
cli.command()(feedback)
cli.command()(themes)
cli.command(name="import-notes")(import_notes)

Batch = Annotated[Path | None, typer.Option("--batch", help="A jsonl file, one request a line.")]


def main() -> None:
    """Entry point of the `eyelevel` command.

    Leaves without the interpreter's own clean-up: a model that is still being loaded by native code in the background
    would abort it. Everything that must be kept is closed by the commands themselves.
    """
    status = _run()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


def _run() -> int:
    try:
        cli()
    except EyelevelError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; nothing is lost.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0  # the reader of our output has gone, as with `| head`
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else 0
    return 0


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


@cli.command()
def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders; default: the shipped guide.")] = None,
    prune: Annotated[bool, typer.Option(help="Remove documents that no longer exist.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring documents into the guide."""
    from app.bars import ingest_bar
    from assistant.coach.topics import TopicChooser
    from assistant.models.bulk import BulkEncoder
    from ingest.pipeline import run_ingest

    settings = load_settings()
    embeddings = BulkEncoder(settings.model_dir, settings.threads)
    with ingest_bar() as bar:
        report = run_ingest(settings, embeddings, embeddings.name, paths or (), prune=prune, on_progress=bar)
    TopicChooser(settings, embeddings).warm()
    for failure in report.failed:
        print(failure.error, file=sys.stderr)
    if as_json:
        _print_json(report.model_dump(mode="json"))
    else:
        print(
            f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, {report.removed} removed, "
            f"{len(report.failed)} failed; the guide holds {report.passages} passages ({report.seconds} s)."
        )
    if report.failed and not (report.added or report.updated or report.unchanged):
        raise SystemExit(1)


@cli.command()
def search(
    query: Annotated[str | None, typer.Argument(help="What to look for.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")] = 5,
    batch: Batch = None,
    as_json: AsJson = False,
) -> None:
    """Hybrid retrieval alone."""
    from assistant.coach.question import prepare_question
    from assistant.guide.library import Library
    from assistant.models.encoder import MiniLMEncoder

    settings = load_settings()
    embeddings = MiniLMEncoder(settings.model_dir, settings.threads)
    requests = (
        [("", _one(query, batch))] if batch is None else [(_id(row), _field(row, "query")) for row in _rows(batch)]
    )
    texts = [prepare_question(text) for _, text in requests]
    found = Library(settings, embeddings, embeddings.name).current().search_batch(texts, k)
    for (key, text), hits in zip(requests, found, strict=True):
        results = [
            {
                "id": hit.passage.id,
                "document": hit.passage.document,
                "title": hit.passage.title,
                "heading": hit.passage.heading,
                "text": hit.passage.text,
                "score": round(hit.score, 4),
            }
            for hit in hits
        ]
        if as_json or batch:
            _print_json(({"id": key} if batch else {}) | {"query": text, "results": results})
        else:
            _show_results(results)


def _show_results(results: list[dict[str, Any]]) -> None:
    for number, result in enumerate(results, start=1):
        place = f"{result['title']} › {result['heading']}" if result["heading"] else result["title"]
        print(f"{number}. {place}  ({result['document']})\n   {' '.join(result['text'].split())}\n")


@cli.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="What you would like to know.")] = None,
    role: Annotated[str, typer.Option(help="mentor, mentee or manager.")] = "mentor",
    batch: Batch = None,
    as_json: AsJson = False,
) -> None:
    """One coach answer from the guide, with its sources."""
    from app.answers import reply_json, reply_text
    from app.sending import personal_sending
    from assistant.coach.service import Coach, Turn
    from assistant.events import Reply, Sentence
    from assistant.roles import PERSONAL, Actor

    if batch is None:
        requests = [("", _one(question, batch), _role(role))]
    else:
        requests = [(_id(row), _field(row, "question"), _role(row.get("role", role))) for row in _rows(batch)]
    settings = load_settings()
    coach = Coach(settings)
    coach.start()
    sending = personal_sending(settings)
    for key, text, asked_as in requests:
        turn = Turn(actor=Actor(person=PERSONAL, role=asked_as), text=text, sending=sending)
        try:
            for event in coach.reply(turn):
                if isinstance(event, Sentence) and not (as_json or batch) and sys.stderr.isatty():
                    print(".", end="", file=sys.stderr, flush=True)
                if isinstance(event, Reply):
                    if as_json or batch:
                        _print_json(({"id": key} if batch else {}) | reply_json(event))
                    else:
                        print(reply_text(event))
        except InputError as error:
            if batch is None:
                raise
            _print_json({"id": key, "error": str(error)})


@cli.command()
def check(
    paths: Annotated[list[Path], typer.Argument(help="Notes: txt, md, docx, vtt, srt, jsonl, folders, or - .")],
    *,
    writer: Annotated[str | None, typer.Option(help="Who wrote them: mentor or mentee.")] = None,
    mentor: Annotated[str | None, typer.Option(help="Name of the speaker who is the mentor.")] = None,
    mentee: Annotated[str | None, typer.Option(help="Name of the speaker who is the mentee.")] = None,
    output: Annotated[
        Path | None, typer.Option(help="Append the reports to this jsonl file; notes that are in it are passed over.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check session notes and transcripts for the ten coaching mistakes."""
    from app.note_check import Request, check_paths

    request = Request(paths=tuple(paths), writer=_writer(writer), mentor=mentor, mentee=mentee, output=output)
    if not check_paths(load_settings(), request, as_json=as_json):
        raise SystemExit(1)


@cli.command()
def models(as_json: AsJson = False) -> None:
    """Prepare the model files: the embedding model, the note check's, the disclosures' and the embedded chat model."""
    from app.bars import bytes_bar
    from assistant.coach.disclosure import MODEL
    from assistant.errors import ModelMissing
    from assistant.models.chat import split_name
    from assistant.models.disclosure_encoder import ensure_disclosure_encoder
    from assistant.models.minilm_export import ensure_export
    from assistant.models.note_encoder import ensure_note_encoder
    from assistant.models.weights import ensure_weights
    from assistant.notes.reader import ADAPTER

    settings = load_settings()
    prepared = {"embedding": str(ensure_export(settings.model_dir))}
    missing: list[ModelMissing] = []  # what works without one of them shall have the others
    try:
        with bytes_bar("note check") as bar:
            prepared["notes"] = str(ensure_note_encoder(settings.model_dir, ADAPTER, bar))
    except ModelMissing as error:
        missing.append(error)
    try:
        prepared["disclosures"] = str(ensure_disclosure_encoder(settings.model_dir, MODEL))
    except ModelMissing as error:
        missing.append(error)
    provider, name = split_name(settings.chat_model)
    if provider == "local":
        with bytes_bar("chat model") as bar:
            prepared["chat"] = str(ensure_weights(name, settings.model_dir, bar))
    if missing:
        raise missing[0]
    if as_json:
        _print_json(prepared)
    else:
        print(f"Models are ready in {settings.model_dir}.")


@cli.command()
def doctor(as_json: AsJson = False) -> None:
    """Settings, models, index and database with their state, and how to mend what is wrong."""
    from app.doctor import examine, render

    report = examine(load_settings())
    if as_json:
        _print_json(report)
    else:
        print(render(report))
    if not report["ok"]:
        raise SystemExit(1)


@cli.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8501,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the app in the browser.")] = False,
) -> None:
    """The web app."""
    from app.server import serve as serve_app

    serve_app(load_settings(), port, open_browser)


@cli.command(name="eval")
def evaluate(
    suites: Annotated[list[str] | None, typer.Argument(help="Suites; default: all.")] = None,
    save: Annotated[bool, typer.Option(help="Accept the results as the new baselines.")] = False,
    quick: Annotated[bool, typer.Option(help="Only what needs no chat model.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run the evaluations and compare with the accepted baselines."""
    options = [*(["--save"] if save else []), *(["--quick"] if quick else []), *(["--json"] if as_json else [])]
    raise SystemExit(subprocess.call([sys.executable, "-m", "evals", *(suites or []), *options]))


def _one(text: str | None, batch: Path | None) -> str:
    if text is None and batch is None:
        print("Give a question, or --batch FILE.jsonl.", file=sys.stderr)
        raise SystemExit(2)
    return text or ""


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Objects of a jsonl file; blank lines are passed over."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{str(path)!r} cannot be read ({type(error).__name__}); give a UTF-8 jsonl file.") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            row = None
        if not isinstance(row, dict):
            raise InputError(f"Line {number} of {str(path)!r} is not a JSON object; correct it.")
        yield row


def _field(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise InputError(f"The request {row.get('id')!r} has no text in {name!r}; add it.")
    return value


def _id(row: dict[str, Any]) -> str:
    return str(row.get("id", ""))


def _writer(name: str | None) -> Any:
    from assistant.roles import Role

    if name not in (None, Role.MENTOR, Role.MENTEE):
        print(f"Notes are written by a mentor or a mentee, not by {name!r}.", file=sys.stderr)
        raise SystemExit(2)
    return name and Role(name)


def _role(name: Any) -> Any:
    from assistant.roles import COACHED, Role

    if name not in COACHED:
        print(f"There is no role {name!r}; use mentor, mentee or manager.", file=sys.stderr)
        raise SystemExit(2)
    return Role(name)


if __name__ == "__main__":
    main()
