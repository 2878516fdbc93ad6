"""A real gateway as a child of this process: started on a free port of this machine, and always ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.drill.stopping import Stop
from store.address import Address
from store.errors import Refused

NAME = "drill"
START_S, END_S = 60.0, 10.0
_LOOK_S = 0.05
_OTHERS = ("TOKENDESK_PROFILE", "TOKENDESK_READ_ONLY", "TOKENDESK_KEY")


class Gateway:
    """One that runs. `address` is HOST:PORT."""

    def __init__(self, process: subprocess.Popen[bytes], address: str, log: Path) -> None:
        self.process, self.address, self.log = process, address, log

    def check(self) -> None:
        """Raise Refused when it has ended."""
        if self.process.poll() is not None:
            raise Refused("The gateway has ended before the drill did.", f"Its last words: {last_words(self.log)}")


@contextmanager
def running_gateway(address: Address, folder: Path, stop: Stop) -> Iterator[Gateway]:
    """Run a gateway on a store for the time of a block; raises Refused, with its own words, when it does not start.

    The store's address is handed over in the environment, where nobody else on the machine can read it.
    """
    log = folder / "gateway.log"
    environment = {name: value for name, value in os.environ.items() if name not in _OTHERS}
    environment["TOKENDESK_STORE"] = store_url(address)
    command = [sys.executable, "-P", "-m", "console", "gateway", "serve", "--listen", "127.0.0.1:0", "--name", NAME]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--spool", str(folder / "spool")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=out,
            env=environment,
            start_new_session=True,  # Ctrl+C is for us: the gateway ends when we say so, after its last line is counted
        )
    try:
        yield Gateway(process, _listening(process, log, stop), log)
    finally:
        _end(process)


def store_url(address: Address) -> str:
    """Return what --store and TOKENDESK_STORE take for an address."""
    return str(address.path) if address.path is not None else address.conninfo


def last_words(log: Path) -> str:
    """Return the last line a gateway wrote, or what it says of its trouble."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1][:200] if lines else "none"


def _listening(process: subprocess.Popen[bytes], log: Path, stop: Stop) -> str:
    end = time.monotonic() + START_S
    while True:
        found = _told_address(log)
        if found:
            return found
        if process.poll() is not None or time.monotonic() > end:
            raise Refused("The gateway did not start.", f"Its last words: {last_words(log)}")
        stop.wait(_LOOK_S)


def _told_address(log: Path) -> str:
    for line in log.read_text(errors="replace").splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict) and told.get("event") == "listening":
            return str(told["address"])
    return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
