"""The coaching jobs in one warm process: seconds to the first useful result, and until the chat model is done with it.

The inputs are held-out cases of the suites, so no engine was made for them.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from assistant.coach.feedback.coach import FeedbackCoach
from assistant.coach.plan import Planner, PlanWish
from assistant.coach.plan.known import Known
from assistant.coach.programme.planner import ProgrammePlanner
from assistant.coach.programme.record import ProgrammeWish
from assistant.coach.reflection import About, Reflector
from assistant.coach.rehearsal.record import Rehearsal, Senior
from assistant.coach.rehearsal.rehearser import Rehearser
from assistant.coach.topics import TopicChooser, TopicWish
from assistant.notes.parse import parse_note
from assistant.roles import Role
from assistant.settings import load_settings
from evals.probes.program import finish, read_json, timed
from evals.workspace import MODEL_SECONDS, Workspace

Run = tuple[Callable[[], object], Callable[[Any], Iterable[object]]]
"""What makes the first result, and what betters it."""


def run(cases: str) -> None:
    """`cases`: a JSON file with rows by job. Prints seconds by job: `first` and `whole`."""
    rows = read_json(cases)
    workspace = Workspace(load_settings())
    workspace.coach.start()
    ready = workspace.coach.wait_for_model(MODEL_SECONDS).status == "ready"
    found: dict[str, Any] = {"model": ready}
    for job, runs in _jobs(workspace, rows).items():
        first, whole = [], []
        for number, (make, better) in enumerate(runs):
            began = time.perf_counter()
            seconds, result = timed(make)
            if ready:
                for _ in better(result):
                    pass
            if number:  # the first of each job warms it
                first.append(seconds)
                whole.append(time.perf_counter() - began)
        found[job] = {"first": first, "whole": whole}
    finish(found)


def _jobs(workspace: Workspace, rows: dict[str, list[dict[str, Any]]]) -> dict[str, Iterator[Run]]:
    settings, embeddings, chat = workspace.settings, workspace.coach.embeddings, workspace.coach.chat
    planner, chooser = Planner(settings, embeddings), TopicChooser(settings, embeddings)
    feedback, reflector = FeedbackCoach(settings, embeddings), Reflector(settings, embeddings)
    rehearser, programmes = Rehearser(settings, chat), ProgrammePlanner(settings, embeddings)
    planner.warm()  # as a page does when it is opened
    programmes.warm()

    def plan(row: dict[str, Any]) -> Run:
        wish = PlanWish(mentee_role=row["mentee_role"], about=row["about"], minutes=row["minutes"])
        return lambda: planner.plan(wish, Known()), lambda made: planner.better(made, chat)

    def topics(row: dict[str, Any]) -> Run:
        wish = TopicWish(mentee_role=row["mentee_role"], about=row["about"], month=row["month"])
        return lambda: chooser.suggest(wish, 5), lambda made: ()

    def tell(row: dict[str, Any]) -> Run:
        return lambda: feedback.coach(row["text"]), lambda made: feedback.better(made, chat)

    def reflect(row: dict[str, Any]) -> Run:
        note = parse_note(row["text"], writer=Role(row["writer"]))
        return lambda: reflector.after(note, About()), lambda made: reflector.better(made, chat)

    def rehearse(row: dict[str, Any]) -> Run:
        senior = Senior(role=row["senior"]["role"], name=row["senior"]["name"], mood=row["mood"])
        begun = Rehearsal(senior=senior, situation=row["situation"])
        return lambda: rehearser.say(begun, row["lines"][0]), rehearser.play

    def programme(row: dict[str, Any]) -> Run:
        wish = ProgrammeWish.model_validate({name: value for name, value in row.items() if name != "id"})
        return lambda: programmes.plan(wish), lambda made: programmes.better(made, chat)

    made = {"plan": plan, "topics": topics, "feedback": tell, "reflect": reflect, "rehearse": rehearse}
    return {job: map(make, rows[job]) for job, make in (made | {"programme": programme}).items()}


if __name__ == "__main__":
    run(*sys.argv[1:])
