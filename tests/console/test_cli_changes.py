"""`tokendesk tokens issue`, `rotate`, `suspend`, `resume`, `revoke`, `rename`, `expire`, `reown`: asked once, proven, audited."""

from __future__ import annotations

import io
import os
import pwd
import sys
from datetime import timedelta

import pexpect
import pytest

from console.actor import actor_at
from store.opening import Store
from store.reads.check import check
from store.reads.tokens import token
from store.rows import TokenRow
from store.rules.roles import Actor, Role
from store.rules.secrets import Secret
from store.rules.status import Status
from store.rules.usage import Outcome
from store.writes.ending import revoke
from store.writes.orders import Issued, RevokeOrder
from store.writes.people import put_operator
from tests.command_line import ROOT, Ran, run, url
from tests.conftest import NOW
from tests.making import MARCO, PRIYA, make_account, make_token, revoke_token

LOCAL = Actor("local:somebody", Role.ADMIN)


@pytest.fixture
def store(old_store: Store) -> Store:
    """A demo store whose clock stands at NOW, with one account."""
    make_account(old_store)
    return old_store


@pytest.fixture
def made(store: Store) -> Issued:
    """One active read-only token that was never used."""
    return make_token(store, now=NOW - timedelta(days=1))


def change(store: Store, *arguments: str) -> Ran:
    return run("tokens", *arguments, store=store.address)


def row_of(store: Store, made: Issued) -> TokenRow:
    with store.reading() as reader:
        row = token(reader, made.key, NOW)
    assert row is not None
    return row


class Terminal(io.StringIO):
    """A keyboard on which something is typed."""

    def isatty(self) -> bool:
        return True


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(text))


def test_revoke_is_proven_filed_and_final(store: Store, made: Issued) -> None:
    proof = change(store, "revoke", made.key[1], "--reason", "leaked", "--case", "INC-204", "--yes", "--json").json
    assert (proof["at"], proof["refused_everywhere_by"]) == ("2026-03-16T09:00:00Z", "2026-03-16T09:00:30Z")
    assert proof["already"] is False
    assert row_of(store, made).status is Status.REVOKED
    [line] = run("audit", "list", "--action", "revoke", "--case", "INC-204", "--json", store=store.address).json
    assert (line["seq"], line["reason"]) == (proof["audit_seq"], "leaked")
    assert line["actor"].startswith("local:")


def test_revoking_again_does_nothing_and_says_who_did_it(store: Store, made: Issued) -> None:
    revoke_token(store, made.key, MARCO, NOW - timedelta(hours=1))
    ran = change(store, "revoke", made.key[1], "--yes")
    assert ran.code == 0
    assert "already revoked by marco at 2026-03-16T08:00:00Z" in ran.out
    assert change(store, "revoke", made.key[1], "--yes", "--json").json["already"] is True


VERBS = (["revoke"], ["suspend"], ["resume"], ["rotate"], ["rename", "NAME"], ["expire", "30d"], ["reown", "raj"])


def test_with_nobody_to_ask_nothing_is_changed(store: Store, made: Issued) -> None:
    before = row_of(store, made)
    for verb, *more in VERBS:
        ran = change(store, verb, made.key[1], *more)
        assert (ran.code, ran.out) == (2, ""), verb
        assert "--yes" in ran.err
    assert row_of(store, made) == before


