"""Coaching of upward feedback with the real reader: what is found, what is said to it, and what is left alone."""

import time
from pathlib import Path

import numpy as np
import pytest

from assistant.coach.feedback import reader
from assistant.coach.feedback.advice import advise_company
from assistant.coach.feedback.coach import LONGEST, FeedbackCoach
from assistant.coach.feedback.features import measure, pool_pieces
from assistant.coach.feedback.grounded import find_inventions
from assistant.coach.feedback.record import ELEMENTS, Element, FeedbackCoaching
from assistant.coach.feedback.rules import read_by_rules
from assistant.coach.feedback.tagger import Tagger, _path, _recur
from assistant.errors import InputError, ModelMissing
from assistant.models.encoder import MiniLMEncoder
from assistant.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
DRAFT = (
    "In Thursday's planning meeting you always cut people off. When Amira and I started on the test results, you "
    "finished our sentences and we moved on. I stopped offering numbers after that, which I think is because you don't "
    "value data."
)
WHOLE = (
    "At the vendor demo on Monday you told them our budget in the second minute. Their offer came in at exactly that "
    "sum. Could you let them name a price first next time?"
)


@pytest.fixture(scope="module")
def coach(tmp_path_factory: pytest.TempPathFactory) -> FeedbackCoach:
    home = tmp_path_factory.mktemp("feedback")
    settings = Settings(home=home, knowledge=ROOT / "knowledge", chat_model="none")
    return FeedbackCoach(settings, MiniLMEncoder(load_settings().model_dir, 2))


@pytest.fixture(scope="module")
def drafted(coach: FeedbackCoach) -> FeedbackCoaching:
    return coach.coach(DRAFT, senior="Henrik")


def test_the_designs_draft_is_read_as_a_coach_would(drafted: FeedbackCoaching) -> None:
    # why: this is the example that the screens show
    assert drafted.assessment.missing == ("request",)
    assert "Thursday" in drafted.assessment.situation.quote
    assert "finished our sentences" in drafted.assessment.behaviour.quote
    assert "stopped offering numbers" in drafted.assessment.impact.quote
    kinds = {mark.kind: mark for mark in drafted.marks}
    assert {"absolute", "mind_reading"} <= set(kinds)
    assert "Henrik" in kinds["absolute"].question and kinds["absolute"].question.endswith("?")


def test_every_quote_stands_where_it_is_said_to(coach: FeedbackCoach, drafted: FeedbackCoaching) -> None:
    # why: the screen marks the text by these offsets
    for found in (
        drafted,
        coach.coach(f"\n  {WHOLE}\r\n{WHOLE}"),
        coach.coach("“Nie” – Sie sind unfair! 🙂 Immer zu spät."),
    ):
        for one in [*found.marks, *(found.assessment.of(name) for name in ELEMENTS)]:
            assert found.text[one.start : one.end] == one.quote


def test_a_whole_draft_has_four_parts_and_no_mark(coach: FeedbackCoach) -> None:
    # why: a false accusation ends trust
    found = coach.coach(WHOLE)
    assert found.assessment.missing == () and found.marks == ()
    assert find_inventions(WHOLE, found.draft) == () and "[" not in found.draft


def test_the_same_text_gets_the_same_answer_within_a_second(coach: FeedbackCoach, drafted: FeedbackCoaching) -> None:
    # why: the first content is promised within a second, and a reload must not change it
    began = time.monotonic()
    assert coach.coach(DRAFT, senior="Henrik") == drafted
    assert time.monotonic() - began < 3  # one second is promised on an idle machine


def test_a_wording_can_be_coached_again_and_its_gaps_say_nothing(
    coach: FeedbackCoach, drafted: FeedbackCoaching
) -> None:
    # why: "use this" puts the wording into the field, and brackets are the tool's words
    again = coach.coach(drafted.draft)
    assert not again.assessment.request.present
    assert all("[" not in mark.quote for mark in again.marks)


def test_harm_is_not_coached_around(coach: FeedbackCoach) -> None:
    # why: whoever reports harassment needs people, not a better sentence
    found = coach.coach("My mentee sexually harassed me in our session on Monday.")
    assert found.referral is not None and found.referral.contacts
    assert found == FeedbackCoaching(text=found.text, referral=found.referral)


@pytest.mark.parametrize(
    ("text", "needed"),
    [(WHOLE, True), ("Thank you for Friday. It helped me a lot.", False), ("Could you send me the agenda?", False)],
)
def test_asking_first_is_for_what_is_hard_to_hear(coach: FeedbackCoach, text: str, needed: bool) -> None:
    # why: whoever asks leave to praise sounds as if a blow were to follow
    asking = coach.coach(text).ask_first
    assert asking is not None and asking.needed is needed
    assert bool(asking.say) is needed


def test_the_opening_names_the_occasion_and_the_senior(drafted: FeedbackCoaching) -> None:
    # why: "can we talk?" makes most people fear the worst
    assert drafted.ask_first is not None
    assert drafted.ask_first.say.startswith("Henrik, may I") and "Thursday's planning meeting" in drafted.ask_first.say


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Everyone says that you are unfair.", "rests on"),
        ("You are a liar!! You are a coward!!", "Sleep on it"),
        ("You cut me off on Monday. I'll say it in front of the whole team tomorrow.", "Not in front of others"),
    ],
)
def test_when_to_wait(coach: FeedbackCoach, text: str, said: str) -> None:
    # why: the same words do harm at the wrong moment
    waiting = coach.coach(text).wait
    assert waiting is not None and said in waiting.text


