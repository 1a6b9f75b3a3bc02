"""What counts of a person: consent and stopping, kept promises, and the releases that both sides of it read."""

from datetime import timedelta
from typing import Any

import pytest
from couple import HARM, SECRET, TODAY, TOOLS, Couple, has, press
from firm import field

from app import contributing, state
from app.components.markup import html_text
from assistant.errors import AccessDenied
from assistant.programme.coding import ThemeCoder
from assistant.roles import Actor, Role

KEPT, DROPPED = "sign_commitment_kept", "no_follow_through"


def codes(couple: Couple) -> list[tuple[str, tuple[str, ...]]]:
    """Of what kind, and which codes, the latest first."""
    return [(one.source.kind, one.codes) for one in couple.own()]


# The consent


@pytest.mark.parametrize("who", ["lina", "henrik"])
def test_each_side_agrees_for_itself_and_stops_in_two_steps(couple: Couple, html: Any, who: str) -> None:
    # why: a yes of one is none of the other; and erasing is asked twice because nothing brings it back
    actor, other = (couple.lina, couple.henrik) if who == "lina" else (couple.henrik, couple.lina)
    session = couple.see("privacy", actor)
    assert "They do not. If you agree, as" in html(session) and "Nothing for the next release" in html(session)
    press(session, "ey-counting-agree")
    assert f"They do, as {actor.role.value}." in html(session)
    assert couple.themes.consents(actor) and not couple.themes.consents(other)
    press(session, "ey-counting-stop")
    assert "is erased at once" in html(session) and couple.themes.consents(actor)
    press(session, "ey-counting-stop-no")
    assert couple.themes.consents(actor) and "is erased at once" not in html(session)
    press(press(session, "ey-counting-stop"), "ey-counting-stop-yes")
    assert not couple.themes.consents(actor) and "They do not." in html(session)


def test_what_was_kept_before_counts_only_once_that_is_asked_for(couple: Couple, html: Any) -> None:
    # why: who agrees today said nothing of what was written yesterday; what never can count is not promised
    note, unpaired = couple.save(TOOLS), couple.save(TOOLS, None)
    settled = [couple.commitments.add(couple.lina, text, pair=couple.pair) for text in ("I will call", HARM)]
    for one in settled:
        couple.commitments.settle(couple.lina, one, "kept")
    couple.surveys.answer(couple.lina, couple.pair, {"worth": 5})
    session = press(couple.see("privacy"), "ey-counting-agree")
    assert couple.own() == () and "Some of what you keep does not count" in html(session)
    couple.read(press(session, "ey-counting-all"))
    assert {one.source.item for one in couple.own()} == {note, settled[0], couple.pair}
    assert "Some of what you keep" not in html(session) and not has(session, "ey-counting-all")
    assert contributing.label("area_tools") in html(session) and "I will call" in html(session)
    assert unpaired not in html(session) and HARM not in html(session)


