"""What a report says of its own limits: one plain sentence for each thing that was not looked at, and why."""

from collections.abc import Sequence

from assistant.notes.note import Measures, Note
from assistant.notes.reader import Reading

_LANGUAGES = {
    "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch", "pt": "Portuguese", "pl": "Polish",
    "sv": "Swedish", "da": "Danish", "no": "Norwegian", "nb": "Norwegian", "fi": "Finnish", "cs": "Czech",
    "tr": "Turkish", "ru": "Russian", "uk": "Ukrainian", "ar": "Arabic", "he": "Hebrew", "hi": "Hindi", "zh": "Chinese",
    "ja": "Japanese", "ko": "Korean", "el": "Greek", "hu": "Hungarian", "ro": "Romanian", "und": "another script",
}  # fmt: skip


def name_language(code: str) -> str:
    """The English name of a language, or its code where we have none."""
    return _LANGUAGES.get(code, code)


def remark_on(
    note: Note,
    *,
    language: str,
    attacks: int,
    reading: Reading | None,
    measures: Measures | None,
    judged: bool,
    troubles: Sequence[str],
) -> tuple[str, ...]:
    """The sentences, the most important first. `troubles` are errors that cost a part of the check."""
    remarks = list(troubles)
    if language != "en":
        remarks.append(
            f"The text seems to be in {name_language(language)}; only English can be checked, so it was not."
        )
    if not note.text.strip():
        remarks.append("There is no note: only the debrief was looked at.")
    if attacks:
        one = "One piece speaks to the checker instead of the session and was left out of the check."
        many = f"{attacks} pieces speak to the checker instead of the session and were left out of the check."
        remarks.append(one if attacks == 1 else many)
    if reading is not None and reading.read < reading.windows:
        remarks.append(
            f"The text is long: {reading.read} of its {reading.windows} parts were read closely, those with the most "
            "to look at; the others only by their words."
        )
    remarks += _on_transcript(note, measures) if language == "en" and note.text.strip() else []
    if reading is not None and not judged:
        remarks.append("No language model gave a second opinion; none that is fit for it is turned on.")
    return tuple(remarks)


def _on_transcript(note: Note, measures: Measures | None) -> list[str]:
    if note.transcript is None or measures is None:
        return ["Who talked how much and who asked: that can be measured in a transcript, not in a note."]
    found = []
    if len(measures.speakers) < 2:
        found.append("Only one speaker could be told apart, so the talk of the two could not be compared.")
    if note.transcript.roles_from == "unknown":
        found.append("Who is the mentor and who the mentee is not clear; say so to get figures for each.")
    if measures.unit == "words":
        found.append("Pauses and interruptions: the transcript has no times that could be used.")
    return found
