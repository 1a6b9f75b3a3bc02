"""The ten coaching mistakes that a session note can show. Names and order only; how each is found stands elsewhere."""

from enum import StrEnum


class Mistake(StrEnum):
    """A mistake that harms a pair, found only where the note itself gives evidence for it.

    What is past and put right, feared, imagined, denied, or about another pair is none.
    """

    ONE_WAY_LECTURING = "one_way_lecturing"
    """One side tells and the other takes it in: few questions, little of the listener's own world."""
    TECH_ONLY_FOCUS = "tech_only_focus"
    """Nothing but tools and how-to was covered; one real thread about people or ways of working is enough for none."""
    TOO_MUCH_HIERARCHY = "too_much_hierarchy"
    """Rank shapes the session: the senior orders, examines or dismisses, or the junior defers."""
    NO_TIME = "no_time"
    """The time is not protected: squeezed, cut well below half an hour, moved again and again, shared with a screen."""
    ALIBI = "alibi"
    """Taking part for the look of it: told to, for the photo, for the figure, with nothing taken seriously."""
    MENTOR_HOLDS_BACK = "mentor_holds_back"
    """The junior hid or softened something that mattered."""
    MENTEE_DEFENSIVE = "mentee_defensive"
    """The senior justified, argued or shut down where a view or feedback asked to be explored."""
    UNCLEAR_EXPECTATIONS = "unclear_expectations"
    """The pair has no agreed purpose, topic or form, and drifts."""
    NO_FOLLOW_THROUGH = "no_follow_through"
    """What was agreed was not done and not repaired, or nothing was agreed where something should have been."""
    CONFIDENTIALITY_BREACH = "confidentiality_breach"
    """What was said in confidence was passed on, or is about to be, without consent."""


CORE = tuple(Mistake)[:5]
"""The five that the guidance on reverse mentoring names as its common mistakes."""
CHALLENGES = tuple(Mistake)[5:]
"""Five common problems of programmes."""
