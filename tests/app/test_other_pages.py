"""Conversations, the guide, what others see: each page with what it must show and must not."""

from typing import Any

import pytest

from app.components.times import ago
from app.preferences import FILE, load_role, save_role
from assistant.coach.service import GuideState
from assistant.guide.manifest import DocumentRecord
from assistant.guide.passage import Passage
from assistant.models.place import model_place
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore

ACTOR = Actor(person=PERSONAL, role=Role.MENTOR)


def button(session: Any, key: str) -> Any:
    """The button whose key begins like this."""
    return next(one for one in session.button if one.key and one.key.startswith(key))


@pytest.fixture
def asked(store: ConversationStore, make_reply: Any) -> str:
    """A conversation of one answered question, by id."""
    made = store.start(ACTOR, "How do I <b>begin</b>?")
    store.finish_turn(ACTOR, store.add_turn(ACTOR, made, "How do I <b>begin</b>?"), make_reply(), "done")
    return made


def test_without_a_conversation_the_page_says_so(open_page: Any, html: Any) -> None:
    assert "Nothing yet." in html(open_page("conversations"))


def test_a_deleted_conversation_can_be_brought_back(
    open_page: Any, html: Any, store: ConversationStore, asked: str
) -> None:
    session = open_page("conversations")
    button(session, "ey-delete").click().run()
    assert not session.exception
    assert "How do I &lt;b&gt;begin&lt;/b&gt;?" in html(session)
    assert store.list(ACTOR) == ()
    button(session, "ey-undo").click().run()
    assert [one.id for one in store.list(ACTOR)] == [asked]


def test_a_conversation_can_be_renamed_but_not_to_nothing(open_page: Any, html: Any, store: Any, asked: str) -> None:
    session = open_page("conversations")
    session.text_input[0].set_value("Tuesday")
    button(session, "FormSubmitter").click().run()
    assert store.list(ACTOR)[0].title == "Tuesday"
    session.text_input[0].set_value("  ")
    button(session, "FormSubmitter").click().run()
    assert "is empty" in html(session)


def test_another_part_has_its_own_conversations(open_page: Any, html: Any, settings: Settings, asked: str) -> None:
    save_role(settings.home, Role.MENTEE)
    assert "Nothing yet." in html(open_page("conversations"))


@pytest.fixture
def library(coach: Any) -> Any:
    """A coach whose guide has one article of three passages."""
    passages = [
        Passage(
            id=f"{number}" * 16,
            document="guide/a.md",
            title="Asking <first>",
            heading=f"Part {number}",
            text=f"Text <b>{number}</b> of the article.",
            position=number,
        )
        for number in range(3)
    ]
    record = DocumentRecord(
        source="guide/a.md",
        origin="/x/guide/a.md",
        title="Asking <first>",
        digest="d" * 64,
        roles=(Role.MENTOR,),
        kind="how-to",
        sources=("smith-2020",),
        passages=tuple(one.id for one in passages),
    )
    coach.records, coach.passages = [record], {"guide/a.md": passages}
    return coach


def test_the_guide_lists_its_articles(open_page: Any, library: Any, html: Any) -> None:
    session = open_page("guide")
    assert not session.exception
    assert "How-to · for mentor" in html(session)
    assert "1 article" in html(session)


def test_the_guide_can_be_searched(open_page: Any, library: Any, html: Any) -> None:
    session = open_page("guide")
    session.text_input[0].set_value("<b>1</b>").run()
    assert "Text &lt;b&gt;1&lt;/b&gt; of the article." in html(session)
    session.text_input[0].set_value("no such words").run()
    assert "Nothing in the guide is near this" in html(session)


def test_an_article_opens_at_the_passage_and_names_what_it_rests_on(open_page: Any, library: Any, html: Any) -> None:
    session = open_page("guide", document="guide/a.md", passage="1" * 16)
    page = html(session)
    assert session.expander[0].label == "One section before this one"
    assert page.count("ey-here") == 1
    assert page.index("Part 0") < page.index("Part 1") < page.index("Part 2")  # the whole article is there
    assert "Title of smith-2020" in page
    assert "a hint" in page
    assert "<first>" not in page


def test_an_article_that_is_gone_is_said_to_be_gone(open_page: Any, library: Any, html: Any) -> None:
    assert "not in the guide any more" in html(open_page("guide", document="guide/gone.md"))


def test_the_guide_page_says_when_there_is_none(open_page: Any, coach: Any, html: Any) -> None:
    coach.guide = GuideState(status="empty", message="", documents=0, passages=0, generation="")
    assert "The guide is empty" in html(open_page("guide"))


