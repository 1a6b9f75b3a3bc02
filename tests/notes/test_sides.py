"""Who is the mentor: given, inferred, or unknown."""

import pytest

from assistant.errors import InputError
from assistant.notes.note import Note
from assistant.notes.parse import parse_note, with_roles
from assistant.roles import Role

TALK = "{a}: Hello there.\n{b}: Hi, how was it?\n{a}: Good, thanks.\n{b}: Next week then."


def sides(note: Note) -> tuple[str | None, str | None, str]:
    assert note.transcript, note.text
    return note.transcript.mentor, note.transcript.mentee, note.transcript.roles_from


LINA_HENRIK = ("Lina", "Henrik", "inferred")
UNKNOWN = (None, None, "unknown")
INFERRED: dict[str, tuple[str, tuple[str | None, str | None, str]]] = {
    "labels": (TALK.format(a="Mentee", b="Mentor"), ("Mentor", "Mentee", "inferred")),
    "one label": (TALK.format(a="Lina (mentor)", b="Henrik"), LINA_HENRIK),
    "titles": (TALK.format(a="Henrik (CFO)", b="Lina (trainee)"), LINA_HENRIK),
    "one title": (TALK.format(a="Henrik [Head of Sales]", b="Lina"), LINA_HENRIK),
    "participants": (
        "Participants: Lina (mentor), Henrik (CFO, mentee)\n\n" + TALK.format(a="Henrik", b="Lina"), LINA_HENRIK,
    ),
    "roles first": ("Mentee: Henrik\nMentor: Lina\n\n" + TALK.format(a="Henrik", b="Lina"), LINA_HENRIK),
    "roles first, one line": ("mentor: Lina, mentee: Henrik\n\n" + TALK.format(a="Henrik", b="Lina"), LINA_HENRIK),
    "in a sentence": ("My mentor Lina and I, on Friday.\n\n" + TALK.format(a="Henrik", b="Lina"), LINA_HENRIK),
    "after a comma": ("Lina, apprentice, and Henrik, director\n\n" + TALK.format(a="Henrik", b="Lina"), LINA_HENRIK),
    "initials": ("(L = Lina, trainee; H = Henrik, CEO)\n\n" + TALK.format(a="H", b="L"), ("L", "H", "inferred")),
    "full names in the introduction": (
        "Lina Berg (graduate trainee) / Henrik Voss (CFO)\n\n" + TALK.format(a="Henrik", b="Lina"), LINA_HENRIK,
    ),
    "one is addressed by title": (TALK.format(a="Mr. Voss", b="Lina"), ("Lina", "Mr. Voss", "inferred")),
    "title in the name": (TALK.format(a="Director Voss", b="Lina"), ("Lina", "Director Voss", "inferred")),
    "nothing": (TALK.format(a="Henrik", b="Lina"), UNKNOWN),
    "both by title": (TALK.format(a="Mr. Voss", b="Ms. Berg"), UNKNOWN),
    "both mentors": (TALK.format(a="Henrik (mentor)", b="Lina (mentor)"), UNKNOWN),
    "both": (TALK.format(a="Henrik (mentor and mentee)", b="Lina"), UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), INFERRED.values(), ids=INFERRED.keys())
def test_sides_are_inferred_from_what_the_text_says(text: str, expected: tuple[str | None, str | None, str]) -> None:
    # why: findings differ by side; a side that nothing tells must stay open
    assert sides(parse_note(text)) == expected


@pytest.mark.parametrize(
    ("writer", "mentor"), [(Role.MENTOR, "Me"), (Role.MENTEE, "Henrik"), (None, None), (Role.MANAGER, None)]
)
def test_me_is_the_writer(writer: Role | None, mentor: str | None) -> None:
    # why: who writes down a talk calls themselves so
    assert sides(parse_note(TALK.format(a="Henrik", b="Me"), writer=writer))[0] == mentor


def test_given_names_win() -> None:
    # why: the person who was there knows; capitals and a first name are enough
    text = TALK.format(a="Lina Berg (mentor)", b="Henrik Voss")
    assert sides(parse_note(text, mentor="henrik", mentee="LINA BERG")) == ("Henrik Voss", "Lina Berg", "given")
    assert sides(parse_note(text, mentor="Henrik")) == ("Henrik Voss", "Lina Berg", "given")
    note = parse_note(text)
    assert sides(with_roles(note, None, "Lina")) == ("Henrik Voss", "Lina Berg", "given")
    assert with_roles(note) is note


@pytest.mark.parametrize(
    "names", [{"mentor": "Petra"}, {"mentee": "Petra"}, {"mentor": "Lina", "mentee": "Lina"}, {"mentor": ""}]
)
def test_names_that_cannot_be_are_refused(names: dict[str, str]) -> None:
    # why: a slip of the pen would otherwise turn the findings around, or leave them out
    with pytest.raises(InputError, match="'Lina'") as error:
        parse_note(TALK.format(a="Lina", b="Henrik"), **names)
    assert "\n" not in str(error.value)


def test_prose_has_no_speakers() -> None:
    # why: names given for a text that is none of a transcript are a mistake to hear of
    with pytest.raises(InputError, match="no transcript"):
        parse_note("A good hour.", mentor="Lina")


def test_only_the_two_who_say_most_have_a_role() -> None:
    # why: somebody from the programme who opens the session is neither
    text = "Programme lead (senior): Begin!\n" + TALK.format(a="Henrik (CFO)", b="Lina") + "\nProgramme lead: Thanks."
    assert sides(parse_note(text)) == LINA_HENRIK
