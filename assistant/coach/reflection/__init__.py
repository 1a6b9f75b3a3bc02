"""Reflection for the senior, before and after a session: what to bring, what to ask oneself, what to take on."""

from assistant.coach.reflection.kept import NAMES, Kept, kept_from, read_kept, render_reflection, title_of
from assistant.coach.reflection.record import (
    FORM,
    About,
    After,
    Before,
    Bring,
    Listening,
    Promised,
    Prompt,
    Proposal,
    Stage,
    Urge,
)
from assistant.coach.reflection.reflector import Reflector

__all__ = [
    "FORM",
    "NAMES",
    "About",
    "After",
    "Before",
    "Bring",
    "Kept",
    "Listening",
    "Promised",
    "Prompt",
    "Proposal",
    "Reflector",
    "Stage",
    "Urge",
    "kept_from",
    "read_kept",
    "render_reflection",
    "title_of",
]
