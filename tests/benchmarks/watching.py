"""Bar 18: how soon a page of a view is there while another process imports usage as fast as it can."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from select import select

from store.address import parse_address
from store.dialect import journal_settings
from store.moments import to_ms
from store.opening import Store, open_store
from store.rows import TokenKey
from store.usage.importing import import_usage
from store.usage.saving import save_tally
from tests.benchmarks.ingesting import BATCH, events_of, tally_of
from tests.benchmarks.logs import log_of, used_keys
from tests.benchmarks.measuring import Result, Timed, kept_busy, unmeasured
from tests.benchmarks.places import MANY, Bench
from tests.benchmarks.questions import page_of
from tests.command_line import ROOT

VIEW = "never-expires"
PAGES, FEW_PAGES = 300, 60
MANY_LINES, FEW_LINES = 3_000_000, 250_000
PAUSE_S = 0.005
"""So long a reader rests after each page: without a write-ahead log, one that never does keeps SQLite from changing the file."""


def pages_meanwhile(bench: Bench) -> list[Result]:
    """Read pages of a view while another process rests, and while it imports a log as fast as it can, in turn.

    A SQLite without the fix of its write-ahead log keeps a rollback journal (security.md 4.6): there a page waits for what an
    import saves at once, 50,000 lines at most, to be on the disk, which is seldom; how long the longest wait was is said. One
    that saves 1,000 events at a time without ever resting, as nothing of ours does, is judged too.
    A machine that is kept busy by others says nothing about it: then it is not measured.
    """
    lines = MANY_LINES if bench.tokens >= MANY else FEW_LINES
    log = log_of(bench, used_keys(bench), lines, Random(6), "meanwhile")
    try:
        idle, busy, saved = _watched(bench, str(log))
        resting, crowded, batches = _watched(bench, "")
    finally:
        log.unlink()
    assert saved < lines, "the log was over too soon"
    what = "p95 of a page while a log is imported / at rest"
    at_once = statistics.median(each.slowest() for each in crowded) / statistics.median(each.slowest() for each in resting)
    quiet, under_way = (statistics.median(each.slowest() for each in rounds) * 1_000 for rounds in (idle, busy))
    longest = max(second for each in busy for second in each.seconds) * 1_000
    note = (
        f"{under_way:.2f} ms and {quiet:.2f}, the longest {longest:,.0f}; {saved:,} lines were saved meanwhile{_journal(bench)}"
    )
    if kept_busy():
        return [unmeasured("18", what, 5, f"{note}, but others keep the machine busy")]
    unresting = f"{batches * BATCH:,} events were saved {BATCH:,} at a time{_journal(bench)}"
    return [
        Result("18", what, 5, under_way / quiet, slack=100, note=note),
        Result("18", "p95 of a page while batches are saved / at rest", 5, at_once, slack=100, note=unresting),
    ]


def _watched(bench: Bench, log: str) -> tuple[list[Timed], list[Timed], int]:
    """Return how long pages took at rest and meanwhile, round by round, and how much was saved."""
    number = PAGES if bench.tokens >= MANY else FEW_PAGES
    idle, busy, saved = [], [], 0
    with _saver(bench, log) as saver:
        for _ in range(bench.rounds):
            idle.append(_pages(bench, number))
            _tell(saver, "go")
            busy.append(_pages(bench, number))
            _tell(saver, "stop")
            saved += int(_answer(saver))
    return idle, busy, saved


def _journal(bench: Bench) -> str:
    return f"; journal {journal_settings()[0]}" if bench.is_sqlite else ""


def _pages(bench: Bench, number: int) -> Timed:
    """Return how long each of so many pages took."""
    read, seconds = page_of(VIEW, bench), []
    with bench.spare.reading() as reader:
        for _ in range(number):
            start = time.perf_counter()
            read(reader)
            seconds.append(time.perf_counter() - start)
            time.sleep(PAUSE_S)
    return Timed(tuple(seconds))


@contextmanager
def _saver(bench: Bench, log: str) -> Iterator[subprocess.Popen[str]]:
    """Lend a process that saves from «go» to «stop»: it imports the log, or without one saves batches."""
    address = bench.spare.address
    where = str(address.path or address.conninfo)
    command = [sys.executable, "-m", "tests.benchmarks.watching", where, bench.now.isoformat(), log]
    keys = used_keys(bench)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as saver:
        try:
            _tell(saver, json.dumps(keys))
            _answer(saver)
            yield saver
        finally:
            saver.kill()


def _tell(saver: subprocess.Popen[str], line: str) -> None:
    assert saver.stdin is not None
    print(line, file=saver.stdin, flush=True)


def _answer(saver: subprocess.Popen[str]) -> str:
    assert saver.stdout is not None
    return saver.stdout.readline()


class _Told(Exception):
    """Whoever watches has said stop."""


def save_when_told() -> None:
    """Save between each two lines that are read, and after the second say how much: lines of a log, or batches."""
    store, now = open_store(parse_address(sys.argv[1])), datetime.fromisoformat(sys.argv[2])
    with open(0, "rb", buffering=0) as told:
        keys = [TokenKey((account, token)) for account, token in json.loads(told.readline())]

        def is_told() -> bool:
            return bool(select([told], [], [], 0)[0])

        save = partial(_import, store, Path(sys.argv[3]), now, is_told) if sys.argv[3] else _batches(store, keys, now, is_told)
        print(0, flush=True)
        while told.readline():
            saved = save()
            told.readline()
            print(saved, flush=True)


def _batches(store: Store, keys: list[TokenKey], now: datetime, is_told: Callable[[], bool]) -> Callable[[], int]:
    chance = Random(5)

    def one() -> None:
        tally = tally_of(events_of(to_ms(now), keys, chance))
        store.write(lambda unit: save_tally(unit, tally, now))

    def many() -> int:
        number = 0
        while not is_told():
            one()
            number += 1
        return number

    one()
    return many


def _import(store: Store, log: Path, now: datetime, is_told: Callable[[], bool]) -> int:
    """Read on in the log until told otherwise, and return how many lines that were."""

    def stop(done: int, total: int) -> None:
        if is_told():
            raise _Told

    before = _read_so_far(store)
    with suppress(_Told):
        import_usage(store, [log], now=now, progress=stop)
    return _read_so_far(store) - before


def _read_so_far(store: Store) -> int:
    with store.reading() as reader:
        return int(reader.value("SELECT coalesce(sum(lines), 0) FROM read_log"))


if __name__ == "__main__":
    save_when_told()
