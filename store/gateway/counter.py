"""Counting in a process of its own, because threads of one process share one interpreter.

A thread that counts takes the interpreter whenever a check sends or receives and keeps it for a while: that makes checks several
times slower for as long as it counts, and those that come meanwhile wait behind each other.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from store.address import Address
from store.errors import StoreError
from store.moments import from_ms, to_ms
from store.opening import Store, open_store
from store.rows import TokenKey

AGAIN_S = 2.0
"""A process that ended by itself is started again so long after it was started, and no sooner."""

END_S = 5.0
"""So long it may take to end once it is told to."""


class Counter:
    """Has that process do one thing after the other; one thread uses it. It is started when there is something to do.

    Killed, it is started again: what it had not saved is counted anew, and what it had is not.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._process: subprocess.Popen[str] | None = None
        self._started_at = 0.0

    def count(self, path: Path, source: str, now: datetime) -> None:
        """Count what a file has more than it had; `source` is what it is called where its clock is wrong. Raises StoreError."""
        self._do({"do": "count", "path": str(path), "source": source, "now": to_ms(now)})

    def freshen(self, now: datetime) -> None:
        """Bring the tokens up to date that were counted since the last time. Raises StoreError."""
        self._do({"do": "freshen", "now": to_ms(now)})

    def close(self) -> None:
        """End the process, which does nothing at that time."""
        process, self._process = self._process, None
        if process is None:
            return
        _hang_up(process)
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _do(self, job: dict[str, Any]) -> None:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = ""
        if not answer.endswith("\n"):
            self.close()
            raise StoreError("The process that counts has ended.", "It is started again.")
        problem = json.loads(answer)
        if problem:
            raise StoreError(problem)

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None:
            return self._process
        wait = self._started_at + AGAIN_S - time.monotonic()
        if self._started_at and wait > 0:
            time.sleep(wait)
        self._started_at = time.monotonic()
        self._process = process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,  # Ctrl+C is for the gateway, which has the rest counted before it ends
        )
        assert process.stdin is not None
        path, conninfo = self._address.path, self._address.conninfo
        # Through the pipe, where nobody else on the machine can read a password.
        process.stdin.write(json.dumps({"path": None if path is None else str(path), "conninfo": conninfo}) + "\n")
        return process


def _hang_up(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        try:
            pipe.close()
        except OSError:
            continue


class Work:
    """What is done there: the tokens that were counted and are not up to date yet are remembered from one time to the next."""

    def __init__(self, store: Store) -> None:
        from store.usage.freshness import pending_from

        self._store = store
        self._left = pending_from(store)
        self._stale: set[TokenKey] = set()

    def count(self, path: Path, source: str, now: datetime) -> None:
        """Count a file from where it was counted to."""
        from store.usage.counting import TOGETHER_LINES, Options, import_log
        from store.usage.directory import Directory
        from store.usage.formats import format_named
        from store.usage.logs import Log
        from store.usage.summary import Running

        touched: set[TokenKey] = set()
        options = Options(format_named("jsonl"), "", to_ms(now), TOGETHER_LINES, source=source)
        with self._store.reading() as reader, closing(Log(path)) as log:
            for _ in import_log(self._store, log, options, Directory(reader.rows), Running(), touched, now):
                self._stale |= touched

    def freshen(self, now: datetime) -> None:
        """Bring up to date what was counted, and what whoever counted before left undone."""
        from store.usage.freshness import freshen
        from store.usage.windows import move_windows

        self._store.write(lambda unit: move_windows(unit, now))
        freshen(self._store, self._stale, now, self._left)
        self._left = None
        self._stale.clear()


def main() -> None:
    """Do what is asked for on standard input, line by line, and answer each with what went wrong, until nobody asks any more."""
    # Whoever ends a whole group of processes ends this one last: it is the gateway that hangs up.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    lines: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_hear, args=(lines,), daemon=True).start()
    place = json.loads(lines.get())
    address = Address(place["path"] and Path(place["path"]), place["conninfo"])
    work: Work | None = None
    while True:
        job, problem = json.loads(lines.get()), ""
        now = from_ms(job["now"])
        try:
            work = work or Work(open_store(address))
            if job["do"] == "count":
                work.count(Path(job["path"]), job["source"], now)
            else:
                work.freshen(now)
        except StoreError as error:
            problem = error.problem
        except OSError as error:
            problem = str(error)
        sys.stdout.write(json.dumps(problem) + "\n")
        sys.stdout.flush()


def _hear(lines: SimpleQueue[str]) -> None:
    """Hand on what is asked for. Once the gateway is gone this process is too, as if both had been killed together."""
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
