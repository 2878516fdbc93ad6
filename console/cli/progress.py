"""How far a long job is, on standard error and only for a person who watches: a pipe or a log never sees it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_EVERY_S = 0.1
_PATIENCE_S = 0.3
_WIDTH = 28


class Bar:
    """One line that is drawn over itself, at most ten times a second and not at all in the first third of one."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._wanted = sys.stderr.isatty()
        self._next = time.monotonic() + _PATIENCE_S
        self._drawn = False

    def at(self, done: int, total: int | None, words: str) -> None:
        """Say how far it is: `done` of `total` in any unit, and a few words about it."""
        if not self._wanted or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _EVERY_S
        self._drawn = True
        part = ""
        if total:
            filled = min(_WIDTH, done * _WIDTH // total)
            part = f" [{'#' * filled}{'.' * (_WIDTH - filled)}] {min(100, done * 100 // total):3d}%"
        print(f"\r{self._label}{part} {words}\x1b[K", end="", file=sys.stderr, flush=True)

    def gone(self) -> None:
        """Take the line away."""
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


@contextmanager
def bar(label: str) -> Iterator[Bar]:
    """Show a bar while the block runs; it is gone afterwards, whatever happened."""
    one = Bar(label)
    try:
        yield one
    finally:
        one.gone()


@contextmanager
def counting(words: str) -> Iterator[Callable[[int], None]]:
    """Show a running count while the block runs; what is yielded takes the count."""
    with bar("") as one:
        yield lambda count: one.at(count, None, f"{count:,} {words}")
