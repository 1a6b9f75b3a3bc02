"""`eyelevel doctor`: what is set, what is there, what is wrong, and how to mend it."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

from pydantic import SecretStr

from assistant.errors import EyelevelError
from assistant.settings import Settings

Check = Callable[[Settings], str]


def examine(settings: Settings) -> dict[str, Any]:
    """`{"ok", "settings": {…}, "checks": [{"name","ok","message"}]}`; no key and no password is shown."""
    checks = [_run(name, check, settings) for name, check in CHECKS.items()]
    values = {f"EYELEVEL_{name.upper()}": _shown(name, value) for name, value in settings}
    return {"ok": all(check["ok"] for check in checks), "settings": values, "checks": checks}


def render(report: dict[str, Any]) -> str:
    """The report as lines for a terminal."""
    lines = [f"{name:32} {'' if value is None else value}" for name, value in report["settings"].items()]
    marks = {True: "ok   ", False: "WRONG"}
    lines += ["", *(f"{marks[check['ok']]} {check['name']:16} {check['message']}" for check in report["checks"])]
    return "\n".join(lines)


def _shown(name: str, value: Any) -> str | None:
    from assistant.store.failures import hide_password

    if isinstance(value, SecretStr):
        return "set"
    return hide_password(value) if name.endswith("_url") and value else None if value is None else str(value)


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
    from assistant.models.export import is_whole
    from assistant.models.minilm_export import EXPORT_NAME, export_folder, find_weights

    if is_whole(export_folder(settings.model_dir)):
        return f"{EXPORT_NAME} is ready."
    find_weights()
    return f"{EXPORT_NAME} will be made at first use (15 s); or run `eyelevel models`."


def _notes(settings: Settings) -> str:
    from assistant.models.note_encoder import find_export
    from assistant.notes.reader import ADAPTER

    if find_export(settings.model_dir, ADAPTER):
        return "The note check's model is ready."
    return "The note check's model will be made at first use (440 MB to fetch, some minutes); or run `eyelevel models`."


def _disclosures(settings: Settings) -> str:
    from assistant.coach.disclosure import MODEL
    from assistant.errors import ModelMissing
    from assistant.models.disclosure_encoder import DisclosureEncoder, find_disclosure_encoder

    folder = find_disclosure_encoder(settings.model_dir, MODEL)
    if folder is None:
        raise ModelMissing(
            "The model that reads disclosures is not there, so rules alone decide and miss most that is implied; "
            "run `eyelevel models`."
        )
    try:
        DisclosureEncoder(folder, settings.threads)
    except Exception as error:  # onnxruntime and tokenizers raise what they like on a damaged file
        raise ModelMissing(
            f"The model that reads disclosures in {str(folder)!r} cannot be used ({type(error).__name__}), so rules "
            "alone decide; delete that folder and run `eyelevel models`."
        ) from None
    return "The model that reads disclosures is ready."


def _chat(settings: Settings) -> str:
    from assistant.errors import ModelMissing, SettingsError
    from assistant.models.chat import split_name
    from assistant.models.place import model_place
    from assistant.models.service import hosted_off
    from assistant.models.weights import find_weights

    provider, name = split_name(settings.chat_model)
    place = model_place(settings)
    if place.where == "elsewhere":
        if not settings.hosted_models:
            raise SettingsError(hosted_off(settings))
        return f"{place.name}: questions and passages of those who said yes go there, without names."
    if provider == "local" and find_weights(name, settings.model_dir) is None:
        raise ModelMissing(
            f"The weights of {name!r} are not there; run `eyelevel models`. Answers are passages until then."
        )
    return {"none": "No chat model: answers are passages.", "local": f"{name} is on this machine."}.get(
        provider, f"{place.name}."
    )


def _guide(settings: Settings) -> str:
    from assistant.guide.index import GuideIndex
    from assistant.models.minilm_export import EXPORT_NAME

    index = GuideIndex.open(settings, EXPORT_NAME)
    manifest = index.manifest
    index.close()
    return f"{manifest.documents} documents, {manifest.passages} passages, built {manifest.built_at}."


def _database(settings: Settings) -> str:
    from app.opening import open_database
    from assistant.errors import StoreDamaged
    from assistant.store.audit import verify
    from assistant.store.erasure import Ledger
    from assistant.store.seals import check_seals

    with closing(open_database(settings)) as database:
        wrong = database.check() or check_seals(database)
        if wrong:
            raise StoreDamaged(wrong)
        audit, ledger = verify(database), Ledger(database.keys)
        if audit.fault:
            raise StoreDamaged(audit.fault)
        lost, erased = ledger.unreadable(), len(ledger.content().splitlines())
    if lost:
        raise StoreDamaged(
            f"{lost} lines of the list of erasures {str(ledger.path)!r} cannot be read, so that a restored backup "
            "could bring something back; put the folder of keys back from your copy."
        )
    return f"The database is sound; the audit's {audit.right} entries are as written; {erased} erasures are on record."


def _keys(settings: Settings) -> str:
    from app.opening import open_database

    with closing(open_database(settings)) as database:
        held = database.keys.verify()
    master = "in EYELEVEL_MASTER_KEY" if settings.master_key else f"the file {str(settings.keys / 'master.key')!r}"
    return (
        f"The master key is {master}; {held} keys are in {str(settings.keys)!r}. Keep a copy of both in a safe place, "
        "apart from backups of the database."
    )


CHECKS: dict[str, Check] = {
    "state folder": _home,
    "embedding model": _embedding,
    "note check": _notes,
    "disclosures": _disclosures,
    "chat model": _chat,
    "guide": _guide,
    "database": _database,
    "keys": _keys,
}
