"""`eyelevel reflect`: reflection prompts for the senior from a note, a transcript or a debrief."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.bettering import better_in_time
from app.printing import AsJson, print_result
from assistant.errors import EyelevelError, InputError
from assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    from assistant.coach.reflection import After, Before, Prompt
    from assistant.events import Referral
    from assistant.notes.note import Note, NoteReport

SECONDS = 18.0
"""From the start of the command until the model's wordings are left where they are; 20 are promised."""


def reflect(
    path: Annotated[Path, typer.Argument(help="A note or transcript: txt, md, docx, vtt, srt, or - .")],
    *,
    writer: Annotated[str | None, typer.Option(help="Who wrote it: mentor or mentee.")] = None,
    mentor: Annotated[str, typer.Option(help="Name of the mentor.")] = "",
    mentee_role: Annotated[str, typer.Option(help='Your role as the senior, such as "CTO".')] = "",
    about: Annotated[str, typer.Option(help="What the next session is to be about.")] = "",
    quick: Annotated[bool, typer.Option(help="One question a step, without chat model and note check.")] = False,
    as_json: AsJson = False,
) -> None:
    """Questions before and after a session, for the senior."""
    began = time.monotonic()
    from assistant.coach.reflection import About, Reflector
    from assistant.models.encoder import MiniLMEncoder
    from assistant.roles import PAIRED, Role

    if writer is not None and writer not in PAIRED:
        sys.stderr.write(f"Notes are written by a mentor or a mentee, not by {writer!r}.\n")
        raise SystemExit(2)
    settings = load_settings()
    note = _note(path, Role(writer) if writer else None)
    reflector = Reflector(settings, MiniLMEncoder(settings.model_dir, settings.threads))
    if referral := reflector.refer(f"{note.text}\n{about}"):
        print_result(_referred(referral), referral.as_text(), as_json=as_json)
        return
    topic = About(mentor=mentor, mentee_role=mentee_role, topic=about)
    report = None if quick else _checked(settings, note)
    after = reflector.after(note, topic, report, quick=quick)
    if not quick and reflector.asks_model:
        after = better_in_time(settings, after, reflector.better, began + SECONDS)
    before = reflector.before(topic, note)
    print_result(_json(before, after), _text(before, after), as_json=as_json)


def _note(path: Path, writer: Any) -> "Note":
    """The one note of a path. Raises `InputError`."""
    from assistant.notes.files import STANDARD_INPUT, read_note, read_notes

    if path == STANDARD_INPUT:
        found = list(read_notes([path]))
        if len(found) != 1:
            raise InputError(f"Standard input holds {len(found)} notes; give one.")
        note = found[0]
    else:
        note = read_note(path)
    return note.model_copy(update={"writer": writer}) if writer else note


def _checked(settings: Settings, note: "Note") -> "NoteReport | None":
    """What the note check finds; None, with a line to standard error, where it cannot be asked."""
    from assistant.notes.checker import NoteChecker

    if not note.text.strip():
        return None
    try:
        return NoteChecker(settings.model_copy(update={"note_judge": False})).check(note)
    except EyelevelError as error:
        sys.stderr.write(f"{error}\n")
        return None


def _referred(referral: "Referral") -> dict[str, Any]:
    nothing: dict[str, Any] = {"before": [], "after": {"what": [], "so_what": [], "now_what": []}, "commitments": []}
    return nothing | {"citations": [], "prompts": [], "listening": None, "referral": referral.model_dump(mode="json")}


def _json(before: "Before", after: "After") -> dict[str, Any]:
    """By the contract, with the quotes behind each question beside it."""
    cited = [*after.citations, *before.urge.citations, *before.citations]
    return {
        "before": [question.text for question in before.questions],
        "after": {stage: [one.text for one in getattr(after, stage)] for stage in ("what", "so_what", "now_what")},
        "commitments": [f"{one.text}, by {one.due.isoformat()}" for one in after.commitments],
        "citations": [one.model_dump(mode="json") for one in {one.id: one for one in cited}.values()],
        "prompts": [_prompt_json(one) for one in after.prompts],
        "listening": after.listening.model_dump(mode="json") if after.listening else None,
        "urge": before.urge.text,
        "remarks": list(after.remarks),
        "language": after.language,
        "referral": None,
    }


def _prompt_json(prompt: "Prompt") -> dict[str, Any]:
    return prompt.model_dump(mode="json", include={"stage", "text", "quotes", "move", "praise", "by_model"})


def _text(before: "Before", after: "After") -> str:
    """For a terminal."""
    lines = ["Before the next session", *(f"  “{one.text}”" for one in before.questions), f"  {before.urge.text}", ""]
    for name, prompts in (("What?", after.what), ("So what?", after.so_what), ("Now what?", after.now_what)):
        lines += [name, *(f"  {f'{one.praise} ' if one.praise else ''}{one.text}" for one in prompts), ""]
    if after.listening:
        lines += ["Listening", *(f"  {line}" for line in after.listening.seen), f"  {after.listening.question}", ""]
    lines += ["You could take on", *(f"  {one.text}, by {one.due}" for one in after.commitments)]
    lines += [f"- {remark}" for remark in after.remarks]
    lines += [f"[{one.marker}] {one.title} › {one.heading}" for one in after.citations]
    return "\n".join(lines)
