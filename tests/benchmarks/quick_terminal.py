"""A terminal that only reads: what is timed is the program, not the drawing of its screen in the test."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pexpect

from store.address import Address
from tests.command_line import ROOT, url
from tests.terminal.ptyrun import LIMIT_S, Terminal

FIRST_FRAME = b"tokendesk"
"""Stands in the first line of the first picture, in one piece."""


def compiled() -> dict[str, str]:
    """Return the environment in which Python uses and keeps compiled modules, as an installed program does."""
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPATH": str(ROOT)}


def console_command(address: Address, *more: str) -> list[str]:
    """Return what opens the console on a store."""
    return [sys.executable, "-m", "console", "--store", url(address), *more]


class QuickTerminal(Terminal):
    """Keeps every byte and draws nothing."""

    def __init__(
        self, command: Sequence[str], *, rows: int = 40, columns: int = 132, env: Mapping[str, str] | None = None
    ) -> None:
        self.started = time.perf_counter()
        super().__init__(command, rows=rows, columns=columns, env={**compiled(), **(env or {})}, cwd=str(ROOT))

    def read(self, timeout: float = 0.05) -> bytes:
        """Take what has been written so far, waiting at most `timeout` seconds for the first of it."""
        try:
            data: bytes = self.child.read_nonblocking(65_536, timeout)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return b""
        self.output += data
        return data

    def seconds_to(self, sentinel: bytes, start: int = 0) -> float:
        """Return how long after its start the program had written these bytes, from `start` of its output on."""
        end = time.monotonic() + 2 * LIMIT_S
        while sentinel not in self.output[start:]:
            assert time.monotonic() < end, f"{sentinel!r} never came"
            self.read(0.2)
        return time.perf_counter() - self.started

    def answer(self, keys: str, quiet: float = 0.12) -> tuple[float, int]:
        """Type keys and return how long the last byte of the answer took, and how many bytes it had."""
        start, size = time.perf_counter(), len(self.output)
        self.keys(keys)
        last = start
        end = start + LIMIT_S
        while time.perf_counter() < end:
            if self.read(quiet):
                last = time.perf_counter()
            elif len(self.output) > size or time.perf_counter() - start > 2.0:
                break
        return last - start, len(self.output) - size

    @property
    def memory(self) -> float:
        """Return the memory the program holds, in megabytes."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        return 0.0
