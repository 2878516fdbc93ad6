"""For tests of usage: tokens with ids of our choice, logs as files, and everything a store holds."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from store.engine import Unit
from store.moments import to_ms
from store.opening import Store
from store.writes.audit import Entry
from store.writes.people import put_account
from store.writes.tokens import add
from tests.conftest import NOW
from tests.making import PRIYA

TABLES = (
    "account", "member", "token", "audit", "audit_private", "usage_minute", "usage_hour", "usage_reason", "recent_request",
    "token_address", "read_log", "fact", "usage_day", "usage_part", "usage_total", "token_rhythm",
)  # fmt: skip


def put_tokens(store: Store, *keys: tuple[str, str], created_at: datetime = NOW - timedelta(days=400)) -> None:
    """Add tokens with these (account, id) keys."""

    def work(unit: Unit) -> None:
        for account in sorted({account for account, _ in keys}):
            put_account(unit, account, account.title(), NOW)
        rows = [
            (
                {"account_id": account, "id": token, "name": f"token {token}", "created_at": to_ms(created_at)},
                Entry(PRIYA, "import", account, token),
            )
            for account, token in keys
        ]
        add(unit, rows, NOW)

    store.write(work)


def contents(store: Store, tables: Sequence[str] = TABLES) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of these tables, in order."""
    with store.reading() as reader:
        return {
            table: sorted(
                (
                    tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
                    for row in reader.rows(f"SELECT * FROM {table}")
                ),
                key=repr,
            )
            for table in tables
        }


def token_row(store: Store, account: str, token: str) -> dict[str, Any]:
    """Return what usage keeps on one token."""
    columns = ("last_used_at", "last_success_at", "last_denied_at", "last_denied_reason", "requests_24h", "requests_30d",
               "silent_after", "new_address_at")  # fmt: skip
    with store.reading() as reader:
        found = reader.one(
            f"SELECT {', '.join(columns)} FROM token WHERE account_id = :a AND id = :t", {"a": account, "t": token}
        )
    assert found is not None
    return dict(zip(columns, found, strict=True))


def event_line(at: datetime, token: str, **more: Any) -> str:
    """Write one event as interfaces.md says."""
    return json.dumps({"at": at.isoformat().replace("+00:00", "Z"), "token": token, **more})


def write_log(path: Path, lines: Iterable[str], *, end: str = "\n") -> Path:
    """Write lines to a file."""
    path.write_text("\n".join(lines) + end, encoding="utf-8")
    return path


def busy_lines(tokens: Sequence[str], number: int = 400, *, seed: int = 7) -> list[str]:
    """Make believable lines over the last four days: out of order, some refused, some late, a few addresses."""
    chance = random.Random(seed)
    words: tuple[Mapping[str, Any], ...] = (
        {"status": 200}, {"status": 200}, {"status": 204}, {"status": 302}, {"status": 404}, {"status": 500}, {"status": 401},
        {"status": 403}, {"status": 429}, {"status": 401, "outcome": "EXPIRED"}, {"outcome": "SUSPENDED"}, {},
    )  # fmt: skip
    lines = []
    for step in range(number):
        age = timedelta(days=4) * (1 - step / number) + timedelta(seconds=chance.uniform(-90, 5_000))
        at = NOW - max(age, timedelta(milliseconds=chance.randrange(100_000)))
        address = f"203.0.113.{chance.randrange(4)}"
        lines.append(event_line(at, chance.choice(tokens), ip=address, path=f"/v1/orders/{step}", **chance.choice(words)))
    return lines
