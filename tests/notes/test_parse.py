"""Whether a text is a transcript, what its turns are, and where their words stand."""

import pytest

from assistant.notes.note import Note
from assistant.notes.parse import parse_note

Turns = list[tuple[str, str]]

ANNA_BEN: Turns = [
    ("Anna", "Hello Ben."),
    ("Ben", "Hi, how was it?"),
    ("Anna", "Good, thanks."),
    ("Ben", "Fine. Next week then."),
]


def turns(note: Note) -> Turns:
    assert note.transcript is not None, note.text
    return [(turn.speaker, note.text[turn.start : turn.end]) for turn in note.transcript.turns]


def lines(pattern: str) -> str:
    """The conversation of Anna and Ben, a line a turn: `{n}` the name, `{w}` the words, `{s}` a running second."""
    return "\n".join(pattern.format(n=name, w=words, s=10 + 7 * i) for i, (name, words) in enumerate(ANNA_BEN))


LINE_FORMS = {
    "plain": "{n}: {w}",
    "no blank": "{n}:{w}",
    "role in brackets": "{n} (Role): {w}",
    "pronouns": "{n} (she/her): {w}",
    "bold with colon": "**{n}:** {w}",
    "bold": "**{n}**: {w}",
    "italic": "*{n}*: {w}",
    "dash": "{n} – {w}",
    "hyphen": "{n} - {w}",
    "long dash": "{n}—{w}",
    "said": "{n} said: {w}",
    "stamp before": "[00:00:{s}] {n}: {w}",
    "bare stamp before": "00:00:{s} {n}: {w}",
    "stamp and dash": "00:{s} - {n}: {w}",
    "stamp in brackets after": "{n} [00:{s}]: {w}",
    "stamp in round brackets": "({s}:31) {n}: {w}",
    "name, stamp, words": "{n}  0:{s}  {w}",
    "name, clock and colon": "{n}, 14:{s}: {w}",
    "name, clock, words": "{n} 14:{s} {w}",
    "whisper": "[00:{s}.000 --> 00:{s}.900]  {n}: {w}",
    "zoom chat": "10:02:{s} From {n} to Everyone: {w}",
    "zoom chat, older": "10:02:{s} From  {n} : {w}",
    "whatsapp, ios": "[12.03.26, 14:05:{s}] {n}: {w}",
    "whatsapp, ios, marks": "\u200e[12.03.26, 14:05:{s}] \u202a{n}\u202c: {w}",
    "whatsapp, android": "12/03/2026, 14:{s} - {n}: {w}",
    "whatsapp, american": "3/12/26, 2:{s} PM - {n}: {w}",
    "weekday": "[Wed 11:{s}] {n}: {w}",
    "irc": "<{n}> {w}",
    "irc with a time": "[14:{s}] <{n}> {w}",
    "tabs": "{n}\t{w}",
    "stamp and tabs": "00:{s}\t{n}\t{w}",
    "no-break space": "{n}\xa0: {w}",
    "direction marks": "\u200f{n}\u200e: {w}",
    "quotes of a mail": "> {n}: {w}",
    "name in brackets": "00:22:{s} [{n}] {w}",
    "arrow": "{n} > {w}",
}
BLOCK_FORMS = {
    "teams": "{n}   0:{s}\n{w}\n",
    "otter": "{n}  0:{s} \n{w}\n",
    "slack": "{n}  2:{s} PM\n{w}\n",
    "discord": "{n} — Today at 2:{s} PM\n{w}",
    "telegram": "{n}, [12.03.26 14:{s}]\n{w}\n",
    "stamp and name": "({s}:31) {n}\n{w}",
    "name and colon": "{n}:\n{w}\n",
    "zoom, tabs": "10:02:{s}\t From  {n}  to  Everyone:\n\t{w}",
}


