"""Following through: reminders, the picture of a programme, the summary to take along, and both sides' view."""

# ruff: noqa: F811 (fixtures of another module are asked for by their names)

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest
from test_commitments_page import (  # noqa: F401
    ME,
    TODAY,
    Pair,
    Sees,
    commitments,
    pair,
    promise,
    sees,
    settle,
    the,
)

from app.components import both_sides, programme_rows, promised, visibility
from app.components.programme_line import picture
from app.components.programme_rows import FORMS, LANES
from app.components.reminder import Near, choose
from assistant.coach.arc import Span, load_arc, mix_topics
from assistant.coach.catalogue import Area, load_topics
from assistant.notes.session_plan import FORM, PlanBlock, PlanTopic, SessionPlan
from assistant.roles import Role
from assistant.settings import Settings
from assistant.store.commitments import Commitment, CommitmentStore, Source
from assistant.store.drafts import DraftStore
from assistant.store.reminders import ReminderStore
from assistant.store.takeaways import TakeawayStore

FOLDER = Path(__file__).resolve().parents[2] / "knowledge" / "topics"
NOW = date(2026, 11, 20)
MEANT, TAKEN = "Mark-5501 the wiki <page> is out of date.", "Mark-5502 the canteen <soup> is cold."
HARM = "He grabbed me again yesterday and said he would fire me if I told anyone about the harassment."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With the topics that come along."""
    return settings.model_copy(update={"knowledge": FOLDER.parent})


def made(text: str = "Ring her", *, due: int | None = None, outcome: Any = None, made_on: int = -30) -> Commitment:
    """A commitment that is due so many days from now."""
    moment = datetime.combine(NOW, datetime.min.time()).astimezone()
    return Commitment(
        id="0" * 32,
        text=text,
        pair=None,
        due=None if due is None else NOW + timedelta(days=due),
        created=moment + timedelta(days=made_on),
        settled=moment if outcome else None,
        outcome=outcome,
        reason=None,
        source=None,
    )


def plan(*topics: str, starts: datetime | None = None) -> str:
    block = PlanBlock(title="b", minutes=15, what="w", questions=("What?",))
    made_of = SessionPlan(
        side="mentor", minutes=45, purpose="p", blocks=(block,) * 3, first=(), leave_out=(), commitment="c",
        rests_on=(), starts=starts, topics=tuple(PlanTopic(id=one, title=one, why="w") for one in topics),
    )  # fmt: skip
    return made_of.model_dump_json()


# The one line


@pytest.mark.parametrize(
    ("promises", "near", "said", "page"),
    [
        ([], [], None, None),
        ([made(due=4), made(due=None), made(due=-1, outcome="kept"), made(due=0, outcome="dropped")], [], None, None),
        ([made("Soon", due=3)], [], "For Monday 23 November", "commitments"),
        ([made(due=3), made(due=-2), made(due=1, outcome="partly")], [], "And 2 more", "commitments"),
        ([made("Over", due=-2)], [Near("Hal", NOW + timedelta(days=1))], "Over", "commitments"),
        ([made("Over", due=-2)], [Near("Hal", NOW)], "You meet Hal today, and there is no plan yet.", "plan"),
        ([made("Soon", due=2)], [Near("Hal", NOW + timedelta(days=1))], "You meet Hal tomorrow", "plan"),
        ([], [Near("<b>", NOW)], "&lt;b&gt;", "plan"),
    ],
)  # fmt: skip
def test_never_more_than_one_thing_and_the_nearest(
    promises: list[Commitment], near: list[Near], said: str | None, page: str | None
) -> None:
    # why: a list of what is undone is a reproach; one line is a help
    found = choose(promises, near, "mentor", NOW)
    assert (found and found.page) == page and (found is None or str(said) in found.said)


def test_what_is_over_is_asked_and_not_blamed() -> None:
    # why: gentle, or it is turned off
    found = choose([made("Ask <twice>", due=-2)], [], "mentor", NOW)
    assert found and "Meant for Wednesday 18 November" in found.said and "Still right?" in found.said
    assert "Ask &lt;twice&gt;" in found.said and "overdue" not in found.said.lower()
    assert choose([made(due=-2)], [Near("Hal", NOW)], "mentee", NOW).page == "reflection"  # type: ignore[union-attr]


def line(session: AppTest, html: Any) -> str:
    assert not session.exception
    return str(html(session))


def test_put_away_it_is_gone_for_the_day_and_turned_off_for_good(
    open_page: Any, html: Any, commitments: CommitmentStore
) -> None:
    # why: both are one click, and the second is found where the promises are
    commitments.add(ME, "Mark-6601", due=TODAY - timedelta(days=1))
    session = open_page("coach")
    assert "Mark-6601" in line(session, html)
    the(session.button, "ey-reminder-away").click().run()
    assert "Mark-6601" not in line(session, html) and "Mark-6601" not in html(open_page("coach"))
    reminders = ReminderStore(commitments._database)
    assert reminders.choice(ME).quiet_until == TODAY + timedelta(days=1)
    reminders.hush(ME, TODAY)
    assert "Mark-6601" in html(open_page("coach"))
    settings = open_page("commitments")
    the(settings.toggle, "ey-reminder-wanted").set_value(False).run()
    assert not reminders.choice(ME).wanted and "Mark-6601" not in html(open_page("coach"))


def test_a_session_of_tomorrow_is_named_until_there_is_a_plan_for_it(pair: Pair, sees: Sees, html: Any) -> None:
    # why: whoever has planned is not asked to plan
    pair.programmes.record_session(pair.mina, pair.pair, TODAY + timedelta(days=1), minutes_planned=45)
    draw = "from app.components import reminder; reminder.draw()"
    assert "You meet Hal &lt;i&gt; tomorrow, and there is no plan yet." in html(sees("Min", draw))
    assert "You meet Mina tomorrow." in html(sees("Hal", draw))
    DraftStore(pair.database).add(pair.mina, "plan", "p", plan(), form=FORM, pair=pair.pair)
    assert "You meet" not in html(sees("Min", draw))


def test_nobody_is_reminded_of_what_somebody_else_promised(pair: Pair, sees: Sees, html: Any) -> None:
    # why: never in somebody else's sight, shared or not
    due = pair.commitments.add(pair.mina, "Mark-6602", pair=pair.pair, due=TODAY)
    pair.shares.share(pair.mina, "commitment", due, pair.hal.person)
    draw = "from app.components import reminder; reminder.draw()"
    assert "Mark-6602" in html(sees("Min", draw))
    for other in ("Hal", "Uma", "Max"):
        assert html(sees(other, draw)) == ""


# What was promised


def test_open_promises_for_the_chat_are_short_and_the_nearest_first(
    open_page: Any, html: Any, commitments: CommitmentStore, world: None
) -> None:
    # why: "what did I promise?" is answered with what is still to do
    for at in range(7):
        commitments.add(ME, f"Promise <{at}>", due=TODAY + timedelta(days=at))
    gone = commitments.add(ME, "Done long ago")
    commitments.settle(ME, gone, "kept")
    partly = commitments.add(ME, "Half of it", due=TODAY - timedelta(days=1))
    commitments.settle(ME, partly, "partly", "one of two")
    script = (
        "import streamlit as st\nfrom app import navigation\nfrom app.components import promised\n"
        "st.navigation([navigation.page(name) for name in navigation.PAGES], position='hidden')\npromised.draw_open()"
    )
    session = AppTest.from_string(script, default_timeout=15).run()
    page = html(session)
    assert not session.exception and "You have eight open promises." in page and "Done long ago" not in page
    assert page.index("Half of it") < page.index("Promise &lt;0&gt;") and "Partly done" in page
    assert page.count("<li>") == promised.MOST and "And 3 more." in page


def test_partly_is_on_its_way_and_let_go_says_so(open_page: Any, html: Any, commitments: CommitmentStore) -> None:
    # why: two of three teams is neither done nor undone
    made_one = commitments.add(ME, "Move the freeze", due=TODAY)
    session = settle(open_page("commitments"), "partly", "Two of three teams")
    page = html(session)
    assert page.index("You said</h2>") < page.index("Move the freeze") and "Partly" in page and "I did</h2>" not in page
    assert "Two of three teams" in page and "One promise, one on its way." in page
    the(session.button, "ey-reopen").click().run()
    assert commitments.list(ME)[0].outcome is None
    settle(session, "dropped", "Not mine")
    assert "Let go, and said so" in html(session) and "One promise, one let go." in html(session)
    assert commitments.list(ME)[0].id == made_one and commitments.list(ME)[0].settled


def test_a_promise_says_from_what_it_was_made(open_page: Any, html: Any, commitments: CommitmentStore) -> None:
    # why: a promise from a plan or a note leads back to why it was made
    draft = DraftStore(commitments._database).add(ME, "reflection", "t", "{}")
    commitments.add(ME, "From there", source=Source(kind="draft", item=draft))
    assert "from what you prepared" in html(open_page("commitments"))


def test_a_promise_that_discloses_harm_is_kept_and_answered_with_whom_to_turn_to(
    open_page: Any, html: Any, commitments: CommitmentStore, coach: Any
) -> None:
    # why: harm is not coached around, and the own words are not taken away
    session = promise(open_page("commitments"), HARM)
    assert coach.referral(HARM) and "Ombuds office" in html(session)
    assert [one.text for one in commitments.list(ME)] == [HARM]
    assert "Ombuds office" not in html(promise(session, "Ring her"))


# The picture


def test_every_kind_of_mark_has_a_form_of_its_own() -> None:
    # why: colour alone tells nothing to who cannot see it
    looks = {(form.shape, form.filled) for form in FORMS.values()}
    assert len(looks) == len({form.sign for form in FORMS.values()}) == len(FORMS) >= 10


def test_the_picture_holds_the_pairs_sessions_ones_own_and_what_is_shared(
    pair: Pair,
    sees: Sees,
    html: Any,
) -> None:
    # why: it belongs to the two alone, and to each of them only what each may read
    pair.programmes.record_session(pair.mina, pair.pair, TODAY, minutes_held=40)
    pair.programmes.record_session(pair.mina, pair.pair, TODAY + timedelta(days=20), minutes_planned=40)
    topics = load_topics(FOLDER)
    tech = next(one for one in topics if one.area is Area.TECHNOLOGY)
    DraftStore(pair.database).add(pair.mina, "plan", "p", plan(tech.id), form=FORM, pair=pair.pair)
    pair.commitments.add(pair.hal, "Mark-7700 of Hal", pair=pair.pair)
    mina = html(sees("Min"))
    assert "Your programme with Hal &lt;i&gt;" in mina and "Session held" in mina and "Session planned" in mina
    assert tech.title in mina and "Mark-7731" in mina and "Mark-7700" not in mina
    hal = html(sees("Hal"))
    assert "Session held" in hal and tech.title not in hal and "Mark-7731" not in hal and "Mark-7700 of Hal" in hal
    pair.shares.share(pair.mina, "commitment", pair.line, pair.hal.person)
    assert "Shared with you" in html(sees("Hal")) and "Mina: Mark-7731" in html(sees("Hal"))
    for other in ("Uma", "Max"):
        page = html(sees(other))
        assert "Your programme" not in page and "Mark-77" not in page


def test_the_picture_in_words_and_as_a_chart() -> None:
    # why: what is drawn must be readable without seeing it, in either theme
    span, arc, topics = Span(NOW, NOW + timedelta(days=181)), load_arc(FOLDER / "arc.yaml"), load_topics(FOLDER)
    course = SimpleCourse(span)
    found = programme_rows.marks(course, mix_topics((), topics, arc, 1), None, NOW)  # type: ignore[arg-type]
    said = programme_rows.describe(found, span)
    assert "done: 1" in said and "promised: 1" in said and "changed or let go: 2" in said and "20 November 2026" in said
    for theme in ("light", "dark"):
        made_of = picture(found, programme_rows.bands(arc, span), span, "mentor", theme).to_dict()
        text = str(made_of)
        assert (
            all(lane in text for lane in LANES[1:])
            and LANES[0] not in text
            and "triangle-down" in text
            and len(made_of["layer"]) == 5
        )
    assert picture((), (), span, "mentee", "light").to_dict()


class SimpleCourse:
    """Promises alone."""

    def __init__(self, span: Span) -> None:
        self.span, self.sessions, self.shared, self.plans = span, (), (), ()
        outcomes = ("kept", "changed", "dropped", None)
        self.promises = tuple(made(f"p{one}", outcome=one, made_on=0) for one in outcomes)


def test_alone_the_own_plans_and_promises_are_the_picture(
    open_page: Any, html: Any, commitments: CommitmentStore
) -> None:
    # why: nobody needs a pair to see what they set out to do
    page = html(open_page("commitments"))
    assert "Nothing yet. Sessions, promises" in page and both_sides.ALONE in page
    topics = load_topics(FOLDER)
    old = datetime.now() - timedelta(days=100)
    tech = [one for one in topics if one.area is Area.TECHNOLOGY][:2]
    DraftStore(commitments._database).add(ME, "plan", "p", plan(*(one.id for one in tech), starts=old), form=FORM)
    DraftStore(commitments._database).add(ME, "plan", "p", plan("no-such-topic"), form=FORM)
    commitments.add(ME, "Mine")
    session = open_page("commitments")
    page = html(session)
    assert tech[0].title in page and "2 times" in page and "Nothing yet about ways of working" in page
    (link,) = [one for one in session.get("page_link") if "about" in one.proto.query_string]
    assert parse_qs(link.proto.query_string)["about"][0] in {one.title for one in topics}


# Both sides


@pytest.fixture
def met(pair: Pair) -> str:
    """A session of the two that is over."""
    return pair.programmes.record_session(pair.mina, pair.pair, TODAY, minutes_held=40)


def write(session: AppTest, text: str) -> AppTest:
    the(session.text_area, "ey-takeaway-text").set_value(text)
    return the(session.button, "FormSubmitter:ey-takeaway").click().run()


def say_yes(session: AppTest) -> AppTest:
    return the(session.button, "ey-takeaway-yes").click().run()


def test_neither_sees_the_other_before_both_said_yes_nor_after_one_took_it_back(
    pair: Pair,
    sees: Sees,
    html: Any,
    met: str,
) -> None:
    # why: the whole promise, as the two meet it on their pages
    mina, hal = write(sees("Min"), MEANT), write(sees("Hal"), TAKEN)
    for session in (mina, hal):
        assert not session.exception and "Only you can read it." in html(session)
    say_yes(mina)
    assert "Mark-5502" not in html(mina) and "Mark-5501" not in html(sees("Hal", session=hal))
    assert "You said yes" not in html(hal) and "Nothing yet" not in html(hal), "nobody is told what the other chose"
    say_yes(hal)
    for session, name, mark in (
        (mina, "Min", "Mark-5502 the canteen &lt;soup&gt;"),
        (hal, "Hal", "Mark-5501 the wiki"),
    ):
        assert mark in html(sees(name, session=session))
    assert "<soup>" not in html(mina) and "Mark-55" not in html(sees("Uma")) + html(sees("Max"))
    the(hal.button, "ey-takeaway-stop").click().run()
    assert "Mark-5501" not in html(hal) and "Mark-5502" not in html(sees("Min", session=mina))
    assert not hal.exception and not mina.exception


def test_the_gap_is_a_question_and_goes_into_the_next_plan(pair: Pair, sees: Sees, html: Any, met: str) -> None:
    # why: what did not come across is the best topic for the next time
    store = TakeawayStore(pair.database)
    for actor, text in ((pair.mina, MEANT), (pair.hal, TAKEN)):
        store.consent(actor, store.write(actor, met, text))
    for name, said in (("Min", "You meant"), ("Hal", "Mina meant")):
        session = sees(name)
        assert said in html(session) and "Did that come across?" in html(session)
        (link,) = [one for one in session.get("page_link") if "about" in one.proto.query_string]
        (about,) = parse_qs(link.proto.query_string)["about"]
        assert "the wiki <page> is out of date" in about and link.proto.page == "session-plan"


def test_words_that_disclose_harm_are_not_kept_and_answered_with_whom_to_turn_to(
    pair: Pair,
    sees: Sees,
    html: Any,
    met: str,
) -> None:
    # why: that is nothing to be put beside somebody's words, least of all beside the words of who did it
    session = write(sees("Min"), HARM)
    assert "Ombuds office" in html(session) and "was not kept and went to nobody" in html(session)
    assert TakeawayStore(pair.database).list(pair.mina) == ()
    assert the(session.text_area, "ey-takeaway-text").value == HARM
    assert "Ombuds office" not in html(write(session, MEANT)) and TakeawayStore(pair.database).list(pair.mina)
    the(write(session, HARM).button, "ey-takeaway-all-the-same").click().run()
    assert [one.text for one in TakeawayStore(pair.database).list(pair.mina)] == [HARM], "the last word is the person's"
    assert "Ombuds office" not in html(session) and "Only you can read it." in html(session)


def test_only_a_session_that_is_over_asks_and_a_deleted_one_leaves_the_own_words(
    pair: Pair,
    sees: Sees,
    html: Any,
) -> None:
    # why: nobody has taken anything from a session that did not take place
    pair.programmes.record_session(pair.mina, pair.pair, TODAY + timedelta(days=3), minutes_planned=30)
    pair.programmes.record_session(pair.mina, pair.pair, TODAY, minutes_held=0)
    assert "What did you mean to convey?" not in html(sees("Min"))
    over = pair.programmes.record_session(pair.mina, pair.pair, TODAY - timedelta(days=1))
    session = write(sees("Min"), MEANT)
    pair.programmes.delete_session(pair.hal, over)
    page = html(sees("Min", session=session))
    assert "which was deleted. Only you can read it." in page and "Mark-5501" in page
    the(session.button, "ey-takeaway-delete").click().run()
    assert TakeawayStore(pair.database).list(pair.mina) == () and "Mark-5501" not in html(session)


def test_what_one_has_opened_stands_with_what_one_shares_and_ends_there(
    pair: Pair,
    sees: Sees,
    html: Any,
    met: str,
) -> None:
    # why: whoever looks for what others can read looks there
    store = TakeawayStore(pair.database)
    store.consent(pair.mina, store.write(pair.mina, met, MEANT))
    session = sees("Min", "sharing.given()")
    assert "Mark-5501" in html(session) and "read by the other side if it says yes too" in html(session)
    the(session.button, "ey-stop-opened").click().run()
    assert "Nothing. Whatever you share" in html(session) and not store.list(pair.mina)[0].consented


@pytest.mark.parametrize("role", [Role.MENTOR, Role.MENTEE])
def test_the_page_about_others_tells_it(role: Role) -> None:
    # why: the table is a promise; only the other side, and only if both say yes
    rows = {what: answers for what, _, *answers in visibility.TABLES[role].rows}
    assert rows["What you meant, or took away"] == [visibility.YES, visibility.BOTH, visibility.NO, visibility.NO]
    assert rows["The picture of your programme"] == [visibility.YES, "Their own", visibility.NO, visibility.NO]
    assert rows["Reminders"] == [visibility.YES, visibility.NO, visibility.NO, visibility.NO]
