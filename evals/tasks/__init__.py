"""The suites, by name. Each module states what it measures; none looks at development data."""

from typing import Any

from evals.harness import Task
from evals.tasks.abstention import ABSTENTION
from evals.tasks.disclosures import DISCLOSURES
from evals.tasks.feedback import FEEDBACK
from evals.tasks.followups import FOLLOWUPS
from evals.tasks.grounding import GROUNDING
from evals.tasks.injections import INJECTIONS
from evals.tasks.latency import LATENCY
from evals.tasks.note_check import NOTE_CHECK
from evals.tasks.plans import PLANS
from evals.tasks.programmes import PROGRAMMES
from evals.tasks.pseudonyms import PSEUDONYMS
from evals.tasks.reflections import REFLECTIONS
from evals.tasks.rehearsals import REHEARSALS, REHEARSALS_MODEL
from evals.tasks.releases import RELEASES
from evals.tasks.retrieval import RETRIEVAL
from evals.tasks.routing import ROUTING
from evals.tasks.support import SUPPORT
from evals.tasks.talks import TALKS
from evals.tasks.themes import THEMES
from evals.tasks.topics import TOPICS

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
        FEEDBACK,
        REFLECTIONS,
        REHEARSALS,
        ROUTING,
        TOPICS,
        PLANS,
        PROGRAMMES,
        THEMES,
        RELEASES,
        GROUNDING,
        REHEARSALS_MODEL,
        LATENCY,
    )
}
