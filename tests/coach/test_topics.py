"""Topic suggestions from the shipped catalogue with the real embedding model: fit, new, varied, balanced, the same."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.coach.leaders import Family, FamilyFinder, load_leaders
from assistant.coach.topics import TopicChooser, TopicWish, month_of
from assistant.errors import InputError
from assistant.models.encoder import MiniLMEncoder
from assistant.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def encoder() -> MiniLMEncoder:
    return MiniLMEncoder(load_settings().model_dir, 2)


@pytest.fixture(scope="module")
def chooser(encoder: MiniLMEncoder, tmp_path_factory: pytest.TempPathFactory) -> TopicChooser:
    home = tmp_path_factory.mktemp("topics")
    return TopicChooser(Settings(home=home, knowledge=ROOT / "knowledge", chat_model="none"), encoder)


@pytest.mark.parametrize(
    ("role", "family"),
    [
        ("CTO", Family.TECHNICAL),
        ("our Head of HR, 58", Family.PEOPLE),
        ("Chief Financial Officer", Family.FINANCE),
        ("Werksleiter in Kassel", Family.OPERATIONS),
        ("directrice de l'école et proviseur", Family.PUBLIC_SECTOR),
        ("HR business partner", Family.PEOPLE),
        ("principal engineer", Family.TECHNICAL),
        ("senior partner of a law firm", Family.PROFESSIONAL_SERVICE),
        ("ward manager", Family.FRONTLINE),
    ],
)
def test_a_role_finds_its_family(encoder: MiniLMEncoder, role: str, family: Family) -> None:
    # why: everything said to a leader stands on it
    finder = FamilyFinder(load_leaders(ROOT / "knowledge" / "topics" / "leaders.yaml"), encoder)
    assert finder.find(role)[:1] == (family,)


@pytest.mark.parametrize("role", ["", "?!", "x", "CEO", "Geschäftsführerin eines Verlags"])
def test_nothing_is_guessed_of_a_role_that_says_nothing(encoder: MiniLMEncoder, role: str) -> None:
    # why: topics for the wrong leader are worse than topics for everybody
    finder = FamilyFinder(load_leaders(ROOT / "knowledge" / "topics" / "leaders.yaml"), encoder)
    assert finder.find(role) == ()


def test_suggestions_suit_the_leader_and_say_why(chooser: TopicChooser) -> None:
    # why: "painfully generic" is what people say of other tools
    finance = chooser.suggest(TopicWish(mentee_role="CFO"), 8)
    shop = chooser.suggest(TopicWish(mentee_role="store manager"), 8)
    assert all(one.family is Family.FINANCE for one in finance)
    assert all(one.why.startswith(one.topic.leaders[Family.FINANCE].why) for one in finance)
    assert {one.topic.id for one in finance} != {one.topic.id for one in shop}
    both = {one.topic.id: one.question for one in finance}.items() & {
        one.topic.id: one.question for one in shop
    }.items()
    assert both == set()


def test_suggestions_mix_tools_and_people_and_do_not_repeat_an_area(chooser: TopicChooser) -> None:
    # why: five topics on tools are one of the ten mistakes
    for role in ("CTO", "Head of HR", "mayor", None):
        found = chooser.suggest(TopicWish(mentee_role=role), 6)
        assert {one.topic.technical for one in found} == {True, False}, role
        assert len({one.topic.area for one in found}) >= 3, role


def test_a_wish_comes_first(chooser: TopicChooser) -> None:
    # why: who asks for passwords wants passwords
    found = chooser.suggest(TopicWish(mentee_role="CFO", about="phishing mails and clicking on bad links"), 3)
    assert "why-careful-people-click" in [one.topic.id for one in found]


def test_what_a_pair_has_had_does_not_come_again(chooser: TopicChooser) -> None:
    # why: by id where it came from here, by its name where the pair chose it
    first = chooser.suggest(TopicWish(mentee_role="CTO"), 10)
    had = tuple(one.topic.id for one in first)
    again = chooser.suggest(TopicWish(mentee_role="CTO", had=had), 10)
    assert not set(had) & {one.topic.id for one in again}
    named = chooser.suggest(TopicWish(mentee_role="CTO", had=(first[0].topic.title,)), 50)
    assert first[0].topic.id not in {one.topic.id for one in named}


def test_a_programme_of_tools_alone_is_told_so(chooser: TopicChooser) -> None:
    # why: balance is over the whole programme, not within one list
    tools = [one.topic.id for one in chooser.suggest(TopicWish(mentee_role="CTO"), 40) if one.topic.technical][:5]
    found = chooser.suggest(TopicWish(mentee_role="CTO", had=tuple(tools)), 3)
    assert not found[0].topic.technical and "this one is about people" in found[0].why


def test_the_same_wish_gets_the_same_topics_in_another_process(encoder: MiniLMEncoder, tmp_path: Path) -> None:
    # why: a plan that was saved must not rest on chance; the second time the kept vectors are used
    settings = Settings(home=tmp_path, knowledge=ROOT / "knowledge", chat_model="none")
    wish = TopicWish(mentee_role="head of logistics", about="night shift", month=3)
    first = TopicChooser(settings, encoder).suggest(wish, 5)
    assert (tmp_path / "topics.npz").is_file()
    assert TopicChooser(settings, encoder).suggest(wish, 5) == first
    (tmp_path / "topics.npz").write_bytes(b"garbage")
    assert TopicChooser(settings, encoder).suggest(wish, 5) == first


class Counting(MiniLMEncoder):
    """Counts the texts that it is given."""

    texts = 0

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> NDArray[np.float32]:
        self.texts += len(texts)
        return super().encode(texts, progress)


def test_a_role_that_no_title_names_costs_no_second_process_the_titles(tmp_path: Path) -> None:
    # why: some 290 titles were read again in each process, half a second for whoever asked first
    settings = Settings(home=tmp_path, knowledge=ROOT / "knowledge", chat_model="none")
    wish = TopicWish(mentee_role="tsar of widgets")
    found = TopicChooser(settings, Counting(load_settings().model_dir, 2)).suggest(wish, 3)
    later = Counting(load_settings().model_dir, 2)
    assert TopicChooser(settings, later).suggest(wish, 3) == found and later.texts <= 3


@pytest.mark.parametrize("elapsed, month", [(-1, 1), (0, 1), (0.5, 4), (0.99, 6), (1, 6), (3, 6)])
def test_programmes_of_any_length_have_six_months(elapsed: float, month: int) -> None:
    # why: the catalogue speaks of six, and a programme of three months is over at its end too
    assert month_of(elapsed) == month


def test_what_cannot_be_asked_is_refused_in_one_line(chooser: TopicChooser) -> None:
    # why: a wish of a whole book would cost seconds and find nothing
    for wish, count in ((TopicWish(about="x" * 2001), 3), (TopicWish(), 0), (TopicWish(), 51)):
        with pytest.raises(InputError) as caught:
            chooser.suggest(wish, count)
        assert "\n" not in str(caught.value) and str(caught.value).endswith(".")


# why: who has had enough of tools says so, and a topic about tools would be the one thing not to offer
@pytest.mark.parametrize(
    "about", ["not another tool please", "non technical", "nothing about apps", "sans outils", "pas de technique"]
)
def test_a_wish_against_tools_is_heard(chooser: TopicChooser, about: str) -> None:
    found = chooser.suggest(TopicWish(mentee_role="Plant manager", about=about), 5)
    assert not any(one.topic.technical for one in found)
