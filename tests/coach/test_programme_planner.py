"""Plans of programmes, made from the shipped words and topics with the real embedding model."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.coach.leaders import Family
from assistant.coach.programme import ProgrammePlan, ProgrammePlanner, ProgrammeWish, read_programme
from assistant.coach.programme.better import is_better, take
from assistant.coach.programme.goal import UNCLEAR
from assistant.coach.programme.numbers import waves
from assistant.coach.programme.phrase import phrase_of
from assistant.coach.programme.record import FORM, LEVELS, PARTS
from assistant.coach.programme.render import render_programme
from assistant.coach.programme.roles import plural
from assistant.errors import InputError
from assistant.models.encoder import MiniLMEncoder
from assistant.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
STAY = "Our plant managers understand what makes new technicians stay"


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> ProgrammePlanner:
    home = tmp_path_factory.mktemp("programmes")
    settings = Settings(home=home, knowledge=ROOT / "knowledge", chat_model="none")
    return ProgrammePlanner(settings, MiniLMEncoder(load_settings().model_dir, 2))


def made(planner: ProgrammePlanner, goal: str = STAY, **wish: Any) -> ProgrammePlan:
    return planner.plan(ProgrammeWish(goal=goal, **({"leader_roles": ("plant manager",)} | wish)))


def texts(plan: ProgrammePlan) -> set[str]:
    return {line for line in render_programme(plan).splitlines() if len(line) > 40 and not line.startswith("*")}


class Counting(MiniLMEncoder):
    """Counts the texts that it is given."""

    texts = 0

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> NDArray[np.float32]:
        self.texts += len(texts)
        return super().encode(texts, progress)


def test_once_warm_a_plan_reads_only_what_was_typed(tmp_path: Path) -> None:
    # why: the first plan whose roles no title names read some 290 titles, while its person waited
    encoder = Counting(load_settings().model_dir, 2)
    planner = ProgrammePlanner(Settings(home=tmp_path, knowledge=ROOT / "knowledge", chat_model="none"), encoder)
    planner.warm()
    encoder.texts = 0
    made(planner, leader_roles=("tsar of widgets", "head of unheard things", "keeper of the seals"))
    assert encoder.texts <= 8  # the goal, what is looked for of each kind, and each role


SHAPES = [
    {"pairs": 3, "months": 2, "minutes": 30},
    {"pairs": 12, "months": 6},
    {"pairs": 300, "months": 6, "minutes": 60},
    {"pairs": 8, "months": 12},
    {"pairs": 7, "months": 4, "format": "group", "minutes": 60},
    {"pairs": 9, "months": 5, "format": "mutual"},
    {"pairs": 6, "months": 3, "format": "project", "minutes": 30},
]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_adds_up(planner: ProgrammePlanner, shape: dict[str, Any]) -> None:
    # why: a programme manager takes these numbers to a board
    plan = made(planner, **shape)
    numbers, wish = plan.numbers, plan.wish
    assert plan.first_session.minutes == wish.minutes == sum(one.minutes for one in plan.first_session.items)
    assert [one.agenda.minutes for one in plan.briefings] == [90, 45]
    assert numbers.sessions == len(plan.sessions) and {one.month for one in plan.sessions} == set(
        range(1, wish.months + 1)
    )
    assert [one.week for one in plan.sessions] == sorted(one.week for one in plan.sessions)
    assert sum(numbers.waves) == numbers.units
    assert 6 <= numbers.sessions <= 12 or "six to twelve" in " ".join(plan.remarks)
    assert tuple(dict.fromkeys(one.level for one in plan.evaluation)) == LEVELS
    assert f"{numbers.mentors} mentors" in plan.matching[0]
    assert f"{numbers.sessions} sessions of {wish.minutes} minutes over {wish.months} months" in " ".join(plan.pitch)
    kinds = [one.technical for one in plan.sessions if one.topic]
    assert 0.3 <= sum(map(bool, kinds)) / len(kinds) <= 0.7
    assert len({one.topic for one in plan.sessions if one.topic}) == len(kinds)
    assert plan.sessions[0].kind == "first" and plan.sessions[-1].kind == "closing"


def test_a_plan_takes_up_the_goal_the_leaders_and_the_length(planner: ProgrammePlanner) -> None:
    # why: a plan that any company could have is the one that nobody follows
    plan = made(planner)
    assert plan.goal.startswith("By the end of month 6, the plant managers understand what makes new technicians stay")
    assert plan.aim == "retention" and plan.families == (Family.OPERATIONS,)
    assert all("plant manager" in one or "seniors" in one for one in plan.outcomes)
    assert plan.pitch[0].startswith("You decide on sites, lines, stocks and shifts.")
    assert all(Family.OPERATIONS in one.families for one in plan.sessions if one.topic)
    assert len({one.mistake for one in plan.risks}) == len(plan.risks) >= 3


def test_plans_of_other_goals_share_few_lines_and_no_part(planner: ProgrammePlanner) -> None:
    # why: no block is generic
    plans = [
        made(planner),
        made(planner, "Our partners use AI tools in their own work", leader_roles=("partner",)),
        made(planner, "Leaders hear unwelcome feedback without defending themselves", leader_roles=("CFO",)),
    ]
    for one in plans:
        for other in plans:
            if one is not other:
                assert len(texts(one) & texts(other)) / len(texts(one)) < 0.4
                assert one.goal != other.goal and one.matching != other.matching and one.risks != other.risks
                assert one.briefings != other.briefings and one.check_ins != other.check_ins


@pytest.mark.parametrize(
    ("goal", "language", "aim"),
    [
        ("Die Bereichsleiter sollen verstehen, warum junge Leute kündigen", "German", "retention"),
        ("Nos cadres doivent utiliser l'intelligence artificielle dans leur travail", "French", "ai_tools"),
        ("Que los directivos entiendan las redes sociales y a los clientes jóvenes", "Spanish", "young_customers"),
    ],
)
def test_a_goal_in_another_language_is_understood_and_said_so(
    planner: ProgrammePlanner, goal: str, language: str, aim: str
) -> None:
    # why: people type in their own language, and must see what was made of it
    plan = made(planner, goal, leader_roles=())
    assert plan.aim == aim and goal in plan.goal and plan.goal.startswith("By the end of month 6")
    assert language in plan.remarks[0]


@pytest.mark.parametrize("goal", ["", "asdf qwer zxcv", "test", "reverse mentoring", "!!!", "bananas", "12 34"])
def test_a_goal_that_says_nothing_is_asked_back(planner: ProgrammePlanner, goal: str) -> None:
    # why: a plan for nothing would be taken for a plan
    with pytest.raises(InputError) as raised:
        made(planner, goal)
    assert str(raised.value) == UNCLEAR and "What should be different afterwards?" in UNCLEAR


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        ("Find out who is looking for another job", "watches nobody"),
        ("The juniors should be our eyes and ears in the plants", "watches nobody"),
        ("rank our executives by digital skills", "ranks and rates nobody"),
        ("Wir wollen herausfinden, wer unzufrieden ist", "watches nobody"),
    ],
)
def test_watching_and_ranking_are_refused_with_the_reason(planner: ProgrammePlanner, goal: str, said: str) -> None:
    # why: on the day it became known nobody would speak openly again, and no text that was typed goes into an error
    with pytest.raises(InputError) as raised:
        made(planner, goal)
    line = str(raised.value)
    assert said in line and "\n" not in line and line.endswith(".") and goal not in line


@pytest.mark.parametrize(
    "goal",
    [
        "Our leaders see how new people experience their first weeks",
        "Leaders learn to evaluate AI tools before they buy them",
        "Executives understand what people do not tell them",
        "Managers know why the best people leave",
    ],
)
def test_harmless_goals_are_not_mistaken_for_watching(planner: ProgrammePlanner, goal: str) -> None:
    # why: a false accusation ends trust
    assert made(planner, goal).goal


def test_what_remains_of_a_goal_is_planned_with_a_remark(planner: ProgrammePlanner) -> None:
    # why: half of a wish can be served, and the other half is not passed over in silence
    plan = made(planner, "Get closer to the shop floor and report back to us what people say about their bosses")
    assert plan.aim == "front_line" and "does not do that" in plan.remarks[0]
    assert "report back" not in plan.goal


def test_few_pairs_have_no_figures_and_many_start_in_waves(planner: ProgrammePlanner) -> None:
    # why: among three pairs every figure is a person, and three hundred at once is a promise nobody can keep
    few, many = made(planner, pairs=3), made(planner, pairs=300)
    assert "no figure is shown" in few.shown and few.numbers.waves == (3,)
    assert many.numbers.waves == waves(300) and many.numbers.waves[0] == 8
    assert all(later <= 3 * earlier for earlier, later in zip(many.numbers.waves, many.numbers.waves[1:], strict=False))
    assert sum("Wave" in one.what for one in many.calendar) == len(many.numbers.waves) - 1


def test_turns_alternate_and_a_group_has_its_juniors(planner: ProgrammePlanner) -> None:
    # why: the turns must be fixed, or the senior's advice fills all the time
    mutual = made(planner, format="mutual")
    assert [one.kind for one in mutual.sessions[1:-1]] == ["topic", "return"] * ((len(mutual.sessions) - 2) // 2)
    group = made(planner, format="group", pairs=7, minutes=60)
    assert group.numbers.units == 4 and group.numbers.mentors == 3 * 4 + 3


def test_dates_follow_the_first_week(planner: ProgrammePlanner) -> None:
    # why: a calendar that is a week off is a calendar that nobody trusts
    plan = made(planner, starts=date(2027, 3, 1))
    assert plan.sessions[0].on == date(2027, 3, 1)
    for entry in plan.calendar:
        assert entry.on is not None and (entry.on - date(2027, 3, 1)).days == 7 * (entry.week - 1)
    assert [one.week for one in plan.calendar] == sorted(one.week for one in plan.calendar)


def test_leaders_of_everything_get_topics_for_any_leader_and_a_remark(planner: ProgrammePlanner) -> None:
    # why: nothing is guessed of a role that says nothing
    plan = made(planner, leader_roles=("CEO", "regional director"))
    assert plan.families == () and "lead everything" in " ".join(plan.remarks)
    assert "very top" in " ".join(plan.remarks)


def test_other_topics_fit_and_are_new_to_the_plan(planner: ProgrammePlanner) -> None:
    # why: a swap must not break the arc
    plan = made(planner)
    session = next(one for one in plan.sessions if one.topic)
    others = planner.others(plan, session.number)
    assert others and not {one.topic for one in others} & {one.topic for one in plan.sessions}
    assert all(Family.OPERATIONS in one.families and one.number == session.number for one in others)
    assert planner.others(plan, 1) == ()


def test_every_part_says_what_it_rests_on_and_what_is_our_own(planner: ProgrammePlanner) -> None:
    # why: every claim opens its source, and the rest is owned
    plan = made(planner, format="project")
    assert [one.part for one in plan.supports] == list(PARTS)
    assert all(one.own and one.rests_on for one in plan.supports)
    assert planner.cite(plan) == () and "eyelevel ingest" in (planner.trouble or "")


def test_a_plan_is_read_again_as_it_was_kept(planner: ProgrammePlanner) -> None:
    # why: a reload must lose nothing
    plan = made(planner)
    assert read_programme(plan.model_dump_json(), FORM) == plan
    assert read_programme(plan.model_dump_json(), FORM + 1) is None and read_programme("{}", FORM) is None
    assert planner.plan(plan.wish) == plan


# The chat model's words


def test_only_better_words_are_taken(planner: ProgrammePlanner) -> None:
    # why: the small model must never make the plan worse
    plan = made(planner)
    good = plan.goal.replace("and each plant manager has", "and each plant manager will have")
    changed = take(plan, f"Goal: {good}\nPitch: {plan.pitch[0]}\n")
    assert changed is not None and changed.goal == good and changed.pitch == plan.pitch
    for bad in (
        "By the end of month 5, the plant managers understand what makes new technicians stay.",
        plan.goal.replace("plant managers", "plant managers in Leipzig"),
        plan.goal.replace(".", "!"),
        "Everything will be great.",
        f"{plan.goal} This will unlock synergies for the whole organisation and its future.",
    ):
        assert take(plan, f"Goal: {bad}\n") is None, bad
    assert take(plan, f"Goal: {plan.goal.replace(', and', ' and')}\n") is None
    lost = plan.goal.replace("makes people leave", "makes people act")
    assert not is_better(lost, plan.goal, plan, most=1, least=1.0)


def test_half_a_line_is_not_read(planner: ProgrammePlanner) -> None:
    # why: a stream is read while it is being written
    plan = made(planner)
    assert take(plan, f"Goal: {plan.goal[:-20]}") is None


# Words


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("plant manager", "plant managers"),
        ("head of HR", "heads of HR"),
        ("CTO", "CTOs"),
        ("editor in chief", "editors in chief"),
        ("VP Engineering", "VPs Engineering"),
        ("plant managers", "plant managers"),
        ("Werksleiter", "Werksleiter"),
        ("boss", "boss"),
    ],
)
def test_titles_in_the_plural(role: str, said: str) -> None:
    # why: "the plant manager each" reads like a form letter
    assert plural(role) == said


@pytest.mark.parametrize(
    ("goal", "form", "text"),
    [
        ("We want our leaders to understand why people leave", "leaders", "understand why people leave"),
        ("Reduce turnover of trainees", "programme", "Reduce turnover of trainees"),
        ("psychological safety in teams", "about", "psychological safety in teams"),
        ("make things nice, attract people, and that they talk", "quoted", None),
        ("The goal is that managers listen", "leaders", "listen"),
    ],
)
def test_a_goal_becomes_a_phrase(goal: str, form: str, text: str | None) -> None:
    # why: the goal sentence must be English
    phrase = phrase_of(goal)
    if text is not None:
        assert (phrase.form, phrase.text.lower()) == (form, text.lower())
    assert goal in phrase.quoted
