"""Logs to bring in while measuring: lines of the tokens of a store, a few of which have most of them."""

from __future__ import annotations

import os
from datetime import timedelta
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
    start = bench.now - timedelta(hours=3)
    with path.open("w") as file:
        for number in range(lines):
            at = start + timedelta(seconds=10_000 * number / lines)
            account, token = keys[int(len(keys) * chance.random() ** 3)]
            file.write(
                f"203.0.113.{number % 250} - {account}/{token} [{at:%d/%b/%Y:%H:%M:%S} +0000] "
                f'"GET /v1/orders/{number} HTTP/1.1" {401 if number % 50 == 0 else 200} 512 "-" "netsuite-sync/2.1 {name}"\n'
            )
    return path
