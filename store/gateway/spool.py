"""The gateway's own log: every check a line, in files that are removed once the store has counted them.

Lines are handed over in memory and written by a thread, every 200 ms or 500 lines, and made durable once a second. A gateway
that is killed loses the lines of the last 200 ms at most, a machine that loses power those of the last 1.2 s; nothing that
was written is ever counted twice or left out.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar
from uuid import uuid4

from store.dialect import create_private_folder
from store.errors import Refused

T = TypeVar("T")
FLUSH_S = 0.2
SYNC_S = 1.0
FLUSH_LINES = 500
SEGMENT_BYTES = 16 * 1024 * 1024
MOST_HELD = 100_000
"""With a full disk so many lines are held in memory; those after them are lost, and counted as lost."""


class Spool(Generic[T]):
    """Files `usage-NUMBER.jsonl` in a folder of its own; `worded` makes a line of what is handed over, in the thread that writes.

    Raises Refused when another gateway writes there.
    """

    def __init__(
        self,
        folder: Path,
        worded: Callable[[T], str],
        *,
        segment_bytes: int = SEGMENT_BYTES,
        tell: Callable[[str], None] = print,
    ) -> None:
        self.folder, self._worded, self._segment_bytes, self._tell = folder, worded, segment_bytes, tell
        self.lost = 0
        self._held: deque[T] = deque()
        self._pending: list[str] = []
        self._wake, self._stop = threading.Event(), False
        self._lock = _locked(folder)
        self._number = max((number_of(path) for path in self.files()), default=0)
        self._handle: int | None = None
        self._size, self._unsynced, self._troubled = 0, False, False
        self.current = 0
        """The number of the file that is written to, from before it is made; 0 for none: no other is written to again."""

        self.lines: dict[int, int] = {}
        """How many lines each file has that this gateway wrote."""
        self._thread = threading.Thread(target=self._run, name="gateway spool", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def add(self, line: T) -> None:
        """Take what is to be a line; returns at once."""
        held = self._held
        if len(held) >= MOST_HELD:
            self.lost += 1
            return
        held.append(line)
        if len(held) >= FLUSH_LINES and not self._wake.is_set():
            self._wake.set()

    @property
    def held(self) -> int:
        """Return how many lines are not in a file yet."""
        return len(self._held) + len(self._pending)

    def files(self) -> list[Path]:
        """Return the files that are there, the oldest first."""
        return sorted(self.folder.glob("usage-*.jsonl"), key=number_of)

    def close(self) -> None:
        """Write what is held and let go of the folder."""
        self._stop = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(10)
        os.close(self._lock)

    def _run(self) -> None:
        synced = time.monotonic()
        while True:
            self._wake.wait(FLUSH_S)
            self._wake.clear()
            stop = self._stop
            if not self._pending:
                # Never swapped for a new one: a line could be handed to the old one that very moment.
                self._pending = [self._worded(self._held.popleft()) for _ in range(len(self._held))]
            try:
                if self._pending:
                    self._write()
                if self._unsynced and (stop or time.monotonic() - synced >= SYNC_S):
                    self._sync()
                    synced = time.monotonic()
                self._troubled = False
            except OSError as error:
                if not self._troubled:
                    self._tell(f"usage can't be written to {self.folder}: {error.strerror}")
                self._troubled = True
            if stop and (self._troubled or not self._held):
                self._close_file()
                self.current = 0
                return

    def _write(self) -> None:
        if self._handle is None or self._size >= self._segment_bytes:
            self._close_file()
            self._number += 1
            self.current = self._number
            path = self.folder / f"usage-{self._number:08d}.jsonl"
            self._handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
            self._size = 0
            # A log is known again by its first bytes, so that they must be nobody else's.
            self._pending[0] = f'{{"spool":"{uuid4().hex}",{self._pending[0][1:]}'
        data = ("\n".join(self._pending) + "\n").encode()
        written = os.write(self._handle, data)
        if written < len(data):
            os.ftruncate(self._handle, self._size)
            raise OSError(28, "No space left on device")
        self._size += written
        self._unsynced = True
        self.lines[self._number] = self.lines.get(self._number, 0) + len(self._pending)
        self._pending = []

    def _sync(self) -> None:
        if self._handle is not None:
            os.fdatasync(self._handle)
        self._unsynced = False

    def _close_file(self) -> None:
        if self._handle is not None:
            handle, self._handle = self._handle, None
            os.close(handle)


def number_of(path: Path) -> int:
    """Return the number of a file of a spool."""
    digits = path.stem.rpartition("-")[2]
    return int(digits) if digits.isdigit() else 0


def _locked(folder: Path) -> int:
    try:
        create_private_folder(folder)
        handle = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise Refused(f"{folder} can't be used: {error.strerror}.", "Name a folder you may write to with --spool.") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise Refused("A gateway of this name is running here already.", "Give this one another --name.") from None
    return handle
