"""Being told to stop: a signal is noted and obeyed between two steps, so that what was started is always ended."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from console.safety.leaving import SIGNALS, code_of

_SLICE_S = 0.05


class Stop:
    """Knows whether somebody wants the program to end."""

    def __init__(self) -> None:
        self._told: signal.Signals | None = None

    def tell(self, number: int, _: FrameType | None = None) -> None:
        """Note a signal; the first one counts."""
        self._told = self._told or signal.Signals(number)

    def check(self) -> None:
        """Raise KeyboardInterrupt after Ctrl+C, and SystemExit with a shell's code after another signal."""
        if self._told is signal.SIGINT:
            raise KeyboardInterrupt
        if self._told is not None:
            raise SystemExit(code_of(self._told))

    def wait(self, seconds: float) -> None:
        """Wait so long, or until told; raises what `check` does."""
        end = time.monotonic() + seconds
        self.check()
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE_S))
            self.check()


@contextmanager
def stopping() -> Iterator[Stop]:
    """Take signals down instead of dying of them, for the time of a block."""
    stop = Stop()
    before = {number: signal.signal(number, stop.tell) for number in SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
