"""The suites, by name. Each module states what it measures; none looks at development data."""

from typing import Any

from evals.harness import Task
from evals.tasks.abstention import ABSTENTION
from evals.tasks.followups import FOLLOWUPS
from evals.tasks.grounding import GROUNDING
from evals.tasks.latency import LATENCY
from evals.tasks.retrieval import RETRIEVAL
from evals.tasks.support import SUPPORT

TASKS: dict[str, Task[Any, Any]] = {
    task.name: task for task in (RETRIEVAL, ABSTENTION, FOLLOWUPS, SUPPORT, GROUNDING, LATENCY)
}