def test_the_privacy_page_says_where_database_and_keys_are_and_who_could_read(
    open_page: Any, html: Any, settings: Settings
) -> None:
    # why: it is sealed, and whoever has both the file and the keys can still read it; the page says both
    page = html(open_page("privacy"))
    assert str(settings.home / "eyelevel.db") in page and str(settings.keys) in page
    assert "not encrypted" not in page and "are sealed" in page
    assert "has the keys as well and could read it" in page and "if the keys are lost, nobody can" in page
    assert "Nothing you write leaves it." in page
    assert "ombuds@example.org" in page


def test_a_hosted_model_is_named_on_the_privacy_page(
    open_page: Any, html: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted = settings.model_copy(update={"chat_model": "anthropic:claude"})
    monkeypatch.setattr("app.state.get_settings", lambda: hosted)
    page = html(open_page("privacy"))
    assert "Anthropic" in page
    assert "Nothing you write leaves it." not in page


def test_everything_can_be_taken_away_in_two_forms(open_page: Any, asked: str) -> None:
    # why: a right that needs the command line is none
    session = open_page("privacy")
    labels = [one.proto.label for one in session.get("link_button")]
    assert not session.exception and labels == ["To read (Markdown)", "For programs (JSON)"]


def test_nothing_is_erased_without_the_word(open_page: Any, html: Any, store: ConversationStore, asked: str) -> None:
    # why: one slip of the mouse must not cost everything
    session = open_page("privacy")
    assert not session.text_input or all(one.key != "ey-erase-word" for one in session.text_input)
    button(session, "ey-erase").click().run()
    assert [one.id for one in store.list(ACTOR)] == [asked]
    session.text_input(key="ey-erase-word").set_value("yes")
    button(session, "FormSubmitter:ey-erase-form").click().run()
    assert "Nothing was erased" in html(session) and [one.id for one in store.list(ACTOR)] == [asked]
    button(session, "ey-erase-keep").click().run()
    assert all(one.key != "ey-erase-word" for one in session.text_input)


def test_everything_is_erased_and_the_page_says_what_remains(
    open_page: Any, html: Any, store: ConversationStore, asked: str, settings: Settings
) -> None:
    # why: in every part one plays, in the session too, and with the reasons for what stays
    other = store.start(ACTOR.model_copy(update={"role": Role.MENTEE}), "As mentee")
    save_role(settings.home, Role.MENTEE)
    session = open_page("privacy")
    session.session_state["conversation"] = other
    button(session, "ey-erase").click().run()
    session.text_input(key="ey-erase-word").set_value(" erase ")
    button(session, "FormSubmitter:ey-erase-form").click().run()
    assert not session.exception
    page = html(session)
    assert "What remains, and why" in page and "makes a restored backup erase it again" in page
    assert "conversation" not in session.session_state and load_role(settings.home) is None
    for role in (Role.MENTOR, Role.MENTEE):
        assert store.list(Actor(person=PERSONAL, role=role)) == ()
    assert "What remains" not in html(session.run())
    assert store.start(ACTOR, "anew")


@pytest.mark.parametrize(
    ("model", "address", "where"),
    [
        ("none", None, "nowhere"),
        ("local:qwen", None, "here"),
        ("ollama:llama", None, "here"),
        ("ollama:llama", "http://10.0.0.5:11434", "elsewhere"),
        ("openai:gpt", None, "elsewhere"),
        ("openai:mine", "http://127.0.0.1:8000/v1", "here"),
        ("openai:mine", "https://localhost.example.org/v1", "elsewhere"),
        ("anthropic:claude", None, "elsewhere"),
    ],
)
def test_where_answers_are_made_is_told_truly(model: str, address: str | None, where: str) -> None:
    assert model_place(Settings(chat_model=model, chat_base_url=address)).where == where


def test_a_broken_memory_of_the_part_is_no_memory(settings: Settings) -> None:  # never a crash
    assert load_role(settings.home) is None
    assert save_role(settings.home, Role.MANAGER)
    assert load_role(settings.home) == Role.MANAGER
    (settings.home / FILE).write_text("[]")
    assert load_role(settings.home) is None


def test_times_are_told_in_words() -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    assert [ago(now - timedelta(seconds=s)) for s in (5, 90, 7200, 90_000)] == [
        "just now",
        "1 minute ago",
        "2 hours ago",
        "1 day ago",
    ]
    assert ago(datetime(2026, 3, 1, tzinfo=UTC) - timedelta(days=400)) == "25 January 2025"
