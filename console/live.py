"""Keeps the screens true: hears from a thread of its own that the store has changed, is lost, or is back.

Nothing is sent to the terminal by this: a screen that reads again and finds the same draws nothing.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from store.address import Address

if TYPE_CHECKING:
    from store.changes import Changed, Found, Lost

    Heard = Callable[[Changed | Found | Lost], None]


class Live:
    """Watches one store until `stop`. `heard` is called in the console's own thread, in order."""

    def __init__(self, address: Address, heard: Heard) -> None:
        self._address = address
        self._heard = heard
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to watch, from the running event loop."""
        loop = asyncio.get_running_loop()

        def run() -> None:
            from store.changes import watch

            for seen in watch(self._address, self._stop):
                if self._stop.is_set():
                    return
                try:
                    loop.call_soon_threadsafe(self._hear, seen)
                except RuntimeError:
                    return  # the console has left

        self._thread = threading.Thread(target=run, name="live", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; the thread ends by itself within about a second."""
        self._stop.set()

    def ended(self, patience_s: float) -> bool:
        """Wait for the thread to end; False when it takes longer than that."""
        if self._thread is not None:
            self._thread.join(patience_s)
        return self._thread is None or not self._thread.is_alive()

    def _hear(self, seen: Changed | Found | Lost) -> None:
        if not self._stop.is_set():
            self._heard(seen)
