"""One look among what the person wrote, beside the answer to their question and never in its way.

`conversation` begins it before it searches the guide and takes what is there whenever it has something to say anyway.
What is found goes to the person who asked and nowhere else: no model is given it, and no sentence rests on it.
"""

import threading

from assistant.coach.own_notes import Desk, OwnNotes
from assistant.errors import EyelevelError
from assistant.events import Notice, Own, OwnPlace, log
from assistant.roles import Actor

MOST = 1
"""Passages beside an answer: of 12 own questions 9 had the right one first, and a second was of another note."""
SECONDS = 3.0
"""How long the end of an answer waits for it: reading notes that were never read takes up to two."""


class Lookup:
    """Runs in a thread of its own from the moment it is made."""

    def __init__(self, own: OwnNotes, actor: Actor, query: str, desk: Desk) -> None:
        self._own, self._actor, self._query, self._desk = own, actor, query, desk
        self._found: Own | Notice | None = None
        self._thread = threading.Thread(target=self._look, name="own-lookup", daemon=True)
        self._thread.start()

    def take(self, seconds: float = 0.0) -> Own | Notice | None:
        """What was found, or why nothing could be looked at, once; `None` where there is nothing (yet)."""
        self._thread.join(seconds)
        found, self._found = self._found, None
        return found

    def _look(self) -> None:
        try:
            matches = self._own.search(self._actor, self._query, self._desk, MOST)
        except Exception as error:  # whatever it is, the answer must not fail with it
            log("own.lookup_failed", kind=type(error).__name__)
            why = f" {error}" if isinstance(error, EyelevelError) else ""
            self._found = Notice(text=f"Your own notes were not looked at.{why}")
            return
        fitting = [one for one in matches.passages if one.fits]
        if fitting:
            places = (OwnPlace(kind=one.kind, item=one.item, start=one.start, end=one.end) for one in fitting)
            self._found = Own(places=tuple(places))
