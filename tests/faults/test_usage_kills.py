"""Imports of usage killed with -9 at random and run again: every line of the log is counted once."""

from __future__ import annotations

import os
import random
import time
from datetime import timedelta
from pathlib import Path

import pytest

from store.address import Address
from store.moments import to_ms
from store.opening import Store
from store.rules.usage import hours_30d, minutes_24h
from store.usage.importing import import_usage
from tests.conftest import NOW
from tests.faults.children import kill, start
from tests.faults.proof import faults_of
from tests.gateway_logs import contents, event_line, put_tokens, token_row, write_log

KEYS = tuple(("ACME", f"T{number:02}") for number in range(20))
LINES, PIECE, KILLS = 60_000, 60, 100


def bring_in(address: Address, log: Path, started: Path) -> None:
    """Import the log in small pieces; say when the first of this life is done, so that every kill meets work under way."""
    import_usage(Store(address), [log], now=NOW, piece_lines=PIECE, progress=lambda done, total: started.touch())


@pytest.mark.slow
def test_an_import_killed_a_hundred_times_counts_every_line_once(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    chance = random.Random(20260316)
    moments = [NOW - timedelta(seconds=chance.randrange(35 * 86_400)) for _ in range(LINES)]
    tokens = [chance.choice(KEYS)[1] for _ in range(LINES)]
    log = write_log(
        tmp_path / "a.jsonl",
        [
            event_line(at, token, ip="203.0.113.9", agent="a/1", path="/v1/orders")
            for at, token in zip(moments, tokens, strict=True)
        ],
    )
    for number in range(KILLS):
        started = tmp_path / f"started-{number}"
        child = start(lambda started=started: bring_in(store.address, log, started))  # type: ignore[misc]
        while not started.exists() and not _ended(child):
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.03))
        kill(child)
    cut_off = {row[0]: row[3] for row in contents(store, ("read_log",))["read_log"]}
    assert 0 < sum(cut_off.values()) < LINES, "the kills met no import under way"
    summary = import_usage(store, [log], now=NOW)
    assert summary.counted == LINES - sum(cut_off.values())
    held = contents(store, ("usage_hour", "usage_day", "usage_part", "usage_total", "token_address"))
    counted = {token: tokens.count(token) for _, token in KEYS}
    for table, column in (("usage_hour", 3), ("usage_day", 3), ("token_address", 5)):
        place = 2 if table != "token_address" else 1
        found: dict[str, int] = {}
        for row in held[table]:
            found[row[place]] = found.get(row[place], 0) + row[column]
        assert found == counted, table
    for kind in ("integration", "address", "endpoint", "scope"):
        assert sum(row[6] for row in held["usage_part"] if row[3] == kind) == LINES
    assert sum(row[2] for row in held["usage_total"] if row[1] == "") == LINES
    day, month = minutes_24h(to_ms(NOW)).first * 60_000, hours_30d(to_ms(NOW)).first * 3_600_000
    for account, token in KEYS[:5]:
        own = [to_ms(at) for at, name in zip(moments, tokens, strict=True) if name == token]
        kept = token_row(store, account, token)
        assert (kept["requests_24h"], kept["requests_30d"]) == (sum(at >= day for at in own), sum(at >= month for at in own))
    assert faults_of(store) == []


def _ended(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
