"""`tokendesk store`, `operators`, `audit`, `views` and `doctor` on both databases."""

from __future__ import annotations

import os
import pwd
import stat
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from store.address import Address, parse_address
from store.keys import key_file
from store.opening import Store, open_store
from store.reads.audit import lines
from store.reads.facts import SCHEMA
from store.rules.views import VIEWS
from tests.command_line import run, run_process, url
from tests.conftest import NOW
from tests.making import make_account, make_token, revoke_token
from tests.store.test_verify import tamper

ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def store(old_store: Store) -> Store:
    """A demo store whose clock stands at NOW, with one account."""
    make_account(old_store)
    return old_store


def test_init_makes_a_private_store_with_its_key_and_names_both(address: Address) -> None:
    ran = run("store", "init", "--brand", "acme", "--environment", "production", store=address)
    assert ran.code == 0
    store = open_store(address)
    assert (store.facts.brand, store.facts.environment) == ("acme", "production")
    key = key_file(store.facts.store_id, store.facts.key_id)
    assert str(key) in ran.err
    files = [key] if address.path is None else [key, address.path]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    store.close()


def test_init_never_touches_a_store_that_is_there(store: Store) -> None:
    make_token(store)
    ran = run("store", "init", store=store.address)
    assert (ran.code, ran.out) == (1, "")
    assert len(ran.err.splitlines()) == 1
    assert len(run("tokens", "list", "--json", store=store.address).json) == 1


def test_init_without_a_name_uses_the_data_folder_and_everything_finds_it(own_home: Path) -> None:
    assert "tokendesk store init" in run("tokens", "list").err
    assert run("store", "init").code == 0
    assert (own_home / "data" / "tokendesk" / "tokens.db").is_file()
    assert run("tokens", "list", "--json").json == []


def test_a_bad_brand_and_read_only_make_nothing(address: Address) -> None:
    assert run("store", "init", "--brand", "A_B", store=address).code == 2
    assert run("store", "init", "--read-only", store=address).code == 1
    assert run("store", "info", store=address).code == 3


def test_info_says_what_the_store_is(store: Store) -> None:
    make_token(store)
    record = run("store", "info", "--json", store=store.address).json
    assert (record["tokens"], record["audit_lines"], record["schema"]) == (1, 1, SCHEMA)
    assert record["kind"] == ("sqlite" if store.address.is_sqlite else "postgresql")
    assert record["demo_now"] == "2026-03-16T09:00:00Z"
    assert run("store", "info", store=store.address).code == 0


def test_upgrade_leaves_a_store_that_is_up_to_date_as_it_is(store: Store) -> None:
    make_token(store)
    assert run("store", "upgrade", store=store.address).code == 0
    assert len(run("tokens", "list", "--json", store=store.address).json) == 1


def test_a_sound_store_passes_every_check(store: Store) -> None:
    revoke_token(store, make_token(store).key)
    checks = run("store", "check", "--json", store=store.address).json
    assert [one["check"] for one in checks] == ["file", "schema", "settings", "damage", "key", "audit log"]
    wrong = {one["check"]: one["problem"] for one in checks if not one["ok"]}
    if not store.address.is_sqlite:
        wrong.pop("settings", None)  # the server of the tests may be one that saves on safety
    assert wrong == {}


def test_check_names_a_guard_that_was_dropped_and_a_token_changed_behind_the_log(store: Store) -> None:
    make_token(store)
    tamper(store.address, "UPDATE token SET scopes = 'users.manage'")
    ran = run("store", "check", store=store.address)
    assert ran.code == 1
    assert any(line.startswith("WRONG  schema") and "token_audited" in line for line in ran.lines)
    assert any(line.startswith("WRONG  audit log") for line in ran.lines)


def test_check_names_an_index_and_a_column_that_are_not_ours(store: Store) -> None:
    statements = ("DROP INDEX ix_audit_at", "ALTER TABLE account ADD COLUMN remark TEXT")
    tamper(store.address, *statements)
    problem = next(
        one["problem"] for one in run("store", "check", "--json", store=store.address).json if one["check"] == "schema"
    )
    assert "ix_audit_at" in problem
    assert "account" in problem


def test_check_names_a_missing_key_and_everything_but_issuing_goes_on(store: Store) -> None:
    key_file(store.facts.store_id, store.facts.key_id).unlink()
    ran = run("store", "check", store=store.address)
    assert ran.code == 1
    assert "WRONG  key" in ran.out
    assert run("tokens", "list", store=store.address).code == 0


def test_check_names_a_folder_others_may_write_to(store: Store) -> None:
    if store.address.path is None:
        return
    store.address.path.parent.chmod(0o777)
    assert "WRONG  file" in run("store", "check", store=store.address).out


