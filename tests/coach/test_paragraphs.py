"""Where paragraphs of an answer begin."""

from collections.abc import Sequence

import pytest
from kit import ENCODER

from assistant.coach.compose import Gate
from assistant.coach.support import Evidence
from assistant.events import Source
from assistant.roles import Role

SAID = ("Ask about pace first.", "Then wait quietly.", 'Say: "I saw the inbox today.', 'Is our slot a bad one?"')


@pytest.mark.parametrize(
    ("sentences", "breaks"),
    [
        ((*SAID[:2], "Listen well.", "Take short notes."), [False, False, False, True]),
        ((*SAID, "Take short notes."), [False, False, False, False, True]),
    ],
)
def test_a_paragraph_has_three_sentences_and_no_quotation_is_torn(
    sentences: Sequence[str], breaks: Sequence[bool]
) -> None:
    # why: half a quotation at the end of a paragraph reads as a mistake
    text = "\n".join(sentences)
    source = Source(marker="1", id="0" * 16, document="a.md", title="A", heading="", text=text)
    gate = Gate(Evidence(ENCODER, [text]), [source], Role.MENTOR)
    released = [gate.check(sentence) for sentence in sentences]
    assert [one is not None and one.break_before for one in released] == list(breaks)
