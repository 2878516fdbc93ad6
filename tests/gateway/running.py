"""A gateway as a process of its own, asked over real HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from store.address import Address
from store.opening import Store
from store.writes.orders import Issued
from tests.command_line import ROOT, url
from tests.making import make_account, make_token

PATIENCE_S = 20.0


class Gateway:
    """One that has told where it listens; `told` is what it wrote to standard error."""

    def __init__(self, address: Address, *options: str, name: str = "one") -> None:
        command = [sys.executable, "-m", "console", "--store", url(address), "gateway", "serve", "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            [*command, "--name", name, *options], stderr=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ}
        )
        assert self.process.stderr is not None
        self.told: list[str] = []
        self.ended = False
        first = self.process.stderr.readline()
        self.told.append(first)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if '"listening"' not in first:
            self.process.wait(PATIENCE_S)
            self._reader.join(PATIENCE_S)
            raise AssertionError("".join(self.told))
        self.spool = Path(json.loads(first)["spool"])
        self.http = httpx.Client(base_url=f"http://{json.loads(first)['address']}", timeout=PATIENCE_S)

    def _read(self) -> None:
        assert self.process.stderr is not None
        self.told.extend(self.process.stderr)

    def check(self, token: str, path: str = "/check", **headers: str) -> httpx.Response:
        """Ask about a token."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.get(path, headers={"Authorization": f"Bearer {token}", **named})

    @property
    def counter(self) -> int:
        """Return the number of the process it has count for it; waits until there is one."""
        until(lambda: len(children_of(self.process.pid)), 1)
        return children_of(self.process.pid)[0]

    def end(self, number: int = signal.SIGTERM) -> None:
        """End it and wait for that."""
        self.ended = True
        self.http.close()
        self.process.send_signal(number)
        self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        assert self.process.stderr is not None
        self.process.stderr.close()


def children_of(process: int) -> list[int]:
    """Return the numbers of the processes that any thread of a process has started and that are still there (Linux)."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(number) for task in tasks for number in task.read_text().split()]


@contextmanager
def gateway(address: Address, *options: str, name: str = "one") -> Iterator[Gateway]:
    """Run a gateway for the time of a block."""
    one = Gateway(address, *options, name=name)
    try:
        yield one
    finally:
        if not one.ended:
            one.end()


def until(what: Callable[[], Any], wanted: Any = True, patience_s: float = PATIENCE_S) -> float:
    """Ask until the answer is the wanted one and return how many seconds that took; fails when it never is."""
    started = time.monotonic()
    while (answer := what()) != wanted:
        if time.monotonic() - started > patience_s:
            raise AssertionError(f"{answer!r} instead of {wanted!r} after {patience_s} s")
        time.sleep(0.02)
    return time.monotonic() - started


def live_token(store: Store, name: str = "live", scopes: tuple[str, ...] = ("orders.read",), days: int = 30) -> Issued:
    """Issue a token that is valid now, whatever the tests' stopped clock says."""
    return make_token(store, name, scopes=scopes, now=datetime.now(UTC), lifetime=timedelta(days=days))


__all__ = ["Gateway", "children_of", "gateway", "live_token", "make_account", "until"]
