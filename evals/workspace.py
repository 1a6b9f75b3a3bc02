"""What the suites run on: a home with the shipped guide ingested once, and the coach that answers from it.

A temporary home is made unless one is given, so that an evaluation never reads or changes a person's own guide.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from assistant.coach.conversation import CANDIDATES
from assistant.coach.question import build_query, prepare_question
from assistant.coach.service import Coach, Exchange
from assistant.guide.library import Library
from assistant.guide.search import Hit, HybridSearch
from assistant.models.encoder import MiniLMEncoder
from assistant.roles import Role
from assistant.settings import Settings, load_settings
from evals.data import EvaluationError

MODEL_SECONDS = 180.0
"""How long a chat model may take to load before a suite gives up."""


class Workspace:
    """Opened lazily: a suite that needs no chat model never loads one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.embeddings = MiniLMEncoder(settings.model_dir, settings.threads)

    @cached_property
    def search(self) -> HybridSearch:
        """The guide."""
        return Library(self.settings, self.embeddings, self.embeddings.name).current()

    @cached_property
    def coach(self) -> Coach:
        """The coach with its chat model loaded. Raises `EvaluationError` where the model cannot be had."""
        coach = Coach(self.settings)
        coach.start()
        state = coach.wait_for_model(MODEL_SECONDS)
        if state.status not in ("ready", "none"):
            raise EvaluationError(f"The chat model is {state.status} ({state.message}); run `eyelevel models`.")
        return coach

    def retrieve(self, question: str, role: Role | None, history: tuple[Exchange, ...] = ()) -> tuple[str, list[Hit]]:
        """The query and the candidates, as a turn of the conversation finds them."""
        query = self.search.mend(build_query(prepare_question(question), history))
        return query, self.search.rank(query, self.search.embed([query])[0], CANDIDATES, role)


@contextmanager
def open_workspace(home: Path | None = None) -> Iterator[Workspace]:
    """A workspace on `home`, which must hold a guide, or on a temporary one that is removed afterwards."""
    settings = load_settings()
    if home:
        yield Workspace(settings.model_copy(update={"home": home}))
        return
    with tempfile.TemporaryDirectory(prefix="eyelevel-evals-", ignore_cleanup_errors=True) as folder:
        workspace = Workspace(settings.model_copy(update={"home": Path(folder)}))
        _ingest(workspace)
        yield workspace


def _ingest(workspace: Workspace) -> None:
    from ingest.pipeline import run_ingest

    sys.stderr.write("Ingesting the guide into a temporary home …\n")
    report = run_ingest(workspace.settings, workspace.embeddings, workspace.embeddings.name)
    if report.failed or not report.passages:
        raise EvaluationError(f"The guide cannot be ingested: {report.failed[:1] or 'it has no passages'}.")
