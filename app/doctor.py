"""`eyelevel doctor`: what is set, what is there, what is wrong, and how to mend it."""

from collections.abc import Callable
from typing import Any

from pydantic import SecretStr

from assistant.errors import EyelevelError
from assistant.settings import Settings

Check = Callable[[Settings], str]


def examine(settings: Settings) -> dict[str, Any]:
    """`{"ok", "settings": {…}, "checks": [{"name","ok","message"}]}`; a key's value is never shown."""
    checks = [_run(name, check, settings) for name, check in CHECKS.items()]
    values = {
        f"EYELEVEL_{name.upper()}": "set" if isinstance(value, SecretStr) else (None if value is None else str(value))
        for name, value in settings
    }
    return {"ok": all(check["ok"] for check in checks), "settings": values, "checks": checks}


def render(report: dict[str, Any]) -> str:
    """The report as lines for a terminal."""
    lines = [f"{name:32} {'' if value is None else value}" for name, value in report["settings"].items()]
    marks = {True: "ok   ", False: "WRONG"}
    lines += ["", *(f"{marks[check['ok']]} {check['name']:16} {check['message']}" for check in report["checks"])]
    return "\n".join(lines)


def _run(name: str, check: Check, settings: Settings) -> dict[str, Any]:
    try:
        return {"name": name, "ok": True, "message": check(settings)}
    except EyelevelError as error:
        return {"name": name, "ok": False, "message": str(error)}


def _home(settings: Settings) -> str:
    from assistant.errors import SettingsError

    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe = settings.home / ".doctor"
        probe.write_text("x", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        raise SettingsError(
            f"{str(settings.home)!r} cannot be written ({error.strerror}); set EYELEVEL_HOME to another folder."
        ) from None
    return f"{settings.home} can be written."


def _embedding(settings: Settings) -> str:
    from assistant.models.minilm_export import EXPORT_NAME, find_weights

    if (settings.model_dir / EXPORT_NAME / "model.onnx").is_file():
        return f"{EXPORT_NAME} is ready."
    find_weights()
    return f"{EXPORT_NAME} will be made at first use (15 s); or run `eyelevel models`."


def _notes(settings: Settings) -> str:
    from assistant.models.note_encoder import find_export
    from assistant.notes.reader import ADAPTER

    if find_export(settings.model_dir, ADAPTER):
        return "The note check's model is ready."
    return "The note check's model will be made at first use (440 MB to fetch, some minutes); or run `eyelevel models`."


def _chat(settings: Settings) -> str:
    from assistant.errors import ModelMissing
    from assistant.models.chat import split_name
    from assistant.models.weights import find_weights

    provider, name = split_name(settings.chat_model)
    if provider == "local" and find_weights(name, settings.model_dir) is None:
        raise ModelMissing(
            f"The weights of {name!r} are not there; run `eyelevel models`. Answers are passages until then."
        )
    return {"none": "No chat model: answers are passages.", "local": f"{name} is on this machine."}.get(
        provider, f"{name} at {provider}; questions and passages are sent there."
    )


def _guide(settings: Settings) -> str:
    from assistant.guide.index import GuideIndex
    from assistant.models.minilm_export import EXPORT_NAME

    index = GuideIndex.open(settings, EXPORT_NAME)
    manifest = index.manifest
    index.close()
    return f"{manifest.documents} documents, {manifest.passages} passages, built {manifest.built_at}."


def _database(settings: Settings) -> str:
    from assistant.errors import StoreDamaged
    from assistant.store.database import Database

    database = Database(settings)
    wrong = database.check()
    database.close()
    if wrong:
        raise StoreDamaged(wrong)
    return "The database is sound."


CHECKS: dict[str, Check] = {
    "state folder": _home,
    "embedding model": _embedding,
    "note check": _notes,
    "chat model": _chat,
    "guide": _guide,
    "database": _database,
}
