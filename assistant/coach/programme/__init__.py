"""Plans of whole programmes, for programme managers: from the goal, the leaders, the number, the months, the format."""

from assistant.coach.programme.planner import ProgrammePlanner
from assistant.coach.programme.record import FORM, ProgrammePlan, ProgrammeWish, read_programme

__all__ = ["FORM", "ProgrammePlan", "ProgrammePlanner", "ProgrammeWish", "read_programme"]
