"""Sentences that are said to somebody else: a mentor must not be told what a senior should do."""

import pytest

from assistant.coach.compose import speaks_to_another
from assistant.roles import Role


@pytest.mark.parametrize(
    ("text", "role", "another"),
    [
        ("Never ask your mentor who said what.", Role.MENTOR, True),
        ("Say that your typing is note-taking, because the mentor cannot see it.", Role.MENTOR, True),
        ("Ask your mentee what would help.", Role.MENTOR, False),
        ("As the mentor, you decide what to show.", Role.MENTOR, False),
        ("A mentor should ask before giving advice.", Role.MENTOR, False),
        ("Open with this: “Thank you, I learnt this from your mentor.”", Role.MENTOR, False),
        ("Tell your mentee about one meeting and one effect.", Role.MENTEE, True),
        ("Check which belief keeps you from telling the senior.", Role.MENTEE, True),
        ("Ask your mentor to watch one meeting.", Role.MENTEE, False),
        ("You are the senior, so you speak last.", Role.MENTEE, False),
        ("Thank your mentor within two days.", Role.MANAGER, True),
        ("Brief your mentors before the first session.", Role.MANAGER, False),
    ],
)
def test_who_is_spoken_to(text: str, role: Role, another: bool) -> None:
    # The small model copies what it is given, so advice for the other side would reach the wrong person.
    assert speaks_to_another(text, role) is another
