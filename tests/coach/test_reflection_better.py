"""What the chat model may word, and what is dropped: each question is checked before it is taken."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest

from assistant.coach.reflection import After, Reflector
from assistant.coach.reflection.better import question_of, take
from assistant.models.service import ChatService
from assistant.models.testing import HashedEmbeddings, ScriptedChatModel
from assistant.notes.parse import parse_note
from assistant.roles import Role
from assistant.settings import REPOSITORY, Settings

NOTE = "She said new people stop asking after three months. I explained the budget to her for half an hour."


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("better")
    return Settings(home=home, knowledge=REPOSITORY / "knowledge", chat_model="openai:scripted", hosted_models=True)


@pytest.fixture(scope="module")
def reflector(settings: Settings) -> Reflector:
    return Reflector(settings, HashedEmbeddings())


@pytest.fixture(scope="module")
def first(reflector: Reflector) -> After:
    return reflector.after(parse_note(NOTE, writer=Role.MENTEE), today=date(2026, 11, 22))


@pytest.mark.parametrize(
    "question",
    [
        "What might new people have asked you if you had kept the first three months open?",
        "When you hear that people stop asking after three months, what do you think they learn from you?",
    ],
)
def test_a_question_about_the_line_is_taken(reflector: Reflector, first: After, question: str) -> None:
    # why: a big model may shine
    prompt = first.what[0]
    taken = take(question, prompt, reflector.words)
    assert taken and taken.by_model and taken.text.endswith(question) and taken.quotes == prompt.quotes


@pytest.mark.parametrize(
    "question",
    [
        "Did new people stop asking you after three months?",
        "What did people ask?",
        "Why didn't you ask the new people anything?",
        "What did Karin from accounts say to you about the new people?",
        "What would 40 new people tell you after three months?",
        "What did she tell you about the new people?",
        "What do I learn from the new people that stop asking you?",
        "You should ask new people more.",
        "What did you do wrong, and what should you do about new people?",
        "What did you eat for breakfast in the canteen with the helicopter pilot?",
        "What made new people stop asking? What did you do?",
        "",
        "Sure! Here is a better question:",
        "What " + "would new people tell you " * 8 + "?",
    ],
)
def test_everything_else_is_dropped(reflector: Reflector, first: After, question: str) -> None:
    # why: the small model must never make the result worse
    assert take(question, first.what[0], reflector.words) is None


def test_the_question_at_the_end_of_a_prompt() -> None:
    # why: the sentence that quotes the note is the program's and stays
    assert question_of("You said “no. Never”. What came next?") == "What came next?"
    assert (
        question_of("You wrote “who decides?” What did you do with the answer?") == "What did you do with the answer?"
    )


def test_bettering_yields_whole_results_and_keeps_what_fails(reflector: Reflector, first: After) -> None:
    # why: the page shows the latest whole result, at any moment
    replies = ["Did it work?", "What might the new people tell you after three months?"]
    chat = _Scripted(replies)
    found = [one for one in reflector.better(first, chat) if one]  # type: ignore[arg-type]
    assert len(chat.asked) == 2 and len(found) <= 1
    for one in found:
        assert len(one.prompts) == len(first.prompts) and one.commitments == first.commitments
        assert sum(prompt.by_model for prompt in one.prompts) == 1


def test_closing_cancels_the_model(reflector: Reflector, first: After) -> None:
    # why: "Stop" must stop
    chat = _Scripted(["What"])
    with closing(reflector.better(first, chat)) as results:  # type: ignore[arg-type]
        next(results)
    assert chat.closed == 1


def test_other_languages_are_left_to_the_program(reflector: Reflector) -> None:
    # why: a small model mixes languages
    note = parse_note("Jonas sagte, dass sich in meinen Runden niemand traut zu widersprechen.", writer=Role.MENTEE)
    chat = _Scripted([])
    assert list(reflector.better(reflector.after(note), chat)) == []  # type: ignore[arg-type]


class _Scripted:
    """Streams given answers, a few letters at a time, as `ChatService.stream` does."""

    def __init__(self, replies: list[str]) -> None:
        self.replies, self.asked, self.closed = replies, [], 0  # type: ignore[var-annotated]

    def stream(self, prompt: object, sending: object = None) -> Iterator[str | None]:
        self.asked.append(prompt)
        reply = self.replies.pop(0)
        try:
            for at in range(0, len(reply), 7):
                yield None
                yield reply[at : at + 7]
        finally:
            self.closed += 1


def test_a_real_service_with_a_scripted_model(settings: Settings, reflector: Reflector, first: After) -> None:
    # why: the prompt is rendered, sent and read as the product does it
    model = ScriptedChatModel("What would new people ask you in the fourth month?", "What else did you hear?")
    chat = ChatService(settings.model_copy(update={"chat_model": "local:x"}), build=lambda _: model)
    chat.start()
    assert chat.wait(10).status == "ready"
    found = [one for one in reflector.better(first, chat) if one]
    assert all(len(one.prompts) == len(first.prompts) for one in found)
