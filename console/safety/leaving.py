"""The console always ends: on a signal, when its terminal is gone, and when something hangs while it leaves."""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Callable

HURRY_S = 1.7
"""How long leaving may take before the process is ended where it stands: a commit under way is done or lost, never half."""

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
_LOOK_EVERY_MS = 5_000


def code_of(number: signal.Signals) -> int:
    """Return the exit code a shell expects for a signal."""
    return 128 + number


class Deadline:
    """Ends the process with a code when `stop` has not been called in time; `restore` is called just before."""

    def __init__(self, restore: Callable[[], None], end: Callable[[int], object] = os._exit) -> None:
        self._restore, self._end = restore, end
        self._stopped = threading.Event()
        self._started = False

    def start(self, code: int, seconds: float = HURRY_S) -> None:
        """Start counting; a second call changes nothing."""
        if not self._started:
            self._started = True
            threading.Thread(target=self._wait, args=(code, seconds), name="deadline", daemon=True).start()

    def stop(self) -> None:
        """Say that the console has left by itself."""
        self._stopped.set()

    def _wait(self, code: int, seconds: float) -> None:
        if not self._stopped.wait(seconds):
            self._restore()
            self._end(code)


class HangupWatch:
    """Notices that the terminal is gone even where SIGHUP is ignored: reading from it would spin for ever (security.md 15)."""

    def __init__(self, lost: Callable[[], object], file: int = 0) -> None:
        self._lost, self._file = lost, file
        self._started = self._stopped = False

    def start(self) -> None:
        """Watch in a thread of its own, which sleeps in the kernel; a second call changes nothing."""
        if not self._started:
            self._started = True
            threading.Thread(target=self._watch, name="hangup", daemon=True).start()

    def stop(self) -> None:
        """Stop noticing."""
        self._stopped = True

    def _watch(self) -> None:
        poll = select.poll()
        poll.register(self._file, 0)
        while not self._stopped:
            events = poll.poll(_LOOK_EVERY_MS)
            if events and not self._stopped:
                self._lost()
                return
