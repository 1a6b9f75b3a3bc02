"""One frozen Settings object, read once from `EYELEVEL_*` variables where the program is put together.

Nothing else reads the environment for configuration. `fingerprint()` goes on every stored reply and
evaluation record, so that a result can be traced to the settings that made it.
"""

import hashlib
import json
from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path, user_config_path, user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError

REPOSITORY = Path(__file__).resolve().parents[1]


def _keys_apart_from(home: Path) -> Path:
    """The user's configuration folder, or a folder beside the home where that one lies inside it."""
    usual = user_config_path("eyelevel") / "keys"
    return home.with_name(f"{home.name}-keys") if usual.resolve().is_relative_to(home.resolve()) else usual


class Settings(BaseSettings):
    """Every setting of Eyelevel; the variable is the field's name in capitals after `EYELEVEL_`."""

    model_config = SettingsConfigDict(env_prefix="EYELEVEL_", frozen=True, extra="ignore")

    home: Path = Field(default_factory=lambda: user_data_path("eyelevel"))
    """Folder that holds all state: index, database, logs."""

    model_dir: Path = Field(default_factory=lambda: user_cache_path("eyelevel") / "models")
    """Folder of model files, shared by every home; several gigabytes may be needed."""

    keys: Path = Field(default_factory=lambda given: _keys_apart_from(given["home"]))
    """Folder of the master key and of everyone's keys; outside the home, so that a copy of the home has none."""

    master_key: SecretStr | None = None
    """Master key, 32 bytes in base64, instead of the file; several with commas, the first of which is in use."""

    knowledge: Path = REPOSITORY / "knowledge"
    """Folder of the shipped guide, which `eyelevel ingest` reads when no path is given."""

    chat_model: str = "local:qwen2.5-coder-1.5b"
    """`local:NAME`, `local:/path.gguf`, `openai:NAME`, `anthropic:NAME`, `ollama:NAME` or `none`."""

    chat_base_url: str | None = None
    """Address of a server that speaks the OpenAI protocol, used with `openai:NAME`."""

    chat_api_key: SecretStr | None = None
    """Key for a hosted model; without it the provider's own variable is used."""

    hosted_models: bool = False
    """Whether a chat model that is not on this machine may be used; each person is asked all the same."""

    chat_timeout_seconds: float = Field(default=40.0, gt=0, le=600)
    """Longest wait for the next piece of an answer, in seconds; by default even one that hangs is over in a minute."""

    chat_queue: int = Field(default=4, ge=0, le=1000)
    """How many answers may wait for the model before the next one is refused."""

    note_judge: bool = False
    """Whether the chat model judges session notes too; a hosted one gets their text, the small one is not asked."""

    threads: int = Field(default=2, ge=1, le=256)
    """Processor threads for the embedding model and for the embedded chat model."""

    database_url: str | None = None
    """SQLAlchemy address of the database; by default SQLite in the home folder."""

    retention_days: int | None = Field(default=None, ge=1, le=36_500)
    """Days after which texts that belong to no pair are erased; by default they are kept until somebody erases them."""

    chroma_url: str | None = None
    """Address of a Chroma server on a private network; by default Chroma runs in this process."""

    contacts: str = ""
    """Whom to turn to for harm that is no coaching matter: `name: address; name: address`."""

    allowed_hosts: str = "localhost,127.0.0.1,[::1]"
    """Host names that the web app answers to, separated by commas."""

    sign_in: Literal["personal", "local", "oidc"] = "personal"
    """`personal`: one person, no password; `local`: accounts of its own; `oidc`: a company's, by Streamlit's `auth`."""

    public_url: str | None = Field(default=None, pattern=r"^https?://[^/\s]+/?$")
    """Address that people open, `https://NAME`, where more than one signs in; by default this machine's own."""

    @property
    def index_dir(self) -> Path:
        """Folder of the guide's index generations."""
        return self.home / "index"

    @property
    def database(self) -> str:
        """SQLAlchemy address in use."""
        return self.database_url or f"sqlite:///{self.home / 'eyelevel.db'}"

    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change when a setting changes that can alter an answer."""
        relevant = {
            "chat_model": self.chat_model,
            "chat_base_url": self.chat_base_url,
            "threads": self.threads,
        }
        return hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()[:12]


def load_settings() -> Settings:
    """Read the environment. Raises `SettingsError` with the variable's name and how to fix it."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "EYELEVEL_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name} is {first['input']!r}: {first['msg']}; correct or unset it.") from None
