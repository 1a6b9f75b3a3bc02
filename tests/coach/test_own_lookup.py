"""What of a person's own stands beside an answer: only what fits, for them alone, and never in the answer itself."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as runs
from hypothesis import strategies as st
from kit import ENCODER, ingest
from own_desk import LIN, LIN_AS_MENTEE, OLA, Desk, open_desk

from assistant.coach import own_lookup
from assistant.coach.conversation import Conversation, Turn
from assistant.coach.own_lookup import Lookup
from assistant.coach.own_passages import cut_passages
from assistant.coach.own_texts import read_text
from assistant.coach.safety import parse_contacts
from assistant.errors import ModelMissing
from assistant.events import Event, Notice, Own, OwnPlace, Reply, Sources
from assistant.guide.library import Library
from assistant.models.place import model_place
from assistant.models.service import ChatService
from assistant.models.testing import ScriptedChatModel
from assistant.privacy.roster import roster_of
from assistant.privacy.sending import Sending
from assistant.roles import Actor
from assistant.settings import Settings

ARTICLE = (
    "# Listening first\n\nAsk before you tell, because listening first opens the talk. Write down what is said in "
    "their own words. Ask what the other one thinks of listening first before you answer.\n"
)
QUESTION = "How did listening first open the talk with Zdenka?"
NOTE = "Zdenka said that listening first is what she never learned. Ana López laughed."
Ask = Callable[..., list[Event]]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "own", LIN, LIN_AS_MENTEE, OLA) as opened:
        yield opened


@pytest.fixture
def ask(settings: Settings, desk: Desk) -> Ask:
    """The events of one turn over a guide of one article, with or without a model elsewhere that writes this."""

    def run(question: str = QUESTION, actor: Actor = LIN, *, model: ScriptedChatModel | None = None) -> list[Event]:
        used = settings.model_copy(
            update={"chat_model": "openai:gpt-x" if model else "none", "hosted_models": bool(model)}
        )
        source = Path(settings.knowledge) / "listening.md"
        if not source.exists():
            source.write_text(ARTICLE, encoding="utf-8")
            ingest(settings, source)
        chat = ChatService(used, build=lambda _: model)
        chat.start()
        chat.wait(10)
        search = Library(used, ENCODER, ENCODER.name).current()
        talk = Conversation(chat, parse_contacts(""), "f", used.chat_model, own=desk.own)
        sending = Sending(model=model_place(used).id, roster=roster_of(["Ana López", "Zdenka"])) if model else None
        stores = desk.stores
        return list(talk.reply(Turn(actor=actor, text=question, desk=stores, sending=sending), search))

    return run


def own_of(events: list[Event]) -> tuple[OwnPlace, ...]:
    """What was shown, which must be what is kept."""
    found = [place for event in events if isinstance(event, Own) for place in event.places]
    reply = events[-1]
    assert isinstance(reply, Reply) and list(reply.own) == found
    return reply.own


def test_what_fits_comes_beside_the_answer_without_its_words(desk: Desk, ask: Ask) -> None:
    # why: kept are ids and offsets, so that an erased note leaves nothing in a conversation
    note = desk.write(LIN, "With Zdenka", NOTE)
    events = ask()
    assert own_of(events) == (OwnPlace(kind="note", item=note, start=0, end=len(NOTE)),)
    assert "never learned" not in "".join(event.model_dump_json() for event in events)


def test_the_answer_and_its_sources_are_the_same_with_and_without(desk: Desk, ask: Ask) -> None:
    # why: one's own note is no source of the guide, and proves nothing
    without = ask()
    desk.write(LIN, "With Zdenka", NOTE)
    with_note = ask()
    assert own_of(without) == () and own_of(with_note) != ()
    first, second = without[-1], with_note[-1]
    assert isinstance(first, Reply) and isinstance(second, Reply) and not first.abstained
    assert (first.text, first.sources, first.abstained) == (second.text, second.sources, second.abstained)
    sources = [event.sources for event in with_note if isinstance(event, Sources)]
    assert all(one.document.endswith("listening.md") for group in sources for one in group)


def test_what_the_guide_does_not_cover_still_finds_ones_own(desk: Desk, ask: Ask) -> None:
    # why: "what did we agree about her phone" is nothing for the guide; it must say so, and show the note beside it
    note = desk.write(LIN, "Phone", "Her telephone stays outside with the assistant.")
    events = ask("Where did her telephone stay, outside with the assistant?")
    reply = events[-1]
    assert isinstance(reply, Reply) and reply.abstained and reply.sources == ()
    assert [place.item for place in own_of(events)] == [note]


@pytest.mark.parametrize("question", ["How do I open a talk?", "Who won the match on Sunday?"])
def test_a_question_about_something_else_shows_nothing(desk: Desk, ask: Ask, question: str) -> None:
    # why: something is nearest to every question
    desk.write(LIN, "Phone", "Her telephone stays outside with the assistant.")
    assert own_of(ask(question)) == ()


def test_a_disclosure_is_not_answered_with_ones_own_notes(desk: Desk, ask: Ask) -> None:
    # why: who says that somebody touched them needs people, not an old note
    desk.write(LIN, "t", "He put his hand on my knee and laughed.")
    assert own_of(ask("He put his hand on my knee")) == ()


def test_nobody_else_and_no_other_part_sees_it(desk: Desk, ask: Ask) -> None:
    # why: a mentee who asks the same must not learn that such a note exists
    desk.write(LIN, "With Zdenka", NOTE)
    assert own_of(ask(actor=OLA)) == own_of(ask(actor=LIN_AS_MENTEE)) == ()


def test_a_deleted_note_is_gone_at_once_and_comes_back_with_its_undo(desk: Desk, ask: Ask) -> None:
    # why: what was deleted must not turn up in the next answer
    note = desk.write(LIN, "With Zdenka", NOTE)
    assert own_of(ask())
    desk.notes.delete(LIN, note)
    assert own_of(ask()) == ()
    desk.notes.restore(LIN, note)
    assert own_of(ask())


def test_no_model_elsewhere_reads_a_word_of_it(desk: Desk, ask: Ask) -> None:
    # why: the yes was for questions and passages of the guide; neither names nor the rest of a note may go along
    desk.write(LIN, "With Zdenka", NOTE)
    model = ScriptedChatModel("Ask before you tell.")
    assert own_of(ask(model=model))
    sent = "\n".join(str(message.content) for call in model.calls for message in call)
    assert "listening first" in sent
    assert not any(word in sent for word in ("Ana", "López", "Zdenka", "never learned", "laughed"))
    model.verify_finished()


def test_a_search_that_fails_costs_no_answer_and_is_said(desk: Desk, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: "nothing found" and "could not look" are different things, and the guide's answer depends on neither
    desk.write(LIN, "With Zdenka", NOTE)
    for error, line in (
        (ModelMissing("The model is missing; run `eyelevel models`."), "The model is missing"),
        (ValueError("never learned"), "Your own notes were not looked at."),
    ):

        def fail(*_: Any, error: Exception = error) -> Any:
            raise error

        monkeypatch.setattr(desk.own, "search", fail)
        events = ask()
        reply = events[-1]
        assert isinstance(reply, Reply) and reply.sentences and own_of(events) == ()
        notices = [event.text for event in events if isinstance(event, Notice)]
        assert list(reply.notices) == notices and len(notices) == 1
        assert line in notices[0] and "never learned" not in notices[0]


def test_a_slow_search_is_not_waited_for_before_the_first_words(
    desk: Desk, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: a year of unread notes takes seconds, and the answer must begin meanwhile
    note = desk.write(LIN, "With Zdenka", NOTE)
    search = desk.own.search

    def slow(*arguments: Any) -> Any:
        time.sleep(0.6)
        return search(*arguments)

    ask()
    monkeypatch.setattr(desk.own, "search", slow)
    events = ask()
    reply = events[-1]
    assert isinstance(reply, Reply) and reply.timings["first_words"] < 0.5 < reply.timings["total"]
    assert [place.item for place in own_of(events)] == [note]


def test_without_stores_nothing_is_looked_up(desk: Desk) -> None:
    # why: deny by default; a command line has no session whose notes these could be
    assert Turn(actor=LIN, text="x").desk is None
    looked = Lookup(desk.own, LIN, "x", desk.stores)
    assert looked.take(5) is None and own_lookup.MOST == 1


PEOPLE = (LIN, LIN_AS_MENTEE, OLA)
WORDS = st.sampled_from("budget forklift holiday appraisal weather safety lunch merger silence feedback".split())


@given(
    written=st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.booleans(), st.lists(WORDS, min_size=1, max_size=4)), max_size=8
    ),
    asked=st.lists(st.tuples(st.sampled_from(PEOPLE), st.lists(WORDS, min_size=1, max_size=3)), max_size=6),
    gone=st.sets(st.integers(0, 7)),
)
@runs(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_asks_gets_only_what_they_wrote_and_kept(
    desk: Desk,
    written: list[tuple[Actor, bool, list[str]]],
    asked: list[tuple[Actor, list[str]]],
    gone: set[int],
) -> None:
    # why: no mix of people, notes, plans, deletions and questions may bring up another person's note or plan
    stores = desk.stores
    for number, (actor, is_plan, said) in enumerate(written):
        if is_plan:
            item = desk.plan(actor, " ".join(said), *said)
        else:
            item = desk.write(actor, " ".join(said), f"We spoke about {' and '.join(said)} that day.")
        if number in gone:
            (desk.drafts if is_plan else desk.notes).delete(actor, item)
    for actor, said in asked:
        found = Lookup(desk.own, actor, f"What did we say about {' and '.join(said)}?", stores).take(10)
        assert found is None or isinstance(found, Own)
        for place in found.places if found else ():
            if place.kind == "plan":
                text = read_text(desk.drafts.open(actor, place.item))  # denied where it is another's or deleted
                assert text and (place.start, place.end) in cut_passages(text)
            else:
                text = desk.notes.load(actor, place.item).text
                assert text[place.start : place.end].strip() == text
