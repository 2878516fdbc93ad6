"""What the gateway tells whoever runs it: JSON lines on standard error, written by a thread so that no check waits for it."""

from __future__ import annotations

import json
import queue
import sys
import threading
from datetime import UTC, datetime
from typing import TextIO

_MOST_WAITING = 10_000


class Journal:
    """Writes lines in their order; when nobody reads them the newest are dropped rather than held for ever."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = sys.stderr if out is None else out
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="gateway journal", daemon=True)
        self._thread.start()

    def line(self, text: str) -> None:
        """Write a line that is JSON already."""
        if self._waiting.qsize() < _MOST_WAITING:
            self._waiting.put(text)

    def tell(self, event: str, **values: str | int | float) -> None:
        """Write an event of the gateway's own life."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
        self.line(json.dumps({"at": at, "event": event, **values}))

    def close(self) -> None:
        """Write what waits, for two seconds at most."""
        self._waiting.put(None)
        self._thread.join(2)

    def _run(self) -> None:
        while (text := self._waiting.get()) is not None:
            try:
                self._out.write(text + "\n")
                self._out.flush()
            except (OSError, ValueError):
                return
