"""The deterministic scorers, on cases whose score is known."""

import math

import pytest

from assistant.coach.service import Turn
from assistant.events import Event, Notice, Reply, Sentence, Source, Sources
from assistant.guide.coverage import is_covered
from assistant.roles import Role
from evals.data import Question, SupportCase, load_support
from evals.scorers.evidence import common_subsequence, judge_support, overlap, roots, tokens
from evals.scorers.ranking import rank_articles, score_rankings
from evals.tasks import grounding, latency
from evals.tasks.answers import Answered, _follow
from evals.tasks.support import score_verdicts

PASSAGE = (
    "Ask your mentee once in every session what the pressure behind a decision was. "
    "Keep notes of 3 points for yourself. Do not share them with HR."
)


def test_an_article_counts_once_where_it_comes_first() -> None:
    # Several passages of one article are one answer.
    assert rank_articles(["g/a.md", "g/b.md", "g/a.md", "c.md"]) == ["a", "b", "c"]
    assert len(rank_articles(f"{n}.md" for n in range(40))) == 10


def test_ranking_measures_are_the_fields_own() -> None:
    # By hand: the right article is second of three, and two articles are right.
    found = score_rankings({"q": ["x", "a", "y"]}, {"q": ["a", "b"]})["q"]
    ideal = 1 + 1 / math.log2(3)
    expected = {"hit@1": 0, "hit@3": 1, "MRR@10": 0.5, "nDCG@10": (1 / math.log2(3)) / ideal}
    assert found == pytest.approx(expected)


def test_a_question_that_found_nothing_scores_zero() -> None:
    # It must not fall out of the mean.
    assert score_rankings({"q": [], "r": ["a"]}, {"q": ["a"], "r": ["a"]})["q"]["hit@3"] == 0
    assert score_rankings({"q": []}, {"q": ["a"]})["q"]["MRR@10"] == 0


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("Ask your mentee in every session what the pressure behind a decision was.", True),
        ("In each session, ask what pressure was behind a decision of your mentee.", True),
        ("Keep notes of three points for yourself.", True),
        ("Keep notes of 5 points for yourself.", False),
        ("Never ask your mentee what the pressure behind a decision was.", False),
        ("Ask your mentee what guaranteed pressure was behind a decision.", False),
        ("Book a room with a window and bring coffee for everyone.", False),
        ("", False),
    ],
)
def test_the_second_opinion_on_support(sentence: str, supported: bool) -> None:
    # Words, their order, numbers, negations and absolute words: each alone must be able to decide.
    assert judge_support(sentence, PASSAGE) is supported


def test_the_parts_of_the_second_opinion() -> None:
    # Number words are numbers, light words do not count, order counts.
    assert tokens("Three of 1,5") == ["3", "of", "1,5"]
    assert roots("Asking the mentees") == roots("ask mentee")
    assert common_subsequence(["a", "b", "c"], ["b", "x", "c", "a"]) == 2
    assert overlap("pressure decision", "The pressure of a decision.") > overlap(
        "decision pressure", "The pressure of a decision."
    )


def test_the_second_opinion_is_worth_having() -> None:
    # On labelled sentences that its cut-off was not chosen on; a coin would reach 0.5.
    outcomes = score_verdicts(cases := load_support("test"), [judge_support(c.sentence, c.passage) for c in cases])
    precision = [one.scores["precision"] for one in outcomes if "precision" in one.scores]
    recall = [one.scores["recall"] for one in outcomes if "recall" in one.scores]
    assert sum(map(float, filter(None, precision))) / len(precision) >= 0.75
    assert sum(map(float, filter(None, recall))) / len(recall) >= 0.6


def case(key: str, supported: bool) -> SupportCase:
    shared = {"article": "a", "heading": "", "passage": "", "sentence": "", "split": "test"}
    return SupportCase(id=key, supported=supported, kind="k", **shared)  # type: ignore[arg-type]


