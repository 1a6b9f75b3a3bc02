"""The simulated senior: answers each line of the mentor, with a chat model where there is one, by moves otherwise.

The model is told what the senior feels; each of its sentences is checked before it is shown, a bad one is asked for
once more, and where nothing good comes in time the moves answer. Harm that is no coaching matter is looked for before
anything else. Holds no text between calls.
"""

import re
import time
from collections.abc import Generator, Iterator
from contextlib import closing

from assistant.coach.rehearsal import moves
from assistant.coach.rehearsal.character import Fault, find_fault, is_tied
from assistant.coach.rehearsal.debrief import DebriefTexts, RehearsalDebrief, load_debrief_texts, make_debrief
from assistant.coach.rehearsal.moods import Manner, load_manner
from assistant.coach.rehearsal.reading import Act
from assistant.coach.rehearsal.record import LONGEST_LINE, MOST_LINES, Rehearsal, SpokenLine
from assistant.coach.safety import find_referral, parse_contacts
from assistant.errors import InputError, ModelError
from assistant.events import Referral, log
from assistant.guide.passage import Citation
from assistant.guide.sections import Section, Sections
from assistant.models.service import ChatService
from assistant.models.weights import LOCAL_MODELS
from assistant.privacy.sending import Sending
from assistant.prompts import Rendered, fence, load_prompt
from assistant.settings import Settings
from assistant.text import clean, shorten

SECONDS = 15.0
"""Longest that a model may take for one answer, both attempts together; after it the moves answer."""
ATTEMPTS = 2
MOST_SENTENCES = 3
RECALLED = 4
"""Lines of the talk that a model is shown: more of them cost reading time."""
RECALLED_CHARACTERS = 320
SITUATION_CHARACTERS = 420
_SENTENCE = re.compile(r".+?[.?!…]+[\"”']?(?=\s|$)", re.DOTALL)
_LABEL = re.compile(r"^\s*(?:senior|your answer|answer|you|superior|boss)\s*:\s*", re.IGNORECASE)


def plays(chat_model: str) -> bool:
    """Whether a chat model of this name plays the senior: not the small one that Eyelevel brings along.

    It apologises before it was told anything and speaks the mentor's part; what the checks leave of it is seldom better
    than the moves, and takes ten seconds a line (suite `rehearsals_model`).
    """
    return chat_model != "none" and chat_model.removeprefix("local:") not in LOCAL_MODELS


