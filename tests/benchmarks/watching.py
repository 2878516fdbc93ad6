"""Bar 18: how soon a page of a view is there while another process saves usage as fast as it can."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random
from select import select

from store.address import parse_address
from store.dialect import journal_settings
from store.moments import to_ms
from store.opening import open_store
from store.rows import TokenKey
from store.usage.saving import save_tally
from tests.benchmarks.ingesting import BATCH, events_of, tally_of
from tests.benchmarks.logs import used_keys
from tests.benchmarks.measuring import Result, Timed, kept_busy, unmeasured
from tests.benchmarks.places import MANY, Bench
from tests.benchmarks.questions import page_of
from tests.command_line import ROOT

VIEW = "never-expires"
PAGES, FEW_PAGES = 400, 60
PAUSE_S = 0.005
"""So long a reader rests after each page: without a write-ahead log, one that never does keeps SQLite from changing the file."""


def pages_meanwhile(bench: Bench) -> list[Result]:
    """Read pages of a view while another process rests, and while it saves batches of 1,000 events, in turn.

    A SQLite without the fix of its write-ahead log keeps a rollback journal (security.md 4.6): there a page waits for a batch
    to be on the disk. A machine that is kept busy by others says nothing about it: then it is not measured.
    """
    number = PAGES if bench.tokens >= MANY else FEW_PAGES
    idle, busy, saved = [], [], 0
    with _saver(bench) as saver:
        for _ in range(bench.rounds):
            idle.append(_slow(bench, number))
            _tell(saver, "go")
            busy.append(_slow(bench, number))
            _tell(saver, "stop")
            saved += int(_answer(saver))
    quiet, crowded = statistics.median(idle) * 1_000, statistics.median(busy) * 1_000
    what = "p95 of a page while usage is saved / at rest"
    note = f"{crowded:.2f} ms and {quiet:.2f}; {saved * BATCH:,} events were saved meanwhile{_journal(bench)}"
    if kept_busy():
        return [unmeasured("18", what, 5, f"{note}, but others keep the machine busy")]
    return [Result("18", what, 5, crowded / quiet, slack=100, note=note)]


def _journal(bench: Bench) -> str:
    return f"; journal {journal_settings()[0]}" if bench.is_sqlite else ""


def _slow(bench: Bench, number: int) -> float:
    """Return within how many seconds 95 of 100 pages were there."""
    read, seconds = page_of(VIEW, bench), []
    with bench.spare.reading() as reader:
        for _ in range(number):
            start = time.perf_counter()
            read(reader)
            seconds.append(time.perf_counter() - start)
            time.sleep(PAUSE_S)
    return Timed(tuple(seconds)).slowest()


@contextmanager
def _saver(bench: Bench) -> Iterator[subprocess.Popen[str]]:
    """Lend a process that has saved a batch, and saves others from «go» to «stop»."""
    address = bench.spare.address
    command = [sys.executable, "-m", "tests.benchmarks.watching", str(address.path or address.conninfo), bench.now.isoformat()]
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


def save_when_told() -> None:
    """Save a batch, and then batches between each two lines that are read; after each of both say how many."""
    store, now = open_store(parse_address(sys.argv[1])), datetime.fromisoformat(sys.argv[2])
    chance = Random(5)
    with open(0, "rb", buffering=0) as told:
        keys = [TokenKey((account, token)) for account, token in json.loads(told.readline())]

        def save() -> None:
            tally = tally_of(events_of(to_ms(now), keys, chance))
            store.write(lambda unit: save_tally(unit, tally, now))

        save()
        print(1, flush=True)
        while told.readline():
            batches = 0
            while not select([told], [], [], 0)[0]:
                save()
                batches += 1
            told.readline()
            print(batches, flush=True)


if __name__ == "__main__":
    save_when_told()
