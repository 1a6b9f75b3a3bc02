"""The commands about what is kept, as people run them, and the files to take away."""

import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from command import run_eyelevel
from markdown_it import MarkdownIt

from app.everything import LOST, as_json, as_markdown, remains_text
from assistant.events import Reply, Source
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store import rights_records as records
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.rights_records import Export, Remainder, Remains
from assistant.store.theme_records import ExportedContribution, ExportedSurvey, ExportedThemeConsent

ME = Actor(person=PERSONAL, role=Role.MENTOR)
WORDS = "Sekret about Ms Brandt"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with one conversation and one note, and its own keys."""
    monkeypatch.setenv("EYELEVEL_KEYS", str(tmp_path / "keys"))
    with closing(Database(Settings(home=tmp_path / "home"))) as database:
        talks = ConversationStore(database)
        talks.add_turn(ME, talks.start(ME, WORDS), WORDS)
        NoteStore(database).save(ME, SavedNote(title=WORDS, text=WORDS, report="{}"))
    yield tmp_path / "home"


def done(result: "CompletedProcess[str]") -> str:
    assert result.returncode == 0, result.stderr
    return result.stdout


def refused(result: "CompletedProcess[str]", status: int = 1) -> str:
    assert result.returncode == status and result.stdout == "", result.stdout
    assert len(result.stderr.splitlines()) == 1 and result.stderr.endswith(".\n"), result.stderr
    return result.stderr


def notes(home: Path) -> int:
    with closing(sqlite3.connect(home / "eyelevel.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM notes").fetchone()[0])


def test_backup_erase_restore_in_turn(home: Path, tmp_path: Path) -> None:
    # why: the promises of all three hold together only if they hold one after the other
    file = tmp_path / "a.backup"
    said = done(run_eyelevel("backup", str(file), home=home))
    assert "holds no key" in said and str(tmp_path / "keys") in said
    assert "--replace" in refused(run_eyelevel("backup", str(file), home=home))
    assert json.loads(done(run_eyelevel("backup", str(file), "--replace", "--json", home=home)))["path"] == str(file)
    assert "--yes" in refused(run_eyelevel("erase", home=home), 2) and notes(home) == 1
    said = done(run_eyelevel("erase", "--yes", home=home))
    assert "1 note, 1 conversation" in said and "What remains, and why" in said and notes(home) == 0
    report = json.loads(done(run_eyelevel("restore", str(file), "--json", home=home)))
    assert notes(home) == 0 and report["without_key"] == 0 and Path(report["former"]).exists()
    file.write_bytes(file.read_bytes()[:9000])
    assert "damaged" in refused(run_eyelevel("restore", str(file), home=home))


def test_export_writes_private_files_and_overwrites_none(home: Path, tmp_path: Path) -> None:
    # why: what is not sealed any more must not be open to everyone on the machine
    for name in ("me.json", "me.md"):
        file = tmp_path / name
        old = os.umask(0)
        try:
            assert "1 note, 0 drafts, 1 conversation" in done(run_eyelevel("export", str(file), home=home))
        finally:
            os.umask(old)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600 and WORDS in file.read_text()
        assert "--replace" in refused(run_eyelevel("export", str(file), home=home))
        counts = json.loads(done(run_eyelevel("export", str(file), "--replace", "--json", home=home)))
        assert counts == {"path": str(file), "notes": 1, "drafts": 0, "conversations": 1, "commitments": 0}
    assert Export.model_validate_json((tmp_path / "me.json").read_text()).notes[0].text == WORDS
    assert "'.json' nor in '.md'" in refused(run_eyelevel("export", str(tmp_path / "me.txt"), home=home))
    assert "cannot be written" in refused(run_eyelevel("export", str(tmp_path / "no" / "me.md"), home=home))


def test_rotated_keys_and_the_audit(home: Path, tmp_path: Path) -> None:
    # why: after a rotation all must be readable, and the record whole
    before = (tmp_path / "keys" / "master.key").read_text()
    assert json.loads(done(run_eyelevel("keys", "rotate", "--json", home=home)))["wrapped"] == 1
    assert (tmp_path / "keys" / "master.key").read_text() != before
    done(run_eyelevel("export", str(tmp_path / "me.md"), home=home))
    done(run_eyelevel("erase", "--yes", home=home))
    assert json.loads(done(run_eyelevel("audit", "--json", home=home)))["right"] == 1
    with closing(sqlite3.connect(home / "eyelevel.db")) as connection, connection:
        connection.execute("UPDATE audit SET item = 'you'")
    assert "entry 1 was changed" in refused(run_eyelevel("audit", home=home))
    result = run_eyelevel("audit", "--json", home=home)
    assert result.returncode == 1 and json.loads(result.stdout)["ok"] is False


def test_somebody_who_is_not_here_cannot_be_erased(home: Path) -> None:
    # why: a typing slip must not erase whoever sits here instead
    assert "no person" in refused(run_eyelevel("erase", "--yes", "--person", "f" * 32, home=home))
    assert notes(home) == 1


def test_a_new_master_key_is_told_once_and_never_shown(tmp_path: Path) -> None:
    # why: who does not know of it will lose it; who sees it in a log can read everything
    keys, home = tmp_path / "keys", tmp_path / "home"
    first = run_eyelevel("audit", home=home, EYELEVEL_KEYS=str(keys))
    assert first.returncode == 0 and first.stderr.count("\n") == 1
    assert str(keys) in first.stderr and "master.key" in first.stderr and "nobody can read it" in first.stderr
    secret = (keys / "master.key").read_text().splitlines()[-1]
    assert secret not in first.stderr + first.stdout
    assert run_eyelevel("audit", home=home, EYELEVEL_KEYS=str(keys)).stderr == ""


def test_doctor_tells_of_keys_audit_and_erasures(home: Path, tmp_path: Path) -> None:
    # why: these three are what nobody looks at until they are needed
    done(run_eyelevel("erase", "--yes", home=home))

    def checks() -> dict[str, tuple[bool, str]]:
        found = json.loads(run_eyelevel("doctor", "--json", home=home).stdout)["checks"]
        return {one["name"]: (one["ok"], one["message"]) for one in found}

    ok, said = checks()["database"]
    assert ok and "1 entries" in said and "1 erasures" in said
    ok, said = checks()["keys"]
    assert ok and "master.key" in said and str(tmp_path / "keys") in said and "safe place" in said
    ledger = next((tmp_path / "keys").rglob("erased.jsonl"))
    ledger.write_text("rubbish\n" + ledger.read_text())
    ok, said = checks()["database"]
    assert not ok and "1 lines" in said


# The files to take away


def full_export() -> Export:
    """An export with something nasty of every kind."""
    nasty = "<script>x</script> # not a heading\n* not a list [a](http://x) ![i](http://y)"
    source = Source(marker="1", id="a" * 16, document="d.md", title=nasty, heading="", text="t")
    reply = Reply(text=nasty, sources=(source,), sentences=(), timings={}, provenance={})
    turn = records.ExportedTurn(id="t", question=nasty, reply=reply, status="done", rating="up", asked_at=AT,
                                finished_at=AT)  # fmt: skip
    broken = turn.model_copy(update={"question": None, "reply": None, "status": "failed", "rating": None})
    note = records.ExportedNote(id="n", role=Role.MENTOR, title=nasty, text=nasty, debrief={"brought": nasty},
                                report={"findings": [{"mistake": "no_time", "confidence": 0.83}]},
                                verdicts={"no_time": True}, pair="p", held_on=date(2026, 3, 1), keep_until=None,
                                created_at=AT, updated_at=AT, deleted_at=AT)  # fmt: skip
    draft = records.ExportedDraft(id="d", role=Role.MENTOR, kind="plan", title=nasty, pair=None, keep_until=None,
                                  content={"purpose": nasty, "blocks": [{"title": nasty, "questions": [nasty, ""]}],
                                           "minutes": 45, "thread": None}, form=1, created_at=AT, updated_at=AT,
                                  deleted_at=AT)  # fmt: skip
    return Export(
        made_at=AT,
        person=records.Profile(id="me", name=nasty, email=nasty, line_manager=nasty, created_at=AT, password_set_at=AT),
        roles=(records.HeldRole(role=Role.MENTOR, granted_at=AT),),
        company_sign_ins=(records.CompanySignIn(issuer=nasty, subject=nasty, linked_at=AT),),
        pairs=(records.ExportedPair(id="p", role=Role.MENTOR, partner=nasty, programme=nasty, starts_on=AT.date(),
               ends_on=AT.date(), retention_days=365, created_at=AT, ended_at=AT),),
        sessions=(records.ExportedSession(id="s", pair="p", held_on=AT.date(), minutes_planned=60, minutes_held=None),),
        conversations=(records.ExportedConversation(id="c", role=Role.MENTEE, title=nasty, created_at=AT, updated_at=AT,
                       deleted_at=None, turns=(turn, broken)),),
        notes=(note, note.model_copy(update={"text": None, "title": None, "report": "odd", "debrief": None})),
        drafts=(draft, draft.model_copy(update={"content": None})),
        verdict_consent=AT,
        kept_verdicts=(records.ExportedVerdict(id="k", mistake="a", verdict=False, probability=1, quotes=[nasty],
                       model=None),),
        commitments=(records.ExportedCommitment(id="m", role=Role.MENTOR, text=nasty, pair=None, due_on=AT.date(),
                     keep_until=None, created_at=AT, settled_at=AT, outcome="changed", reason=nasty,
                     source_kind="draft", source_item="d"),),
        takeaways=(records.ExportedTakeaway(id="w", role=Role.MENTOR, text=nasty, meeting=None, pair=None,
                   held_on=AT.date(), keep_until=None, consented_at=AT, created_at=AT, updated_at=AT),),
        theme_consents=(ExportedThemeConsent(role=Role.MENTOR, given_at=AT),),
        contributions=(ExportedContribution(id="y", role=Role.MENTOR, pair="p", source_kind="note", source_item="n",
                       held_on=None, codes=("need_time", "no_time"), withdrawn=("no_time",), codebook=1, created_at=AT,
                       released=True),),
        survey_answers=(ExportedSurvey(id="z", role=Role.MENTOR, pair="p", answers={"useful": 4}, created_at=AT,
                        updated_at=AT),),
        shares_given=(records.ShareGiven(kind="note", item="n", recipient=nasty, shared_at=AT),),
        shares_received=(records.ShareReceived(kind="note", shared_at=AT),),
        sign_ins=(records.SignIn(began_at=AT, expires_at=AT, revoked_at=None),),
        hosted_choices=(records.HostedChoice(model=nasty, allowed=False, chosen_at=AT),),
        reminder_choice=records.ReminderChoice(wanted=False, quiet_until=AT.date(), changed_at=AT),
        names_written_about=(nasty,),
        unreadable=("notes.text:n",),
    )  # fmt: skip


def test_markdown_shows_all_of_it_as_it_was_written() -> None:
    # why: a link or a picture in a note must not come alive in the file, in whatever opens it
    text = as_markdown(full_export())
    tokens = MarkdownIt("commonmark").parse(text)
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}
    assert not kinds & {"link_open", "image", "html_block", "html_inline", "code_block", "fence"}
    headings = [token.map[0] for token in tokens if token.type == "heading_open" and token.map]
    assert sum(text.splitlines()[at].startswith("## ") for at in headings) == 16 and "Nothing." not in text
    assert text.count(LOST) == 4 and "83%, you said: yes, that" in text and "01 March 2026" in text
    assert "? of 60 planned minutes" in text
    assert "- Minutes: 45" in text and "Thread" not in text and ", changed 0" in text
    assert "in a release): need\\_time, no\\_time; taken back: no\\_time" in text and "useful 4" in text
    assert "which the other side may read if" in text and "Not wanted, not before" in text


def test_json_reads_back() -> None:
    # why: other programs are to read it
    assert Export.model_validate_json(as_json(full_export())) == full_export()


def test_what_remains_is_said_in_lines() -> None:
    # why: "erased" without what was not erased would be half the truth
    left = Remains(erased={"notes": 2, "pairs": 0}, remains=(Remainder(what="W", why="Y."),), traces_removed=False)
    text = remains_text(left)
    assert "Erased: 2 notes." in text and "- W. Y." in text and "within the hour" in text
