"""`tokendesk import tokens` and `import usage`: summaries, dry runs, standard input, and files that are not what they seem."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from store.address import parse_address
from store.creation import create_store
from store.opening import Store
from tests.command_line import ROOT, Ran, run, run_process, url
from tests.conftest import NOW
from tests.making import make_account, make_token, revoke_token

INVENTORY = """id,account,account_name,name,environment,scopes,owner,creator,creator_active,created_at,expires_at,last_used_at
old-1,ACME,Acme,nightly export,live,orders.read,mia,raj,false,2025-01-02T03:04:05Z,,2025-12-01T00:00:00Z
old-2,ACME,Acme,"sync, hourly",live,orders.read orders.write,mia,mia,true,2026-01-02,2026-06-01,
old-3,BOLT,Bolt,,test,reports.read,,,,2026-02-02T00:00:00Z,2026-05-03T00:00:00Z,
"""
LOG = [
    {"at": "2026-03-16T08:58:00Z", "token": "old-1", "status": 200, "ip": "203.0.113.5", "path": "/v1/orders"},
    {"at": "2026-03-16T08:59:00Z", "token": "old-1", "outcome": "EXPIRED", "status": 401},
    {"at": "2026-03-16T08:59:30Z", "token": "old-2", "status": 200},
    {"at": "2026-03-16T08:59:40Z", "token": "nobodys", "status": 200},
]


@pytest.fixture
def store(old_store: Store) -> Store:
    """An empty demo store whose clock stands at NOW."""
    return old_store


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def log_text() -> str:
    return "".join(json.dumps(line) + "\n" for line in LOG)


def listed(store: Store) -> dict[str, dict[str, object]]:
    return {record["id"]: record for record in run("tokens", "list", "--json", store=store.address).json}


def follower(store: Store, log: Path) -> subprocess.Popen[str]:
    """Start following in a process of its own, with what it prints in pipes, and wait until it has begun."""
    command = [
        sys.executable,
        "-m",
        "console",
        "import",
        "usage",
        "--follow",
        str(log),
        "--json",
        "--store",
        url(store.address),
    ]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = b""
    while not said.endswith(b"\n"):  # one by one: what else is read into the pipe's buffer, `communicate` does not return
        said += os.read(process.stderr.fileno(), 1) or b"\n"
    assert said.startswith(b"Following ")
    return process


def counted_by(store: Store) -> int:
    with store.reading() as reader:
        return int(reader.value("SELECT coalesce(sum(requests), 0) FROM usage_hour"))


def wait_for(store: Store, requests: int) -> None:
    deadline = time.monotonic() + 60
    while counted_by(store) != requests:
        assert time.monotonic() < deadline, f"{counted_by(store)} instead of {requests}"
        time.sleep(0.02)


def event_of(number: int, token: str = "old-1") -> str:
    at = NOW - timedelta(seconds=1_000 - number)
    return json.dumps({"at": at.isoformat(), "token": token, "request_id": f"r{number}"}) + "\n"


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_log_is_followed_by_its_name_until_a_signal(store: Store, tmp_path: Path, ending: signal.Signals) -> None:
    (tmp_path / "inventory.csv").write_text(INVENTORY)
    assert run("import", "tokens", tmp_path / "inventory.csv", store=store.address).code == 0
    log = tmp_path / "access.log"
    log.write_text(event_of(1))
    process = follower(store, log)
    wait_for(store, 1)
    with log.open("a") as file:
        file.write(event_of(2))
    wait_for(store, 2)
    log.rename(tmp_path / "access.log.1")
    with (tmp_path / "access.log.1").open("a") as file:
        file.write(event_of(3))
    log.write_text(event_of(4))
    wait_for(store, 4)
    log.with_name("access.log.1").write_text(log.read_text())
    os.truncate(log, 0)
    log.write_text(event_of(5))
    wait_for(store, 5)
    process.send_signal(ending)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    summary = json.loads(out)
    assert (summary["counted"], summary["tokens"], summary["bad"]) == (5, 1, 0)
    assert "was rotated; the new one is read" in err
    assert "was cut to nothing and begins anew" in err
    assert counted_by(store) == 5


def test_following_goes_on_with_what_was_rotated_meanwhile_or_says_that_it_is_gone(store: Store, tmp_path: Path) -> None:
    (tmp_path / "inventory.csv").write_text(INVENTORY)
    assert run("import", "tokens", tmp_path / "inventory.csv", store=store.address).code == 0
    log = tmp_path / "access.log"
    log.write_text(event_of(1))
    assert run("import", "usage", log, store=store.address).code == 0
    log.write_text(event_of(1) + event_of(2))
    log.rename(tmp_path / "access.log.2")
    (tmp_path / "access.log.1").write_text(event_of(3))
    log.write_text(event_of(4))
    process = follower(store, log)
    wait_for(store, 4)
    process.terminate()
    _, err = process.communicate(timeout=60)
    assert err == ""
    for older in (log, tmp_path / "access.log.1", tmp_path / "access.log.2"):
        older.unlink()
    log.write_text(event_of(5))
    process = follower(store, log)
    wait_for(store, 5)
    process.terminate()
    _, err = process.communicate(timeout=60)
    assert f"is not found as {log}.1: whatever was written to it since is not counted" in err


@pytest.mark.parametrize(
    "more", [("--dry-run",), ("--strict",), ("--complete-since", "2026-01-01"), ("--read-only",), ("other.log",), ("-",)]
)
def test_following_takes_one_log_and_writes(store: Store, tmp_path: Path, more: tuple[str, ...]) -> None:
    (tmp_path / "a.log").write_text(event_of(1))
    name = () if more == ("-",) else (str(tmp_path / "a.log"),)
    done = run("import", "usage", "--follow", *name, *more, store=store.address)
    assert (done.code, done.out) == (1 if more == ("--read-only",) else 2, "")
    assert counted_by(store) == 0


def test_an_inventory_and_its_log_come_in_and_again_change_nothing(store: Store, tmp_path: Path) -> None:
    tokens, log = written(tmp_path / "inventory.csv", INVENTORY), written(tmp_path / "events.jsonl", log_text())
    first = run("import", "tokens", tokens, "--json", store=store.address).json
    assert (first["format"], first["new"], first["bad"], first["dry_run"]) == ("csv", 3, 0, False)
    counted = run("import", "usage", log, "--json", store=store.address).json
    assert (counted["counted"], counted["refused"], counted["unknown"]) == (3, 1, 1)
    found = listed(store)
    assert found["old-1"]["requests_24h"] == 2
    assert (found["old-1"]["last_success_at"], found["old-1"]["last_denied_reason"]) == ("2026-03-16T08:58:00Z", "EXPIRED")
    assert (found["old-2"]["name"], found["old-3"]["owner"]) == ("sync, hourly", None)
    assert found["old-1"]["creator_active"] is False
    assert run("import", "tokens", tokens, "--json", store=store.address).json["unchanged"] == 3
    assert run("import", "usage", log, "--json", store=store.address).json["counted"] == 0
    assert listed(store) == found
    assert run("audit", "verify", store=store.address).code == 0


def test_ids_that_were_not_counted_are_named(store: Store, tmp_path: Path) -> None:
    tokens = [f"gone-{number}" for number in range(7)] + ["gone-3"]
    log = written(tmp_path / "a.jsonl", "".join(event_of(number, token) for number, token in enumerate(tokens)))
    ran = run("import", "usage", str(log), store=store.address)
    assert "Ids not held here, the most frequent first: gone-3, gone-0, gone-1, gone-2, gone-4, …" in ran.err


def test_a_dry_run_says_what_would_happen_and_writes_nothing(store: Store, tmp_path: Path) -> None:
    tokens = written(tmp_path / "inventory.csv", INVENTORY)
    ran = run("import", "tokens", tokens, "--dry-run", store=store.address)
    assert ran.code == 0
    assert "3 tokens new and would come in" in ran.out
    assert "dry run" in ran.out
    assert listed(store) == {}
    run("import", "tokens", tokens, store=store.address)
    log = written(tmp_path / "events.jsonl", log_text())
    assert "would be counted" in run("import", "usage", log, "--dry-run", store=store.address).out
    assert listed(store)["old-1"]["requests_24h"] == 0


def test_a_dry_run_is_allowed_read_only_and_an_import_is_not(store: Store, tmp_path: Path) -> None:
    tokens, log = written(tmp_path / "inventory.csv", INVENTORY), written(tmp_path / "events.jsonl", log_text())
    for command in (["import", "tokens", str(tokens)], ["import", "usage", str(log)]):
        assert run(*command, "--read-only", "--dry-run", store=store.address).code == 0
        assert run(*command, "--read-only", store=store.address).code == 1
    assert listed(store) == {}


def test_one_bad_line_is_named_by_number_and_the_others_come_in(store: Store, tmp_path: Path) -> None:
    tokens = written(tmp_path / "inventory.csv", INVENTORY + "old-4,ACME,Acme,x,live,,,,,not a date,,\n")
    ran = run("import", "tokens", tokens, store=store.address)
    assert ran.code == 0
    assert "inventory.csv, line 5: " in ran.err
    assert set(listed(store)) == {"old-1", "old-2", "old-3"}
    log = written(tmp_path / "events.jsonl", log_text() + "{broken\n")
    ran = run("import", "usage", log, store=store.address)
    assert ran.code == 0
    assert "events.jsonl, line 5: " in ran.err
    assert listed(store)["old-1"]["requests_24h"] == 2


def test_strict_refuses_the_whole_file_for_one_bad_line(store: Store, tmp_path: Path) -> None:
    tokens = written(tmp_path / "inventory.csv", INVENTORY + "old-4,ACME,Acme,x,live,,,,,not a date,,\n")
    ran = run("import", "tokens", tokens, "--strict", store=store.address)
    assert (ran.code, ran.out) == (2, "")
    assert "line 5" in ran.err
    log = written(tmp_path / "events.jsonl", log_text() + "{broken\n")
    assert run("import", "usage", log, "--strict", store=store.address).code == 2
    assert listed(store) == {}


def test_a_plaintext_secret_is_dropped_and_told_and_never_shown(store: Store, tmp_path: Path) -> None:
    secret = "tkd_live_abcdefghijkl_" + "S3cr3t" * 6 + "zz"
    text = INVENTORY.replace("last_used_at\n", "last_used_at,token\n").replace("2025-12-01T00:00:00Z\n", f"2025-12-01,{secret}\n")
    ran = run("import", "tokens", written(tmp_path / "leaky.csv", text), store=store.address)
    assert "plaintext secret" in ran.err
    assert "S3cr3t" not in ran.out + ran.err
    assert "S3cr3t" not in run("tokens", "list", "--json", store=store.address).out


def test_what_is_exported_as_csv_or_json_comes_back_the_same(store: Store, tmp_path: Path) -> None:
    make_account(store)
    run("import", "tokens", written(tmp_path / "inventory.csv", INVENTORY), store=store.address)
    make_token(store, "issued here", now=NOW - timedelta(days=3))
    revoke_token(store, make_token(store, "gone", now=NOW - timedelta(days=2)).key, now=NOW - timedelta(days=1))
    before = listed(store)
    columns = ",".join([*next(iter(before.values())), "digest"])
    for form in ("csv", "json"):
        copy = tmp_path / f"copy.{form}"
        copy.write_text(run("tokens", "list", f"--{form}", "--columns", columns, store=store.address).out)
        other = create_store(parse_address(str(tmp_path / form / "copy.db")), NOW - timedelta(days=400), demo_now=NOW)
        ran = run("import", "tokens", copy, "--json", store=other.address)
        assert (ran.code, ran.json["new"], ran.json["bad"]) == (0, 5, 0), ran.err
        after = listed(other)
        other.close()
        for token_id, record in before.items():
            told = {name: (record[name], after[token_id][name]) for name in record if record[name] != after[token_id][name]}
            assert set(told) <= {"rotated_at", "last_used_at", "last_success_at"}, told


def test_standard_input_and_gzip_are_read_as_any_file(store: Store, tmp_path: Path) -> None:
    def piped(data: bytes, *arguments: str) -> Ran:
        command = [sys.executable, "-m", "console", *arguments, "--store", url(store.address)]
        done = subprocess.run(command, input=data, capture_output=True, cwd=ROOT, env=dict(os.environ), timeout=60)
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    assert piped(INVENTORY.encode(), "import", "tokens", "-", "--json").json["new"] == 3
    assert piped(gzip.compress(log_text().encode()), "import", "usage", "-", "--json").json["counted"] == 3
    assert run("import", "usage", "-", "-", store=store.address).code == 2


def test_no_progress_bar_is_written_where_nobody_watches(store: Store, tmp_path: Path) -> None:
    tokens = written(tmp_path / "inventory.csv", INVENTORY)
    ran = run_process("import", "tokens", str(tokens), "--json", "--store", url(store.address))
    assert (ran.code, ran.err) == (0, "")
    assert ran.json["new"] == 3


BAD_FILES: dict[str, tuple[str, bytes]] = {
    "wrong columns": ("tokens", b"colour,size\nred,4\n"),
    "an empty file": ("tokens", b""),
    "a picture": ("tokens", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
    "json that ends too soon": ("tokens", b'[{"id": "x", "created_at": '),
    "json of something else": ("tokens", b'{"colour": "red"}'),
    "json too deep": ("tokens", b"[" * 100_000),
    "a damaged gzip file": ("tokens", gzip.compress(INVENTORY.encode() * 50)[:100]),
    "prose as a log": ("usage", b"dear diary,\ntoday nothing happened\n"),
    "a damaged gzip log": ("usage", gzip.compress(log_text().encode() * 500)[:80]),
}


def test_a_file_that_is_no_inventory_or_log_is_explained_and_nothing_is_lost(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "file\x1b[31m.dat"
    for kind, (what, data) in BAD_FILES.items():
        path.write_bytes(data)
        ran = run("import", what, path, store=store.address)
        assert ran.code in (1, 2), (kind, ran)
        assert 1 <= len(ran.err.splitlines()) <= 22, (kind, ran.err)
        assert "\x1b" not in ran.out + ran.err, kind
        assert "fault" not in ran.err, kind
    assert listed(store) == {}
    assert run("audit", "verify", store=store.address).code == 0


def test_a_file_that_is_not_there_or_may_not_be_read_is_explained(store: Store, tmp_path: Path) -> None:
    for what in ("tokens", "usage"):
        for path in (tmp_path / "none.csv", tmp_path):
            ran = run("import", what, path, store=store.address)
            assert (ran.code, ran.out) == (2, ""), ran
            assert len(ran.err.splitlines()) == 1
        secretive = written(tmp_path / "closed.csv", INVENTORY)
        assert run("import", what, secretive, "--format", "cobol", store=store.address).code == 2
        if not store.address.is_sqlite:
            continue  # the server of the tests runs as somebody else, whom only root reaches
        secretive.chmod(0)
        ran = run_process("import", what, str(secretive), "--store", url(store.address), as_anybody=True)
        assert (ran.code, ran.out) == (2, ""), ran
        assert len(ran.err.splitlines()) == 1
        secretive.unlink()
