"""Signing in by command line: passphrases, kept sessions, keys; refusals in one sentence, nothing of a passphrase in sight."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest

from console.kept_session import session_file
from console.ssh_keys import fingerprint, used_keys
from store.errors import BadInput
from store.opening import Store
from store.reads.audit import lines
from store.reads.sessions import keys_of, open_sessions
from tests.command_line import Ran, run
from tests.making import make_account, make_token
from tests.quick_hash import quick_hash as quick_hash

WORDS, OTHER = "four words about clouds", "seven lazy otters sing"
ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHAe8yG9Rr4Pcq3tJHRk1C1kqjv2sP6d1Yb9mQv8Xk3n dana@laptop"


@pytest.fixture
def place(store: Store, monkeypatch: pytest.MonkeyPatch, quick_hash: None) -> Store:
    """A store with a live token, at which dana sits down as the first admin, with a passphrase."""
    make_account(store)
    make_token(store)
    sits("dana", monkeypatch)
    assert run("operators", "add", "dana", "--role", "admin", store=store.address).code == 0
    assert said(WORDS, "operators", "passphrase", store=store, monkeypatch=monkeypatch).code == 0
    return store


def sits(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody be the user of this machine, in a program of their own."""
    monkeypatch.setattr("console.actor._os_user", lambda: name)
    monkeypatch.setattr("console.actor.SESSION", os.urandom(6).hex())


