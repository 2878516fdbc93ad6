"""Hears from PostgreSQL that something about tokens has changed, so that what is remembered is forgotten at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

from store.address import Address
from store.changes import Lost, watch
from store.errors import StoreError
from store.gateway.sources import HEAD
from store.reader import Reader, open_reader


class Watcher:
    """Calls `changed` in its own thread whenever the audit log has grown; counted usage is no change.

    While the connection is lost nothing is heard: then what is remembered holds for its lifetime and no longer.
    """

    def __init__(self, address: Address, changed: Callable[[], None], tell: Callable[[str], None]) -> None:
        self._address, self._changed, self._tell = address, changed, tell
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gateway watcher", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; the thread ends by itself."""
        self._stop.set()

    def _run(self) -> None:
        reader: Reader | None = None
        head: int | None = None
        for seen in watch(self._address, self._stop):
            if isinstance(seen, Lost):
                self._tell(f"changes are not heard of: {seen.problem}")
                head = None
                continue
            try:
                reader = reader or open_reader(self._address)
                now = int(reader.value(HEAD))
            except StoreError:
                if reader is not None:
                    reader.close()
                reader, now = None, -1
            if now != head:
                self._changed()
            head = now if now >= 0 else None
        if reader is not None:
            reader.close()