def test_precision_counts_what_passes_and_recall_what_should() -> None:
    # One of each: passed rightly, passed wrongly, held back wrongly, held back rightly, no verdict.
    cases = [case(str(number), label) for number, label in enumerate([True, False, True, False, True])]
    scores = [one.scores for one in score_verdicts(cases, [True, True, False, False, None])]
    assert [one.get("precision", "absent") for one in scores] == [1, 0, "absent", "absent", None]
    assert [one.get("recall", "absent") for one in scores] == [1, "absent", 0, "absent", None]


def source(marker: str, text: str = PASSAGE) -> Source:
    return Source(marker=marker, id=marker * 16, document="d.md", title="T", heading="H", text=text)


def reply(
    *sentences: Sentence, text: str = "", sources: tuple[Source, ...] = (), notices: tuple[str, ...] = ()
) -> Reply:
    return Reply(
        text=text,
        sources=sources or (source("1"),),
        sentences=sentences,
        notices=notices,
        timings={"dropped": 1.0},
        provenance={"model": "local:x"},
    )


GOOD = Sentence(
    text="Keep notes of three points for yourself.",
    markers=("1",),
    quotes=("Keep notes of 3 points for yourself.",),
    origin="model",
)
QUESTION = Question(id="q", role=Role.MENTOR, style="plain", lang="en", question="?", relevant=("a",), split="test")


def grounded(answer: Reply) -> dict[str, float | None]:
    answered = Answered(reply=answer, passages=0.1, first_words=1.0, first_written=1.5, total=2.0)
    return grounding.score([QUESTION], [answered])[0].scores


def test_a_grounded_answer_scores_full() -> None:
    # The measure must be able to say yes.
    scores = grounded(reply(GOOD, text="Keep notes of three points for yourself. [1]"))
    assert scores["unknown markers"] == 0
    assert {scores[key] for key in ("cited", "quotes verbatim", "supported", "supported, model", "from the model")} == {
        1
    }


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        ({"markers": (), "quotes": ()}, "cited", 0.0),
        ({"quotes": ("Keep 3 notes.",)}, "quotes verbatim", 0.0),
        ({"text": "Bring coffee for all ten people."}, "supported", 0.0),
        ({"origin": "guide"}, "from the model", 0.0),
    ],
)
def test_each_fault_of_a_sentence_lowers_its_own_score(change: dict[str, object], key: str, value: float) -> None:
    # Half of the sentences have the fault.
    scores = grounded(reply(GOOD, GOOD.model_copy(update=change), text="[1]"))
    assert scores[key] == pytest.approx(value + 0.5 if key != "quotes verbatim" else 0.5)


def test_a_marker_without_a_source_is_counted() -> None:
    # The one thing that must never be on a screen.
    assert grounded(reply(GOOD, text="Ask. [1] Then rest. [7]"))["unknown markers"] == 1


def test_a_failed_model_is_unscored_and_an_abstention_does_not_apply() -> None:
    # Neither is a bad answer, and they are not the same.
    failed = grounded(reply(GOOD, text="[1]", notices=("It timed out. What follows are the guide's own sentences.",)))
    assert failed["from the model"] is None and failed["supported"] == 1
    told = Sentence(text="The guide does not cover this.", origin="eyelevel")
    assert "supported" not in grounded(reply(told).model_copy(update={"abstained": True}))


def test_times_are_taken_from_what_a_person_sees() -> None:
    # Passages and first words by the clock outside, not by what the coach says of itself.
    lead = GOOD.model_copy(update={"origin": "guide"})
    events: list[Event] = [Sources(sources=(source("1"),)), lead, GOOD, Notice(text="n"), reply(GOOD)]
    found = _follow(iter(events), 0.0)
    assert found.passages and found.first_words and found.first_written
    assert found.passages <= found.first_words < found.first_written <= found.total


def test_a_turn_without_passages_does_not_count_as_fast() -> None:
    # Declining takes milliseconds; in the mean it would hide slow answers.
    quick = Answered(reply=reply(), passages=None, first_words=None, first_written=None, total=0.01)
    assert latency.score([QUESTION], [quick])[0].scores == {"without passages": 0.01}


def test_the_product_decides_nothing_on_an_empty_guide() -> None:
    # The suites rely on it for questions that find nothing.
    assert not is_covered("How?", [])
    assert Turn.model_fields["history"].default == ()
