"""Everything that is kept of one person, as files to take away: JSON for programs, Markdown for people.

Pure: called by the page "What others see" and by `eyelevel export`. All text of people, models and documents is
escaped or quoted, so that the file shows it as it was written wherever it is opened.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from assistant.markdown import escape_markdown
from assistant.store.rights_records import (
    Export,
    ExportedCommitment,
    ExportedConversation,
    ExportedDraft,
    ExportedNote,
    ExportedTurn,
    Profile,
    Remains,
)

LOST = "*damaged, cannot be read*"


def as_json(export: Export) -> str:
    """The document with the keys that `rights_records.Export` explains."""
    return export.model_dump_json(indent=2) + "\n"


def as_markdown(export: Export) -> str:
    """The same to read, with headings and dates."""
    parts = ["# What Eyelevel keeps of you", f"Made on {_day(export.made_at)}. All times are UTC."]
    titles = {one.id: one.title or "" for one in export.notes} | {one.id: one.text or "" for one in export.commitments}
    titles |= {one.id: one.title or "" for one in export.drafts}
    sections: dict[str, Iterable[str]] = {
        "Your account": _account(export),
        "Your pairs": _pairs(export),
        "Your commitments": _commitments(export),
        "What you meant, or took away": _takeaways(export),
        "Your plans and drafts": (part for draft in export.drafts for part in _draft(draft)),
        "Your notes": (part for note in export.notes for part in _note(note)),
        "Your conversations": (part for one in export.conversations for part in _conversation(one, titles)),
        "What you say to findings": _verdicts(export),
        "What counts for your programme's themes": _themes(export),
        "What you answered to the survey": _survey(export),
        "Sharing": _shares(export),
        "Signing in": _sign_ins(export),
        "Models elsewhere": _hosted(export),
        "Reminders in the app": _reminders(export),
        "Names you write about": (f"- {_line(name)}" for name in export.names_written_about),
        "What is damaged": (f"- {_line(place)}" for place in export.unreadable),
    }
    for title, lines in sections.items():
        parts += [f"## {title}", *(list(lines) or ["Nothing."])]
    return "\n\n".join(parts) + "\n"


def remains_text(remains: Remains) -> str:
    """What an erasure did and left, as lines for a terminal."""
    counted = counted_text({name: number for name, number in remains.erased.items() if number})
    lines = [f"Erased: {counted or 'nothing was there'}.", "What remains, and why:"]
    lines += [f"- {one.what}. {one.why}" for one in remains.remains]
    if not remains.traces_removed:
        lines.append("Another program is reading the database's file; its last traces go within the hour.")
    return "\n".join(lines)


def counted_text(counts: Mapping[str, int]) -> str:
    """`1 note, 2 conversations`: numbers of what the names, in the plural, say."""
    named = {name.replace("_", " "): number for name, number in counts.items()}
    return ", ".join(f"{number} {name.removesuffix('s') if number == 1 else name}" for name, number in named.items())


def _account(export: Export) -> Iterator[str]:
    person: Profile = export.person
    yield f"- Id: {_line(person.id)}"
    for name, value in (("Name", person.name), ("Address", person.email), ("Reports to", person.line_manager)):
        if value:
            yield f"- {name}: {_line(value)}"
    for what, when in (("Made", person.created_at), ("Password set", person.password_set_at)):
        if when:
            yield f"- {what}: {_day(when)}"
    for held in export.roles:
        yield f"- {held.role.value.capitalize()} since {_day(held.granted_at)}"
    for known in export.company_sign_ins:
        yield f"- Company sign-in: {_line(known.issuer)}, {_line(known.subject)}, since {_day(known.linked_at)}"


def _pairs(export: Export) -> Iterator[str]:
    for pair in export.pairs:
        ended = f", ended {_day(pair.ended_at)}" if pair.ended_at else ""
        yield f"### {_line(pair.partner)}, {_line(pair.programme)}"
        yield (
            f"You are the {pair.role.value}; since {_day(pair.created_at)}{ended}. The programme runs from "
            f"{pair.starts_on:%d %B %Y} to {pair.ends_on:%d %B %Y}, and what you wrote is kept for "
            f"{pair.retention_days} days after that."
        )
        for met in export.sessions:
            if met.pair == pair.id:
                minutes = f"{_number(met.minutes_held)} of {_number(met.minutes_planned)} planned minutes"
                yield f"- Session on {met.held_on:%d %B %Y}, {minutes}"


def _commitments(export: Export) -> Iterator[str]:
    for one in export.commitments:
        due = f", due {one.due_on:%d %B %Y}" if one.due_on else ""
        yield f"- {_line(one.text)} (as {one.role.value}, {_day(one.created_at)}{due}{_outcome(one)})"


def _outcome(one: ExportedCommitment) -> str:
    when = f" {_day(one.settled_at)}" if one.settled_at else ""
    why = f", because: {_line(one.reason)}" if one.reason else ""
    return f", {one.outcome}{when}{why}" if one.outcome else ""


def _takeaways(export: Export) -> Iterator[str]:
    for one in export.takeaways:
        shown = ", which the other side may read if it lets you read its own" if one.consented_at else ""
        yield f"- {_line(one.text)} (as {one.role.value}, session of {one.held_on:%d %B %Y}{shown})"


def _themes(export: Export) -> Iterator[str]:
    for given in export.theme_consents:
        yield f"- You agreed as {given.role.value}, {_day(given.given_at)}"
    for one in export.contributions:
        taken = ", in a release" if one.released else ""
        back = f"; taken back: {_line(', '.join(one.withdrawn))}" if one.withdrawn else ""
        codes = LOST if one.codes is None else _line(", ".join(one.codes) or "no code")
        yield f"- From a {one.source_kind} (as {one.role.value}, {_day(one.created_at)}{taken}): {codes}{back}"


def _survey(export: Export) -> Iterator[str]:
    for one in export.survey_answers:
        said = one.answers and ", ".join(f"{name} {value}" for name, value in one.answers.items())
        yield f"- As {one.role.value}, {_day(one.updated_at)}: {_line(said)}"


def _draft(draft: ExportedDraft) -> Iterator[str]:
    yield f"### {_line(draft.title)}"
    yield (
        f"{draft.kind.capitalize()}, as {draft.role.value}, {_day(draft.created_at)}, last changed "
        f"{_day(draft.updated_at)}."
    )
    if draft.deleted_at:
        yield f"*Deleted {_day(draft.deleted_at)}, about to be erased.*"
    yield LOST if draft.content is None else "\n".join(_fields(draft.content))


def _fields(value: Any, depth: int = 0) -> Iterator[str]:
    """Whatever a content holds, as a list with lists in it; what is empty is left out."""
    for name, one in value.items() if isinstance(value, dict) else enumerate(value, 1):
        label = _line(str(name).replace("_", " ")).capitalize() + ":"
        start = "  " * depth + "- "
        if isinstance(one, dict | list):
            below = list(_fields(one, depth + 1))
            yield from [start + label, *below] if below else []
        elif one not in (None, ""):
            yield start + (f"{label} " if isinstance(value, dict) else "") + _line(one)


def _note(note: ExportedNote) -> Iterator[str]:
    yield f"### {_line(note.title)}"
    held = f" Session of {note.held_on:%d %B %Y}." if note.held_on else ""
    yield f"As {note.role.value}, {_day(note.created_at)}, last checked {_day(note.updated_at)}.{held}"
    if note.deleted_at:
        yield f"*Deleted {_day(note.deleted_at)}, about to be erased.*"
    yield LOST if note.text is None else _quoted(note.text)
    yield from _findings(note)
    for name, value in (note.debrief or {}).items() if isinstance(note.debrief, dict) else ():
        if value not in (None, "", [], {}):
            yield f"- Debrief, {_line(name.replace('_', ' '))}: {_line(value)}"


def _findings(note: ExportedNote) -> Iterator[str]:
    """The findings of the last check, where the report is in the form of this version; the JSON file has all of it."""
    found = note.report.get("findings") if isinstance(note.report, dict) else None
    said = {True: ", you said: yes, that", False: ", you said: not so", None: ""}
    for finding in found if isinstance(found, list) else ():
        if isinstance(finding, dict):
            mistake = str(finding.get("mistake"))
            answer = said[(note.verdicts or {}).get(mistake)]
            yield f"- Finding: {_line(mistake.replace('_', ' '))} ({_share(finding.get('confidence'))}{answer})"


def _conversation(one: ExportedConversation, titles: Mapping[str, str]) -> Iterator[str]:
    yield f"### {_line(one.title)}"
    yield f"As {one.role.value}, {_day(one.created_at)}."
    if one.deleted_at:
        yield f"*Deleted {_day(one.deleted_at)}, about to be erased.*"
    for turn in one.turns:
        yield from _turn(turn, titles)


def _turn(turn: ExportedTurn, titles: Mapping[str, str]) -> Iterator[str]:
    rated = {"up": " You found the answer helpful.", "down": " You found the answer not helpful."}
    yield f"**{_day(turn.asked_at)}.**{rated.get(turn.rating or '', '')}"
    yield LOST if turn.question is None else _quoted(turn.question)
    if turn.reply:
        text = turn.reply.referral.message if turn.reply.referral else turn.reply.text
        yield "\n".join(escape_markdown(line) for line in text.splitlines()) or "*An empty answer.*"
        for place in turn.reply.own:
            what = titles.get(place.item, "deleted since")
            yield f"- Shown from your own {place.kind}, characters {place.start} to {place.end}: {_line(what)}"
        for source in turn.reply.sources:
            yield f"- \\[{_line(source.marker)}\\] {_line(source.title)} ({_line(source.document)})"
    elif turn.status != "done":
        yield "*No answer was kept.*"


def _verdicts(export: Export) -> Iterator[str]:
    if export.verdict_consent:
        yield f"You let them be kept for the evaluation, since {_day(export.verdict_consent)}."
    for one in export.kept_verdicts:
        quotes = " / ".join(one.quotes or ())
        yield f"- {_line(one.mistake)}: {'yes, that' if one.verdict else 'not so'}. {_line(quotes)}"


def _shares(export: Export) -> Iterator[str]:
    for given in export.shares_given:
        yield f"- You let {_line(given.recipient)} read a {_line(given.kind)}, since {_day(given.shared_at)}"
    for received in export.shares_received:
        yield f"- Somebody lets you read a {_line(received.kind)}, since {_day(received.shared_at)}"


def _sign_ins(export: Export) -> Iterator[str]:
    for one in export.sign_ins:
        yield f"- From {_day(one.began_at)} to {_day(one.revoked_at or one.expires_at)}"


def _hosted(export: Export) -> Iterator[str]:
    for one in export.hosted_choices:
        yield f"- {_line(one.model)}: {'allowed' if one.allowed else 'refused'}, {_day(one.chosen_at)}"


def _reminders(export: Export) -> Iterator[str]:
    if chosen := export.reminder_choice:
        quiet = f", not before {chosen.quiet_until:%d %B %Y}" if chosen.quiet_until else ""
        yield f"- {'Wanted' if chosen.wanted else 'Not wanted'}{quiet}, {_day(chosen.changed_at)}"


def _day(when: datetime) -> str:
    return f"{when:%d %B %Y, %H:%M}"


def _number(minutes: int | None) -> str:
    return "?" if minutes is None else str(minutes)


def _share(value: Any) -> str:
    return f"{value:.0%}" if isinstance(value, int | float) else "?"


def _line(value: Any) -> str:
    return LOST if value is None else escape_markdown(" ".join(str(value).split()))


def _quoted(text: str) -> str:
    return "\n".join(f"> {escape_markdown(line)}".rstrip() for line in text.splitlines()) or "*Empty.*"
