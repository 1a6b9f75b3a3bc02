"""What counts of a saved note, on the page of the note: asked first, shown code by code, and each code left out."""

from typing import Any

import pytest
from couple import HARM, SLIDES, TOOLS, Couple, has, press, report_of
from firm import field

from app import contributing, state
from app.components import counted, examples
from assistant.errors import InputError
from assistant.notes.mistake import Mistake
from assistant.notes.note import Note, NoteReport
from assistant.privacy.sending import Sending
from assistant.roles import Role


class Checker:
    """Finds a lecture where there are slides, and nothing else."""

    def prepare(self) -> None:
        """Nothing to load."""

    def check(self, note: Note, sending: Sending | None = None) -> NoteReport:
        return report_of(note.text)


def test_nothing_counts_before_it_was_asked_and_not_now_is_an_answer(couple: Couple, html: Any) -> None:
    # why: consent is off until it is given, and nobody is asked twice in a session
    session = couple.open_note(couple.save(TOOLS))
    assert "Let its themes count for your programme?" in html(session) and "at least five pairs" in html(session)
    assert couple.own() == () and not couple.themes.consents(couple.lina)
    press(session, "ey-counted-later-button")
    assert "Let its themes count" not in html(session)
    assert couple.own() == () and not couple.themes.consents(couple.lina)


def test_a_note_about_the_pair_gives_codes_in_the_managers_words(couple: Couple, html: Any) -> None:
    # why: what a manager reads is what the writer must see, and only codes are kept of a note
    note = couple.save(TOOLS)
    session = couple.read(press(couple.open_note(note), "ey-counted-agree"))
    (one,) = couple.own()
    assert couple.themes.consents(couple.lina) and "area_tools" in one.codes and not one.withdrawn
    assert (one.source.kind, one.source.item, one.pair) == ("note", note, couple.pair)
    shown = html(session)
    assert "What counts of this note" in shown and contributing.label("area_tools") in shown
    assert counted.WHO_READS in shown


def test_a_code_is_left_out_and_put_back(couple: Couple, html: Any) -> None:
    # why: each code is the writer's own to give, and one that is left out must look different from one that counts
    couple.agree()
    session = couple.read(press(couple.open_note(couple.save(TOOLS)), "ey-counted-begin"))
    name = contributing.label("area_tools")
    (one,) = couple.own()
    press(session, f"ey-code-out-{one.id}-area_tools")
    assert couple.own()[0].withdrawn == ("area_tools",) and f"<s>{name}</s>" in html(session)
    assert "is left out" in html(session)
    press(session, f"ey-code-in-{one.id}-area_tools")
    assert couple.own()[0].withdrawn == () and f"<s>{name}</s>" not in html(session)
    press(session, "ey-counted-none")
    assert couple.own() == () and has(session, "ey-counted-begin")
    couple.read(press(session, "ey-counted-begin"))
    assert "area_tools" in couple.own()[0].codes


def test_a_note_that_discloses_harm_counts_for_nothing_and_names_whom_to_turn_to(couple: Couple, html: Any) -> None:
    # why: harm belongs to a person and never to a report
    couple.agree()
    session = couple.read(press(couple.open_note(couple.save(f"{TOOLS} {HARM}")), "ey-counted-begin"))
    shown = html(session)
    assert counted.DISCLOSED in shown and shown.count("ombuds@example.org") >= 1
    assert couple.own() == () and not has(session, "ey-code-") and not has(session, "ey-counted-begin")


def test_a_note_that_discloses_harm_later_stops_counting(couple: Couple, html: Any) -> None:
    # why: what was counted before the sentence was written must not stay
    couple.agree()
    note = couple.save(TOOLS)
    session = couple.read(press(couple.open_note(note), "ey-counted-begin"))
    assert couple.own()
    text = f"{TOOLS} {HARM}"
    couple.change(note, text, report_of(text).model_dump_json())
    state.get_counting().begin(couple.lina, note, new=False)
    assert counted.DISCLOSED in html(couple.read(session)) and couple.own() == ()


@pytest.mark.parametrize("role", [Role.MENTOR, Role.MENTEE])
def test_our_invented_examples_do_not_count(couple: Couple, html: Any, role: Role) -> None:
    # why: whoever tries the page with our words says nothing of the programme
    couple.agree()
    session = couple.read(press(couple.open_note(couple.save(examples.NOTES[role])), "ey-counted-begin"))
    assert "these are the words of our example" in html(session) and couple.own() == ()


def test_a_note_about_nobody_counts_for_nothing_until_it_is_about_the_pair(couple: Couple, html: Any) -> None:
    # why: themes are counted by pairs; and said later, it counts like one that was saved so
    couple.agree()
    note = couple.save(TOOLS, None)
    session = couple.open_note(note)
    assert "it is about no pair" in html(session) and not has(session, "ey-counted-begin")
    field(session.selectbox, f"ey-about-choice-{note}").set_value(couple.pair).run()
    couple.read(session)
    assert "area_tools" in couple.own()[0].codes
    field(session.selectbox, f"ey-about-choice-{note}").set_value("none").run()
    assert couple.own() == () and "it is about no pair" in html(couple.read(session))


