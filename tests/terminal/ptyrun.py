"""Runs a program in a real pseudo-terminal of a given size, feeds it keys, and keeps every byte and the screen it makes."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import pexpect
import pyte

QUIET_S = 0.25
LIMIT_S = 20.0
ANSWERS_S = 2.0


class Terminal:
    """One program in one terminal. Use it as a context manager; leaving it kills the program.

    `bytes` counts what the program wrote since it started; `sent_during` what an action of yours made it write.
    Waiting is for bytes, not for time: `settle` returns when nothing has come for a quarter of a second.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        rows: int = 40,
        columns: int = 132,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
    ) -> None:
        self.rows, self.columns = rows, columns
        base = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "LINES", "COLUMNS")}
        given = {**base, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "PYTHONUTF8": "1", **(env or {})}
        self.output = b""
        self._shown = -1, ""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.child: pexpect.spawn[bytes] = pexpect.spawn(
            command[0], list(command[1:]), dimensions=(rows, columns), env=given, cwd=cwd, timeout=LIMIT_S, echo=False
        )
        self.child.delaybeforesend = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        with contextlib.suppress(OSError, pexpect.ExceptionPexpect):
            self.child.kill(signal.SIGKILL)
        self.child.close(force=True)

    @property
    def text(self) -> str:
        """Return the screen as lines of text; made anew only when something has been written since: a wait looks often."""
        if self._shown[0] != len(self.output):
            self._shown = len(self.output), "\n".join(line.rstrip() for line in self.screen.display)
        return self._shown[1]

    @property
    def pid(self) -> int:
        """Return the program's process id."""
        pid = self.child.pid
        assert pid is not None
        return pid

    def keys(self, keys: str | bytes) -> None:
        """Type, in one write, exactly these characters."""
        self.child.send(keys)

    def read(self, timeout: float = 0.05) -> bytes:
        """Take what has been written so far, waiting at most `timeout` seconds for the first of it."""
        try:
            data = self.child.read_nonblocking(65_536, timeout)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return b""
        self.output += data
        with contextlib.suppress(Exception):  # pyte knows fewer sequences than terminals do
            self._stream.feed(data)
        return data

    def settle(self, quiet: float = QUIET_S) -> bytes:
        """Read until nothing has come for `quiet` seconds, and return what came."""
        start, last = len(self.output), time.monotonic()
        end = last + LIMIT_S
        while time.monotonic() - last < quiet and time.monotonic() < end:
            if self.read():
                last = time.monotonic()
        return self.output[start:]

    def wait_for(self, text: str, limit: float = LIMIT_S) -> None:
        """Read until the screen shows `text`; AssertionError with the screen when it does not in time."""
        self.until(lambda: text in self.text, f"«{text}» is not shown", limit)

    def wait_gone(self, text: str, limit: float = LIMIT_S) -> None:
        """Read until the screen no longer shows `text`."""
        self.until(lambda: text not in self.text, f"«{text}» is still shown", limit)

    def until(self, holds: Callable[[], bool], otherwise: str, limit: float = LIMIT_S) -> None:
        """Read until something holds."""
        end = time.monotonic() + limit
        while not holds():
            assert time.monotonic() < end, f"{otherwise} after {limit} s:\n{self.text}"
            if not self.read() and not self.child.isalive():
                self.read()
                assert holds(), f"{otherwise}, and the program has ended:\n{self.text}"

    def sent_during(self, keys: str | bytes, quiet: float = QUIET_S) -> bytes:
        """Type keys and return what the program wrote because of them: nothing only when it stays silent for two seconds."""
        self.settle(quiet)
        start, end = len(self.output), time.monotonic() + ANSWERS_S
        self.keys(keys)
        while not self.read() and time.monotonic() < end and self.child.isalive():
            pass
        self.settle(quiet)
        return self.output[start:]

    def idle_bytes(self, seconds: float) -> int:
        """Return how many bytes come in so many seconds in which nothing happens."""
        start, end = len(self.output), time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.1)
        return len(self.output) - start

    def wait_end(self, limit: float = LIMIT_S) -> int:
        """Read until the program has ended and return its exit code, or minus the signal that killed it."""
        end = time.monotonic() + limit
        while self.child.isalive():
            assert time.monotonic() < end, f"still running after {limit} s:\n{self.text}"
            self.read()
        while self.read():
            pass
        self.child.close()
        status, killed_by = self.child.exitstatus, self.child.signalstatus
        return int(status) if status is not None else -int(killed_by or 0)
