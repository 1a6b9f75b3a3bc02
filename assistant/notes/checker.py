"""The note check: from a note to a report. Reads with the trained models, measures transcripts, weighs the debrief.

    note ─ language ─ attacks left out ─ models ─ calibration ─┐
      └─ transcript ─ measures ────────────────────────────────┼─ cut-offs ─ evidence ─ advice ─ report
      └─ debrief ──────────────────────────────────────────────┘

A finding is reported only with the words of the note, or of the debrief, that it rests on. Nothing is stored, and
nothing of the note is logged.
"""

import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from assistant.errors import InputError, ModelError
from assistant.events import log
from assistant.language import find_language
from assistant.models.service import ChatService
from assistant.notes.advice import Adviser
from assistant.notes.attacks import DOUBTFUL, blank_out, find_attacks
from assistant.notes.calibration import load_calibration, logit, sigmoid
from assistant.notes.debriefing import DENIED, SHOWN, Settled, settle
from assistant.notes.judge import Judge, Judgement, can_judge
from assistant.notes.measures import measure_transcript
from assistant.notes.mistake import Mistake
from assistant.notes.note import MAX_CHARACTERS, Evidence, Finding, Measures, Method, Note, NoteReport
from assistant.notes.reader import MISTAKES, NoteReader, Reading
from assistant.notes.remarks import remark_on
from assistant.notes.segments import Segment, cut_segments
from assistant.notes.worth import find_worth_keeping
from assistant.privacy.sending import Sending
from assistant.settings import Settings

MAX_EVIDENCE = 3
"""Quotes of one finding."""
JUDGED = 1.5
"""Log odds by which a judge's verdict moves a probability; its models differ, so this is a choice and not a fit."""
ENOUGH_TURNS = 6
"""Substantial turns from which telling says something about a session."""


class NoteChecker:
    """The public interface of the note check; safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        *,
        chat: ChatService | None = None,
        adviser: Adviser | None = None,
        reader: NoteReader | None = None,
    ) -> None:
        """`chat` judges as well where `EYELEVEL_NOTE_JUDGE` is on and `can_judge` says so.

        By default everything is made from the settings.
        """
        self._adviser = adviser or Adviser(settings)
        self._reader = reader or NoteReader(settings.model_dir, settings.threads)
        judging = settings.note_judge and can_judge(settings.chat_model)
        self._judge = Judge(chat or ChatService(settings), settings.chat_model) if judging else None

    def prepare(self) -> None:
        """Load the models now, so that the first note does not wait. Raises `ModelMissing`."""
        self._reader.load()

    def check(self, note: Note, sending: Sending | None = None) -> NoteReport:
        """The report on one note. Raises `InputError` for a note that cannot be checked.

        `sending` is the person's yes; without it a judge that is not on this machine is not asked.
        """
        began = time.monotonic()
        verify_note(note)
        report = self._check(note, began, sending)
        log(
            "note.checked",
            findings=len(report.findings),
            sentences=report.method.sentences,
            degraded=report.degraded,
            ms=report.method.milliseconds,
        )
        return report

    def check_all(self, notes: Iterable[Note]) -> Iterable[NoteReport]:
        """The reports, one by one, in order."""
        return (self.check(note) for note in notes)

    def _check(self, note: Note, began: float, sending: Sending | None) -> NoteReport:
        language = find_language(note.text) or "en" if note.text.strip() else "en"
        readable = language == "en" and bool(note.text.strip())
        segments = cut_segments(note.text) if readable else []
        attacks = find_attacks(note.text, segments)
        text = blank_out(note.text, attacks)
        reading, trouble = self._read(text) if readable else (None, None)
        again = self._read_again(note.text, segments, attacks, reading)
        judgement, judge_trouble = self._judged(text, reading, sending)
        measures = measure_transcript(note) if readable else None
        probabilities = self._weigh([one for one in (reading, again) if one], measures, judgement)
        findings = self._find(_Seen(note, text, reading, measures, judgement), probabilities)
        remarks = remark_on(
            note,
            language=language,
            attacks=len(attacks),
            reading=reading,
            measures=measures,
            judged=judgement is not None or judge_trouble is not None,
            troubles=[line for line in (trouble, judge_trouble, self._adviser.trouble if findings else None) if line],
        )
        return NoteReport(
            id=note.id,
            text=note.text,
            findings=findings,
            worth_keeping=() if findings or reading is None else find_worth_keeping(text, reading.segments),
            transcript=note.transcript,
            measures=measures,
            method=Method(
                classifier=self._reader.name if reading else None,
                judge=self._judge.name if self._judge and judgement else None,
                probabilities=probabilities,
                sentences=len(reading.segments) if reading else 0,
                not_looked_at=remarks,
                milliseconds=round(1000 * (time.monotonic() - began)),
            ),
            degraded=bool(trouble or judge_trouble),
            language=language,
        )

    def _read(self, text: str) -> tuple[Reading | None, str | None]:
        try:
            return self._reader.read(text), None
        except ModelError as error:
            return None, str(error)

    def _read_again(
        self, text: str, segments: Sequence[Segment], attacks: Sequence[Segment], reading: Reading | None
    ) -> Reading | None:
        """A note without what may speak to the checker and was read all the same; None where there is no such piece.

        Long texts are not read again: one piece of many does little there, and a report is due in seconds.
        """
        if reading is None or reading.windows > 1:
            return None
        doubtful = find_attacks(text, segments, DOUBTFUL)
        return None if len(doubtful) == len(attacks) else self._read(blank_out(text, doubtful))[0]

    def _judged(
        self, text: str, reading: Reading | None, sending: Sending | None
    ) -> tuple[Judgement | None, str | None]:
        if self._judge is None or reading is None or not self._judge.may_judge(sending):
            return None, None
        try:
            return self._judge.judge(text, reading.segments, sending), None
        except ModelError as error:
            return None, str(error)

    def _weigh(
        self, readings: Sequence[Reading], measures: Measures | None, judgement: Judgement | None
    ) -> dict[Mistake, float]:
        """Calibrated probabilities of what the text shows, of two readings the higher; empty where it was not read."""
        if not readings:
            return {}
        calibration = load_calibration()
        each = [calibration.probabilities(reading.encoder, reading.words) for reading in readings]
        found = {mistake: max(one[mistake] for one in each) for mistake in Mistake}
        if says_enough(measures) and measures is not None and measures.telling is not None:
            lecturing = found[Mistake.ONE_WAY_LECTURING]
            found[Mistake.ONE_WAY_LECTURING] = calibration.lecturing(measures.telling, lecturing)
        if judgement is not None:
            for mistake in Mistake:
                sure = judgement.certainty.get(mistake)
                step = -JUDGED if sure is None else JUDGED * (2 * sure - 1)
                found[mistake] = sigmoid(logit(found[mistake]) + step)
        return found

    def _find(self, seen: "_Seen", probabilities: dict[Mistake, float]) -> tuple[Finding, ...]:
        settled = settle(seen.note.debrief)
        thresholds = load_calibration().thresholds
        shown: list[tuple[float, Mistake, tuple[Evidence, ...], str | None]] = []
        for mistake in Mistake:
            said = settled.get(mistake)
            probability = _fuse(probabilities.get(mistake), said)
            if probability < thresholds[mistake]:
                continue
            # Where the debrief alone carries a finding, the note's best sentence is no evidence of it.
            quotes = _quote(seen, mistake) if probabilities.get(mistake, 0.0) >= thresholds[mistake] else ()
            words = said.words if said and said.probability >= thresholds[mistake] else None
            if quotes or words:
                shown.append((probability, mistake, quotes, words))
        shown.sort(key=lambda one: -one[0])
        findings = []
        for number, (probability, mistake, quotes, words) in enumerate(shown, start=1):
            advice = self._adviser.advise(mistake, seen.note.writer, number)
            findings.append(
                Finding(
                    mistake=mistake,
                    confidence=round(probability, 4),
                    evidence=quotes,
                    debrief=words,
                    question=advice.question,
                    advice=advice.advice,
                    citations=advice.citations,
                )
            )
        return tuple(findings)


class _Seen(NamedTuple):
    """One note with all that was found out about it."""

    note: Note
    text: str
    """The note's, with blanks in place of what speaks to the checker."""
    reading: Reading | None
    measures: Measures | None
    judgement: Judgement | None


