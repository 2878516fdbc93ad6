"""Bar 27: how long a triage takes over a text without a token of ours, against `grep -c` of the prefix; and its memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

from store.reads.triage import triage
from tests.benchmarks.measuring import Result, interleaved
from tests.benchmarks.places import MANY, Bench

FEW_MB, MANY_MB = 8, 256
_BLOCK = 1024 * 1024
_CODE = """
import sys
from datetime import datetime
from pathlib import Path
from store.opening import open_store
from store.reads.triage import triage
store = open_store(sys.argv[1])
with store.reading() as reader, Path(sys.argv[2]).open("rb") as stream:
    found = triage(reader, stream, datetime.fromisoformat(sys.argv[3]), store.mint())
assert not found.sightings and not found.foreign
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def searching(bench: Bench) -> list[Result]:
    """Search a log for our tokens, and have grep count the lines with their prefix: neither finds any."""
    megabytes = MANY_MB if bench.tokens >= MANY else FEW_MB
    long, short = (_junk(bench, size) for size in (megabytes, megabytes // 4))
    store, mint = bench.spare, bench.spare.mint()

    def ours() -> None:
        with store.reading() as reader, long.open("rb") as stream:
            found = triage(reader, stream, bench.now, mint)
        assert (found.read, found.sightings, found.foreign) == (long.stat().st_size, [], 0)

    def grep() -> None:
        done = subprocess.run(["grep", "-c", f"{mint.brand}_", str(long)], capture_output=True, text=True)
        assert done.stdout == "0\n"

    mine, theirs = interleaved(bench.rounds, ours, grep)
    rate = f"{long.stat().st_size / 1e6 / mine.median:,.0f} MB/s"
    results = [Result("27", f"triage of {megabytes} MB of junk / grep -c", 20, mine.median / theirs.median, note=rate)]
    if bench.is_sqlite:
        most, less = (_memory(bench, each) for each in (long, short))
        results.append(
            Result("27", "memory of it / of a quarter of the text", 1.1, most / less, insist=1.25, note=f"{most:.0f} MB in all")
        )
    for path in (long, short):
        path.unlink()
    return results


def _junk(bench: Bench, megabytes: int) -> Path:
    """Write a log of so many megabytes: requests, and lines of digits that look like secrets and are none of ours."""
    chance, lines = Random(27), list[str]()
    for number in range(5_000):
        lines += [
            f'203.0.113.{number % 250} "GET /v1/orders/{number}" 200 task_id={number} latency_ms=12 host=high-{number % 7}',
            " ".join(f"{chance.getrandbits(64):016x}" for _ in range(6)),
        ]
    block = ("\n".join(lines) + "\n").encode()
    path = bench.folder / f"junk-{megabytes}-{os.getpid()}.log"
    with path.open("wb") as file:
        written = 0
        while written < megabytes * _BLOCK:
            written += file.write(block)
    return path


def _memory(bench: Bench, text: Path) -> float:
    """Return the most memory, in megabytes, that a process of its own needs to search a text."""
    command = [sys.executable, "-c", _CODE, str(bench.spare.address.path), str(text), bench.now.isoformat()]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024
