"""The coach and a model elsewhere: a yes for this turn, a prompt without names, an answer checked with them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from kit import ENCODER, ingest

from assistant.coach.conversation import Conversation, Turn
from assistant.coach.safety import parse_contacts
from assistant.events import Notice, Reply
from assistant.guide.library import Library
from assistant.models.place import model_place
from assistant.models.service import ChatService
from assistant.models.testing import ScriptedChatModel
from assistant.privacy.roster import roster_of
from assistant.privacy.sending import Sending
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings

QUESTION = "How do I ask Ana López what Zdenka thinks of listening first?"
ARTICLE = (
    "# Listening first\n\nAsk before you tell, because listening first opens the talk. Write down what is said in "
    "their own words. Ask what the other one thinks of listening first before you answer.\n"
)
Answer = Callable[..., tuple[Reply, ScriptedChatModel, list[str]]]


@pytest.fixture
def answer(settings: Settings) -> Answer:
    """The reply to the question, the model that was asked, and the notices."""

    def run(*replies: str, sending: Sending | None) -> tuple[Reply, ScriptedChatModel, list[str]]:
        hosted = settings.model_copy(update={"chat_model": "openai:gpt-x", "hosted_models": True})
        source = Path(settings.knowledge) / "listening.md"
        source.write_text(ARTICLE, encoding="utf-8")
        ingest(settings, source)
        model = ScriptedChatModel(*replies)
        chat = ChatService(hosted, build=lambda _: model)
        chat.start()
        chat.wait(10)
        search = Library(settings, ENCODER, ENCODER.name).current()
        turn = Turn(actor=Actor(person=PERSONAL, role=Role.MENTOR), text=QUESTION, sending=sending)
        events = list(Conversation(chat, parse_contacts(""), "f", hosted.chat_model).reply(turn, search))
        reply = events[-1]
        assert isinstance(reply, Reply) and not reply.abstained
        return reply, model, [event.text for event in events if isinstance(event, Notice)]

    return run


def yes(settings: Settings) -> Sending:
    place = model_place(settings.model_copy(update={"chat_model": "openai:gpt-x"}))
    return Sending(model=place.id, roster=roster_of(["Ana López", "Zdenka"]))


def test_without_a_yes_the_answer_is_passages_and_the_model_is_not_asked(answer: Answer) -> None:
    # why: deny by default, and no alarm: this person chose it, or was not asked yet
    reply, model, notices = answer("Never.", sending=None)
    assert model.calls == [] and notices == []
    assert reply.sentences and all(sentence.origin == "guide" for sentence in reply.sentences)


def test_with_a_yes_the_prompt_has_no_name_and_the_answer_has_them(answer: Answer, settings: Settings) -> None:
    # why: sentences are checked against the guide, and shown, as the person will read them
    written = "Ask what Person 2 thinks of listening first before you answer."
    reply, model, _ = answer(written, sending=yes(settings))
    sent = "\n".join(str(message.content) for message in model.calls[0])
    assert not any(name in sent for name in ("Ana", "López", "Zdenka"))
    assert "How do I ask Person" in sent
    shown = [sentence.text for sentence in reply.sentences if sentence.origin == "model"]
    assert shown == ["Ask what Zdenka thinks of listening first before you answer."]
    model.verify_finished()
