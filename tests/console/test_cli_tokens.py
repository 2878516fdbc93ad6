"""`tokendesk tokens list`, `show` and `card`: exact fields, harmless output, one sentence for what can't be answered."""

from __future__ import annotations

import csv
import io
import re
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path

import pytest

from console.__main__ import main
from console.render.widths import width_of
from store.opening import Store
from store.rules.status import Status
from tests.command_line import run, url
from tests.conftest import NOW
from tests.making import make_account, make_token, revoke_token
from tests.rowmaker import Use, put_tokens, put_usage

FIELDS = [
    *("id", "account", "account_name", "name", "environment", "scopes", "tier", "status", "owner", "creator", "creator_active"),
    *("created_at", "rotated_at", "expires_at", "retires_at", "suspended_until", "last_used_at", "last_success_at"),
    *("last_denied_at", "last_denied_reason", "requests_24h", "requests_30d", "revoked_at", "revoked_by", "revoke_reason"),
    *("replaces", "replaced_by", "rationale", "hint", "digest_scheme"),
]
LISTED = [*FIELDS, "recorded_until", "resolution", "tracked_since"]
HOSTILE = "=cmd|' /C calc'!A0 \x1b]52;c;aGk=\x07\u202e[@click=x]\x9b2J"
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def store(old_store: Store) -> Store:
    """A demo store whose clock stands at NOW, with two accounts."""
    make_account(old_store)
    make_account(old_store, "BOLT")
    return old_store


def hostile(store: Store, name: str = HOSTILE, token_id: str = "hostile00001") -> None:
    row = {"account_id": "ACME", "id": token_id, "name": name, "scopes": "orders.read", "tier": "read-only"}
    put_tokens(store, [{**row, "created_at": NOW - timedelta(days=1)}])


def test_json_has_exactly_the_fields_of_the_interface_in_their_order(store: Store) -> None:
    made = make_token(store, scopes=("orders.read", "customers.read"))
    [record] = run("tokens", "list", "--json", store=store.address).json
    assert list(record) == LISTED
    assert record["scopes"] == ["customers.read", "orders.read"]
    assert (record["id"], record["account"], record["status"]) == (made.key[1], "ACME", "active")
    assert record["created_at"] == "2026-03-16T09:00:00Z"
    assert record["expires_at"] == "2026-06-14T09:00:00Z"
    assert record["revoked_at"] is None
    assert record["creator_active"] is True


def test_csv_has_the_same_fields_and_never_a_digest(store: Store) -> None:
    make_token(store, scopes=("orders.read", "customers.read"))
    ran = run("tokens", "list", "--csv", store=store.address)
    [row] = csv.DictReader(io.StringIO(ran.out))
    assert list(row) == LISTED
    assert row["scopes"] == "customers.read orders.read"
    assert row["revoked_at"] == ""
    assert _STAMP.fullmatch(row["created_at"])
    assert ran.err == ""


def test_a_digest_is_printed_only_when_it_is_named(store: Store) -> None:
    make_token(store)
    [record] = run("tokens", "list", "--json", "--columns", "id,digest", store=store.address).json
    with store.reading() as reader:
        kept = bytes(reader.value("SELECT digest FROM token"))
    assert record["digest"] == kept.hex()
    assert kept.hex() not in run("tokens", "list", "--csv", store=store.address).out


def test_an_empty_store_lists_an_empty_array(store: Store) -> None:
    ran = run("tokens", "list", "--json", store=store.address)
    assert (ran.code, ran.json, ran.err) == (0, [], "")


def test_no_control_byte_of_a_name_reaches_a_table_csv_or_json(store: Store) -> None:
    hostile(store)
    for form in ([], ["--csv"], ["--json"]):
        out = run("tokens", "list", *form, store=store.address).out
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out) or (form == ["--csv"] and "\x1b" not in out), form
    assert "\\x1b]52" in run("tokens", "list", "--columns", "name", store=store.address).out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", run("tokens", "list", "--csv", store=store.address).out)
    [record] = run("tokens", "list", "--json", store=store.address).json
    assert record["name"] == HOSTILE


def test_csv_cells_that_a_spreadsheet_would_run_are_made_text(store: Store) -> None:
    starts = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "\x7f=1")
    for number, start in enumerate(starts):
        hostile(store, start, f"hostile{number:05}")
    rows = list(csv.DictReader(io.StringIO(run("tokens", "list", "--csv", store=store.address).out)))
    assert len(rows) == len(starts)
    for row in rows:
        assert row["name"].startswith("'"), row
        assert not re.search(r"[\x00-\x1f\x7f]", row["name"]), row


