"""What the person of this session lets count for the programme's themes: the consent, and codes of what they keep.

Called by the pages of notes, commitments, the survey and privacy. Every act is a call of the store in the person's own
name, which refuses it without consent; notes are read beside the page by `counting`. Nothing is offered where nobody
signs in, because one person alone is in no pair. Nothing is kept here.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from app import state
from assistant.notes.mistake import Mistake
from assistant.roles import PAIRED
from assistant.store.theme_records import OwnContribution, ThemeSource

if TYPE_CHECKING:
    from app.checking import Sheet
    from app.counting import Told
    from assistant.store.commitments import Commitment, Outcome

KEPT: Final = "sign_commitment_kept"
DROPPED: Final = "no_follow_through"
PROMISED: Final[Mapping[str, str]] = {"kept": KEPT, "dropped": DROPPED}
"""What a settled commitment can count as. Partly done or changed it counts as nothing: that is fair follow-through."""
_MISTAKES: Final = frozenset(mistake.value for mistake in Mistake)


def is_offered() -> bool:
    """Whether anything of this person can count at all, in the part that is played. Raises `AccessDenied`."""
    return state.shared() and state.role() in PAIRED


def consents() -> bool:
    """Whether the person, in this part, agreed. Raises `StoreError`."""
    return is_offered() and state.get_themes().consents(state.actor())


def agree() -> None:
    """Give the consent. Raises `StoreError`."""
    state.get_themes().set_consent(state.actor(), True)


def stop() -> None:
    """Take it back; whatever no release has taken is erased. Raises `StoreError`."""
    state.get_themes().set_consent(state.actor(), False)


def own() -> dict[ThemeSource, OwnContribution]:
    """What counts or counted, by what it was made from; of a survey the latest. Raises `StoreError`."""
    found = state.get_themes().own(state.actor())
    return {one.source: one for one in reversed(found)}


def leave_out(contribution: str, code: str) -> None:
    """Let one code not count. Raises `StoreError`, and `InputError` once it was released."""
    state.get_themes().withdraw(state.actor(), contribution, code)


def put_back(contribution: str, code: str) -> None:
    """Let it count again. Raises as `leave_out` does."""
    state.get_themes().put_back(state.actor(), contribution, code)


def leave_all_out(source: ThemeSource) -> None:
    """Let nothing of this count. Raises `StoreError`."""
    state.get_themes().retract(state.actor(), source)


def label(code: str) -> str:
    """A code as the programme manager reads it. Raises `KnowledgeError`."""
    reporter = state.get_reporter()
    statement = reporter.survey.find(code)
    if statement is None:
        return reporter.codebook.labels().get(code, code.replace("_", " "))
    return f"{'Yes' if code.endswith(':agree') else 'No'}: {statement.asked(state.role())}"


def in_order(contribution: OwnContribution) -> tuple[str, ...]:
    """Its codes as codebook and survey have them. Raises `KnowledgeError`."""
    reporter = state.get_reporter()
    order = (*(code.id for code in reporter.codebook.codes), *reporter.survey.codes)
    place = {code: at for at, code in enumerate(order)}
    return tuple(sorted(contribution.codes, key=lambda code: place.get(code, len(place))))


# Notes


def count_note(note: str) -> None:
    """Let the themes of a saved note count, once they were read; nothing without consent. Raises `StoreError`."""
    if consents():
        state.get_counting().begin(state.actor(), note, new=True)


def recount_note(note: str) -> None:
    """Read a note anew where it counts, because its check or what was said to it changed. Raises `StoreError`."""
    if consents():
        state.get_counting().begin(state.actor(), note, new=False)


def is_busy(note: str) -> bool:
    """Whether the note is being read."""
    return state.get_counting().is_busy(state.actor(), note)


def told(note: str) -> "Told | None":
    """How the last reading ended, where that is known."""
    return state.get_counting().told(state.actor(), note)


def is_stale(contribution: OwnContribution, sheet: "Sheet") -> bool:
    """Whether it names other mistakes than stand in the check, as where a server ended before it was read anew."""
    if contribution.released:
        return False
    return _MISTAKES & set(contribution.codes) != {one.mistake.value for one in sheet.standing().values()}


# Commitments


def settled(one: "Commitment", outcome: "Outcome | None", reason: str | None = None) -> None:
    """Follow what was just said of a commitment: kept, it counts as that; anything else counts for nothing by itself.

    `None`: it is open again. Raises `EyelevelError`.
    """
    if one.pair is None or not consents():
        return
    if outcome == "kept":
        count_promise(one.model_copy(update={"outcome": outcome, "reason": reason}))
    else:
        leave_all_out(ThemeSource("commitment", one.id))


def promise_counts(one: "Commitment") -> bool:
    """Whether it counts, or a release has taken it. Raises `StoreError`."""
    return consents() and ThemeSource("commitment", one.id) in own()


def recount_promise(one: "Commitment") -> None:
    """Follow a change of its words or its pair, where it counts. Raises `EyelevelError`."""
    if not count_promise(one):
        leave_all_out(ThemeSource("commitment", one.id))


def count_promise(one: "Commitment") -> bool:
    """Let a settled commitment count as what it can count as; whether it does: one that discloses harm does not.

    Raises `EyelevelError`.
    """
    code = PROMISED.get(one.outcome or "")
    if one.pair is None or code is None or _discloses(one):
        return False
    version = state.get_reporter().codebook.version
    state.get_themes().contribute(state.actor(), ThemeSource("commitment", one.id), one.pair, (code,), codebook=version)
    return True


def _discloses(one: "Commitment") -> bool:
    return state.get_coach().referral(f"{one.text}\n\n{one.reason or ''}") is not None


# The survey


def answer(pair: str, answers: Mapping[str, int]) -> None:
    """Keep these answers, or none, in place of the earlier ones, and let them count where the person agreed.

    What was answered before and left out stays out. Raises `EyelevelError`.
    """
    surveys, actor = state.get_survey(), state.actor()
    if not answers:
        surveys.withdraw(actor, pair)
        return
    left_out = bool(surveys.own(actor, pair)) and ThemeSource("survey", pair) not in own()
    surveys.answer(actor, pair, answers)
    if not left_out:
        count_answers(pair)


def count_answers(pair: str) -> None:
    """Let what was answered about this pair count, where anything was and the person agreed. Raises `EyelevelError`."""
    reporter, actor = state.get_reporter(), state.actor()
    answers = state.get_survey().own(actor, pair)
    if answers and consents():
        codes = reporter.survey.code(answers)
        version = reporter.codebook.version
        state.get_themes().contribute(actor, ThemeSource("survey", pair), pair, codes, codebook=version)


# What was kept before the consent


def has_earlier() -> bool:
    """Whether there is something that does not count and perhaps could. Raises `EyelevelError`."""
    return any(_earlier_notes()) or any(_earlier_promises()) or any(_earlier_answers())


def count_earlier() -> None:
    """Let all of that count; notes are read beside the page. Raises `EyelevelError`."""
    for note in _earlier_notes():
        count_note(note)
    for promise in _earlier_promises():
        count_promise(promise)
    for pair in _earlier_answers():
        count_answers(pair)


def waiting() -> int:
    """How many of the person's notes are still to be read."""
    return state.get_counting().waiting(state.actor())


def _earlier_notes() -> Iterator[str]:
    """Saved notes about a pair that do not count; those of which it is known why are left alone."""
    counted, store, actor = own(), state.get_notes(), state.actor()
    for note in store.list(actor):
        known = told(note.id)
        open_to = known is None or known.ending in ("counts", "failed")
        if open_to and ThemeSource("note", note.id) not in counted and store.load(actor, note.id).pair:
            yield note.id


def _earlier_promises() -> "Iterator[Commitment]":
    """Kept ones that do not count, and could."""
    counted = own()
    for one in state.get_commitments().list(state.actor()):
        kept = one.outcome == "kept" and one.pair is not None
        if kept and ThemeSource("commitment", one.id) not in counted and not _discloses(one):
            yield one


def _earlier_answers() -> Iterator[str]:
    counted, actor = own(), state.actor()
    for pair in state.get_programmes().own_pairs(actor):
        if ThemeSource("survey", pair.id) not in counted and state.get_survey().own(actor, pair.id):
            yield pair.id
