"""Chat models by name, as LangChain models. The only place that knows providers.

`build_chat_model` may load weights and take seconds; `models.service` runs it in the background.
"""

from collections.abc import Callable

from langchain_core.language_models import BaseChatModel

from assistant.errors import ModelMissing, SettingsError
from assistant.models.local import serve_weights
from assistant.models.place import model_place
from assistant.models.weights import find_weights
from assistant.settings import Settings

TEMPERATURE = 0.2
SEED = 7
"""Sampling seed where the provider takes one, so that evaluations repeat."""
MAX_ANSWER_TOKENS = 400
"""An answer is meant to be read on a phone: about 120 words; this is the hard stop."""
ADDRESSES = {
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
    "ollama": "http://127.0.0.1:11434",
}
"""Where a provider is when `EYELEVEL_CHAT_BASE_URL` is not set: a provider's own variable must not lead elsewhere than
the place that people said yes to."""
PROVIDERS = ("local", "openai", "anthropic", "ollama", "none")


def split_name(chat_model: str) -> tuple[str, str]:
    """(provider, name) of a setting such as `openai:gpt-x`. Raises `SettingsError`."""
    provider, _, name = chat_model.partition(":")
    if provider not in PROVIDERS or (not name if provider != "none" else chat_model != "none"):
        raise SettingsError(
            f"EYELEVEL_CHAT_MODEL is {chat_model!r}; use local:NAME, local:/path/to/file.gguf, openai:NAME, "
            "anthropic:NAME, ollama:NAME or none."
        )
    return provider, name


def build_chat_model(settings: Settings) -> BaseChatModel | None:
    """The configured model, or None for `none`. Raises `ModelError` or `SettingsError`."""
    provider, name = split_name(settings.chat_model)
    if provider == "none":
        return None
    build = {"local": _local, "openai": _openai, "anthropic": _anthropic, "ollama": _ollama}[provider]
    return build(name, settings)


def _local(name: str, settings: Settings) -> BaseChatModel:
    from langchain_openai import ChatOpenAI

    weights = find_weights(name, settings.model_dir)
    if weights is None:
        raise ModelMissing(f"The weights of {name!r} are not on this machine yet; run `eyelevel models`.")
    endpoint = serve_weights(weights, settings.threads)
    return ChatOpenAI(
        model="local",
        base_url=endpoint.base_url,
        api_key=lambda: endpoint.api_key,
        temperature=TEMPERATURE,
        seed=SEED,
        timeout=settings.chat_timeout_seconds,
        max_retries=1,
        max_completion_tokens=MAX_ANSWER_TOKENS,
        stream_usage=False,
        **_unseen(settings),  # type: ignore[arg-type]
    )


def _unseen(settings: Settings) -> dict[str, object]:
    """Arguments by which a server on this machine is reached past any proxy that the environment names."""
    import httpx

    if not _is_here(settings):
        return {}
    return {
        "openai_proxy": "",
        "http_client": httpx.Client(trust_env=False),
        "http_async_client": httpx.AsyncClient(trust_env=False),
    }


def _is_here(settings: Settings) -> bool:
    return model_place(settings).where == "here"


def _key(settings: Settings) -> dict[str, object]:
    return {"api_key": settings.chat_api_key} if settings.chat_api_key else {}


def _openai(name: str, settings: Settings) -> BaseChatModel:
    from langchain_openai import ChatOpenAI

    return _guard(
        lambda: ChatOpenAI(
            model=name,
            base_url=settings.chat_base_url or ADDRESSES["openai"],
            temperature=TEMPERATURE,
            timeout=settings.chat_timeout_seconds,
            max_retries=1,
            max_completion_tokens=MAX_ANSWER_TOKENS,
            stream_usage=False,
            **_unseen(settings),  # type: ignore[arg-type]
            **_key(settings),  # type: ignore[arg-type]
        )
    )


def _anthropic(name: str, settings: Settings) -> BaseChatModel:
    from langchain_anthropic import ChatAnthropic

    return _guard(
        lambda: ChatAnthropic(  # type: ignore[call-arg]
            model_name=name,
            base_url=settings.chat_base_url or ADDRESSES["anthropic"],
            temperature=TEMPERATURE,
            timeout=settings.chat_timeout_seconds,
            max_retries=1,
            max_tokens=MAX_ANSWER_TOKENS,
            **_key(settings),  # type: ignore[arg-type]
        )
    )


def _ollama(name: str, settings: Settings) -> BaseChatModel:
    from langchain_ollama import ChatOllama

    return _guard(
        lambda: ChatOllama(
            model=name,
            base_url=settings.chat_base_url or ADDRESSES["ollama"],
            temperature=TEMPERATURE,
            num_predict=MAX_ANSWER_TOKENS,
            client_kwargs={"timeout": settings.chat_timeout_seconds, "trust_env": not _is_here(settings)},
        )
    )


def _guard(build: Callable[[], BaseChatModel]) -> BaseChatModel:
    """A provider's own complaint about a missing key becomes one plain line."""
    try:
        return build()
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelMissing(f"The chat model cannot be set up ({reason}); set EYELEVEL_CHAT_API_KEY.") from None
