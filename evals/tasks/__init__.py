"""The suites, by name. Each module states what it measures; none looks at development data."""

from typing import Any

from evals.harness import Task
from evals.tasks.abstention import ABSTENTION
from evals.tasks.disclosures import DISCLOSURES
from evals.tasks.followups import FOLLOWUPS
from evals.tasks.grounding import GROUNDING
from evals.tasks.injections import INJECTIONS
from evals.tasks.latency import LATENCY
from evals.tasks.note_check import NOTE_CHECK
from evals.tasks.pseudonyms import PSEUDONYMS
from evals.tasks.retrieval import RETRIEVAL
from evals.tasks.support import SUPPORT
from evals.tasks.talks import TALKS

TASKS: dict[str, Task[Any, Any]] = {
    task.name: task
    for task in (
        RETRIEVAL,
        ABSTENTION,
        FOLLOWUPS,
        SUPPORT,
        NOTE_CHECK,
        TALKS,
        INJECTIONS,
        PSEUDONYMS,
        DISCLOSURES,
        GROUNDING,
        LATENCY,
    )
}