def said(words: str, *arguments: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> Ran:
    """Run a command with a line on its standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(words + "\n"))
    return run(*arguments, store=store.address)


def token_of(store: Store) -> str:
    with store.reading() as reader:
        return str(reader.value("SELECT id FROM token"))


def revoked(store: Store) -> bool:
    with store.reading() as reader:
        return reader.value("SELECT revoked_at FROM token") is not None


def test_commands_change_nothing_before_sign_in_and_everything_after(place: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    refused = run("tokens", "revoke", token_of(place), "--yes", store=place.address)
    assert (refused.code, revoked(place)) == (1, False)
    assert "You have not signed in as dana. Sign in first: `tokendesk sign-in`." in refused.err
    wrong = said(OTHER, "sign-in", store=place, monkeypatch=monkeypatch)
    assert wrong.code == 1
    assert "not this operator's passphrase" in wrong.err
    assert not session_file(place).exists()
    done = said(WORDS, "sign-in", "--json", store=place, monkeypatch=monkeypatch)
    assert done.json["name"] == "dana"
    assert stat.S_IMODE(session_file(place).stat().st_mode) == 0o600
    assert done.json["session"] in session_file(place).read_text()
    assert run("tokens", "revoke", token_of(place), "--yes", store=place.address).code == 0
    assert revoked(place)
    with place.reading() as reader:
        row = reader.one("SELECT actor, actor_how, session FROM audit WHERE action = 'revoke'")
    assert tuple(row or ()) == ("dana", "passphrase", done.json["session"])
    assert run("sign-out", store=place.address).code == 0
    assert not session_file(place).exists()
    assert run("sign-out", store=place.address).code == 1


def test_reading_needs_no_passphrase(place: Store) -> None:
    assert run("tokens", "list", store=place.address).code == 0
    assert run("operators", "list", "--json", store=place.address).json[0]["passphrase"] is True


def test_a_session_file_that_others_can_read_or_that_holds_something_else_counts_nothing(
    place: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(WORDS, "sign-in", store=place, monkeypatch=monkeypatch)
    path = session_file(place)
    right = path.read_text()
    for mode, content in ((0o644, right), (0o600, right.split()[0] + " guessed\n"), (0o600, "x"), (0o600, "")):
        path.write_text(content)
        path.chmod(mode)
        assert run("tokens", "revoke", token_of(place), "--yes", store=place.address).code == 1
    path.write_text(right)
    path.chmod(0o600)
    assert run("tokens", "revoke", token_of(place), "--yes", store=place.address).code == 0


def test_the_session_of_another_operator_is_not_taken_up(place: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    said(WORDS, "sign-in", store=place, monkeypatch=monkeypatch)
    assert run("operators", "add", "sam", "--role", "support", store=place.address).code == 0
    assert said(OTHER, "operators", "passphrase", "sam", store=place, monkeypatch=monkeypatch).code == 0
    sits("sam", monkeypatch)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    refused = run("tokens", "revoke", token_of(place), "--yes", store=place.address)
    assert "You have not signed in as sam" in refused.err
    assert not revoked(place)


def test_weak_passphrases_are_refused_and_none_is_repeated(place: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    said(WORDS, "sign-in", store=place, monkeypatch=monkeypatch)
    for weak in ("short", "passwordpassword1", "dana dana dana dana"):
        refused = said(weak, "operators", "passphrase", store=place, monkeypatch=monkeypatch)
        assert refused.code == 2
        assert weak not in refused.err + refused.out
    assert said("", "operators", "passphrase", store=place, monkeypatch=monkeypatch).code == 2


def test_a_new_passphrase_ends_the_other_sessions_and_is_on_record(
    place: Store, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    said(WORDS, "sign-in", store=place, monkeypatch=monkeypatch)
    assert said(OTHER, "operators", "passphrase", store=place, monkeypatch=monkeypatch).code == 0
    with place.reading() as reader:
        found = lines(reader, action="passphrase", limit=9)
    assert [(line.actor, line.detail) for line in found] == [("dana", {"operator": "dana", "passphrase": "set"})] * 2
    whole = "\n".join(path.read_text(errors="replace") for path in own_home.parent.rglob("*") if path.is_file())
    assert WORDS not in whole
    assert OTHER not in whole


def test_sessions_are_listed_and_ended(place: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    said(WORDS, "sign-in", store=place, monkeypatch=monkeypatch)
    (one,) = run("operators", "sessions", "--json", store=place.address).json
    assert (one["name"], one["how"], one["kept"]) == ("dana", "passphrase", True)
    assert run("operators", "end", "nobody", "--yes", store=place.address).code == 1
    assert run("operators", "end", "dana", "--yes", store=place.address).code == 0
    with place.reading() as reader:
        assert open_sessions(reader, place.wall()) == ()
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert "You have not signed in" in run("tokens", "revoke", token_of(place), "--yes", store=place.address).err


def test_who_stands_in_front_of_the_command_is_not_changed_behind_it(place: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    refused = run("--operator", "sam", "tokens", "revoke", token_of(place), "--yes", "--operator", "dana", store=place.address)
    assert "sam is not an operator" in refused.err
    claimed = run("tokens", "revoke", token_of(place), "--yes", "--operator", "dana", store=place.address)
    assert "You have not signed in as dana" in claimed.err
    assert not revoked(place)


def test_keys_are_named_as_ssh_keygen_names_them(place: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said(WORDS, "sign-in", store=place, monkeypatch=monkeypatch)
    key = tmp_path / "dana.pub"
    key.write_text(ED25519 + "\n")
    added = run("operators", "key", "dana", key, "--json", store=place.address)
    assert added.json["key"] == fingerprint(ED25519)[0]
    assert added.json["key"].startswith("SHA256:")
    with place.reading() as reader:
        (row,) = keys_of(reader)
    assert (row.operator, row.comment) == ("dana", "dana@laptop")
    assert run("operators", "key", "--remove", row.fingerprint, store=place.address).code == 0
    assert run("operators", "key", "dana", store=place.address).code == 2
    key.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\n")
    assert run("operators", "key", "dana", key, store=place.address).code == 2


def test_a_damaged_key_and_a_file_that_is_not_sshds_are_worth_nothing(tmp_path: Path) -> None:
    for wrong in ("", "ssh-ed25519", "ssh-ed25519 ????", ED25519.replace("AAAAC3", "AAAAC4"), "ssh-rsa " + ED25519.split()[1]):
        with pytest.raises(BadInput):
            fingerprint(wrong)
    told = tmp_path / "auth"
    told.write_text(f"publickey {ED25519}\npassword\npublickey nothing\n")
    told.chmod(0o600)
    given = {"SSH_USER_AUTH": str(told), "SSH_CONNECTION": "192.0.2.7 1 192.0.2.1 22"}
    assert used_keys(given) == (fingerprint(ED25519)[0],)
    assert used_keys({"SSH_USER_AUTH": str(told)}) == ()
    told.chmod(0o622)
    assert used_keys(given) == ()
    told.chmod(0o600)
    link = tmp_path / "link"
    link.symlink_to(told)
    assert used_keys({**given, "SSH_USER_AUTH": str(link)}) == ()
    assert used_keys({**given, "SSH_USER_AUTH": str(tmp_path / "none")}) == ()
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    assert used_keys({**given, "SSH_USER_AUTH": str(fifo)}) == ()


def test_somebody_elses_key_is_refused_and_on_record(place: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said(WORDS, "sign-in", store=place, monkeypatch=monkeypatch)
    assert run("operators", "add", "sam", "--role", "support", store=place.address).code == 0
    key, told = tmp_path / "sam.pub", tmp_path / "auth"
    key.write_text(ED25519)
    told.write_text(f"publickey {ED25519}\n")
    told.chmod(0o600)
    assert run("operators", "key", "sam", key, store=place.address).code == 0
    monkeypatch.setenv("SSH_USER_AUTH", str(told))
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 1 192.0.2.1 22")
    refused = run("tokens", "revoke", token_of(place), "--yes", "--operator", "dana", store=place.address)
    assert refused.code == 1
    assert "The SSH key of this session is sam's, not dana's." in refused.err
    with place.reading() as reader:
        newest = lines(reader, action="sign-in", limit=1)[0]
    assert (newest.actor, newest.detail) == ("sam", {"operator": "dana", "outcome": "refused"})
    done = run("tokens", "revoke", token_of(place), "--yes", "--operator", "sam", store=place.address)
    assert done.code == 0, done.err
    with place.reading() as reader:
        row = reader.one("SELECT actor, actor_role, actor_how FROM audit WHERE action = 'revoke'")
    assert tuple(row or ()) == ("sam", "support", f"ssh key {fingerprint(ED25519)[0]}")
