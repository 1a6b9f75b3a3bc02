"""`eyelevel accounts`, in processes of their own: how a company begins, and how an account ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from command import run_eyelevel
from kit import one_line

from assistant.errors import AccessDenied
from assistant.settings import Settings
from assistant.store.accounts import AccountStore
from assistant.store.database import Database

GOOD = "violet tram 71 window"


def accounts(home: Path, *arguments: str) -> Any:
    done = run_eyelevel("accounts", *arguments, "--json", home=home, EYELEVEL_SIGN_IN="local")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_company_begins_with_an_invitation_and_an_account_ends(tmp_path: Path) -> None:
    # why: there is no page before somebody can sign in, and no administrator to ask
    first = accounts(tmp_path, "invite", "Ada", "Ada@example.org", "--role", "administrator", "--role", "manager")
    database = Database(Settings(home=tmp_path))
    store = AccountStore(database)
    token = store.redeem(first["link"].split("?token=")[1], GOOD)
    found = store.whoami(token)
    assert found and found.id == first["person"] and found.roles == ("manager", "administrator")

    again = accounts(tmp_path, "invite", "Ada", "ada@example.org")
    assert again["person"] == first["person"] and again["link"] != first["link"], "the same account, a new link"
    assert [one["email"] for one in accounts(tmp_path, "list")] == ["ada@example.org"]

    assert accounts(tmp_path, "revoke", "ada@example.org", "--role", "manager")["ended"] == 1
    assert store.whoami(token) is None
    assert accounts(tmp_path, "list")[0]["roles"] == ["administrator"]

    accounts(tmp_path, "invite", "Bo", "bo@example.org", "--role", "administrator")
    accounts(tmp_path, "close", "ada@example.org")
    with pytest.raises(AccessDenied):
        store.sign_in("ada@example.org", GOOD, None)
    database.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("close", "nobody@example.org"), "no account with the address 'nobody@example.org'"),
        (("invite", "", "x@example.org"), "name has 0 characters"),
        (("invite", "Ada", "no address"), "e-mail address is none"),
    ],
)
def test_what_cannot_be_is_one_plain_line(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    # why: whoever runs the machine reads these in a hurry
    done = run_eyelevel("accounts", *arguments, home=tmp_path)
    assert done.returncode == 1 and done.stdout == "" and said in one_line(done.stderr.strip())
