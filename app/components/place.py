"""Where the chat model works: on this machine, elsewhere, or not at all. Pure; reads settings and no text."""

import ipaddress
from typing import Literal, NamedTuple
from urllib.parse import urlparse

from assistant.settings import Settings

PROVIDERS = {"openai": "OpenAI", "anthropic": "Anthropic", "ollama": "Ollama"}


class Place(NamedTuple):
    """Where questions and passages go to be answered."""

    where: Literal["nowhere", "here", "elsewhere"]
    name: str
    """Whom they go to, in words."""


def model_place(settings: Settings) -> Place:
    """Where the chat model of these settings works."""
    provider, _, model = settings.chat_model.partition(":")
    if provider == "none":
        return Place("nowhere", "no chat model")
    if provider == "local":
        return Place("here", "the chat model inside Eyelevel")
    host = urlparse(settings.chat_base_url or "").hostname
    if _is_this_machine(host) or (provider == "ollama" and host is None):
        return Place("here", f"{model!r} on this computer")
    return Place("elsewhere", f"{model!r} at {host or PROVIDERS.get(provider, provider)}")


def _is_this_machine(host: str | None) -> bool:
    if host is None:
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