@pytest.mark.parametrize(
    "text",
    [
        "He signs my contract in June. On Monday he laughed at my chart.",
        "I told him twice before and nothing changed. He interrupts everyone.",
        "The others asked me to tell you that the desks are bad.",
    ],
)
def test_when_not_to_do_it_alone(text: str) -> None:
    # why: power and a failed attempt are reasons for company
    assert advise_company(text) is not None and advise_company(WHOLE) is None


def test_a_chosen_belief_goes_before_the_one_that_shows(coach: FeedbackCoach) -> None:
    # why: the person knows better than a pattern
    assert coach.coach(WHOLE).belief is None
    shown = coach.coach(f"{WHOLE} I have no proof for it.").belief
    chosen = coach.coach(f"{WHOLE} I have no proof for it.", belief="career").belief
    reasoned = coach.coach(WHOLE, reason="He would take it personally.").belief
    assert (shown and shown.id, chosen and chosen.id, reasoned and reasoned.id) == ("proof", "career", "target")


@pytest.mark.parametrize(
    ("text", "belief", "said"),
    [(" \n", None, "no text"), ("x" * (LONGEST + 1), None, "shorten it"), ("You left.", "fear", "'fear'")],
)
def test_what_cannot_be_coached_is_one_plain_line(
    coach: FeedbackCoach, text: str, belief: str | None, said: str
) -> None:
    # why: what, which and how to mend it, and nothing of the text
    with pytest.raises(InputError, match=said) as caught:
        coach.coach(text, belief=belief)
    assert "\n" not in str(caught.value) and str(caught.value).endswith(".")


def test_other_languages_are_read_by_the_commonest_words_and_told_so(coach: FeedbackCoach) -> None:
    # why: silence must not look like praise
    found = coach.coach(
        "Sie kommen immer zu spät. Ich bin nur eine Praktikantin, aber könnten Sie bitte pünktlich sein?"
    )
    assert {mark.kind for mark in found.marks} >= {"absolute", "subservience"}
    assert found.assessment.request.present
    assert found.draft == "" and any("English" in remark for remark in found.remarks)


def test_without_the_encoder_the_rules_read_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: a machine without the model still gets something honest
    def missing(*_: object) -> Path:
        raise ModelMissing("The note check's model cannot be had; run `eyelevel models`.")

    monkeypatch.setattr(reader, "ensure_note_encoder", missing)
    settings = Settings(home=tmp_path, knowledge=ROOT / "knowledge", chat_model="none")
    found = FeedbackCoach(settings, MiniLMEncoder(tmp_path, 1)).coach(DRAFT)
    assert "absolute" in {mark.kind for mark in found.marks} and found.remarks


@pytest.mark.parametrize("text", ["x", "?!", "[what you saw or heard]", "🙂🙂", "you " * 900, "\n\n1.\n"])
def test_odd_texts_are_survived(coach: FeedbackCoach, text: str) -> None:
    # why: people paste anything
    found = coach.coach(text[:LONGEST])
    assert found.ask_first is not None


def test_rules_find_nothing_in_nothing() -> None:
    # why: they are the fallback of every other path
    assert read_by_rules("").elements == {} and not any(read_by_rules("").marks.values())


def test_an_element_is_present_with_its_quote_or_missing_without() -> None:
    # why: absence and an empty quote must not look alike
    with pytest.raises(ValueError, match="present"):
        Element(present=True)
    with pytest.raises(ValueError, match="present"):
        Element(present=False, quote="x", end=1)


def test_the_recurrent_layer_computes_what_torch_computes() -> None:
    # why: the weights were fitted with torch and are used without it
    import torch

    torch.manual_seed(1)
    layer = torch.nn.GRU(5, 3, bidirectional=True, batch_first=True)
    seen = np.random.default_rng(1).normal(size=(7, 5)).astype(np.float32)
    with torch.no_grad():
        expected = layer(torch.tensor(seen)[None])[0][0].numpy()
    network = {f"gru.{name}": value.detach().numpy() for name, value in layer.state_dict().items()}
    ours = np.concatenate([_recur(network, seen, "l0"), _recur(network, seen[::-1], "l0_reverse")[::-1]], axis=1)
    assert np.allclose(ours, expected, atol=1e-5)


def test_changing_costs_so_that_one_odd_word_makes_no_part() -> None:
    # why: a part is a stretch
    logs = np.log(np.array([[0.9, 0.1], [0.4, 0.6], [0.9, 0.1]], dtype=np.float32))
    assert _path(logs, 1.5) == [0, 0, 0] and _path(logs, 0.0) == [0, 1, 0]


def test_words_get_the_states_of_their_pieces() -> None:
    # why: the encoder cuts words where it likes
    words = measure("cut-off again").words
    states = np.array([[1.0], [3.0], [5.0]], dtype=np.float32)
    pooled = pool_pieces(words, [(0, 3), (3, 7), (8, 13)], states)
    assert [tuple(word) for word in words] == [(0, 3), (3, 4), (4, 7), (8, 13)]
    assert pooled[:, 0].tolist() == [1.0, 3.0, 3.0, 5.0]


def test_the_kept_networks_can_be_read() -> None:
    # why: the file ships with the program
    tagger = Tagger.load()
    measured = measure("You left.")
    assert tagger.scores(np.zeros((len(measured.words), 768), dtype=np.float32), measured).shape == (3, 11)
