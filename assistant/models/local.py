"""The embedded chat model: llama.cpp's server in this process, on loopback, behind a random key.

Built once a process and kept. Nothing but this machine can reach it; the key keeps other programs of
the machine out. Settings and their reasons were measured on two cores.
"""

import secrets
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ModelMissing

CONTEXT_TOKENS = 4096
"""Room for the prompt and the answer; our prompts stay under 1,500 tokens."""
PROMPT_CACHE_MIB = 192
"""Memory in which the server keeps the prefixes of recent prompts (its own default is 8 GiB)."""


@dataclass(frozen=True)
class LocalEndpoint:
    """Where the embedded server listens, and its key."""

    base_url: str
    api_key: str


_servers: dict[Path, tuple[Any, LocalEndpoint]] = {}
_lock = threading.Lock()


def serve_weights(path: Path, threads: int) -> LocalEndpoint:
    """Start the server for a GGUF file, or return the running one (1 to 3 seconds the first time).

    Raises `ModelMissing` where llama.cpp is not installed or refuses the file.
    """
    with _lock:
        if path not in _servers:
            _servers[path] = _start(path, threads)
        return _servers[path][1]


def _start(path: Path, threads: int) -> tuple[Any, LocalEndpoint]:
    try:
        import xllamacpp
    except ImportError as error:
        raise ModelMissing(f"The package 'xllamacpp' cannot be used ({error}); run `make setup`.") from None
    key = secrets.token_urlsafe(32)
    try:
        server = xllamacpp.Server(_parameters(xllamacpp.CommonParams(), path, threads, key))
    except Exception as error:
        raise ModelMissing(f"llama.cpp cannot load {path.name!r} ({error}); check the file.") from None
    return server, LocalEndpoint(server.listening_address + "/v1", key)


def _parameters(params: Any, path: Path, threads: int, key: str) -> Any:
    params.model.path = str(path)
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    params.warmup = False
    params.ui = False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    # Weights stay in the file's own layout: a quarter faster at reading prompts, 600 MB less memory,
    # a tenth slower at writing. Reading is what people wait for.
    params.no_extra_bufts = True
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.n_batch = params.n_ubatch = 128  # a stopped answer frees the model within a second
    params.verbosity = 0
    params.api_keys = [key]
    params.cors_origins = "http://localhost"
    return params
