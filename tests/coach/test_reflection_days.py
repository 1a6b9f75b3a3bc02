"""Until when, as notes say it."""

from datetime import date

import pytest

from assistant.coach.reflection.days import find_day, without_day

TODAY = date(2026, 11, 22)
"""A Sunday."""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I ring him by Friday", date(2026, 11, 27)),
        ("she asks them on Sunday", date(2026, 11, 29)),
        ("done by the 3rd", date(2026, 12, 3)),
        ("before the 30th", date(2026, 11, 30)),
        ("on 14 December at nine", date(2026, 12, 14)),
        ("tomorrow before lunch", date(2026, 11, 23)),
        ("bis Dienstag frage ich die Schichtleiter", date(2026, 11, 24)),
        ("bis zum 4. Dezember", date(2026, 12, 4)),
        ("avant lundi", date(2026, 11, 23)),
        ("antes del viernes", date(2026, 11, 27)),
        ("in 2019 we tried that", None),
        ("forty minutes, five people", None),
        ("on the 31st of February", None),
    ],
)
def test_the_day_is_the_next_of_its_name(text: str, day: date | None) -> None:
    # why: a commitment with a wrong date is worse than one with the usual week
    assert find_day(text, TODAY) == day


def test_a_day_at_the_end_is_left_out_of_the_words() -> None:
    # why: the date stands beside the line already
    assert without_day("Ask Pieter in legal by Thursday") == "Ask Pieter in legal"
    assert without_day("Read the letter") == "Read the letter"
