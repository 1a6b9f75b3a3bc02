from pathlib import Path

import pytest

from assistant.coach.leaders import FamilyFinder, load_leaders
from assistant.models.encoder import MiniLMEncoder
from assistant.settings import load_settings

LEADERS = load_leaders(Path(__file__).parents[2] / "knowledge" / "topics" / "leaders.yaml")


@pytest.fixture(scope="module")
def finder() -> FamilyFinder:
    settings = load_settings()
    return FamilyFinder(LEADERS, MiniLMEncoder(settings.model_dir, settings.threads))


# why: topics and questions are written for families; titles that no list has must find theirs by what they name
@pytest.mark.parametrize(
    ("role", "family"),
    [
        ("Head of Treasury at a hospital group", "finance"),
        ("Bereichsleiterin Cybersecurity", "technical"),
        ("Responsable des achats", "operations"),
        ("SVP Brand and Communications", "product"),
        ("Stationsleitung Chirurgie", "frontline"),
        ("Schulamtsdirektor", "public_sector"),
        ("Senior associate, litigation", "professional_service"),
        ("Director Talent", "people"),
    ],
)
def test_a_role_finds_its_family(finder: FamilyFinder, role: str, family: str) -> None:
    assert family in finder.find(role)


# why: a wrong family is worse than none, so what leads everything and what says nothing are of none
@pytest.mark.parametrize("role", ["CEO", "Group chief executive", "", "…", "my boss"])
def test_who_leads_everything_is_of_no_family(finder: FamilyFinder, role: str) -> None:
    assert finder.find(role) == ()


# why: "it" is a field and a word of many roles, and must count as a whole word alone
def test_a_short_field_is_no_part_of_a_word(finder: FamilyFinder) -> None:
    assert "technical" not in finder.find("head of titles and items")