def test_anything_but_the_whole_word_yes_keeps_the_token(store: Store, made: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in ("y\n", "\n", "", "YES\n", "yes please\n", "x\n", " no\n"):
        typed(monkeypatch, answer)
        ran = change(store, "revoke", made.key[1])
        assert (ran.code, ran.out) == (1, ""), answer
    assert row_of(store, made).status is Status.ACTIVE


def test_the_question_names_the_token_and_what_stops_and_yes_revokes_it(
    store: Store, made: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "yes\n")
    ran = change(store, "revoke", made.key[1])
    assert ran.code == 0
    assert f"ACME/{made.key[1]}" in ran.err
    assert "Stops now:" in ran.err
    assert row_of(store, made).status is Status.REVOKED


def test_a_token_changed_while_the_question_was_open_is_left_alone(
    store: Store, made: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Meanwhile(Terminal):
        def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
            run("tokens", "rename", made.key[1], "another", "--yes", store=store.address)
            return super().readline(-1 if size is None else size)

    monkeypatch.setattr(sys, "stdin", Meanwhile("yes\n"))
    ran = change(store, "revoke", made.key[1])
    assert ran.code == 1
    assert "changed meanwhile" in ran.err
    assert row_of(store, made).status is Status.ACTIVE


def test_suspend_and_resume_mirror_each_other(store: Store, made: Issued) -> None:
    proof = change(store, "suspend", made.key[1], "--until", "4h", "--message", "call us", "--yes", "--json").json
    assert proof["suspended_until"] == "2026-03-16T13:00:00Z"
    with store.reading() as reader:
        answer = check(reader, made.token, NOW, store.mint())
    assert (answer.outcome, answer.reason) == (Outcome.SUSPENDED, "call us")
    assert change(store, "resume", made.key[1], "--yes").code == 0
    assert row_of(store, made).status is Status.ACTIVE


def test_rename_expire_and_reown_change_what_they_say(store: Store, made: Issued) -> None:
    assert change(store, "rename", made.key[1], "CI deploy bot", "--yes").code == 0
    assert change(store, "expire", made.key[1], "30d", "--yes", "--json").json["expires_at"] == "2026-04-15T09:00:00Z"
    assert change(store, "reown", made.key[1], "raj", "--yes").code == 0
    row = row_of(store, made)
    assert (row.name, row.expires_at, row.owner) == ("CI deploy bot", NOW + timedelta(days=30), "raj")


def test_an_end_that_can_not_be_is_refused_before_anything_is_asked(
    store: Store, made: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = row_of(store, made)
    for when in ("2026-03-16T09:00:00Z", "2026-03-01", "366d", "soon", "99999w", "9999-12-31T23:59:59-12:00"):
        typed(monkeypatch, "yes\n")
        ran = change(store, "expire", made.key[1], when)
        assert ran.code in (1, 2), when
        assert len(ran.err.splitlines()) == 1, when
    assert row_of(store, made) == before


def test_a_new_secret_is_printed_once_alone_and_kept_nowhere(store: Store) -> None:
    ran = change(
        store, "issue", "--account", "ACME", "--name", "nightly export", "--owner", "leo", "--scope", "orders.read", "--yes"
    )
    [secret] = ran.lines
    assert "only copy" in ran.err
    assert "Expires on 15 April 2026, in 30 days" in ran.err
    assert secret not in ran.err
    with store.reading() as reader:
        answer = check(reader, Secret(secret), NOW, store.mint())
    assert answer.outcome is Outcome.VALID
    assert answer.key is not None
    everything = [
        run(*words.split(), store=store.address)
        for words in (f"tokens show {answer.key[1]} --json", "tokens list --csv --columns id,digest,hint", "audit list --json")
    ]
    assert all(secret[-38:-4] not in ran.out + ran.err for ran in everything)


def test_issuing_as_json_has_the_secret_under_token(store: Store) -> None:
    asked = ["--account", "ACME", "--name", "x", "--owner", "leo", "--scope", "orders.read,orders.write", "--expires", "24h"]
    proof = change(store, "issue", *asked, "--environment", "test", "--yes", "--json").json
    assert proof["token"].startswith(f"tkd_test_{proof['id']}_")
    assert proof["expires_at"] == "2026-03-17T09:00:00Z"


MAY_NOT_BE = (
    ("--scope core_admin", "internal", 1),
    ("--scope users.manage", "rationale", 1),
    ("--scope refunds.create --scope billing.export", "risky", 1),
    ("--scope orders.read --expires 2027-06-01", "365", 1),
    ("--scope orders.read --environment prod", "environment", 2),
    ("--scope orders.read --owner nobody", "owner", 1),
    ("--scope orders.read --account NONE", "NONE", 1),
    ("", "--scope", 2),
)


def test_a_token_that_may_not_be_is_refused_with_a_reason(store: Store) -> None:
    for more, named, code in MAY_NOT_BE:
        ran = change(store, "issue", "--account", "ACME", "--name", "x", "--owner", "leo", *more.split(), "--yes")
        assert (ran.code, ran.out) == (code, ""), more
        assert named in ran.err, more
    assert run("tokens", "list", "--json", store=store.address).json == []


def test_rotate_prints_the_new_secret_and_both_work_during_the_overlap(store: Store, made: Issued) -> None:
    proof = change(store, "rotate", made.key[1], "--overlap", "24h", "--yes", "--json").json
    assert (proof["replaces"], proof["old_ends_at"]) == (made.key[1], "2026-03-17T09:00:00Z")
    with store.reading() as reader:
        mint = store.mint()
        both = [check(reader, secret, NOW + timedelta(hours=23), mint) for secret in (made.token, Secret(proof["token"]))]
        after = check(reader, made.token, NOW + timedelta(hours=24), mint)
    assert [answer.outcome for answer in both] == [Outcome.VALID, Outcome.VALID]
    assert (after.outcome, after.reason) == (Outcome.EXPIRED, "overlap ended")


def test_an_overlap_that_can_not_be_is_refused(store: Store, made: Issued) -> None:
    for overlap in ("15d", "a week", "-1d", "99999w", ""):
        ran = change(store, "rotate", made.key[1], f"--overlap={overlap}", "--yes")
        assert ran.code in (1, 2), overlap
        assert len(ran.err.splitlines()) == 1, overlap
    assert row_of(store, made).status is Status.ACTIVE


def test_read_only_refuses_every_change_whatever_the_role(store: Store, made: Issued) -> None:
    before = row_of(store, made)
    for verb, *more in VERBS:
        ran = change(store, verb, made.key[1], *more, "--yes", "--read-only")
        assert (ran.code, ran.out) == (1, ""), verb
        assert "read-only" in ran.err
    assert run("--read-only", "tokens", "revoke", made.key[1], "--yes", store=store.address).code == 1
    assert row_of(store, made) == before


def test_once_there_are_operators_only_they_change_anything(store: Store, made: Issued) -> None:
    store.write(lambda unit: put_operator(unit, "somebody-else", Role.ADMIN, LOCAL, NOW))
    ran = change(store, "revoke", made.key[1], "--yes")
    assert ran.code == 1
    assert "not an operator" in ran.err
    assert row_of(store, made).status is Status.ACTIVE


def test_an_operator_of_the_same_name_acts_under_their_own_role(store: Store, made: Issued) -> None:
    me = pwd.getpwuid(os.getuid()).pw_name
    store.write(lambda unit: put_operator(unit, me, Role.AUDITOR, LOCAL, NOW))
    assert "auditor" in change(store, "revoke", made.key[1], "--yes").err
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM audit WHERE action = 'revoke'") == 0


def test_where_a_change_came_from_is_recorded_but_the_name_is_not_taken_from_the_environment(
    store: Store, made: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "198.51.100.7 50022 203.0.113.1 22")
    monkeypatch.setenv("USER", "priya")
    monkeypatch.setenv("LOGNAME", "priya")
    change(store, "revoke", made.key[1], "--yes")
    [line] = run("audit", "list", "--action", "revoke", "--json", store=store.address).json
    assert line["peer"] == "198.51.100.7"
    assert line["actor"] == f"local:{pwd.getpwuid(os.getuid()).pw_name}"
    monkeypatch.setenv("SSH_CONNECTION", "\x1b[31m 1 2 3")
    assert actor_at(store).peer == ""


def test_two_at_once_end_with_one_winner_named_to_the_other(store: Store, made: Issued) -> None:
    order = RevokeOrder(key=made.key, actor=MARCO)
    store.write(lambda unit: revoke(unit, order, NOW), order.action_id)
    assert "marco" in change(store, "suspend", made.key[1], "--yes").err
    assert PRIYA.name not in run("audit", "list", "--action", "revoke", store=store.address).out


def test_in_a_real_terminal_what_was_typed_ahead_answers_nothing(store: Store, made: Issued) -> None:
    def asked() -> pexpect.spawn[str]:
        command = ["-m", "console", "tokens", "revoke", made.key[1], "--store", url(store.address)]
        return pexpect.spawn(sys.executable, command, cwd=str(ROOT), encoding="utf-8", timeout=60, echo=False)

    ahead = asked()
    ahead.sendline("yes")
    ahead.expect("Type yes to revoke it")
    ahead.sendline("")
    ahead.expect("Nothing was changed.")
    ahead.expect(pexpect.EOF)
    ahead.close()
    assert ahead.exitstatus == 1
    assert row_of(store, made).status is Status.ACTIVE
    meant = asked()
    meant.expect("Type yes to revoke it, anything else to leave it: ")
    meant.sendline("yes")
    meant.expect("Revoked")
    meant.expect(pexpect.EOF)
    meant.close()
    assert meant.exitstatus == 0
    assert row_of(store, made).status is Status.REVOKED


def test_ctrl_c_at_the_question_changes_nothing(store: Store, made: Issued) -> None:
    command = ["-m", "console", "tokens", "revoke", made.key[1], "--store", url(store.address)]
    child = pexpect.spawn(sys.executable, command, cwd=str(ROOT), encoding="utf-8", timeout=60, echo=False)
    child.expect("anything else to leave it: ")
    child.sendintr()
    child.expect(pexpect.EOF)
    child.close()
    assert "Traceback" not in (child.before or "")
    assert child.exitstatus == 130
    assert row_of(store, made).status is Status.ACTIVE
