"""Bar 22: how fast a log is read, against bare loops over the same lines, and how much memory that takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from store.dialect import IMPORTING_CACHE_KIB
from store.moments import DAY_MS, HOUR_MS, MINUTE_MS, to_ms
from store.rules.callers import endpoint_of, integration_of
from store.usage import counting
from store.usage.collecting import uncollected
from store.usage.importing import import_usage
from store.usage.measures import measured
from store.usage.summary import Running
from store.usage.sums import Sums
from store.usage.tally import Tally
from tests.benchmarks.logs import json_log_of, log_of, used_keys
from tests.benchmarks.measuring import Result, interleaved
from tests.benchmarks.places import MANY, Bench

FEW_LINES, MANY_LINES = 20_000, 1_000_000
_LOAD = """
import sys
from pathlib import Path
from store.opening import open_store
from store.usage import counting
from store.usage.collecting import uncollected
from store.usage.importing import import_usage
from datetime import datetime
dry = sys.argv[4] == "dry"
import_usage(open_store(sys.argv[1]), [Path(sys.argv[2])], now=datetime.fromisoformat(sys.argv[3]), dry_run=dry)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def reading_logs(bench: Bench) -> list[Result]:
    """Compare reading a log with bare loops over the same lines, and say how much memory that takes.

    The bare loop of bar 22 takes out of a line the same fields as an import and counts them by token and hour. Another
    looks at two words of a line and splits nothing behind them: half of its speed is out of reach for anybody who is to say
    who called, from where and for what, and it is judged all the same. A third counts all that we count. Memory is that of a
    dry run, which reads alone, and that of an import which saves what it read.
    """
    lines = MANY_LINES if bench.tokens >= MANY else FEW_LINES
    keys, chance = used_keys(bench), Random(2)
    log = log_of(bench, keys, lines, chance, "long")
    short = log_of(bench, keys, lines // 10, chance, "short")
    rounds = 3 if lines == MANY_LINES else bench.rounds
    ours, added_up, two, bare, same = interleaved(
        rounds,
        lambda: import_usage(bench.spare, [log], now=bench.now, dry_run=True),
        lambda: _count_all(bench, log),
        lambda: _two_words(log),
        lambda: _split(log),
        lambda: _count_the_same(log),
        warm=False,
    )
    note = f"{lines / added_up.median:,.0f} lines/s"
    apart = f"{lines / ours.median:,.0f} lines/s in a dry run, which adds nothing up; no line is trusted"
    results = [
        Result("22", "log import / bare split loop, lines/s", 0.5, bare.median / ours.median, least=True, note=apart),
        Result("22", "log import / bare loop, two words", 0.5, two.median / ours.median, least=True, slack=100),
        Result("22", "log import / bare loop, same counts", 0.5, same.median / added_up.median, least=True, note=note),
        *_json(bench, json_log_of(bench, keys, lines, chance, "objects"), lines, rounds),
    ]
    if bench.is_sqlite:
        long_mb, short_mb, none_mb = (_memory(bench, each) for each in (log, short, Path(os.devnull)))
        what = f"memory, {lines:,} lines"
        start = f"{none_mb:.0f} MB of it before the first line is read"
        saved_mb = _memory(bench, log, dry=False)
        kept = f"50,000 are added up at once; SQLite keeps up to {IMPORTING_CACHE_KIB / 1024:.0f} MB of its file"
        results += [
            Result("22", what, 50, long_mb, "MB", insist=100, note=start),
            Result("22", f"{what} / a tenth of them", 1.25, long_mb / short_mb, note="it does not grow with the log"),
            Result("22", f"{what} that are saved", 50, saved_mb, "MB", insist=200, note=kept),
        ]
    return results


def _json(bench: Bench, log: Path, lines: int, rounds: int) -> list[Result]:
    """Compare reading a JSON log with bare loops that decode line by line: one counts, one takes the same fields."""
    ours, bare, fields = interleaved(
        rounds,
        lambda: import_usage(bench.spare, [log], now=bench.now, dry_run=True),
        lambda: _decode(log),
        lambda: deque(_json_fields(log), maxlen=0),
        warm=False,
    )
    note = f"{lines / ours.median:,.0f} lines/s"
    return [
        Result(
            "22", "JSON log import / bare json loop, lines/s", 0.5, bare.median / ours.median, least=True, slack=20, note=note
        ),
        Result("22", "JSON log import / bare loop, same fields", 0.5, fields.median / ours.median, least=True, note=note),
    ]


def _decode(log: Path) -> None:
    counts: defaultdict[tuple[str, int], int] = defaultdict(int)
    with log.open() as file:
        for line in file:
            said = json.loads(line)
            counts[said["key_id"], int(said["msec"][:10]) // 3_600] += 1


def _json_fields(log: Path) -> Iterator[tuple[Any, ...]]:
    """Take JSON lines apart straight away: moment, account, token, status, address, agent, method, path, latency and id."""
    with log.open() as file:
        for line in file:
            said = json.loads(line)
            at, latency = int(float(said["msec"]) * 1_000), int(float(said["rt"]) * 1_000_000)
            yield (
                at, said["org"], said["key_id"], said["status"], said["remote_addr"], said["ua"], said["method"],
                said["uri"].partition("?")[0], latency, said["rid"],
            )  # fmt: skip


def _split(log: Path) -> None:
    counts: defaultdict[tuple[str, int], int] = defaultdict(int)
    for at, token, *_ in _fields(log):
        counts[token, at // HOUR_MS] += 1


def _two_words(log: Path) -> None:
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    with log.open() as file:
        for line in file:
            parts = line.split(" ", 4)
            counts[parts[2], parts[3][:15]] += 1


def _count_all(bench: Bench, log: Path) -> None:
    """Read a log and add up all that would be saved of it, as many lines at once as are saved, without saving it."""
    counted = Running.counted

    @uncollected()
    def add_up(running: Running, tally: Tally) -> None:
        counted(running, tally)
        sums = Sums(tally)
        for rows in (sums.minutes(), sums.hours, sums.days, sums.reasons(), sums.parts(), sums.addresses(), sums.latest()):
            deque(rows, maxlen=0)
        measured(tally.measures, tally.columns)

    with patch.object(Running, "counted", add_up), patch.object(counting, "MOST_SHOWN", counting.MOST_HELD):
        import_usage(bench.spare, [log], now=bench.now, dry_run=True)


def _fields(log: Path) -> Iterator[tuple[int, str, int, str, str, str, str]]:
    """Take lines apart straight away: moment, token, status, address, agent, method and path of each."""
    moments: dict[str, int] = {}
    with log.open() as file:
        for line in file:
            head, request, answer, _, _, agent, _ = line.split('"')
            address, _, token, when = head.split(" ", 3)
            at = moments.get(when) or moments.setdefault(when, to_ms(datetime.strptime(when, "[%d/%b/%Y:%H:%M:%S %z] ")))
            method, path, _ = request.split(" ")
            yield at, token, int(answer[1:4]), address, agent, method, path


def _count_the_same(log: Path) -> None:
    """Count what an import counts, straight away: nothing is checked, mended, cut, masked, looked up or kept within bounds."""
    minutes, hours, reasons = (defaultdict[tuple[Any, ...], int](int) for _ in range(3))
    calls, addresses, seen = (dict[tuple[Any, ...], tuple[int, int, int]]() for _ in range(3))
    recent: defaultdict[str, deque[tuple[Any, ...]]] = defaultdict(lambda: deque(maxlen=200))
    for at, token, status, address, agent, method, path in _fields(log):
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


def _memory(bench: Bench, log: Path, *, dry: bool = True) -> float:
    """Return the most memory, in megabytes, that a process of its own needs to read a log, and to save it unless `dry`."""
    store = str(bench.spare.address.path)
    command = [sys.executable, "-c", _LOAD, store, str(log), bench.now.isoformat(), "dry" if dry else "save"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024