class Rehearser:
    """Plays seniors; one for a process, safe to share."""

    def __init__(self, settings: Settings, chat: ChatService | None = None, *, ask_small: bool = False) -> None:
        """Without a chat model the moves play, and with the small one that Eyelevel brings along too: see `plays`.

        `ask_small`: ask it all the same, as the evaluation does. Raises `SettingsError` where a contact cannot be read.
        """
        self._settings, self._chat = settings, chat if ask_small or plays(settings.chat_model) else None
        self._contacts = parse_contacts(settings.contacts)
        self._sections = Sections(settings, self._wanted)

    def _wanted(self) -> frozenset[Section]:
        return self.texts.sections()

    @property
    def manner(self) -> Manner:
        """What the moves can say. Raises `KnowledgeError`."""
        return load_manner(self._settings.knowledge / "rehearsal")

    @property
    def texts(self) -> DebriefTexts:
        """What the debrief can say. Raises `KnowledgeError`."""
        return load_debrief_texts(self._settings.knowledge / "rehearsal" / "debrief.yaml")

    def referral(self, text: str) -> Referral | None:
        """What takes the place of the rehearsal where a text discloses harm."""
        return find_referral(text, self._contacts)

    def has_model(self, sending: Sending | None = None) -> bool:
        """Whether a chat model plays; otherwise the moves do."""
        return self._chat is not None and self._chat.state.status == "ready" and self._chat.may_ask(sending)

    def say(self, rehearsal: Rehearsal, text: str) -> Rehearsal:
        """The rehearsal with a line of the mentor; it is answered next.

        Raises `InputError` where the line is empty or too long, or it is not the mentor's turn. Ask `referral` first.
        """
        said = clean(text)
        if not said:
            raise InputError("The line is empty; write what you would say.")
        if len(said) > LONGEST_LINE:
            limit = f"at most {LONGEST_LINE:,} are taken"
            raise InputError(f"The line has {len(said):,} characters, {limit}; say it shorter.")
        if not rehearsal.is_answered:
            raise InputError("The senior has not answered yet; wait for the answer, or take your line back.")
        if len(rehearsal.lines) + 2 > MOST_LINES:
            raise InputError(f"A rehearsal has at most {MOST_LINES} lines; end this one and begin another.")
        return rehearsal.with_line(SpokenLine(speaker="mentor", text=said)).model_copy(update={"ended": False})

    def answer(self, rehearsal: Rehearsal) -> Rehearsal:
        """The rehearsal with the senior's answer by moves; at once. Raises `KnowledgeError`."""
        return rehearsal.with_line(moves.answer(rehearsal, self.manner))

    def play(self, rehearsal: Rehearsal, sending: Sending | None = None) -> Generator[Rehearsal | None, None, None]:
        """The rehearsal with the senior's answer, sentence by sentence; None while there is nothing new.

        Ends with a whole answer in any case; closing cancels the model. Raises `KnowledgeError`.
        """
        by_moves = moves.answer(rehearsal, self.manner)
        spoken: list[str] = []
        if self.has_model(sending):
            try:
                for sentence in self._by_model(rehearsal, by_moves.text, sending):
                    if sentence:
                        spoken.append(sentence)
                    yield rehearsal.with_line(_line(spoken, by_moves)) if sentence else None
            except ModelError as error:
                log("rehearsal.model_failed", kind=type(error).__name__)
        if not spoken or not is_tied(" ".join(spoken), rehearsal):
            yield rehearsal.with_line(by_moves)

    def debrief(self, rehearsal: Rehearsal) -> RehearsalDebrief:
        """What worked, what is worth another go and what is missing, so far or at the end. Raises `KnowledgeError`."""
        return make_debrief(rehearsal, self.texts)

    def cite(self, section: Section, marker: str = "1") -> tuple[Citation, ...]:
        """What the guide says there; empty where the guide does not have it."""
        return self._sections.cite(section, marker)

    def _by_model(self, rehearsal: Rehearsal, idea: str, sending: Sending | None) -> Iterator[str | None]:
        """The model's good sentences, as they come; the second attempt only where the first brought none."""
        until = time.monotonic() + SECONDS
        prompt, may_yield = self._prompt(rehearsal, idea)
        for _ in range(ATTEMPTS):
            released: list[str] = []
            faults: list[Fault] = []
            with closing(self._sentences(prompt, sending)) as sentences:
                for sentence in sentences:
                    if time.monotonic() > until:
                        return
                    if sentence is None:
                        yield None
                        continue
                    fault = find_fault(sentence, rehearsal, may_yield=may_yield, said=released)
                    if fault:
                        faults.append(fault)
                        if released or len(faults) > 1:
                            break
                        continue
                    released.append(sentence)
                    yield sentence
                    if len(released) == MOST_SENTENCES:
                        break
            if released:
                return
            prompt = _again(prompt, faults)

    def _sentences(self, prompt: Rendered, sending: Sending | None) -> Generator[str | None, None, None]:
        """Whole sentences of the model's answer; None while there is none."""
        assert self._chat is not None
        text, taken = "", 0
        with closing(self._chat.stream(prompt, sending)) as pieces:  # type: ignore[type-var]
            for piece in pieces:
                text += piece or ""
                found = [one for one in _SENTENCE.finditer(text, taken) if one.end() < len(text)]
                for one in found:
                    taken = one.end()
                    yield _bare(one[0])
                if not found:
                    yield None
                if "\n" in text[taken:].strip():
                    return
        if rest := text[taken:].strip():
            yield _bare(rest)

    def _prompt(self, rehearsal: Rehearsal, idea: str) -> tuple[Rendered, bool]:
        mood = self.manner.moods[rehearsal.senior.mood]
        readings = moves.read_lines(rehearsal)
        now = moves.temper(mood, readings)
        soft = now >= 0
        recent = rehearsal.lines[-RECALLED:]
        names = {"mentor": "Junior", "senior": "You"}
        talk = "\n".join(f"{names[line.speaker]}: {shorten(line.text, RECALLED_CHARACTERS)}" for line in recent)
        about = shorten(" ".join(rehearsal.situation.split()), SITUATION_CHARACTERS)
        rendered = load_prompt("rehearse").render(
            role=fence(rehearsal.senior.role or "a leader in the company"),
            feels=mood.feels.soft if soft else mood.feels.hard,
            situation=fence(about or "The junior will say."),
            talk=fence(talk),
            idea=fence(idea),
        )
        may_yield = now > 0 and any(one.does(Act.BEHAVIOUR) for one in readings)
        return rendered, may_yield


def _bare(text: str) -> str:
    return _LABEL.sub("", " ".join(text.split())).strip('"“” ')


def _line(spoken: list[str], idea: SpokenLine) -> SpokenLine:
    """The answer so far; what the moves would have said counts as said, because the model was told it."""
    return SpokenLine(speaker="senior", text=" ".join(spoken), source="model", used=idea.used)


_HINTS: dict[Fault, str] = {
    "machine": "Speak only as the superior, about the matter itself.",
    "coaching": "Give no advice; speak of what you did.",
    "narrated": "Write only the words that are spoken.",
    "swapped": "You are the superior: do not say the junior's words.",
    "repeated": "Say something that you have not said yet.",
    "language": "Answer in English.",
    "invented": "Bring up nothing that was not said.",
    "yielding": "Do not apologise and do not agree; say your own reason.",
    "unrelated": "Take up what the junior just said.",
    "long": "Say it in one short sentence.",
    "empty": "Say one short sentence.",
}


def _again(prompt: Rendered, faults: list[Fault]) -> Rendered:
    """The same prompt with one line more about what was wrong; it comes last, so that the rest stays in the cache."""
    last = prompt.messages[-1]
    hint = _HINTS[faults[0]] if faults else _HINTS["empty"]
    text = last.text.removesuffix("Your answer:") + f"{hint}\nYour answer:"
    return Rendered(messages=(*prompt.messages[:-1], last.model_copy(update={"text": text})))
