"""Logs to bring in while measuring: lines of the tokens of a store, a few of which have most of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from store.reads.tokens import Question, page
from store.rows import TokenKey
from tests.benchmarks.places import Bench


def used_keys(bench: Bench) -> list[TokenKey]:
    """Return 1,000 tokens that may be used, those used longest ago first."""
    with bench.spare.reading() as reader:
        rows = page(reader, Question("live"), bench.now, 1_000, month=False).rows
    return [row.key for row in rows]


def log_of(bench: Bench, keys: list[TokenKey], lines: int, chance: Random, name: str) -> Path:
    """Write a combined log whose lines end now; a few tokens have most of them."""
    path = bench.folder / f"{name}-{os.getpid()}.log"
    with path.open("w") as file:
        for number, at, (account, token) in _requests(bench, keys, lines, chance):
            file.write(
                f"203.0.113.{number % 250} - {account}/{token} [{at:%d/%b/%Y:%H:%M:%S} +0000] "
                f'"GET /v1/orders/{number} HTTP/1.1" {_status(number)} 512 "-" "netsuite-sync/2.1 {name}"\n'
            )
    return path


def json_log_of(bench: Bench, keys: list[TokenKey], lines: int, chance: Random, name: str) -> Path:
    """Write the same as nginx writes it in JSON."""
    path = bench.folder / f"{name}-{os.getpid()}.json"
    with path.open("w") as file:
        for number, at, (account, token) in _requests(bench, keys, lines, chance):
            line = {
                "msec": f"{at.timestamp():.3f}", "remote_addr": f"203.0.113.{number % 250}", "method": "GET",
                "uri": f"/v1/orders/{number}", "status": _status(number), "bytes": 512, "rt": f"0.{number % 97:03}",
                "rid": f"{number:032x}", "org": account, "key_id": token, "ua": f"netsuite-sync/2.1 {name}",
            }  # fmt: skip
            file.write(json.dumps(line) + "\n")
    return path


def _requests(bench: Bench, keys: list[TokenKey], lines: int, chance: Random) -> Iterator[tuple[int, datetime, TokenKey]]:
    start = bench.now - timedelta(hours=3)
    for number in range(lines):
        yield number, start + timedelta(seconds=10_000 * number / lines), keys[int(len(keys) * chance.random() ** 3)]


def _status(number: int) -> int:
    return 401 if number % 50 == 0 else 200
