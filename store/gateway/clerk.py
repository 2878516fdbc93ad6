"""The gateway's back room, in a thread of its own: has counted what was logged, and tells the store how the gateway fares."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from store.errors import StoreError
from store.gateway.counter import Counter
from store.gateway.spool import Spool, number_of
from store.opening import Store
from store.usage.logs import Log
from store.usage.marks import find_mark
from store.writes.gateway_callers import GatewayReport, report

COUNT_S = 1.0
"""So often what was logged is counted. Saving locks a SQLite file for as long as the disk takes, however few checks are saved:
the more seldom, the fewer checks wait for that."""

BEAT_S = 5.0
FRESHEN_S = 60.0


class Clerk:
    """Has the files of a spool counted, each line exactly once, and removes those that are done with."""

    def __init__(
        self,
        store: Store,
        spool: Spool[Any],
        told: Callable[[int, datetime | None], GatewayReport],
        now: Callable[[], datetime],
        tell: Callable[[str], None],
    ) -> None:
        self._store, self._spool, self._told, self._now, self._tell = store, spool, told, now, tell
        self._sizes: dict[int, int] = {}
        self._counted: dict[int, int] = {}
        self._counter = Counter(store.address)
        self._stop = threading.Event()
        self._problem = ""
        self._thread = threading.Thread(target=self._run, name="gateway clerk", daemon=True)

    def start(self) -> None:
        """Begin, and tell the store of this gateway before it answers anybody: «refused everywhere by» reckons with it."""
        try:
            self._beat(None)
        except StoreError as error:  # who begins while the store is busy tells it with the next beat
            self._trouble(error)
        for path in self._spool.files():
            self._spool.lines.setdefault(number_of(path), _lines_of(path))
        self._thread.start()

    def stop(self) -> None:
        """Count what was logged to its end, say that the gateway has stopped, and let the thread end; waits 20 s at most."""
        self._stop.set()
        self._thread.join(20)

    @property
    def unsaved(self) -> int:
        """Return how many lines are not counted yet."""
        return self._spool.held + sum(self._spool.lines.values()) - sum(self._counted.values())

    def _run(self) -> None:
        beat = fresh = 0.0
        while True:
            last = self._stop.wait(COUNT_S)
            try:
                self._count()
                if last or time.monotonic() - fresh >= FRESHEN_S:
                    self._counter.freshen(self._now())
                    fresh = time.monotonic()
                if last or time.monotonic() - beat >= BEAT_S:
                    self._beat(self._now() if last else None)
                    beat = time.monotonic()
                self._problem = ""
            except (StoreError, OSError) as error:
                self._trouble(error)
            if last:
                self._counter.close()
                return

    def _trouble(self, error: Exception) -> None:
        words = error.problem if isinstance(error, StoreError) else str(error)
        if words != self._problem:
            self._tell(f"usage waits to be counted: {words}")
        self._problem = words

    def _count(self) -> None:
        for path in self._spool.files():
            number, size = number_of(path), path.stat().st_size
            done = number != self._spool.current
            if size == self._sizes.get(number) and not done:
                continue
            if size:
                self._count_file(path, number)
            self._sizes[number] = size
            if done and number != self._spool.current:
                self._remove(path, number)

    def _count_file(self, path: Path, number: int) -> None:
        try:
            self._counter.count(path, f"gateway {self._spool.folder.name}", self._now())
        finally:
            with self._store.reading() as reader, closing(Log(path)) as log:
                self._counted[number] = find_mark(reader.rows, log.head).lines

    def _remove(self, path: Path, number: int) -> None:
        """Remove a file that is not written to any more and is counted to its last whole line."""
        with closing(Log(path)) as log, self._store.reading() as reader:
            position = find_mark(reader.rows, log.head).position if log.head else 0
        with path.open("rb") as file:
            file.seek(position)
            rest = file.read(64 * 1024 * 1024)
        if b"\n" in rest:
            return
        if rest:
            self._tell(f"the last line of {path.name} was cut short by a crash and is left out")
        path.unlink()
        self._spool.lines.pop(number, None)
        self._counted.pop(number, None)
        self._sizes.pop(number, None)

    def _beat(self, stopped_at: datetime | None) -> None:
        told, now = self._told(max(0, self.unsaved), stopped_at), self._now()
        self._store.write(lambda unit: report(unit, told, now))


def _lines_of(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1024 * 1024), b""))