def verify_note(note: Note) -> None:
    """Raises `InputError` for a note with neither text nor debrief, or with too much text."""
    if not note.text.strip() and (note.debrief is None or note.debrief.is_empty):
        which = f"The note {note.id!r}" if note.id else "The note"
        raise InputError(f"{which} is empty; paste what you wrote, upload a file, or fill in the debrief.")
    if len(note.text) > MAX_CHARACTERS:
        raise InputError(
            f"The note {note.id!r} has {len(note.text):,} characters, and {MAX_CHARACTERS:,} are the most; "
            "check one session at a time."
        )


def _fuse(probability: float | None, said: Settled | None) -> float:
    """The debrief settles a matter where it is plain; a mere hint counts where the note does not say more."""
    if said is None:
        return probability or 0.0
    if said.probability in (SHOWN, DENIED) or probability is None:
        return said.probability
    return max(probability, said.probability)


def says_enough(measures: Measures | None) -> bool:
    """Whether a transcript has enough talk of two people for its telling to mean something."""
    if measures is None or len(measures.speakers) < 2:
        return False
    return sum(turn.move != "listening" for turn in measures.timeline) >= ENOUGH_TURNS


def _quote(seen: _Seen, mistake: Mistake) -> tuple[Evidence, ...]:
    """The segments that show a mistake, from the most telling; the judge's after the encoder's."""
    if seen.reading is None:
        return ()
    calibration, segments = load_calibration(), seen.reading.segments
    scores = seen.reading.scores[:, MISTAKES.index(mistake)]
    order = [int(row) for row in np.argsort(-scores) if np.isfinite(scores[row])]
    best = [
        row
        for place, row in enumerate(order[:MAX_EVIDENCE])
        if place == 0 or scores[row] >= max(calibration.evidence, scores[order[0]] - calibration.step)
    ]
    # In a transcript a lecture is shown by the longest turn that tells, whatever its words are about.
    if mistake is Mistake.ONE_WAY_LECTURING and seen.measures is not None and says_enough(seen.measures):
        best = list(dict.fromkeys([*_longest_telling(segments, seen.measures), *best]))[:MAX_EVIDENCE]
    judged = seen.judgement.segments.get(mistake, ()) if seen.judgement else ()
    rows = [*best, *(row for row in judged if row not in best)][: MAX_EVIDENCE + 2]
    quotes = [_evidence(seen.text, segments[row]) for row in rows]
    return tuple(quote for quote in quotes if quote.quote.strip())


def _longest_telling(segments: tuple[Segment, ...], measures: Measures) -> list[int]:
    telling = [turn for turn in measures.timeline if turn.move == "telling"]
    if not telling:
        return []
    longest = max(telling, key=lambda turn: turn.words)
    inside = [row for row, piece in enumerate(segments) if piece.start < longest.end and piece.end > longest.start]
    return inside[:1]


def _evidence(text: str, segment: Segment) -> Evidence:
    return Evidence(quote=text[segment.start : segment.end], start=segment.start, end=segment.end)
