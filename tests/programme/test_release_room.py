"""How much a cell may say: nothing from which one pair or a small team could be read, whoever reads."""

from typing import Any

import pytest
from test_release import pair

from assistant.programme.room import find_room, is_spread


def pairs(*places: tuple[str, str | None]) -> list[Any]:
    """(senior, team of the mentor) each."""
    return [pair(at, mentee=senior, mentor_team=team, mentee_team=None) for at, (senior, team) in enumerate(places)]


def apart(number: int, team: str | None = None, first: int = 0) -> list[tuple[str, str | None]]:
    return [(f"senior{at}", team) for at in range(first, first + number)]


@pytest.mark.parametrize(
    ("places", "room"),
    [
        (apart(5), 0),
        (apart(6), 0),
        (apart(7), 5),
        (apart(22), 20),
        # a senior with three mentors knows three pairs, and one other pair must stay open
        ([*apart(6), *[("senior0", None)] * 2], 0),
        ([*apart(8), *[("senior0", None)] * 2], 6),
        # somebody who is outside the one large team would be the carrier that it takes
        ([*apart(9, "boss"), *apart(4, "other", 9)], 0),
        ([*apart(9, "boss"), *apart(5, "other", 9)], 12),
        # three of a team: without them five are left
        ([*apart(5), *apart(3, "boss", 5)], 5),
        ([*apart(4), *apart(3, "boss", 4)], 0),
    ],
)
def test_room_is_what_is_left_without_those_who_could_be_read(places: list[tuple[str, str | None]], room: int) -> None:
    # Judged from who is there alone, so that the answer says nothing about what they said.
    assert find_room(pairs(*places)) == room


def test_new_pairs_are_a_group_of_their_own() -> None:
    # As a team is: those who came since, those who were there, and the new ones of a team.
    nine = pairs(*apart(4), *apart(5, "boss", 4))
    assert find_room(nine) == 0
    ten = pairs(*apart(5), *apart(5, "boss", 5))
    assert (find_room(ten), find_room(ten, [range(4)]), find_room(ten, [range(3, 10)])) == (8, 6, 7)


@pytest.mark.parametrize(("places", "spread"), [(apart(4), False), (apart(5), True), (apart(5, "boss"), False)])
def test_spread_means_five_people_on_each_side_and_more_than_one_team(
    places: list[tuple[str, str | None]], spread: bool
) -> None:
    # The floor is of people, not of pairs alone.
    assert is_spread(pairs(*places)) == spread
    assert not is_spread(pairs(*[("senior", team) for _, team in places]))
