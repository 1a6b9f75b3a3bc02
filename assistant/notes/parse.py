"""A text becomes a note: whether it is a transcript, whose turns it has, and who of them is who.

The one place where the readers of formats (`subtitles`, `chat`) and of roles (`sides`) come together; `files` calls
it for files. Never raises on a text, only on names that are not in it. Pure.
"""

from collections.abc import Sequence

from assistant.errors import InputError
from assistant.notes.chat import Chat, find_chat
from assistant.notes.lines import Line, read_lines
from assistant.notes.note import Debrief, Note, Transcript
from assistant.notes.pieces import Piece, join_pieces, trim
from assistant.notes.sides import give_sides, infer_sides
from assistant.notes.subtitles import Subtitles, extract, find_subtitles
from assistant.roles import Role

MAX_LINES = 200_000
"""A text with more line breaks is no transcript: three hours of cues have a tenth of it. It bounds the time."""


def parse_note(
    text: str,
    *,
    id: str = "",
    writer: Role | None = None,
    mentor: str | None = None,
    mentee: str | None = None,
    debrief: Debrief | None = None,
    extracted: bool = False,
) -> Note:
    """The note that a text is, with its transcript where it is one.

    `mentor`, `mentee`: speakers' names; they win over what the text says. Raises InputError where they are given and
    no such speaker is in the text. Offsets of turns count code points of `text`, which is kept exactly as it is.
    """
    transcript = _read(text, writer)
    note = Note(id=id, text=text, writer=writer, debrief=debrief, transcript=transcript, extracted=extracted)
    return with_roles(note, mentor, mentee)


def parse_subtitles(raw: str, *, id: str = "", writer: Role | None = None) -> Note | None:
    """The note in a vtt or srt file: its words, a line a turn, with the cues' times; None where it has no words."""
    lines = _lines(raw)
    found = find_subtitles(raw, lines)
    if found is None:
        return None
    text, pieces = extract(raw, found.pieces)
    transcript = _transcript(text, pieces, found.form, found.notes, writer)
    return Note(id=id, text=text, writer=writer, transcript=transcript, extracted=True) if transcript else None


def with_roles(note: Note, mentor: str | None = None, mentee: str | None = None) -> Note:
    """The note with the roles given by name; unchanged without a name. Raises InputError for an unknown one."""
    if mentor is None and mentee is None:
        return note
    if note.transcript is None:
        name = mentor if mentor is not None else mentee
        raise InputError(f"There is no speaker {name!r}: the note {note.id!r} is no transcript; leave the names out.")
    return note.model_copy(update={"transcript": give_sides(note.transcript, mentor, mentee)})


def spoken(note: Note) -> tuple[tuple[Piece, ...], ...]:
    """For each turn of the note's transcript, the stretches of spoken words, without names and times in between.

    A turn of several lines or cues runs over what stands between them; this leaves it out again, for counting words
    and for reading sentences. Every turn has at least one stretch, within its own.
    """
    if note.transcript is None:
        return ()
    pieces = (
        _pieces(note.text) if any("\n" in note.text[turn.start : turn.end] for turn in note.transcript.turns) else []
    )
    at = 0
    stretches: list[tuple[Piece, ...]] = []
    for turn in note.transcript.turns:
        while at < len(pieces) and pieces[at].start < turn.start:
            at += 1
        inside: list[Piece] = []
        while at < len(pieces) and pieces[at].end <= turn.end:
            inside.append(pieces[at])
            at += 1
        stretches.append(tuple(inside) or (Piece(turn.speaker, turn.start, turn.end, turn.began, turn.ended),))
    return tuple(stretches)


def _read(text: str, writer: Role | None) -> Transcript | None:
    found = _find(text)
    return _transcript(text, found.pieces, found.form, found.notes, writer) if found else None


def _find(text: str) -> Subtitles | Chat | None:
    lines = _lines(text)
    return find_subtitles(text, lines) or find_chat(text, lines)


def _lines(text: str) -> list[Line]:
    """The lines that are not blank; none where there are more than any session has."""
    return [] if max(text.count("\n"), text.count("\r")) > MAX_LINES else list(read_lines(text))


def _transcript(
    text: str, pieces: Sequence[Piece], form: str, notes: dict[str, str], writer: Role | None
) -> Transcript | None:
    turns = join_pieces(text, pieces)
    return infer_sides(Transcript(turns=turns, form=form), text, notes, writer) if turns else None


def _pieces(text: str) -> list[Piece]:
    """The pieces of a text that have words, in order."""
    found = _find(text)
    kept = []
    for piece in found.pieces if found else ():
        start, end = trim(text, piece.start, piece.end)
        if start < end:
            kept.append(piece._replace(start=start, end=end))
    return kept
