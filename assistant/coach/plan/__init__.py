"""Plans of sessions: from the leader, the wish and what is known of the pair."""

from assistant.coach.plan.brief import PlanWish
from assistant.coach.plan.known import Known, Promise, read_history
from assistant.coach.plan.planner import Planner

__all__ = ["Known", "PlanWish", "Planner", "Promise", "read_history"]
