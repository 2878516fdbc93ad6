"""Bars 17 and 22: how fast usage comes in, against the bare driver and against a bare loop over the same lines."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections import defaultdict, deque
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import psycopg

from store.dialect import journal_settings
from store.moments import DAY_MS, HOUR_MS, MINUTE_MS, to_ms
from store.reads.tokens import Question, page
from store.rows import TokenKey
from store.rules.callers import endpoint_of, integration_of
from store.rules.usage import Outcome
from store.usage.events import Event
from store.usage.importing import import_usage
from store.usage.measures import measured
from store.usage.saving import save_tally
from store.usage.summary import Running
from store.usage.sums import Sums
from store.usage.tally import Tally
from tests.benchmarks.measuring import Result, interleaved
from tests.benchmarks.places import MANY, Bench

BATCH = 1_000
FEW_LINES, MANY_LINES = 20_000, 1_000_000
_TABLE = (
    "CREATE TABLE bare (hour BIGINT, account_id TEXT, token_id TEXT, requests BIGINT, PRIMARY KEY (hour, account_id, token_id))"
)
_UPSERT = (
    "INSERT INTO bare VALUES ({0}, {0}, {0}, 1) ON CONFLICT (hour, account_id, token_id) "
    "DO UPDATE SET requests = bare.requests + 1"
)
_LOAD = """
import sys
from pathlib import Path
from store.opening import open_store
from store.usage.importing import import_usage
from datetime import datetime
import_usage(open_store(sys.argv[1]), [Path(sys.argv[2])], now=datetime.fromisoformat(sys.argv[3]), dry_run=True)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def ingest(bench: Bench) -> list[Result]:
    """Compare saving 1,000 counted events, everything they change included, with the bare driver adding up their hours."""
    store, keys, chance = bench.spare, _keys(bench), Random(1)
    events = [(to_ms(bench.now) // HOUR_MS, *keys[int(len(keys) * chance.random() ** 3)]) for _ in range(BATCH)]
    upsert = _UPSERT.format("?" if bench.is_sqlite else "%s")
    with closing(_bare_table(bench)) as connection:

        def bare() -> None:
            connection.cursor().executemany(upsert, events)
            connection.commit()

        def save() -> None:
            tally = _tally(bench, keys, chance)
            store.write(lambda unit: save_tally(unit, tally, bench.now))

        ours, theirs = interleaved(bench.rounds * 2, save, bare)
    rate, note = theirs.median / ours.median, f"{BATCH / ours.median:,.0f} events/s"
    return [Result("17", "ingest, 1,000 events at a time / bare upserts", 0.07, rate, least=True, slack=20, note=note)]


def small_import(bench: Bench) -> list[Result]:
    """Time an import of its own for 1,000 events: what a short log costs when it is brought in every minute."""
    keys, chance = _keys(bench), Random(3)
    rounds = 3 if bench.tokens >= MANY else 1
    logs = iter([_log(bench, keys, BATCH, chance, f"batch {number}") for number in range(rounds)])
    (whole,) = interleaved(rounds, lambda: import_usage(bench.spare, [next(logs)], now=bench.now), warm=False)
    what = "an import of 1,000 lines for some 1,000 tokens"
    return [Result("17", what, 1.0, whole.median, "s", slack=60, note="rhythms and new addresses brought up to date")]


def reading_logs(bench: Bench) -> list[Result]:
    """Compare reading a log with a bare loop that splits the same lines and counts them by token and hour."""
    lines = MANY_LINES if bench.tokens >= MANY else FEW_LINES
    keys, chance = _keys(bench), Random(2)
    log = _log(bench, keys, lines, chance, "long")
    short = _log(bench, keys, lines // 10, chance, "short")
    rounds = 3 if lines == MANY_LINES else bench.rounds
    ours, added_up, bare, same = interleaved(
        rounds,
        lambda: import_usage(bench.spare, [log], now=bench.now, dry_run=True),
        lambda: _count_all(bench, log),
        lambda: _split(log),
        lambda: _count_the_same(log),
        warm=False,
    )
    note = f"{lines / added_up.median:,.0f} lines/s"
    apart = f"{lines / ours.median:,.0f} lines/s in a dry run, which adds nothing up; no line is trusted"
    results = [
        Result("22", "log import / bare split loop, lines/s", 0.5, bare.median / ours.median, least=True, slack=100, note=apart),
        Result("22", "log import / bare loop that counts the same", 0.5, same.median / added_up.median, least=True, note=note),
    ]
    if bench.is_sqlite:
        long_mb, short_mb, none_mb = (_memory(bench, each) for each in (log, short, Path(os.devnull)))
        what = f"memory, {lines:,} lines"
        results.append(
            Result("22", what, 50, long_mb, "MB", insist=100, note=f"{none_mb:.0f} MB of it before the first line is read")
        )
        results.append(Result("22", f"{what} / a tenth of them", 1.25, long_mb / short_mb, note="it does not grow with the log"))
    return results


def _tally(bench: Bench, keys: list[TokenKey], chance: Random) -> Tally:
    """Count 1,000 events of the last hour; a few tokens have most of them."""
    tally, now = Tally(), to_ms(bench.now)
    for number in range(BATCH):
        key = keys[int(len(keys) * chance.random() ** 3)]
        at = now - int(chance.random() * HOUR_MS)
        tally.add(
            key, Event(at, key[1], Outcome.VALID, status=200, address=f"203.0.113.{number % 250}", agent="netsuite-sync/2.1")
        )
    return tally


def _bare_table(bench: Bench) -> Any:
    """Return a connection to an empty table like that of the hours, with the settings a store has."""
    address = bench.empty()
    connection: Any
    if address.path is not None:
        connection = sqlite3.connect(address.path)
        mode, synchronous = journal_settings()
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
    else:
        connection = psycopg.connect(address.conninfo)
    connection.execute(_TABLE)
    connection.commit()
    return connection


def _keys(bench: Bench) -> list[TokenKey]:
    with bench.spare.reading() as reader:
        rows = page(reader, Question("live"), bench.now, 1_000, month=False).rows
    return [row.key for row in rows]


def _log(bench: Bench, keys: list[TokenKey], lines: int, chance: Random, name: str) -> Path:
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


def _split(log: Path) -> None:
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    with log.open() as file:
        for line in file:
            parts = line.split(" ", 4)
            counts[parts[2], parts[3][:15]] += 1


def _count_all(bench: Bench, log: Path) -> None:
    """Read a log and add up all that would be saved of it, without saving it."""
    counted = Running.counted

    def add_up(running: Running, tally: Tally) -> None:
        counted(running, tally)
        sums = Sums(tally)
        for rows in (sums.hours(), sums.days(), sums.reasons(), sums.parts(), sums.addresses(), sums.latest()):
            deque(rows, maxlen=0)
        measured(tally.measures, tally.columns)

    with patch.object(Running, "counted", add_up):
        import_usage(bench.spare, [log], now=bench.now, dry_run=True)


def _count_the_same(log: Path) -> None:
    """Count what an import counts, straight away: nothing is checked, mended, cut, masked, looked up or kept within bounds."""
    moments: dict[str, int] = {}
    minutes, hours, reasons = (defaultdict[tuple[Any, ...], int](int) for _ in range(3))
    calls, addresses, seen = (dict[tuple[Any, ...], tuple[int, int, int]]() for _ in range(3))
    recent: defaultdict[str, deque[tuple[Any, ...]]] = defaultdict(lambda: deque(maxlen=200))
    with log.open() as file:
        for line in file:
            head, request, answer, _, _, agent, _ = line.split('"')
            address, _, token, when = head.split(" ", 3)
            at = moments.get(when) or moments.setdefault(when, to_ms(datetime.strptime(when, "[%d/%b/%Y:%H:%M:%S %z] ")))
            method, path, _ = request.split(" ")
            status = int(answer[1:4])
            minute, hour, day, refused = at // MINUTE_MS, at // HOUR_MS, at // DAY_MS, status in (401, 403, 429)
            minutes[minute, token, refused] += 1
            hours[hour, token, status // 100] += 1
            if refused:
                reasons[hour, token, status] += 1
            for counts, key in (
                (calls, (day, token, integration_of(agent), endpoint_of(method, path))),
                (addresses, (day, token, address)),
                (seen, (token, refused)),
            ):
                count, first, last = counts.get(key, (0, at, at))
                counts[key] = (count + 1, min(first, at), max(last, at))
            recent[token].append((at, status, address, agent, method, path))


def _memory(bench: Bench, log: Path) -> float:
    """Return the most memory, in megabytes, that a process of its own needs to read a log."""
    command = [sys.executable, "-c", _LOAD, str(bench.spare.address.path), str(log), bench.now.isoformat()]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024
