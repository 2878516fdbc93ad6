"""Importing tokens: once, whole, and never against what was done here."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest

from store.errors import BadInput, Refused
from store.imports.importing import import_tokens
from store.imports.summary import Summary
from store.moments import to_ms
from store.opening import Store
from store.reads.verify import verify
from store.rows import TokenKey
from store.rules.roles import Role
from store.rules.secrets import new_token
from store.usage.importing import import_usage
from store.writes.editing import expire, rename
from store.writes.ending import suspend
from store.writes.orders import ExpireOrder, RenameOrder, SuspendOrder
from store.writes.people import MemberFacts, put_member
from tests.conftest import NOW
from tests.gateway_logs import contents, event_line, write_log
from tests.making import PRIYA, make_account, make_token, revoke_token

T01 = TokenKey(("ACME", "T01"))
COLUMNS = ("id", "account", "account_name", "name", "environment", "scopes", "owner", "creator", "creator_active", "created_at",
           "rotated_at", "expires_at", "last_used_at", "revoked_at", "revoked_by", "revoke_reason", "rationale")  # fmt: skip
LATER = NOW + timedelta(days=1)


def row(token: str = "T01", **values: Any) -> dict[str, Any]:
    return {
        "id": token, "account": "ACME", "account_name": "Acme", "name": f"name of {token}", "scopes": "orders.read",
        "owner": "leo", "creator": "raj", "created_at": "2026-01-05T00:00:00Z", "expires_at": "2026-04-05T00:00:00Z", **values,
    }  # fmt: skip


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = COLUMNS) -> Path:
    text = StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue())
    return path


def bring(store: Store, path: Path, rows: Sequence[Mapping[str, Any]], now: datetime = NOW, **more: Any) -> Summary:
    return import_tokens(store, write_csv(path, rows), actor=PRIYA, now=now, **more)


def token(store: Store, key: tuple[str, str] = T01) -> dict[str, Any]:
    columns = ("name", "environment", "scopes", "tier", "broad", "owner_id", "owner_active", "creator_id", "creator_active",
               "source", "created_at", "expires_at", "suspended_at", "suspended_by", "revoked_at", "revoked_by", "revoke_reason",
               "last_used_at", "closed", "digest_scheme", "hint", "rationale", "audit_seq", "silent_after")  # fmt: skip
    with store.reading() as reader:
        found = reader.one(
            f"SELECT {', '.join(columns)} FROM token WHERE account_id = :a AND id = :t", {"a": key[0], "t": key[1]}
        )
    assert found is not None
    return dict(zip(columns, found, strict=True))


def last_line(store: Store) -> tuple[str, str, dict[str, Any]]:
    with store.reading() as reader:
        found = reader.one("SELECT action, actor, detail FROM audit ORDER BY seq DESC LIMIT 1")
    assert found is not None
    return str(found[0]), str(found[1]), json.loads(found[2])


def test_tokens_bring_their_accounts_and_people_along(store: Store, tmp_path: Path) -> None:
    rows = [row(), row("T02", creator="ana", creator_active="false", owner=""), row("T01", account="BOLT", account_name="")]
    summary = bring(store, tmp_path / "a.csv", rows)
    assert (summary.format, summary.read, summary.new, summary.changed, summary.bad) == ("csv", 3, 3, 0, 0)
    assert (summary.accounts_new, summary.members_new, summary.members_left) == (2, 5, 0)
    held = contents(store)
    assert [(line[0], line[1], line[4]) for line in held["account"]] == [("ACME", "Acme", 2), ("BOLT", "BOLT", 1)]
    assert {line[:2]: bool(line[4]) for line in held["member"]} == {
        ("ACME", "leo"): True, ("ACME", "raj"): True, ("ACME", "ana"): False, ("BOLT", "leo"): True, ("BOLT", "raj"): True,
    }  # fmt: skip
    first, second = token(store), token(store, ("ACME", "T02"))
    assert (first["name"], first["source"], first["tier"]) == ("name of T01", "import:csv", "read-only")
    assert (first["owner_active"], first["creator_active"]) == (1, 1)
    assert (second["owner_id"], second["owner_active"], second["creator_active"]) == (None, 0, 0)
    assert last_line(store)[:2] == ("import", "priya")


def test_every_new_token_has_its_audit_line_and_the_chain_holds(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "a.csv", [row(f"T{number:04d}") for number in range(1_203)])
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM audit WHERE action = 'import'") == 1_203
        assert verify(reader).whole


def test_importing_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    rows = [row(), row("T02", creator_active="false", last_used_at="2026-03-01T00:00:00Z"), row("T03", revoked_at="2026-02-01")]
    bring(store, tmp_path / "a.csv", rows)
    before = contents(store)
    summary = bring(store, tmp_path / "b.csv", rows, now=LATER)
    assert contents(store) == before
    assert (summary.new, summary.changed, summary.unchanged, summary.kept, summary.notes) == (0, 0, 3, 0, ())


@pytest.mark.parametrize("strict", [False, True])
def test_a_dry_run_says_the_same_and_writes_nothing(store: Store, tmp_path: Path, strict: bool) -> None:
    bring(store, tmp_path / "a.csv", [row(), row("T02")])
    rows = [
        row(name="renamed"),
        row("T02"),
        row("T09", account="NEW", owner="zoe"),
        row("T10", account="NEW", creator_active="false"),
    ]
    before = contents(store)
    dry = bring(store, tmp_path / "b.csv", rows, dry_run=True, strict=strict)
    assert contents(store) == before
    real = bring(store, tmp_path / "b.csv", rows)
    assert dry.dry_run
    assert replace(dry, dry_run=False) == real
    assert (real.new, real.changed, real.unchanged, real.accounts_new, real.members_new) == (2, 1, 1, 1, 3)


def test_what_changed_in_the_file_is_followed_with_an_audit_line(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "a.csv", [row(), row("T02")])
    new = row(
        name="renamed", owner="zoe", scopes="orders.read billing.manage", expires_at="", last_used_at="2026-03-01T00:00:00Z"
    )
    summary = bring(store, tmp_path / "b.csv", [new, row("T02")], now=LATER)
    assert (summary.changed, summary.unchanged) == (1, 1)
    assert summary.changed_tokens == ((T01, ("name", "owner", "scopes", "expires_at", "last_used_at")),)
    held = token(store)
    assert (held["name"], held["owner_id"], held["owner_active"]) == ("renamed", "zoe", 1)
    assert (held["scopes"], held["tier"], held["broad"]) == ("billing.manage orders.read", "admin", 1)
    assert held["expires_at"] is None
    action, _, detail = last_line(store)
    assert (action, detail["changed"]) == ("update", ["name", "owner", "scopes", "expires_at"])
    before = contents(store)
    assert bring(store, tmp_path / "c.csv", [new, row("T02")], now=LATER).changed == 0
    assert contents(store) == before
    with store.reading() as reader:
        assert verify(reader).whole


def test_a_column_the_file_does_not_have_changes_nothing(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "a.csv", [row()])
    path = write_csv(tmp_path / "b.csv", [row()], ("id", "account", "created_at"))
    assert import_tokens(store, path, actor=PRIYA, now=LATER).unchanged == 1
    assert token(store)["expires_at"] is not None


def test_a_change_made_here_is_kept_when_the_same_file_comes_again(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "a.csv", [row()])
    store.write(lambda unit: rename(unit, RenameOrder(key=T01, actor=PRIYA, name="our name"), NOW))
    before = contents(store)
    summary = bring(store, tmp_path / "b.csv", [row()], now=LATER)
    assert contents(store) == before
    assert (summary.changed, summary.unchanged, summary.kept) == (0, 1, 1)
    assert summary.notes == ("Changed here since the last import, so the change made here was kept: 1 token.",)
    assert summary.kept_tokens == ((T01, ("changed_here",)),)


def test_a_change_made_here_does_not_stop_the_file_from_changing_something_else(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "a.csv", [row()])
    store.write(lambda unit: rename(unit, RenameOrder(key=T01, actor=PRIYA, name="our name"), NOW))
    for number in range(3):
        summary = bring(store, tmp_path / "b.csv", [row(name="their name", owner="zoe")], now=LATER)
        assert summary.changed == (1 if number == 0 else 0)
        assert summary.kept == 1
        held = token(store)
        assert (held["name"], held["owner_id"]) == ("our name", "zoe")


def test_an_expiry_changed_here_is_kept(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "a.csv", [row()])
    sooner = NOW + timedelta(days=2)
    store.write(lambda unit: expire(unit, ExpireOrder(key=T01, actor=PRIYA, expires_at=sooner), NOW))
    bring(store, tmp_path / "b.csv", [row(expires_at="2027-01-01")])
    assert token(store)["expires_at"] == to_ms(sooner)


def test_an_import_never_undoes_a_revocation(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "a.csv", [row()])
    revoke_token(store, T01)
    before = contents(store)
    summary = bring(store, tmp_path / "b.csv", [row(name="other", expires_at="")], now=LATER)
    assert contents(store) == before
    assert summary.notes == ("Revoked here, so nothing was changed: 1 token.",)


def test_an_import_never_revives_an_expired_token(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "a.csv", [row(expires_at="2026-03-16T09:00:00Z"), row("T02", expires_at="2026-03-16T09:00:00.001Z")])
    again = [row(expires_at="2027-01-01", name="renamed"), row("T02", expires_at="2027-01-01")]
    summary = bring(store, tmp_path / "b.csv", again)
    assert (token(store)["expires_at"], token(store)["name"]) == (to_ms(NOW), "renamed")
    assert token(store, ("ACME", "T02"))["expires_at"] == to_ms(datetime.fromisoformat("2027-01-01T00:00:00Z"))
    assert "Expired here, and an import revives nothing, so the expiry was kept: 1 token." in summary.notes


def test_a_token_issued_here_is_not_changed_by_a_file(store: Store, tmp_path: Path) -> None:
    make_account(store)
    issued = make_token(store)
    before = contents(store)
    summary = bring(store, tmp_path / "a.csv", [row(issued.key[1], name="other")])
    assert contents(store) == before
    assert summary.notes == ("Issued here and not imported, so what is known here was kept: 1 token.",)


def test_a_token_revoked_elsewhere_comes_in_revoked_but_a_known_one_is_only_reported(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "a.csv", [row()])
    ended = {"revoked_at": "2026-02-01T10:00:00Z", "revoked_by": "priya", "revoke_reason": "leaked"}
    summary = bring(store, tmp_path / "b.csv", [row(**ended), row("T02", **ended)])
    assert token(store)["revoked_at"] is None
    assert summary.notes == ("Revoked in the file but not here; revoke them here if that is meant: 1 token.",)
    held = token(store, ("ACME", "T02"))
    assert (held["revoked_by"], held["revoke_reason"], held["closed"]) == ("priya", "leaked", 1)
    with store.reading() as reader:
        assert reader.value("SELECT open_tokens FROM account") == 1


def test_a_suspension_made_here_survives_the_next_import(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "a.csv", [row()])
    store.write(lambda unit: suspend(unit, SuspendOrder(key=T01, actor=PRIYA, message="wait"), NOW))
    bring(store, tmp_path / "b.csv", [row(name="renamed")], now=LATER)
    held = token(store)
    assert (held["suspended_at"], held["name"]) == (to_ms(NOW), "renamed")


def test_a_suspended_token_comes_in_suspended(store: Store, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [row(status="suspended")], (*COLUMNS, "status"))
    import_tokens(store, path, actor=PRIYA, now=NOW)
    held = token(store)
    assert (held["suspended_at"], held["suspended_by"]) == (to_ms(NOW), "priya")


def test_the_last_use_is_a_floor_that_never_sinks(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "a.csv", [row(last_used_at="2026-02-01T00:00:00Z")])
    hourly = [event_line(NOW - timedelta(hours=hour), "T01") for hour in range(8, 0, -1)]
    import_usage(store, [write_log(tmp_path / "u.jsonl", hourly)], now=NOW)
    bring(store, tmp_path / "b.csv", [row(last_used_at="2026-03-01T00:00:00Z")])
    assert token(store)["last_used_at"] == to_ms(NOW - timedelta(hours=1))
    lines = contents(store, ("audit",))
    summary = bring(store, tmp_path / "c.csv", [row(last_used_at="2026-03-16T08:30:00Z")])
    held = token(store)
    assert held["last_used_at"] == to_ms(NOW - timedelta(minutes=30))
    assert held["silent_after"] == to_ms(NOW - timedelta(minutes=30) + timedelta(hours=4))
    assert (summary.changed, contents(store, ("audit",))) == (1, lines)


def test_people_who_left_are_never_made_active_again_by_a_file(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "a.csv", [row(creator_active="true"), row("T02", creator_active="true")])
    gone = MemberFacts("ACME", "raj", "Raj", active=False, left_at=NOW)
    store.write(lambda unit: put_member(unit, gone))
    before = contents(store)
    summary = bring(store, tmp_path / "b.csv", [row(creator_active="true"), row("T02", creator_active="true")])
    assert contents(store) == before
    assert "was not made active again" in summary.notes[0]
    bring(store, tmp_path / "c.csv", [row("T03", creator_active="true")])
    assert token(store, ("ACME", "T03"))["creator_active"] == 0


def test_people_who_left_elsewhere_leave_here_with_all_their_tokens(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "a.csv", [row(creator_active="true"), row("T02", creator_active="true", owner="raj")])
    rows = [row(creator_active="false"), row("T02", creator_active="false", owner="raj")]
    summary = bring(store, tmp_path / "b.csv", rows, now=LATER)
    assert (summary.members_left, summary.changed) == (1, 2)
    assert (token(store)["creator_active"], token(store, ("ACME", "T02"))["owner_active"]) == (0, 0)
    before = contents(store)
    assert bring(store, tmp_path / "c.csv", rows, now=LATER).changed == 0
    assert contents(store) == before
    back = MemberFacts("ACME", "raj", "Raj")
    store.write(lambda unit: put_member(unit, back))
    assert bring(store, tmp_path / "d.csv", rows, now=LATER).kept == 2
    assert token(store)["creator_active"] == 1
    with store.reading() as reader:
        assert verify(reader).whole


def test_an_expired_token_comes_in_closed_and_does_not_count_as_open(store: Store, tmp_path: Path) -> None:
    rows = [row(expires_at="2026-03-15T09:00:00Z"), row("T02", expires_at="2026-03-15T09:00:00.001Z"), row("T03")]
    bring(store, tmp_path / "a.csv", rows)
    assert [bool(token(store, ("ACME", name))["closed"]) for name in ("T01", "T02", "T03")] == [True, False, False]
    with store.reading() as reader:
        assert reader.value("SELECT open_tokens FROM account") == 2


def test_strict_refuses_the_file_before_anything_is_written(store: Store, tmp_path: Path) -> None:
    rows = [row(f"T{number:04d}") for number in range(600)]
    before = contents(store)
    with pytest.raises(BadInput, match=r"line 602: created_at is missing \(and 1 more\). Nothing was imported"):
        bring(store, tmp_path / "a.csv", [*rows, row("B", created_at=""), row("C", created_at="")], strict=True)
    assert contents(store) == before
    assert bring(store, tmp_path / "a.csv", rows, strict=True).new == 600


@pytest.mark.parametrize("strict", [False, True])
def test_a_stream_is_as_good_as_a_file(store: Store, tmp_path: Path, strict: bool) -> None:
    data = write_csv(tmp_path / "a.csv", [row(), row("T02")]).read_bytes()
    assert import_tokens(store, BytesIO(data), actor=PRIYA, now=NOW, strict=strict).new == 2
    assert import_tokens(store, BytesIO(data), actor=PRIYA, now=NOW, strict=strict).unchanged == 2


def test_an_import_stopped_in_the_middle_is_finished_by_the_next(store: Store, tmp_path: Path) -> None:
    rows = [row(f"T{number:04d}") for number in range(1_100)]

    def stop(done: int, total: int) -> None:
        assert 0 < done <= total
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(store, tmp_path / "a.csv", rows, progress=stop)
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM token") == 500
    with pytest.raises(KeyboardInterrupt):
        bring(store, tmp_path / "a.csv", [row(f"S{number:04d}") for number in range(1_100)], progress=stop, strict=True)
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM token") == 500
    summary = bring(store, tmp_path / "a.csv", rows)
    assert (summary.new, summary.unchanged) == (600, 500)


def test_only_an_admin_may_import_but_anyone_may_try_a_dry_run(store: Store, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [row()])
    support = replace(PRIYA, role=Role.SUPPORT)
    with pytest.raises(Refused, match="The role support may not"):
        import_tokens(store, path, actor=support, now=NOW)
    assert import_tokens(store, path, actor=support, now=NOW, dry_run=True).new == 1
    with pytest.raises(Refused, match="read-only"):
        import_tokens(store, path, actor=replace(PRIYA, read_only=True), now=NOW)


def test_plaintext_secrets_are_dropped_counted_and_never_stored_or_said(store: Store, tmp_path: Path) -> None:
    ours = new_token("live", "0123456789AB").reveal()
    stripe, plain = "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "Pl4inT3xtS3cretValue"
    rows = [
        row(ours, name=f"sync {ours}", rationale=f"uses {stripe}", revoke_reason=ours, secret=plain, digest=plain, hint=plain)
    ]
    path = write_csv(tmp_path / "a.csv", rows, (*COLUMNS, "secret", "digest", "digest_scheme", "hint"))
    summary = import_tokens(store, path, actor=PRIYA, now=NOW)
    key = {
        "id": "key_1",
        "createdAt": to_ms(NOW),
        "keyId": "key_1",
        "plaintext": plain,
        "permissions": [stripe],
        "name": plain[:0],
    }
    path = tmp_path / "u.json"
    path.write_text(json.dumps({"meta": {"requestId": "r"}, "data": [key], "pagination": {}}))
    second = import_tokens(store, path, actor=PRIYA, now=NOW, account="ACME")
    assert (summary.secrets, second.secrets, summary.new, second.new) == (6, 2, 1, 1)
    assert summary.notes[0].startswith("6 plaintext secrets were found in the file and dropped")
    assert token(store, ("ACME", "0123456789AB"))["name"] == "sync tkd_live_0123456789AB_***"
    for secret in (ours.rpartition("_")[2], stripe[8:], plain):
        assert secret not in repr(contents(store))
        assert secret not in repr((summary, second))
        if store.address.path is not None:
            for file in store.address.path.parent.iterdir():
                assert secret.encode() not in file.read_bytes()


def test_tokens_of_other_systems_come_in_by_their_files(store: Store, tmp_path: Path) -> None:
    one = {"id": 1, "name": "bot", "revoked": False, "created_at": "2026-01-05T00:00:00Z", "scopes": ["api"], "user_id": 24,
           "last_used_at": None, "active": True, "expires_at": "2026-06-14"}  # fmt: skip
    gitlab = [one, {**one, "id": 2, "revoked": True, "active": False}]
    path = tmp_path / "tokens.json"
    path.write_text(json.dumps(gitlab, indent=2))
    summary = import_tokens(store, path, actor=PRIYA, now=NOW, account="GL", environment="test")
    assert (summary.format, summary.new) == ("gitlab-json", 2)
    held = token(store, ("GL", "1"))
    assert (held["source"], held["environment"], held["tier"], held["broad"]) == ("import:gitlab-json", "test", "admin", 1)
    assert token(store, ("GL", "2"))["revoked_at"] == to_ms(NOW)
    before = contents(store)
    assert import_tokens(store, path, actor=PRIYA, now=LATER, account="GL").unchanged == 2
    assert contents(store) == before


def test_the_report_of_aws_gives_its_keys_stable_ids(store: Store, tmp_path: Path) -> None:
    header = "user,arn,user_creation_time,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date," \
             "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date"  # fmt: skip
    line = "alice,arn:aws:iam::123456789012:user/alice,2025-02-03T04:05:06+00:00,TRUE,2026-01-05T00:00:00+00:00,N/A," \
           "FALSE,2025-06-01T00:00:00+00:00,2025-07-01T00:00:00+00:00"  # fmt: skip
    path = tmp_path / "report.csv"
    path.write_text(f"{header}\n{line}\n")
    summary = import_tokens(store, path, actor=PRIYA, now=NOW)
    assert (summary.format, summary.new, summary.notes[0]) == (
        "aws-csv", 2, "Switched off where they come from, so suspended here: 1 token.",
    )  # fmt: skip
    assert token(store, ("123456789012", "alice/key-1"))["suspended_at"] is None
    assert token(store, ("123456789012", "alice/key-2"))["suspended_at"] == to_ms(NOW)


def test_usage_of_imported_tokens_finds_them_by_their_own_ids(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path / "a.csv", [row("alice/key-1")])
    summary = import_usage(
        store, [write_log(tmp_path / "u", [event_line(NOW, "alice/key-1"), event_line(NOW, "ACME/alice/key-1")])], now=NOW
    )
    assert summary.counted == 2
