"""What a question costs: which modules are imported and which connections are opened."""

from pathlib import Path
from typing import Any

import pytest
from kit import ingest, run

from assistant.models.encoder import MiniLMEncoder
from assistant.settings import Settings, load_settings

ASK = """
import os, sys
sockets = []
def hook(name, arguments):
    if name in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        sockets.append([name, str(arguments[-1])])
sys.addaudithook(hook)
from pathlib import Path
from assistant.guide.index import GuideIndex
from assistant.guide.search import HybridSearch
from assistant.models.encoder import MiniLMEncoder
from assistant.settings import Settings
settings = Settings(home=Path(ARG["home"]), model_dir=Path(ARG["models"]), chat_model="none")
encoder = MiniLMEncoder(settings.model_dir, settings.threads)
index = GuideIndex.open(settings, encoder.name)
hits = HybridSearch(index, encoder).search("how often should we meet", 2)
fds = [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")]
# Rust's runtime keeps a pair of local sockets to itself; only those of the internet count.
net = {line.split()[9] for kind in ("tcp", "tcp6", "udp", "udp6") for line in open(f"/proc/self/net/{kind}")}
telemetry = index._client.get_settings().anonymized_telemetry
print(json.dumps({"best": hits[0].passage.text, "modules": sorted(sys.modules), "sockets": sockets,
                  "open": [name for name in fds if name[8:-1] in net], "telemetry": telemetry}))
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A search in a new process, with telemetry and tracing wished for by the environment."""
    folder = tmp_path_factory.mktemp("query")
    (folder / "a.md").write_text("# Pace\n\nMeet every third week for an hour.\n")
    (folder / "b.md").write_text("# Trust\n\nKeep what was said between the two of you.\n")
    models = load_settings().model_dir
    settings = Settings(home=folder / "home", model_dir=models, knowledge=folder / "none", chat_model="none")
    ingest(settings, folder / "a.md", folder / "b.md", encoder=MiniLMEncoder(models, 2))
    wished = {"ANONYMIZED_TELEMETRY": "True", "LANGSMITH_TRACING": "true"}
    found: dict[str, Any] = run(ASK, wished, home=settings.home, models=models)
    return found


@pytest.mark.parametrize("module", ["torch", "transformers", "langchain_core", "streamlit", "langchain_openai"])
def test_a_search_does_not_import(module: str, asked: dict[str, Any]) -> None:
    # why: torch alone costs four seconds of every `eyelevel search`
    assert asked["best"].startswith("Meet every third week")
    assert module not in asked["modules"]


def test_a_search_speaks_to_nobody(asked: dict[str, Any]) -> None:
    # why: telemetry is off whatever the environment says; a question must not leave the machine
    assert asked["telemetry"] is False
    assert asked["sockets"] == [] and asked["open"] == []
    assert "posthog" not in asked["modules"]


def test_the_test_models_are_no_part_of_the_product() -> None:
    # why: a product that imports its fakes can end up using them
    root = Path(__file__).resolve().parents[2]
    sources = [path for part in ("assistant", "ingest", "app") for path in (root / part).rglob("*.py")]
    assert not [path.name for path in sources if "models.testing" in path.read_text() and path.name != "testing.py"]
