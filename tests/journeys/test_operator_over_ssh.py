"""Who acts is told by the SSH key behind a forced command, through a real sshd; a name or a variable of the client is nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.opening import Store
from store.rules.roles import Actor, Role
from store.writes.people import put_operator
from tests.command_line import ROOT, run, url
from tests.conftest import NOW
from tests.journeys.test_triage_over_ssh import Bastion, bastion, pytestmark  # noqa: F401  (fixture and marks)
from tests.making import make_account, make_token


@pytest.fixture
def token(store: Store) -> str:
    """The id of a live token in a store with two operators: ada, who is not here, and dana."""
    make_account(store)
    key = make_token(store).key
    for name, role in (("ada", Role.ADMIN), ("dana", Role.ON_CALL)):
        store.write(lambda unit, name=name, role=role: put_operator(unit, name, role, Actor("ada", Role.ADMIN), NOW))  # type: ignore[misc]
    return key[1]


def program(store: Store, name: str, command: str) -> str:
    """Return a forced command that fixes the operator."""
    kept = " ".join(f"{one}={os.environ[one]}" for one in os.environ if one.startswith("XDG_") or one == "HOME")
    python = f"{sys.executable} -m console --operator {name} --store '{url(store.address)}'"
    return f"cd {ROOT} && env {kept} {python} {command}"


def asks(bastion: Bastion, *options: str) -> subprocess.CompletedProcess[str]:  # noqa: F811
    """Open a session, asking for something else than what is forced."""
    fixed = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "IdentitiesOnly=yes")
    flags = [part for one in (*fixed, *options) for part in ("-o", one)]
    ask = ["ssh", "-T", "-F", "none", "-i", str(bastion.folder / "client"), "-p", str(bastion.port), *flags, "root@127.0.0.1"]
    return subprocess.run(
        [*ask, "tokendesk --operator ada"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_key_says_who_acts_and_another_name_is_refused(
    store: Store,
    token: str,
    bastion: Bastion,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    revoke = f"tokens revoke {token} --yes"
    bastion.may(program(store, "dana", revoke))
    refused = asks(bastion, "SetEnv=USER=ada LC_OPERATOR=ada TOKENDESK_OPERATOR=ada")
    assert refused.returncode == 1, refused
    assert "You have not signed in as dana" in refused.stderr
    monkeypatch.setattr("console.actor._os_user", lambda: "ada")
    assert run("operators", "key", "dana", bastion.folder / "client.pub", store=store.address).code == 0
    bastion.may(program(store, "ada", revoke))
    wrong = asks(bastion)
    assert wrong.returncode == 1
    assert "The SSH key of this session is dana's, not ada's." in wrong.stderr
    bastion.may(program(store, "dana", revoke))
    done = asks(bastion)
    assert done.returncode == 0, done
    public = subprocess.run(
        ["ssh-keygen", "-lf", bastion.folder / "client.pub"], check=True, capture_output=True, text=True
    ).stdout.split()[1]
    with store.reading() as reader:
        row = reader.one(
            "SELECT a.actor, a.actor_role, a.actor_how, p.peer FROM audit a LEFT JOIN audit_private p ON p.seq = a.seq "
            "WHERE a.action = 'revoke'"
        )
    assert tuple(row or ()) == ("dana", "on-call", f"ssh key {public}", "127.0.0.1")


def test_a_file_that_somebody_made_is_not_sshds(store: Store, token: str, bastion: Bastion, tmp_path: Path) -> None:  # noqa: F811
    """Without the forced name nothing of SSH says who acts: it is the machine's user."""
    bastion.may(program(store, "dana", f"tokens revoke {token} --yes").replace("--operator dana ", ""))
    done = asks(bastion)
    assert done.returncode == 1
    assert "is not an operator of this store" in done.stderr