def test_a_whole_log_verifies_and_an_edited_one_names_the_line(store: Store) -> None:
    revoke_token(store, make_token(store).key)
    verdict = run("audit", "verify", "--json", store=store.address).json
    assert (verdict["whole"], verdict["lines"]) == (True, 2)
    assert verdict["head"] in run("audit", "verify", store=store.address).out
    tamper(store.address, "UPDATE audit SET actor = 'nobody' WHERE seq = 1")
    ran = run("audit", "verify", store=store.address)
    assert (ran.code, ran.out) == (1, "")
    assert "Audit line 1" in ran.err
    assert run("audit", "verify", "--json", store=store.address).json["broken_at"] == 1


def test_audit_lines_are_found_by_token_actor_action_case_and_time(store: Store) -> None:
    first, second = make_token(store, "one", now=NOW - timedelta(days=3)), make_token(store, "two", now=NOW - timedelta(days=1))
    run("tokens", "revoke", second.key[1], "--case", "INC-7", "--yes", store=store.address)

    def found(*options: str) -> list[int]:
        return [line["seq"] for line in run("audit", "list", "--json", *options, store=store.address).json]

    assert found() == [4, 3, 2, 1]  # the third opened the case that the fourth named
    assert found("--token", first.key[1]) == [1]
    assert found("--actor", "priya") == [2, 1]
    assert found("--action", "revoke") == [4]
    assert found("--action", "case") == [3]
    assert found("--case", "INC-7") == [4, 3]
    assert found("--since", "2026-03-15T09:00Z", "--until", "2026-03-16T09:00Z") == [2]
    assert found("--limit", "1") == [4]
    assert run("audit", "list", "--action", "revoked", store=store.address).code == 2
    assert run("audit", "list", "--since", "monday", store=store.address).code == 2
    newest = run("audit", "list", store=store.address).lines[0]
    assert newest.startswith("#4 2026-03-16 09:00Z local:")
    assert newest.endswith(f" (admin) revoked two of ACME, ACME/{second.key[1]}, INC-7")


def test_an_audit_line_says_what_was_done_in_plain_words_and_in_which_session(store: Store) -> None:
    me = pwd.getpwuid(os.getuid()).pw_name
    assert run("operators", "add", me, "--role", "admin", store=store.address).code == 0
    assert run("audit", "list", store=store.address).lines[0].endswith(f" (admin) made {me} operator with role admin")
    (line,) = run("audit", "list", "--json", store=store.address).json
    with store.reading() as reader:
        assert line["session"] == reader.value("SELECT session FROM audit WHERE seq = 1") != ""


def test_audit_lines_are_found_by_a_filter_and_a_bad_one_is_pointed_at(store: Store) -> None:
    make_token(store, "nightly export")
    revoke_token(store, make_token(store, "zapier").key)
    found = run("audit", "list", "--filter", "actor:pri action:revoke after:1d zap", "--json", store=store.address)
    assert [(line["action"], line["token_name"]) for line in found.json] == [("revoke", "zapier")]
    wrong = run("audit", "list", "--filter", "zap actoin:revoke", store=store.address)
    assert wrong.code == 2
    assert "Did you mean action?" in wrong.err
    assert "  zap actoin:revoke\n      ^" in wrong.err
    assert run("audit", "list", "--filter", "zap", "--actor", "priya", store=store.address).code == 2


def test_operators_are_added_and_listed(store: Store) -> None:
    assert run("operators", "list", "--json", store=store.address).json == []
    assert run("operators", "add", ME, "--role", "admin", store=store.address).code == 0
    assert run("operators", "add", "dana", "--role", "on-call", store=store.address).code == 0
    found = run("operators", "list", "--json", store=store.address).json
    assert [(one["name"], one["role"], one["active"]) for one in found] == sorted(
        [(ME, "admin", True), ("dana", "on-call", True)]
    )
    assert run("operators", "add", "x", "--role", "boss", store=store.address).code == 2
    assert run("operators", "add", "x", "--role", "admin", "--read-only", store=store.address).code == 1


def test_the_first_operator_is_an_admin_and_the_last_admin_stays(store: Store) -> None:
    ran = run("operators", "add", ME, "--role", "support", store=store.address)
    assert (ran.code, ran.out) == (1, "")
    assert "must be an admin" in ran.err
    assert run("operators", "add", ME, "--role", "admin", store=store.address).code == 0
    assert run("operators", "add", "dana", "--role", "on-call", store=store.address).code == 0
    assert "last active admin" in run("operators", "disable", ME, "--yes", store=store.address).err
    assert run("operators", "disable", "nobody", "--yes", store=store.address).code == 1
    assert run("operators", "disable", "dana", store=store.address).code == 2
    assert run("operators", "disable", "dana", "--yes", "--json", store=store.address).json["active"] is False
    found = {one["name"]: one for one in run("operators", "list", "--json", store=store.address).json}
    assert (found[ME]["active"], found[ME]["last_action"], found[ME]["actions_30d"]) == (True, "operator", 2)
    assert (found["dana"]["active"], found["dana"]["last_action"]) == (False, None)
    assert "operator" in run("operators", "list", store=store.address).out


