"""What is kept of a check, and only where the person wants it: saved notes, and answers for the evaluation.

Called by the page `check` and its parts. Nothing reaches the store before the person saves the note; from then on a
new check of it and what is said to its findings go there too, and its themes are read anew where they count. Answers
are kept for the evaluation only with consent, apart from the notes, and never those to the invented examples. A store
that fails costs the saving and no text.
"""

import hashlib
from collections.abc import Callable

from app import checking, contributing, state
from app.components import examples
from assistant.errors import EyelevelError, InputError
from assistant.notes.mistake import Mistake
from assistant.notes.note import Debrief, Finding, Note, NoteReport
from assistant.store.records import KeptVerdict, NoteSummary, SavedNote


def say(mistake: Mistake, verdict: bool | None) -> None:
    """What the person says to a finding: it holds, it does not, or (None) nothing again."""
    current = checking.sheet()
    current.verdicts.pop(mistake, None)
    if verdict is not None:
        current.verdicts[mistake] = verdict
    saved = current.saved
    if saved:
        _try(lambda: state.get_notes().set_verdict(state.actor(), saved, mistake, verdict))
        _try(lambda: contributing.recount_note(saved))
    _keep_for_evaluation(current, mistake)


def save(pair: str | None = None) -> None:
    """Save the note with its check and the answers, as one about this pair's session."""
    current = checking.sheet()
    report = current.report
    if report is None:
        return

    def put() -> None:
        fields = _check_fields(current, report)
        note = SavedNote(title=title_of(report), text=report.text, pair=pair, **fields)  # type: ignore[arg-type]
        current.saved = state.get_notes().save(state.actor(), note)
        if pair:
            contributing.count_note(current.saved)

    _try(put)


def renew() -> None:
    """Keep the new check of a saved note in place of the old one."""
    current = checking.sheet()
    saved, report = current.saved, current.report
    if saved and report:
        fields = _check_fields(current, report)
        _try(lambda: state.get_notes().update(state.actor(), saved, text=report.text, **fields))  # type: ignore[arg-type]
        _try(lambda: contributing.recount_note(saved))


def _check_fields(current: checking.Sheet, report: NoteReport) -> dict[str, object]:
    """What the store keeps beside the text; the report without it, because once is enough."""
    given = current.note.debrief if current.note else None
    return {
        "report": report.model_copy(update={"text": ""}).model_dump_json(),
        "debrief": given.model_dump_json() if given else None,
        "verdicts": {mistake.value: holds for mistake, holds in current.verdicts.items()},
    }


def title_of(report: NoteReport) -> str:
    """A line for the list: who spoke, or how the note begins."""
    if report.transcript:
        return f"Transcript: {', '.join(report.transcript.speakers[:4])}"
    return " ".join(report.text.split()) or "A debrief without a note"


def list_saved() -> tuple[NoteSummary, ...]:
    """The notes that this part has saved, the latest first."""
    return state.get_notes().list(state.actor())


def open_saved(note: str) -> None:
    """Put a saved note on the page as it was checked."""

    def put() -> None:
        checking.put(_sheet_of(note))

    _try(put)


def _sheet_of(note: str) -> checking.Sheet:
    """Raises `StoreError`, and `InputError` where the check was kept by a version that wrote it differently."""
    stored = state.get_notes().load(state.actor(), note)
    try:
        report = NoteReport.model_validate_json(stored.report).model_copy(update={"text": stored.text})
        debrief = Debrief.model_validate_json(stored.debrief) if stored.debrief else None
        verdicts = {Mistake(name): holds for name, holds in stored.verdicts.items()}
    except ValueError:
        raise InputError(
            f"The check of the note {stored.title[:40]!r} is in a form that is not read any more; check its text again."
        ) from None
    return checking.Sheet(
        text=stored.text,
        debrief=debrief or Debrief(),
        note=Note(text=stored.text, writer=state.role(), transcript=report.transcript, debrief=debrief),
        report=report,
        verdicts=verdicts,
        saved=note,
    )


def forget_erased() -> None:
    """Empty the page where the saved note on it is no more. Raises `StoreError`."""
    saved = checking.sheet().saved
    if saved and saved not in {note.id for note in list_saved()}:
        checking.clear()


def delete(note: NoteSummary) -> None:
    """Delete a saved note; it can be brought back until it is erased."""
    _try(lambda: state.get_notes().delete(state.actor(), note.id))


def restore(note: NoteSummary) -> None:
    """Bring a deleted note back."""
    _try(lambda: state.get_notes().restore(state.actor(), note.id))


def consents() -> bool:
    """Whether answers may be kept for the evaluation."""
    return state.get_notes().consents(state.actor())


def set_consent(given: bool) -> None:
    """Allow it, for the answers on the page too, or withdraw it: then all that was kept is gone."""
    _try(lambda: state.get_notes().set_consent(state.actor(), given))
    if given:
        current = checking.sheet()
        for mistake in current.verdicts:
            _keep_for_evaluation(current, mistake)


def _keep_for_evaluation(current: checking.Sheet, mistake: Mistake) -> None:
    """Keep or forget one answer; the store keeps none without consent."""
    report = current.report
    found = [one for one in report.findings if one.mistake == mistake] if report else []
    if report is None or not found or report.text in examples.INVENTED:
        return
    kept, store = _row(report, found[0], current.verdicts.get(mistake, False)), state.get_notes()
    act = store.keep_verdict if mistake in current.verdicts else store.forget_verdict
    _try(lambda: act(state.actor(), kept))


def _row(report: NoteReport, finding: Finding, holds: bool) -> KeptVerdict:
    return KeptVerdict(
        mistake=finding.mistake,
        verdict=holds,
        probability=finding.confidence,
        quotes=tuple(one.quote for one in finding.evidence),
        model=report.method.classifier,
        note=hashlib.sha256(report.text.encode("utf-8", "replace")).hexdigest() if report.text else "",
    )


def _try(act: Callable[[], object]) -> None:
    try:
        act()
    except EyelevelError as error:
        checking.sheet().trouble = str(error)