def test_a_note_is_not_even_read_without_consent_and_found_once_it_is_given(
    couple: Couple, html: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: who did not agree is not looked through for themes; and a yes that comes later misses nothing
    coder, asked = state.get_coder(), []

    def get_coder() -> ThemeCoder:
        asked.append("a coder")
        return coder

    monkeypatch.setattr(state, "get_coder", get_coder)
    note = couple.save(TOOLS, None)
    session = couple.open_note(note)
    field(session.selectbox, f"ey-about-choice-{note}").set_value(couple.pair).run()
    couple.read(session)
    assert couple.notes.load(couple.lina, note).pair == couple.pair and asked == [] and couple.own() == ()
    session = press(couple.see("privacy"), "ey-counting-agree")
    couple.read(press(session, "ey-counting-all"))
    assert [one.source.item for one in couple.own()] == [note] and asked == ["a coder"]


def test_a_no_while_notes_wait_loses_none_of_them_for_a_later_yes(couple: Couple, html: Any) -> None:
    # why: whoever stops, and begins again, is offered the same notes as before
    note = couple.save(TOOLS)
    state.get_counting().begin(couple.lina, note, new=True)
    assert state.get_counting().join(120) and couple.own() == ()
    session = press(couple.see("privacy"), "ey-counting-agree")
    couple.read(press(session, "ey-counting-all"))
    assert [one.source.item for one in couple.own()] == [note]


def test_stopping_erases_what_no_release_took_and_keeps_out_what_waited(couple: Couple, html: Any) -> None:
    # why: withdrawable at any time; what is in bands of pairs holds nothing of one person
    couple.agree()
    couple.read(press(couple.open_note(couple.save(TOOLS)), "ey-counted-begin"))
    couple.publish()
    second = couple.save(TOOLS)
    session = couple.read(press(couple.open_note(second), "ey-counted-begin"))
    assert [one.released for one in couple.own()] == [False, True]
    session = couple.see("privacy")
    assert session.expander[0].label == "Taken by a release: 1"
    press(press(session, "ey-counting-stop"), "ey-counting-stop-yes")
    assert [one.released for one in couple.own()] == [True] and "Nothing for the next release" in html(session)
    press(session, "ey-counting-agree")
    assert [one.released for one in couple.own()] == [True], "nothing comes back by itself"
    couple.read(press(session, "ey-counting-all"))
    assert couple.own()[0].source.item == second


def test_all_of_one_is_left_out_from_the_list(couple: Couple, html: Any) -> None:
    # why: the list is the one place where everything that counts can be stopped
    couple.agree()
    couple.read(press(couple.open_note(couple.save(TOOLS)), "ey-counted-begin"))
    session = couple.see("privacy")
    (one,) = couple.own()
    press(session, f"ey-code-out-{one.id}-area_tools")
    assert couple.own()[0].withdrawn == ("area_tools",) and "<s>" in html(session)
    press(session, f"ey-counting-none-{one.id}")
    assert couple.own() == () and "Nothing for the next release" in html(session)


def test_nothing_is_offered_to_managers_or_administrators(couple: Couple, html: Any) -> None:
    # why: whoever looks after others has nothing that counts, and sees no code of anybody
    couple.agree()
    couple.read(press(couple.open_note(couple.save(TOOLS)), "ey-counted-begin"))
    for actor in (couple.firm.mara, couple.firm.ada):
        shown = html(couple.see("privacy", actor))
        assert "What counts of you" not in shown and "Whether your themes count" not in shown
        with pytest.raises(AccessDenied):
            couple.themes.set_consent(actor, True)
        with pytest.raises(AccessDenied):
            couple.themes.own(actor)
    assert "Not a page of yours" in html(couple.see("survey", couple.firm.mara))


@pytest.mark.parametrize("name", ["check", "privacy", "commitments", "survey"])
def test_nothing_is_offered_to_a_person_alone(open_page: Any, html: Any, name: str) -> None:
    # why: one person is in no pair, and a consent that does nothing must not be asked for
    session = open_page(name)
    assert not session.exception and "themes count" not in html(session) and not has(session, "ey-count")


# Promises


def test_a_kept_promise_counts_and_reopened_no_longer(couple: Couple, html: Any) -> None:
    # why: it counts as done for as long as its owner says that it is done
    couple.agree()
    made = couple.commitments.add(couple.lina, "I will call", pair=couple.pair)
    session = press(couple.see("commitments"), f"ey-done-{made}")
    assert codes(couple) == [("commitment", (KEPT,))] and contributing.label(KEPT) in html(session)
    press(session, f"ey-reopen-{made}")
    assert couple.own() == () and contributing.label(KEPT) not in html(session)
    couple.commitments.settle(couple.lina, made, "dropped", "No time")
    session = couple.see("commitments")
    assert couple.own() == (), "letting go counts only if its owner wants that"
    press(session, f"ey-count-{made}")
    assert codes(couple) == [("commitment", (DROPPED,))]


@pytest.mark.parametrize(
    ("text", "paired", "agreed"), [("Call", True, False), ("Call", False, True), (HARM, True, True)]
)
def test_a_promise_does_not_count_without_consent_or_pair_or_where_it_discloses_harm(
    couple: Couple, html: Any, text: str, paired: bool, agreed: bool
) -> None:
    # why: the same limits as for a note
    if agreed:
        couple.agree()
    made = couple.commitments.add(couple.lina, text, pair=couple.pair if paired else None)
    session = press(couple.see("commitments"), f"ey-done-{made}")
    assert couple.commitments.list(couple.lina)[0].outcome == "kept" and couple.own() == ()
    assert has(session, f"ey-count-{made}") == (text == HARM), "offered where there is a pair and a consent"
    if text == HARM:
        assert "It does not count" in html(press(session, f"ey-count-{made}")) and couple.own() == ()


@pytest.mark.parametrize(
    ("changes", "counts"), [({"text": "I will write"}, True), ({"text": HARM}, False), ({"pair": "none"}, False)]
)
def test_a_promise_that_counts_is_followed_when_it_is_edited(
    couple: Couple, changes: dict[str, str], counts: bool
) -> None:
    # why: words that belong to a person, and another pair, must not leave a code behind
    couple.agree()
    made = couple.commitments.add(couple.lina, "I will call", pair=couple.pair)
    session = press(couple.see("commitments"), f"ey-done-{made}")
    for name, value in changes.items():
        widgets = session.text_area if name == "text" else session.selectbox
        field(widgets, f"ey-commitment-{name}-{made}").set_value(value)
    press(session, f"FormSubmitter:ey-commitment-{made}")
    assert bool(couple.own()) == counts


def test_a_promise_that_was_left_out_stays_out_when_it_is_edited(couple: Couple) -> None:
    # why: a no is not undone by mending a word
    couple.agree()
    made = couple.commitments.add(couple.lina, "I will call", pair=couple.pair)
    press(couple.see("commitments"), f"ey-done-{made}")
    press(couple.see("privacy"), f"ey-counting-none-{couple.own()[0].id}")
    session = couple.see("commitments")
    field(session.text_area, f"ey-commitment-text-{made}").set_value("I will write")
    press(session, f"FormSubmitter:ey-commitment-{made}")
    assert couple.own() == () and couple.commitments.list(couple.lina)[0].text == "I will write"


# Releases


def test_both_sides_see_the_very_report_that_managers_see(couple: Couple, html: Any) -> None:
    # why: "exactly as the manager does" is a promise; each part must stand on both pages
    first = couple.publish("no_time", "area_tools")
    couple.publish("no_time", "sign_dialogue")
    managers = html(couple.see("themes", couple.firm.mara))
    for actor in (couple.lina, couple.henrik):
        session = couple.see("privacy", actor)
        assert "The second release of Spring" in html(session)
        press(session, "ey-their-view-")
        shown = html(session)
        assert "<h1>Themes, second release</h1>" in shown and "As your programme manager reads it." in shown
        own = {"<h1>Themes, second release</h1>", "As your programme manager reads it.", "<h2>Other releases</h2>"}
        pieces = [one.proto.body for one in session.get("html")]
        theirs = [one for one in pieces if one not in managers and not any(part in one for part in own)]
        assert theirs == [], "nothing else stands here than stands there"
        assert html_text(contributing.label("no_time")) in shown
        press(session, f"ey-their-release-{first.number}")
        assert "<h1>Themes, first release</h1>" in html(session)
        press(session, "ey-their-view-back")
        assert "<h1>What others see</h1>" in html(session)


def test_another_programmes_releases_are_never_shown(couple: Couple, html: Any) -> None:
    # why: whoever is in no pair of a programme has no part in its themes
    couple.publish("no_time")
    outside = Actor(person=couple.firm.add("Otto", Role.MENTOR), role=Role.MENTOR)
    sal = couple.firm.add("Sal", Role.MENTEE)
    autumn = couple.firm.programmes.create(couple.firm.mara, "Autumn", TODAY, TODAY + timedelta(days=90))
    couple.firm.programmes.pair(couple.firm.mara, autumn, outside.person, sal)
    session = couple.see("privacy", outside)
    assert "There is no release of themes yet" in html(session) and not has(session, "ey-their-view-")
    assert "Spring" not in html(session) and [one.id for one in couple.themes.programmes(outside)] == [autumn]
    with pytest.raises(AccessDenied):
        couple.themes.releases(outside, couple.spring)


def test_a_view_left_open_closes_where_the_person_may_not_read_it(couple: Couple, html: Any) -> None:
    # why: what one part opened must not be shown to another part or after a pair was erased
    couple.publish("no_time")
    session = press(couple.see("privacy"), "ey-their-view-")
    (open_view,) = [session.session_state["ey-their-view"]]
    other = couple.see("privacy", Actor(person=couple.firm.add("Otto", Role.MENTOR), role=Role.MENTOR))
    other.session_state["ey-their-view"] = open_view
    other.run()
    assert "<h1>What others see</h1>" in html(other) and "Themes, first" not in html(other)


def test_managers_see_neither_words_nor_names_nor_whose_a_code_is(couple: Couple, html: Any) -> None:
    # why: the promise of the whole part: bands of pairs, and nothing of a note, a promise or a person
    couple.agree()
    couple.read(press(couple.open_note(couple.save(TOOLS)), "ey-counted-begin"))
    made = couple.commitments.add(couple.lina, f"Call {SECRET}", pair=couple.pair)
    press(couple.see("commitments"), f"ey-done-{made}")
    assert len(couple.own()) == 2
    before = html(couple.see("themes", couple.firm.mara))
    couple.publish("no_time", "area_tools")
    after = html(couple.see("themes", couple.firm.mara)) + html(couple.see("programmes", couple.firm.mara))
    assert "first release" in after and SECRET not in before + after and "prompts" not in before + after
    themes = before + html(couple.see("themes", couple.firm.mara))
    for mark in ("Lina", "Henrik", "Mo1", couple.pair, couple.lina.person, *(one.id for one in couple.own())):
        assert mark not in themes