def test_views_have_their_rules_and_their_counts(store: Store) -> None:
    make_token(store)
    plain = run("views", "--json").json
    assert [view["name"] for view in plain] == [view.name for view in VIEWS]
    counted = {view["name"]: view for view in run("views", "--counts", "--json", store=store.address).json}
    assert (counted["live"]["count"], counted["all"]["count"], counted["never-expires"]["count"]) == (1, 1, 0)
    assert counted["sprawl"]["counts"] == "accounts"
    assert run("views", "--counts", store=store.address).lines[1].split()[:3] == ["live", "1", "tokens"]


def test_doctor_tells_what_a_bug_report_needs_and_no_password(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = run("doctor", "--json", store=store.address).json
    assert set(facts) == {"versions", "paths", "terminal", "store"}
    assert facts["store"]["key_present"] is True
    assert facts["versions"]["journal_mode"] in ("wal", "truncate")
    assert facts["store"]["read_ms"] >= 0
    monkeypatch.setenv("TOKENDESK_STORE", "postgresql://dana:hunter2@127.0.0.1:1/keys")
    ran = run("doctor")
    assert ran.code == 0
    assert "hunter2" not in ran.out + ran.err
    assert "postgresql://dana@127.0.0.1/keys" in ran.out


def test_a_password_among_the_arguments_is_pointed_out_and_not_repeated() -> None:
    ran = run("tokens", "list", "--store", "postgresql://dana:hunter2@127.0.0.1:1/keys")
    assert ran.code == 3
    assert "TOKENDESK_STORE" in ran.err
    assert "hunter2" not in ran.out + ran.err


def test_a_key_in_the_environment_is_never_shown(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = key_file(store.facts.store_id, store.facts.key_id).read_text().strip()
    monkeypatch.setenv("TOKENDESK_KEY", secret)
    for command in ("doctor", "store info", "store check"):
        ran = run(*command.split(), store=store.address)
        assert secret not in ran.out + ran.err, command


def test_a_real_process_reads_and_writes_a_real_store(store: Store) -> None:
    made = make_token(store)
    place = url(store.address)
    ran = run_process("tokens", "revoke", made.key[1], "--yes", "--json", TOKENDESK_STORE=place)
    assert (ran.code, ran.err) == (0, "")
    assert ran.json["id"] == made.key[1]
    assert run_process("tokens", "list", "--json", TOKENDESK_STORE=place).json[0]["status"] == "revoked"
    assert run_process("audit", "verify", TOKENDESK_STORE=place).code == 0


def test_a_standby_or_reader_without_rights_can_still_look(store: Store) -> None:
    """A look-up that can't be noted is told, and the answer is given all the same."""
    made = make_token(store)
    if store.address.path is not None:
        return
    with psycopg.connect(store.address.conninfo, autocommit=True) as server:
        name = server.info.dbname
        server.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'.encode())
    ran = run("tokens", "show", made.key[1], "--json", store=store.address)
    assert ran.code == 0
    assert ran.json["id"] == made.key[1]
    assert "not noted" in ran.err
    assert run("tokens", "revoke", made.key[1], "--yes", store=store.address).code == 1


def test_retention_is_shown_set_and_refused_in_words(store: Store) -> None:
    assert "hourly      400 days" in run("store", "retention", store=store.address).out
    assert run("store", "retention", "--keep", "hourly=500", "--json", store=store.address).json[1]["days"] == 500
    wrong = run("store", "retention", "--keep", "hourli=500", store=store.address)
    assert (wrong.code, "hourly" in wrong.err) == (2, True)
    assert run("store", "retention", "--keep", "daily=3", store=store.address).code == 2


READ_ONLY_REFUSALS = ("store upgrade", "store init", "gateway serve", "store maintain", "store retention --keep hourly=500")


@pytest.mark.parametrize("words", READ_ONLY_REFUSALS)
@pytest.mark.parametrize("how", ["option", "variable"])
def test_what_a_read_only_run_is_refused_is_on_the_audit_log(
    store: Store, monkeypatch: pytest.MonkeyPatch, words: str, how: str
) -> None:
    if how == "variable":
        monkeypatch.setenv("TOKENDESK_READ_ONLY", "1")
    ran = run(*words.split(), *(["--read-only"] if how == "option" else []), store=store.address)
    assert (ran.code, ("--read-only" if how == "option" else "`tokendesk config` names") in ran.err) == (1, True)
    with store.reading() as reader:
        (line,) = lines(reader, action="denied", limit=10)
    assert (line.actor.endswith(ME), line.detail["why"]) == (True, "read-only")
    assert words.startswith(str(line.detail["tried"]))


def test_what_a_read_only_run_is_refused_makes_no_store(own_home: Path, tmp_path: Path) -> None:
    missing = parse_address(str(tmp_path / "none.db"))
    for words in READ_ONLY_REFUSALS:
        assert run(*words.split(), "--read-only", store=missing).code == 1
    assert list(tmp_path.glob("none*")) == []


def test_maintain_says_what_it_did(store: Store) -> None:
    assert "0 ended tokens closed" in run("store", "maintain", store=store.address).out
    assert run("store", "maintain", "--json", store=store.address).json["months_removed"] == []
    assert run("store", "maintain", "--read-only", store=store.address).code == 1
