"""Days, their parts, totals of accounts and repeated requests equal a count of the same log made in SQL over its raw lines."""

from __future__ import annotations

import json
import random
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from store.moments import DAY_MS, HOUR_MS, to_ms
from store.opening import Store
from store.reads.callers import parts
from store.rows import TokenKey
from store.rules.callers import MOST_PARTS, endpoint_of, integration_of
from store.usage.importing import import_usage
from tests.conftest import NOW
from tests.gateway_logs import contents, event_line, put_tokens, write_log

KEYS = (("ACME", "T01"), ("ACME", "T02"), ("BOLT", "T05"))
ACCOUNTS = {token: account for account, token in KEYS}
AGENTS = ("netsuite-sync/2.1", "netsuite-sync/2.2", "Zapier", "", "Mozilla/5.0 (X11) Chrome/120.0 Safari/537.36")
PATHS = ("/v1/orders", "/v1/orders/1234", "/v1/orders/99", "/v1/invoices/in_9f3cAb17/send", "")


def lines_of(count: int, seed: int = 5) -> list[str]:
    """Make lines over 40 days, out of order, some refused, some sent twice."""
    chance = random.Random(seed)
    lines: list[str] = []
    for number in range(count):
        at = NOW - timedelta(seconds=chance.randrange(40 * 86_400))
        lines.append(event_line(
            at, chance.choice(list(ACCOUNTS)), status=chance.choice([200, 200, 201, 304, 404, 401, 429, 500]),
            ip=f"203.0.113.{chance.randrange(5)}", agent=chance.choice(AGENTS), method=chance.choice(["GET", "PUT"]),
            path=chance.choice(PATHS), scope=chance.choice(["orders.read", "orders.write", ""]), request_id=f"r{number}",
        ))  # fmt: skip
    return lines


def raw_lines(lines: list[str]) -> sqlite3.Connection:
    """Put raw lines into a table of their own, to be counted by SQL alone."""
    raw = sqlite3.connect(":memory:")
    raw.execute("CREATE TABLE line (at INTEGER, account TEXT, token TEXT, status INTEGER, refused INTEGER, ip TEXT, agent TEXT, "
                "endpoint TEXT, scope TEXT, request_id TEXT)")  # fmt: skip
    rows = []
    for line in lines:
        data = json.loads(line)
        rows.append((
            to_ms(datetime.fromisoformat(data["at"])), ACCOUNTS[data["token"]], data["token"], data["status"],
            data["status"] in (401, 403, 429), data["ip"], integration_of(data["agent"]),
            endpoint_of(data["method"], data["path"]), data["scope"], data["request_id"],
        ))  # fmt: skip
    raw.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return raw


def shuffled(lines: list[str]) -> list[str]:
    return random.Random(8).sample(lines, len(lines))


@pytest.mark.parametrize("piece_lines", [7, 131, 5_000])
@pytest.mark.parametrize("order", [list, shuffled], ids=["in order", "shuffled"])
def test_every_rollup_equals_a_count_in_sql(store: Store, tmp_path: Path, piece_lines: int, order: Any) -> None:
    put_tokens(store, *KEYS)
    lines = lines_of(900)
    import_usage(store, [write_log(tmp_path / "a.jsonl", order(lines))], now=NOW, piece_lines=piece_lines)
    raw, held = raw_lines(lines), contents(store)
    hour, day = f"at / {HOUR_MS}", f"at / {DAY_MS}"

    def counted(sql: str) -> set[tuple[Any, ...]]:
        return set(raw.execute(sql))

    classes = ", ".join(f"sum(status / 100 = {kind})" for kind in (2, 3, 4, 5))
    assert set(held["usage_hour"]) == counted(
        f"SELECT {hour}, account, token, count(*), sum(refused), {classes} FROM line GROUP BY 1, 2, 3"
    )
    assert set(held["usage_total"]) == counted(
        f"SELECT {hour}, account, count(*), sum(refused) FROM line GROUP BY 1, 2 "
        f"UNION ALL SELECT {hour}, '', count(*), sum(refused) FROM line GROUP BY 1"
    )
    active = " + ".join(f"(max({hour} % 24 = {number}) << {number})" for number in range(24))
    assert set(held["usage_day"]) == counted(
        f"SELECT {day}, account, token, count(*), sum(refused), 0, {active} FROM line GROUP BY 1, 2, 3"
    )
    per_part = [
        f"SELECT {day}, account, token, '{kind}', {value}, {integration}, count(*), sum(refused), max(at) FROM line "
        "GROUP BY 1, 2, 3, 5, 6"
        for kind, value, integration in (
            ("integration", "agent", "''"), ("address", "ip", "''"),
            ("endpoint", "endpoint", "agent"), ("scope", "scope", "agent"),
        )
    ]  # fmt: skip
    assert set(held["usage_part"]) == counted(" UNION ALL ".join(per_part))


def test_a_part_beyond_the_cap_is_counted_with_the_others_whatever_the_pieces(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    lines = [event_line(NOW - timedelta(minutes=number), "T01", ip=f"198.51.100.{number}", agent="a") for number in range(200)]
    for number, piece in enumerate((20, 200)):
        import_usage(store, [write_log(tmp_path / f"{number}.jsonl", lines)], now=NOW, piece_lines=piece)
        lines = [line.replace("198.51.100.", "203.0.113.") for line in lines]
    found = parts(store_reader(store), TokenKey(("ACME", "T01")), NOW, "address", 1)
    assert sum(part.requests for part in found) == 400
    assert len([part for part in found if part.value]) == MOST_PARTS
    assert found[0].value == ""
    assert found[0].requests == 400 - MOST_PARTS


def test_the_last_part_within_the_cap_is_told_apart_and_the_next_is_not(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    known = [event_line(NOW, "T01", ip=f"198.51.100.{number}") for number in range(MOST_PARTS - 1)]
    import_usage(store, [write_log(tmp_path / "known.jsonl", known)], now=NOW)
    ends = (201, 3, 202, 201, 202, 203)
    later = [event_line(NOW, "T01", ip=f"198.51.100.{end}", agent="late") for end in ends]
    import_usage(store, [write_log(tmp_path / "later.jsonl", later)], now=NOW)
    found = parts(store_reader(store), TokenKey(("ACME", "T01")), NOW, "address", 1)
    counts = {part.value.rpartition(".")[2]: part.requests for part in found}
    assert counts == {**{str(end): 1 for end in range(MOST_PARTS - 1)}, "3": 2, "201": 2, "": 3}


def store_reader(store: Store) -> Any:
    with store.reading() as reader:
        return reader


def test_requests_sent_twice_are_counted_as_repeated(store: Store, tmp_path: Path) -> None:
    put_tokens(store, *KEYS)
    once = [event_line(NOW - timedelta(minutes=number), "T01", request_id=f"r{number}") for number in range(10)]
    import_usage(store, [write_log(tmp_path / "a.jsonl", [*once, once[3], once[4]])], now=NOW)
    again = [event_line(NOW, "T01", request_id="r7"), event_line(NOW, "T02", request_id="r7"), event_line(NOW, "T01")]
    import_usage(store, [write_log(tmp_path / "b.jsonl", again)], now=NOW)
    held = {row[2]: (row[3], row[5]) for row in contents(store)["usage_day"]}
    assert held == {"T01": (14, 3), "T02": (1, 0)}