def test_ordinary_csv_cells_stay_as_they_are(store: Store) -> None:
    hostile(store, 'say "hello", twice')
    [row] = csv.DictReader(io.StringIO(run("tokens", "list", "--csv", store=store.address).out))
    assert row["name"] == 'say "hello", twice'


def test_limit_sort_and_filter_are_obeyed(store: Store) -> None:
    for number in range(5):
        make_token(store, f"job {number}", now=NOW - timedelta(days=number), lifetime=timedelta(days=30))
    make_token(store, "other", account_id="BOLT")
    ran = run("tokens", "list", "--filter", "acct=ACME", "--sort", "-created", "--limit", "2", "--json", store=store.address)
    assert [record["name"] for record in ran.json] == ["job 0", "job 1"]
    ran = run(
        "tokens", "list", "--filter", "acct=ACME", "--sort", "created", "--limit", "0", "--columns", "name", store=store.address
    )
    assert ran.lines == ["Name", "job 4", "job 3", "job 2", "job 1", "job 0"]
    assert ran.err == "5 tokens.\n"


def test_a_table_stops_at_a_hundred_and_says_so_and_files_do_not(store: Store) -> None:
    row = {"account_id": "ACME", "name": "many", "scopes": "orders.read", "tier": "read-only", "created_at": NOW}
    put_tokens(store, [{**row, "id": f"many{number:08}"} for number in range(1_203)])
    ran = run("tokens", "list", "--sort", "name", store=store.address)
    assert len(ran.lines) == 101
    assert ran.err == "100 of 1,203 tokens; --limit 0 shows all.\n"
    ids = [record["id"] for record in run("tokens", "list", "--json", "--sort", "name", store=store.address).json]
    assert len(ids) == len(set(ids)) == 1_203


def test_tokens_are_listed_whatever_their_status(store: Store) -> None:
    make_token(store, "kept")
    revoke_token(store, make_token(store, "gone").key)
    found = run("tokens", "list", "--json", store=store.address).json
    assert {record["name"]: record["status"] for record in found} == {"kept": "active", "gone": "revoked"}


def test_as_of_shows_what_was_and_leaves_out_what_came_later(store: Store) -> None:
    made = make_token(store, "old", now=NOW - timedelta(days=10))
    revoke_token(store, made.key, now=NOW - timedelta(days=2))
    make_token(store, "new", now=NOW - timedelta(days=1))
    [record] = run("tokens", "list", "--as-of", "2026-03-12", "--json", store=store.address).json
    assert (record["name"], record["status"], record["revoked_at"]) == ("old", Status.ACTIVE, None)
    shown = run("tokens", "show", made.key[1], "--as-of", "2026-03-12", "--json", store=store.address).json
    assert shown["status"] == "active"
    assert [line["action"] for line in shown["audit"]] == ["issue"]


def test_a_time_that_is_none_or_still_to_come_is_bad_usage(store: Store) -> None:
    for when in ("yesterday", "2026-13-01", "2026-03-17", "١٢", ""):
        ran = run("tokens", "list", "--as-of", when, store=store.address)
        assert (ran.code, ran.out) == (2, ""), when
        assert len(ran.err.splitlines()) == 1, when


def test_a_bad_filter_gets_a_caret_under_the_place(store: Store) -> None:
    ran = run("tokens", "list", "--filter", "acct:acme stauts:active", store=store.address)
    assert (ran.code, ran.out) == (2, "")
    first, text, caret = ran.err.splitlines()
    assert "status" in first
    assert text[caret.index("^") :].startswith("stauts")


CAN_NOT_BE_ASKED = {
    "--view unsed-90d": "unused-90d",
    "--sort usd": "used",
    "--columns id,nmae": "name",
    "--columns ,": "id",
    "--csv --json": "--csv",
    "--limit -1": "--limit",
    "--limit many": "--limit",
}


def test_what_can_not_be_asked_is_bad_usage_and_names_the_nearest(store: Store) -> None:
    for arguments, named in CAN_NOT_BE_ASKED.items():
        ran = run("tokens", "list", *arguments.split(), store=store.address)
        assert (ran.code, ran.out) == (2, ""), arguments
        assert named in ran.err, arguments
        assert len(ran.err.splitlines()) == 1, arguments


def test_show_tells_everything_and_notes_the_look_up(store: Store) -> None:
    made = make_token(store, scopes=("orders.read",), now=NOW - timedelta(days=1))
    put_usage(store, [Use(made.key, NOW - timedelta(minutes=5), address="203.0.113.9", agent="sync/1.0")])
    ran = run("tokens", "show", made.key[1], store=store.address)
    assert ran.code == 0
    assert "can read orders; cannot change, refund or delete one" in ran.out
    assert "203.0.113.9" in ran.out
    assert "Expires       2026-06-13 09:00Z" in ran.out
    [line] = run("audit", "list", "--action", "look-up", "--json", store=store.address).json
    assert (line["token"], line["actor_how"]) == (made.key[1], "os user")