def test_a_note_saved_on_the_page_counts_and_is_read_again_with_what_changes(
    couple: Couple, html: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: after "not so" a mistake must not count; taken back it counts again, and what was left out stays out
    monkeypatch.setattr(state, "get_checker", Checker)
    couple.agree()
    session = couple.see("check")
    session.text_area[0].set_value(f"{SLIDES} {TOOLS}").run()
    press(session, "ey-note-check").run()
    assert couple.own() == ()
    press(session, "ey-note-save")
    couple.read(session)
    lecture = Mistake.ONE_WAY_LECTURING.value
    (one,) = couple.own()
    assert {lecture, "area_tools"} <= set(one.codes)
    press(session, f"ey-code-out-{one.id}-area_tools")
    couple.read(press(session, f"ey-no-{lecture}"))
    (again,) = couple.own()
    assert lecture not in again.codes and again.withdrawn == ("area_tools",)
    assert contributing.label(lecture) not in html(session).split("What counts of this note")[1]
    couple.read(press(session, f"ey-undo-{lecture}"))
    assert lecture in couple.own()[0].codes and couple.own()[0].withdrawn == ("area_tools",)


def test_a_note_that_was_not_read_anew_is_when_its_page_is_opened(couple: Couple) -> None:
    # why: a server may end between "not so" and the reading, and a dismissed mistake must not count then
    couple.agree()
    note = couple.save(f"{SLIDES} {TOOLS}")
    couple.read(press(couple.open_note(note), "ey-counted-begin"))
    lecture = Mistake.ONE_WAY_LECTURING.value
    assert lecture in couple.own()[0].codes
    couple.notes.set_verdict(couple.lina, note, lecture, False)
    state.get_counting.clear()
    couple.read(couple.open_note(note))
    assert lecture not in couple.own()[0].codes and "area_tools" in couple.own()[0].codes


def test_a_deleted_note_counts_no_more(couple: Couple) -> None:
    # why: who deletes a note takes back all that was made from it; brought back it counts as it did
    couple.agree()
    note = couple.save(TOOLS)
    couple.read(press(couple.open_note(note), "ey-counted-begin"))
    assert couple.own()
    session = press(couple.see("check"), f"ey-delete-{note}")
    assert couple.own() == ()
    press(session, "ey-undo")
    assert [one.source.item for one in couple.own()] == [note]


def test_a_note_deleted_or_a_consent_withdrawn_while_it_waits_counts_for_nothing(couple: Couple) -> None:
    # why: reading takes seconds, and a no that comes meanwhile must win
    couple.agree()
    deleted, stopped = couple.save(TOOLS), couple.save(TOOLS)
    couple.notes.delete(couple.lina, deleted)
    counting = state.get_counting()
    counting.begin(couple.lina, deleted, new=True)
    assert counting.join(120) and couple.own() == ()
    couple.themes.set_consent(couple.lina, False)
    counting.begin(couple.lina, stopped, new=True)
    assert counting.join(120) and couple.own() == ()
    assert counting.told(couple.lina, deleted) is None and counting.told(couple.lina, stopped) is None


def test_what_cannot_be_read_is_said_and_can_be_tried_again(couple: Couple, html: Any) -> None:
    # why: a check of an older version must not look like a note without themes
    couple.agree()
    note = couple.save(TOOLS)
    session = couple.open_note(note)
    couple.change(note, TOOLS, "{}")
    couple.read(press(session, "ey-counted-begin"))
    assert "checked by an older version" in html(session) and couple.own() == ()
    couple.change(note, TOOLS, report_of(TOOLS).model_dump_json())
    couple.read(press(session, "ey-counted-begin"))
    assert couple.own() and 'role="alert"' not in html(session)


def test_what_a_release_has_taken_is_shown_and_cannot_be_changed(couple: Couple, html: Any) -> None:
    # why: a release is frozen; a button that seems to change it would lie
    couple.agree()
    session = couple.read(press(couple.open_note(couple.save(TOOLS)), "ey-counted-begin"))
    (one,) = couple.own()
    late = couple.open_note(one.source.item)
    couple.publish()
    assert "A release has taken this." in html(press(late, f"ey-code-out-{one.id}-area_tools"))
    assert couple.own()[0].released and couple.own()[0].withdrawn == ()
    session = couple.open_note(one.source.item)
    assert "A release has taken this" in html(session) and contributing.label("area_tools") in html(session)
    assert not has(session, "ey-code-") and not has(session, "ey-counted-")
    with pytest.raises(InputError, match="release has taken this"):
        couple.themes.withdraw(couple.lina, one.id, "area_tools")
