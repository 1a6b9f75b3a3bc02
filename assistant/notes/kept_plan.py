"""A saved plan: read again from what was kept, and its words as one text for a search of one's own."""

from pydantic import ValidationError

from assistant.notes.next_time import NextPlan

FORM = 1
"""Version of `NextPlan` as it is kept; goes up with every change that an older plan would not survive."""


def read_plan(content: str, form: int) -> NextPlan | None:
    """The plan that was kept as JSON in this form; `None` where another version kept it and wrote it differently."""
    try:
        return NextPlan.model_validate_json(content) if form == FORM else None
    except ValidationError:
        return None


def plan_text(plan: NextPlan) -> str:
    """The words that its owner may change, in the order in which they are shown, the parts divided by empty lines."""
    parts = ("\n".join(filter(None, (one.title, one.what, *one.questions))) for one in plan.blocks)
    return "\n\n".join((plan.purpose, *parts, plan.commitment))