@pytest.mark.parametrize("pattern", (LINE_FORMS | BLOCK_FORMS).values(), ids=(LINE_FORMS | BLOCK_FORMS).keys())
def test_each_way_to_write_a_conversation_gives_the_same_turns(pattern: str) -> None:
    # why: people paste from whatever tool recorded them, and the checker must see the same session
    assert turns(parse_note(lines(pattern))) == ANNA_BEN
    assert turns(parse_note(lines(pattern).replace("\n", "\r\n"))) == ANNA_BEN


PROSE = {
    "one head": "Good session. We talked about Slack.\nNext time: ask more",
    "minutes": "Topics: AI, Slack\nWhat went well: the questions\nNext: Tuesday",
    "minutes with people": "Date: 3 May\nPresent: Lina, Henrik\nTopic: feedback\nDecision: none\nNext meeting: Tuesday",
    "heads that come back": "Good: open talk\nBad: phone\nGood: he asked\nBad: eleven minutes\nGood: a plan",
    "agenda with times": "09:00 coffee\n09:15 slides: part one\n09:45 questions\n10:00 end",
    "me once": "Me: fine",
    "two lines of dialogue": 'We met at ten.\nAnna: "Sorry!"\nBen: "No matter."\nThen we went on for an hour.',
    "nothing but two lines": "Anna: Sorry!\nBen: No matter.",
    "quoted dialogue in a long note": "It was a long and good session about the rota and what it does to people.\n" * 8
    + "Anna: Why?\nBen: Because.\nAnna: And?\n"
    + "We then agreed to look at it again with the others, and I am glad that I asked.\n" * 8,
    "list of points": "- Anna: send the list\n- Ben: ask two drivers\n- all: think about it",
    "plan with dashes": "Monday – list\nTuesday – talk\nMonday – again\nThursday – end",
    "reported in a list": "1. he: slides\n2. me: coffee\n3. he: more slides\n4. me: one question\n5. he: slides",
    "headings": "Feedback\nWe talked about it for an hour.\n\nTools\nNot at all.\n\nFeedback\nOnce more.",
    "addresses": "See https://a.org\nand http://b.org/c: good\nmailto:x@y.org",
    "smileys": "ok thanks :)\nsee you :D\nok thanks :)\nbye ;)",
    "times in prose": "We met at 10:30 and he left at 10:41. Again at 10:30 next week: let us see.",
    "questions and answers": "Question: how often?\nAnswer: weekly\nQuestion: where?\nAnswer: here",
    "nothing": "",
    "blank": " \n\t\n",
}


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE.keys())
def test_notes_stay_notes(text: str) -> None:
    # why: figures measured in a text that is no transcript would be nonsense that looks exact
    assert parse_note(text).transcript is None


