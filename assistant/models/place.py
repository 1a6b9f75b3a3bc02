"""Where the chat model works: on this machine, elsewhere, or not at all. Pure; reads settings and no text."""

import ipaddress
from typing import Literal, NamedTuple
from urllib.parse import urlparse

from assistant.settings import Settings

PROVIDERS = {"openai": "OpenAI", "anthropic": "Anthropic", "ollama": "Ollama"}
LONGEST_ID = 255


class Place(NamedTuple):
    """Where questions and passages go to be answered."""

    where: Literal["nowhere", "here", "elsewhere"]
    name: str
    """Whom they go to, in words."""
    id: str = ""
    """What people say yes or no to: model, host, and whether notes go too; empty where nothing leaves this machine."""


def model_place(settings: Settings) -> Place:
    """Where the chat model of these settings works."""
    provider, _, model = settings.chat_model.partition(":")
    if provider != "local" and provider not in PROVIDERS:
        return Place("nowhere", "no chat model")
    if provider == "local":
        return Place("here", "the chat model inside Eyelevel")
    host = urlparse(settings.chat_base_url or "").hostname
    if _is_this_machine(host) or (provider == "ollama" and settings.chat_base_url is None):
        return Place("here", f"{model!r} on this computer")
    at = host or PROVIDERS[provider]
    notes = " with notes" if settings.note_judge else ""
    return Place("elsewhere", f"{model!r} at {at}", f"{settings.chat_model} at {at}"[: LONGEST_ID - len(notes)] + notes)


def hosted_place(settings: Settings) -> Place | None:
    """The model elsewhere that each person is asked about; None where there is none, or sending is not allowed."""
    found = model_place(settings)
    return found if found.where == "elsewhere" and settings.hosted_models else None


def _is_this_machine(host: str | None) -> bool:
    if host is None:
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
