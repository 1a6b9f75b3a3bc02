"""A model elsewhere: off by default, never without the person's yes, and never with a name of the roster."""

import random
import re

import pytest
from kit import one_line

from assistant.errors import ModelMissing, ModelRefused
from assistant.models.place import model_place
from assistant.models.service import ChatService
from assistant.models.testing import ScriptedChatModel
from assistant.privacy.data import ordinary_words
from assistant.privacy.roster import roster_of
from assistant.privacy.sending import Sending
from assistant.privacy.tokens import fold
from assistant.prompts import Message, Rendered
from assistant.settings import Settings

NAMES = (
    "Ana María López", "Declan O'Brien-Smith", "Li Wei", "Will Turner", "Elizabeth Chen", "Alejandro Fuentes",
    "Siobhán Ní Dhomhnaill", "Jean-Pierre Dubois", "Ludwig van der Berg", "Priya Raghunathan", "Björn Müller",
    "Yusuf al-Rashid", "Zdenka", "Thomas Fitzgerald", "Nguyễn Thị Hương", "Dr. Katherine Novak",
)  # fmt: skip
ROSTER = roster_of(NAMES)
SHORT = {"Elizabeth Chen": "Liz", "Alejandro Fuentes": "Alex", "Thomas Fitzgerald": "Tom", "Priya Raghunathan": "Pri"}
HOSTED = Settings(chat_model="openai:some-model", hosted_models=True)
ELSEWHERE = model_place(HOSTED).id
SENDING = Sending(model=ELSEWHERE, roster=ROSTER)


def started(settings: Settings, model: ScriptedChatModel) -> ChatService:
    service = ChatService(settings, build=lambda _: model)
    service.start()
    service.wait(10)
    return service


def asked(text: str) -> Rendered:
    return Rendered(messages=(Message(role="system", text="Be brief."), Message(role="user", text=text)))


def forms(name: str, rng: random.Random) -> list[str]:
    """A name as people write it: whole, in part, small, capital, without accents, joined otherwise, with a typo."""
    words = [word for word in name.replace("Dr. ", "").split() if fold(word) not in {"van", "der", "al", "ní", "thị"}]
    spoken = " ".join(words)
    found = [spoken, spoken.lower(), spoken.upper(), f"{spoken}'s", words[0], words[-1]]
    found += [spoken.replace("-", " "), spoken.replace("'", "’"), SHORT.get(name, spoken)]
    found += ["".join(c for c in word if c.isalpha()) for word in words[-1:]]
    if len(words) > 1:
        found += [f"{words[0][0]}. {words[-1]}", f"{words[-1]}, {words[0]}"]
    last = words[-1]
    if last.isalpha() and len(last) > 6:
        at = rng.randrange(1, len(last) - 2)
        found.append(last[:at] + last[at + 1] + last[at] + last[at + 2 :])
    return found


def traces(sent: str) -> list[str]:
    """Words of roster names that stand in a prompt, however they are written; ordinary words only with a capital."""
    parts = {fold(part) for name in NAMES for part in re.split(r"[\s\-']", name) if len(fold(part)) > 3}
    parts |= {fold(short) for short in SHORT.values()} | {"ana", "wei", "obrien"}
    return [
        word
        for word in re.findall(r"[^\W\d_]+", sent)
        if fold(word) in parts and (fold(word) not in ordinary_words() or word[0].isupper())
    ]


def test_the_model_elsewhere_sees_no_roster_name_in_300_prompts() -> None:
    # why: juniors write candid notes about powerful people, and a provider's log is out of everybody's hands
    rng = random.Random(4)
    frames = (
        "Yesterday {0} told me that {1} will leave. What do I say?",
        "How do I give {0} feedback when {1} sits beside me and {2} listens",
        "notes: {0} + {1} / {2} (see a.lopez@example.org, +44 20 7946 0018, @zdenka_n)",
        "{0} asked me about Gen Z.\n{1}: no comment.\nI think {2} agreed",
    )
    variants = [form for name in NAMES for form in forms(name, rng)]
    prompts = []
    while len(prompts) < 300:
        # Ordinary words at the beginning of a sentence without a verb are the suite's business, not this test's.
        prompts.append(rng.choice(frames).format(*rng.sample(variants, 3)))
    model = ScriptedChatModel(*("Ask Person 1 what they need." for _ in prompts))
    service = started(HOSTED, model)
    answers = ["".join(filter(None, service.stream(asked(prompt), SENDING))) for prompt in prompts]
    sent = ["\n".join(str(message.content) for message in call) for call in model.calls]
    assert len(sent) == 300 and sum(bool(traces(prompt)) for prompt in prompts) == 300
    assert [(text, traces(text)) for text in sent if traces(text)] == []
    assert not any("@" in text or "7946" in text for text in sent)
    assert all(answer.split()[1] in prompt for answer, prompt in zip(answers, prompts, strict=True))
    model.verify_finished()