OTHERS: dict[str, tuple[str, Turns]] = {
    "lines of one speaker are one turn": (
        "Anna: One.\nAnna: Two.\nBen: Three.\nAnna: Four.",
        [("Anna", "One.\nAnna: Two."), ("Ben", "Three."), ("Anna", "Four.")],
    ),
    "lines without a name go on": (
        "Anna: One,\nand two.\nBen: Three.\nAnna: Four.\nBen: Five.",
        [("Anna", "One,\nand two."), ("Ben", "Three."), ("Anna", "Four."), ("Ben", "Five.")],
    ),
    "title, date and participants": (
        "Session 3\nDate: 4 May\nParticipants: Lina, Henrik\n\nLina: Hi.\nHenrik: Hello.\nLina: So?\nHenrik: Well.",
        [("Lina", "Hi."), ("Henrik", "Hello."), ("Lina", "So?"), ("Henrik", "Well.")],
    ),
    "remark at the end": (
        "A: Hi.\nB: Hello.\nA: So?\nB: Well.\n\nAfterwards I wrote this down. It took ten minutes.",
        [("A", "Hi."), ("B", "Hello."), ("A", "So?"), ("B", "Well.")],
    ),
    "stage directions": (
        "A: Hi.\n[laughs]\nB: Hello.\n(19 minutes)\nA: So?\n---\nB: Well.",
        [("A", "Hi."), ("B", "Hello."), ("A", "So?"), ("B", "Well.")],
    ),
    "no spelling of a name is another person": (
        "ANNA: Hi.\nBen: Hello.\nAnna: So?\nben: Well.",
        [("ANNA", "Hi."), ("Ben", "Hello."), ("ANNA", "So?"), ("Ben", "Well.")],
    ),
    "titles, hyphens, umlauts": (
        "Dr. Anna Weiß-Kowalski: Hi.\nŁukasz O'Neill: Hello.\nDr. Anna Weiß-Kowalski: So?\nŁukasz O'Neill: Well.",
        [("Dr. Anna Weiß-Kowalski", "Hi."), ("Łukasz O'Neill", "Hello."),
         ("Dr. Anna Weiß-Kowalski", "So?"), ("Łukasz O'Neill", "Well.")],
    ),
    "a title said once": (
        "Director Halloran: Sit.\nQuyen: Thank you.\nHalloran: So?\nQuyen: Well.\nHalloran: Yes?",
        [("Halloran", "Sit."), ("Quyen", "Thank you."), ("Halloran", "So?"), ("Quyen", "Well."), ("Halloran", "Yes?")],
    ),
    "one speaker only": (
        "Anna: One.\nAnna: Two.\nAnna: Three.",
        [("Anna", "One.\nAnna: Two.\nAnna: Three.")],
    ),
    "a third person, once": (
        "Anna: One.\nBen: Two.\nAnna: Three.\nClara Holt: Lunch?\nBen: Four.",
        [("Anna", "One."), ("Ben", "Two."), ("Anna", "Three."), ("Clara Holt", "Lunch?"), ("Ben", "Four.")],
    ),
    "names that are words": (
        "Thu 00:07 > I eat.\nLong 00:10 > Good.\nThu 00:15 > A little.\nLong 00:16 > Of me?",
        [("Thu", "I eat."), ("Long", "Good."), ("Thu", "A little."), ("Long", "Of me?")],
    ),
    "what the messenger says": (
        "12/03/2026, 14:04 - Messages are end-to-end encrypted.\n12/03/2026, 14:05 - Anna: Hi\n"
        "12/03/2026, 14:06 - Ben: <Media omitted>\n12/03/2026, 14:06 - Ben: There.\n12/03/2026, 14:07 - Anna: Ah.",
        [("Anna", "Hi"), ("Ben", "There."), ("Anna", "Ah.")],
    ),
    "telephone numbers": (
        "[12.03.26, 14:05] +49 171 1234567: Hi\n[12.03.26, 14:06] Ben: Ho\n[12.03.26, 14:07] +49 171 1234567: Ha",
        [("+49 171 1234567", "Hi"), ("Ben", "Ho"), ("+49 171 1234567", "Ha")],
    ),
    "wrapped at a width": (
        "Anna: One and two\nthree and four\nfive and six\n\nBen: Seven and\neight and nine\n\nAnna: Ten\n\nBen: No\n",
        [("Anna", "One and two\nthree and four\nfive and six"), ("Ben", "Seven and\neight and nine"),
         ("Anna", "Ten"), ("Ben", "No")],
    ),
    "names on their own lines": (
        "Anna\nOne.\n\nBen\nTwo.\n\nAnna\nThree.\n\nBen\nFour.",
        [("Anna", "One."), ("Ben", "Two."), ("Anna", "Three."), ("Ben", "Four.")],
    ),
    "emoji": (
        "Thandi 🌸: hi\nMrs Bekker: Hello\nThandi 🌸: so",
        [("Thandi 🌸", "hi"), ("Mrs Bekker", "Hello"), ("Thandi 🌸", "so")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), OTHERS.values(), ids=OTHERS.keys())
def test_turns(text: str, expected: Turns) -> None:
    # why: each is a way in which real transcripts differ from a clean list of lines
    assert turns(parse_note(text)) == expected