def test_show_as_json_is_one_object_with_the_fields_of_the_list_first(store: Store) -> None:
    made = make_token(store, now=NOW - timedelta(days=1))
    put_usage(store, [Use(made.key, NOW - timedelta(minutes=5), address="203.0.113.9")])
    shown = run("tokens", "show", f"ACME/{made.key[1]}", "--json", store=store.address).json
    assert list(shown)[: len(FIELDS)] == FIELDS
    assert shown["requests_24h"] == sum(shown["usage_24h"]["requests"]) == sum(shown["usage_30d"]["requests"]) == 1
    assert shown["requests"][0]["ip"] == "203.0.113.9"
    assert shown["scope_rules"][0]["can"] == "read orders"


def test_looking_read_only_notes_nothing(store: Store) -> None:
    made = make_token(store)
    assert run("tokens", "show", made.key[1], "--read-only", store=store.address).code == 0
    assert run("audit", "list", "--action", "look-up", "--json", store=store.address).json == []


def test_an_id_that_several_accounts_have_must_be_said_whole(store: Store) -> None:
    for account in ("ACME", "BOLT"):
        row = {"account_id": account, "id": "same", "name": account, "scopes": "orders.read", "tier": "read-only"}
        put_tokens(store, [{**row, "created_at": NOW}])
    ran = run("tokens", "show", "same", store=store.address)
    assert (ran.code, ran.out) == (2, "")
    assert "ACME/same" in ran.err
    assert "BOLT/same" in ran.err
    assert run("tokens", "show", "BOLT/same", "--json", store=store.address).json["account"] == "BOLT"


def test_an_unknown_token_is_refused_with_the_way_to_find_it(store: Store) -> None:
    ran = run("tokens", "show", "nowhere\x1b[31m", store=store.address)
    assert (ran.code, ran.out) == (1, "")
    assert "tokens list --filter" in ran.err
    assert "\x1b" not in ran.err


@pytest.mark.parametrize("form", ["{hint}", "tkd_live_{begins}", "tkd_live_{begins}…{hint}", "{begins}...{hint}"])
def test_the_ends_of_a_token_name_the_tokens_they_may_be_of(store: Store, form: str) -> None:
    made = make_token(store)
    own = made.key[1]
    done = run("tokens", "show", form.format(hint=made.hint, begins=own[:4]), store=store.address)
    assert (done.code, done.out) == (1, "")
    assert f"Did you mean ACME/{own}?" in done.err
    assert run("tokens", "show", f"tkd_live_{own}", store=store.address).code == 0


def test_a_secret_among_the_arguments_is_refused_and_not_repeated(store: Store) -> None:
    made = make_token(store)
    secret = made.token.reveal()
    for words in (
        ["tokens", "show", secret],
        ["tokens", "list", "--filter", f"x {secret} y"],
        ["tokens", "revoke", secret, "--yes"],
        [secret],
    ):
        ran = run(*words, store=store.address)
        assert (ran.code, ran.out) == (2, "")
        assert secret[-38:] not in ran.err
        assert f"tokendesk tokens revoke {made.key[1]}" in ran.err
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM token WHERE revoked_at IS NOT NULL") == 0


def test_the_store_can_be_named_before_or_after_the_command_or_by_the_environment(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_token(store, "here")
    place = url(store.address)
    assert len(run("--store", place, "tokens", "list", "--json").json) == 1
    assert len(run("tokens", "list", "--json", "--store", place).json) == 1
    monkeypatch.setenv("TOKENDESK_STORE", place)
    assert len(run("tokens", "list", "--json").json) == 1
    assert run("tokens", "list", "--store", str(tmp_path / "none.db")).code == 3


def test_a_table_fits_the_terminal_and_keeps_id_status_and_last_use(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    made = make_token(store, "a name that is much too long for any narrow terminal 漢字漢字漢字漢字")
    monkeypatch.delenv("LINES", raising=False)
    for columns in (200, 132, 100, 80, 64):
        monkeypatch.setenv("COLUMNS", str(columns))
        screen = Terminal()
        with redirect_stdout(screen):
            assert main(["tokens", "list", "--store", url(store.address)]) == 0
        lines = screen.getvalue().splitlines()
        assert all(width_of(line) <= columns for line in lines), columns
        assert made.key[1] in lines[1]
        assert {"Id", "Name", "Status", "Last used"} <= set(re.split(r"  +", lines[0])), columns
    assert "漢字漢字漢字漢字" in run("tokens", "list", store=store.address).out