def test_the_answer_has_the_names_again_however_it_is_cut() -> None:
    # why: grounding, markers and the screen work on the answer as the person will read it
    pieces = ("Ask Per", "son", " 1", " whether PERSON", " 2", "’s team may. Pers", "on 3 is nobody.")
    service = started(HOSTED, ScriptedChatModel(pieces))
    answer = "".join(filter(None, service.stream(asked("Ana wants Zdenka's team."), SENDING)))
    assert answer == "Ask Ana whether Zdenka’s team may. Person 3 is nobody."


@pytest.mark.parametrize("sending", [None, Sending(model="openai:other-model at OpenAI", roster=ROSTER)])
def test_without_a_yes_to_this_model_nothing_is_sent(sending: Sending | None) -> None:
    # why: deny by default; a yes to another model, or to another address, is no yes
    model = ScriptedChatModel("Never.")
    service = started(HOSTED, model)
    assert not service.may_ask(sending)
    with pytest.raises(ModelRefused, match="What others see") as refused:
        list(service.stream(asked("Anything"), sending))
    one_line(refused.value)
    assert model.calls == []


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("openai:x", None),
        ("anthropic:x", None),
        ("openai:x", "http://10.0.0.7:8000/v1"),
        ("ollama:x", "http://box:11434"),
    ],
)
def test_models_elsewhere_are_off_until_the_setting_says_so(name: str, address: str | None) -> None:
    # why: a company turns this on knowingly, or never; a key in the environment is no decision
    settings = Settings(chat_model=name, chat_base_url=address)
    model = ScriptedChatModel("Never.")
    service = started(settings, model)
    assert service.state.status == "off" and "EYELEVEL_HOSTED_MODELS" in one_line(service.state.message)
    with pytest.raises(ModelMissing, match="EYELEVEL_HOSTED_MODELS"):
        list(service.stream(asked("Anything"), Sending(model=model_place(settings).id, roster=ROSTER)))
    assert model.calls == []


@pytest.mark.parametrize(("name", "address"), [("openai:x", "http://127.0.0.1:8000/v1"), ("ollama:x", None)])
def test_a_model_on_this_machine_needs_no_yes_and_sees_the_text_as_it_is(name: str, address: str | None) -> None:
    # why: nothing leaves, so nobody is asked and no answer suffers
    model = ScriptedChatModel("Ask Ana.")
    service = started(Settings(chat_model=name, chat_base_url=address), model)
    assert service.state.status == "ready" and service.may_ask(None)
    assert "".join(filter(None, service.stream(asked("Ana said no.")))) == "Ask Ana."
    assert "Ana said no." in str(model.calls[0][-1].content)


@pytest.mark.parametrize(
    ("name", "variable", "field"),
    [
        ("openai:x", "OPENAI_BASE_URL", "openai_api_base"),
        ("anthropic:x", "ANTHROPIC_BASE_URL", "anthropic_api_url"),
        ("ollama:x", "OLLAMA_HOST", "base_url"),
    ],
)
def test_no_other_variable_sends_prompts_to_another_place(
    name: str, variable: str, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: people say yes to a place; "on this computer" must not become another one by a variable that is not ours
    from assistant.models.chat import build_chat_model

    monkeypatch.setenv(variable, "http://elsewhere.example:1")
    model = build_chat_model(Settings(chat_model=name, chat_api_key="k"))  # type: ignore[arg-type]
    assert model is not None and "elsewhere.example" not in str(getattr(model, field))
