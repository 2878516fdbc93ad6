"""Each check is counted once: while the gateway runs, after it was killed, and when it starts on what was left."""

from __future__ import annotations

import json
import os
import signal
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from store.errors import Refused
from store.gateway.spool import Spool
from store.opening import Store
from tests.gateway.running import Gateway, gateway, live_token, make_account, until


def requests_of(store: Store, token_id: str) -> int:
    with store.reading() as reader:
        return int(reader.value("SELECT requests_24h FROM token WHERE id = :id", {"id": token_id}))


def test_checks_are_counted_while_it_runs_and_the_rest_when_it_ends(store: Store) -> None:
    make_account(store)
    made = live_token(store)
    one = Gateway(store.address)
    for _ in range(20):
        one.check(made.token.reveal())
    assert until(lambda: requests_of(store, made.key[1]), 20) < 10
    for _ in range(7):
        one.check(made.token.reveal(), "/check?scope=users.manage")
    one.end()
    assert one.process.returncode == 0
    assert requests_of(store, made.key[1]) == 27
    with store.reading() as reader:
        [row] = reader.rows("SELECT checks, unsaved, stopped_at IS NULL, last_denied_reason FROM gateway_state, token")
    assert tuple(row) == (27, 0, 0, "INSUFFICIENT_SCOPE")
    assert json.loads(one.told[-1])["event"] == "stopped"
    assert list(one.spool.glob("*.jsonl")) == []


def test_what_a_killed_gateway_wrote_is_counted_once_by_the_next(store: Store) -> None:
    make_account(store)
    made = live_token(store)
    left: set[Path] = set()
    for _ in range(4):
        one = Gateway(store.address)
        for _ in range(30):
            assert one.check(made.token.reveal()).status_code == 200
        until(partial(lines_beside, one.spool, left), 30)
        one.end(signal.SIGKILL)
        left = set(one.spool.glob("*.jsonl"))
    with gateway(store.address) as last:
        until(lambda: requests_of(store, made.key[1]), 120)
        until(lambda: list(last.spool.glob("*.jsonl")), [])
    assert requests_of(store, made.key[1]) == 120


def test_a_killed_counter_is_started_again_and_no_check_is_counted_twice(store: Store) -> None:
    make_account(store)
    made = live_token(store)
    with gateway(store.address) as one:
        for number in range(1, 4):
            os.kill(one.counter, signal.SIGKILL)
            for _ in range(30):
                assert one.check(made.token.reveal()).status_code == 200
            until(lambda number=number: requests_of(store, made.key[1]), number * 30)  # type: ignore[misc]
    assert any("usage waits to be counted: The process that counts has ended" in line for line in one.told)
    assert requests_of(store, made.key[1]) == 90


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_counter_ends_with_its_gateway_and_not_before(store: Store, number: signal.Signals) -> None:
    make_account(store)
    made = live_token(store)
    one = Gateway(store.address)
    for counted in (1, 2, 3):
        assert one.check(made.token.reveal()).status_code == 200
        until(lambda counted=counted: requests_of(store, made.key[1]), counted)  # type: ignore[misc]
        counter = one.counter
        os.kill(counter, signal.SIGTERM)
    assert one.counter == counter
    one.end(number)
    until(lambda: Path(f"/proc/{counter}/cmdline").exists(), False)


def lines_beside(spool: Path, left: set[Path]) -> int:
    """Return how many lines the file has that the running gateway writes to: it removes older ones only."""
    return sum(path.read_text().count("\n") for path in set(spool.glob("*.jsonl")) - left)


def test_files_are_rotated_and_removed_once_they_are_counted(store: Store, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", json.dumps, segment_bytes=200)
    spool.start()
    for number in range(10):
        spool.add({"at": datetime.now(UTC).isoformat(), "token": "T", "n": number})
        until(lambda number=number: sum(spool.lines.values()), number + 1)  # type: ignore[misc]
    spool.close()
    files = spool.files()
    assert len(files) > 2
    lines = [json.loads(line) for path in files for line in path.read_text().splitlines()]
    assert [line["n"] for line in lines] == list(range(10))
    assert len({line["spool"] for line in lines if "spool" in line}) == len(files)
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_line_cut_short_by_a_crash_is_left_out_and_its_file_removed(store: Store) -> None:
    make_account(store)
    made = live_token(store)
    one = Gateway(store.address)
    one.check(made.token.reveal())
    until(lambda: requests_of(store, made.key[1]), 1)
    one.end(signal.SIGKILL)
    [left] = one.spool.glob("*.jsonl")
    with left.open("a") as file:
        file.write(f'{{"at":"{datetime.now(UTC).isoformat()}","token":"{made.key[1]}"}}\n{{"at":"2026-')
    with gateway(store.address) as two:
        until(lambda: requests_of(store, made.key[1]), 2)
        until(left.exists, False)
        until(lambda: any("cut short" in line for line in two.told))


def test_a_folder_belongs_to_one_gateway(tmp_path: Path) -> None:
    first = Spool(tmp_path, str)
    with pytest.raises(Refused, match="running here already"):
        Spool(tmp_path, str)
    first.close()
    Spool(tmp_path, str).close()
