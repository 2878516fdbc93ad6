"""The console's one clock: the wall clock or a demo store's frozen one, and the stopwatch questions are timed with."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from store.record import open_record


@open_record
class Clock:
    """Tells the time. `frozen` is a demo store's moment: then `now` never moves (decisions.md, «Clock and demo»)."""

    frozen: datetime | None = None
    monotonic: Callable[[], float] = time.monotonic

    def now(self) -> datetime:
        """Return the moment everything is judged at, aware and in UTC."""
        return self.frozen or datetime.now(UTC)

    def wall(self) -> datetime:
        """Return the wall clock's moment, also in a demo: for how long something real has lasted."""
        return datetime.now(UTC)

    def since_boot(self) -> float:
        """Return seconds on a stopwatch that goes on while the machine sleeps: for how long nobody was there."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) if self.monotonic is time.monotonic else self.monotonic()

    def arrived(self, at: float) -> float:
        """Return when a key came, on the stopwatch: Textual stamps it as it is read, before it waits in any queue."""
        return at if self.monotonic is time.monotonic else self.monotonic()
