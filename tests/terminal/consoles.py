"""The console in a real terminal, as a test wants it: on a store of a few tokens, with the terminal watched from outside."""

from __future__ import annotations

import re
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

from store.address import Address
from store.creation import create_store
from store.opening import Store
from store.rows import TokenKey
from tests.command_line import ROOT, url
from tests.conftest import NOW
from tests.making import make_account, make_token
from tests.terminal.ptyrun import Terminal

ARMED_S = 0.7
"""How long a test lets a question rest before it answers: longer than it is deaf, and than it wants silence."""

SETTLED_S = 0.6
NAMES = ("alpha export", "bravo invoices", "charlie shop", "delta feed")

LEFT = {"1049": "l", "25": "h", "1000": "l", "1002": "l", "1003": "l", "1006": "l", "1015": "l", "2004": "l", "1004": "l"}
"""How a terminal is to be left: its first screen, a cursor, no reports of mouse and focus, no bracketed paste."""

_MODES = re.compile(rb"\x1b\[\?([\d;]+)([hl])")


def make_store(address: Address, names: Sequence[str] = NAMES) -> dict[str, TokenKey]:
    """Make a store whose clock stands at NOW, with a token of each name, and return what names them."""
    store = create_store(address, NOW, environment="production", demo_now=NOW)
    try:
        make_account(store)
        return {name: make_token(store, name).key for name in names}
    finally:
        store.close()


def revoked(address: Address) -> set[TokenKey]:
    """Return which tokens of a store are revoked."""
    store = Store(address)
    try:
        with store.reading() as reader:
            rows = reader.rows("SELECT account_id, id FROM token WHERE revoked_at IS NOT NULL")
        return {TokenKey((row[0], row[1])) for row in rows}
    finally:
        store.close()


def audit_lines(address: Address) -> int:
    """Return how many lines the audit log of a store has."""
    store = Store(address)
    try:
        with store.reading() as reader:
            return int(reader.value("SELECT count(*) FROM audit"))
    finally:
        store.close()


def command(address: Address | None, *more: str) -> list[str]:
    """Return what starts the console on a store."""
    return [sys.executable, "-m", "console", *(["--store", url(address)] if address is not None else []), *more]


class Console(Terminal):
    """The console on a store in a terminal. How the terminal was set before and after is kept."""

    def __init__(
        self,
        address: Address,
        *more: str,
        rows: int = 40,
        columns: int = 132,
        env: Mapping[str, str] | None = None,
        start: Sequence[str] | None = None,
    ) -> None:
        path = {"PYTHONPATH": str(ROOT), **(env or {})}
        super().__init__(start or command(address, *more), rows=rows, columns=columns, env=path, cwd=str(ROOT))
        self.before = _settings(self.child.child_fd)
        self.after: list[Any] | None = None

    def ready(self, text: str = NAMES[0]) -> Console:
        """Wait until the list is shown and everything about it has been read."""
        self.wait_for(text)
        self.settle(SETTLED_S)
        return self

    def ask_to_revoke(self) -> None:
        """Press `x` and let the question rest until it hears."""
        self.keys("x")
        self.wait_for("Revoke this token?")
        self.settle(ARMED_S)

    def ended(self, limit: float = 20.0) -> int:
        """Read until the program has ended, look at how it left the terminal, and return its exit code."""
        self.until(lambda: not self.child.isalive(), "still running", limit)
        while self.read():
            pass
        self.after = _settings(self.child.child_fd)
        return self.wait_end()

    @property
    def modes(self) -> dict[str, str]:
        """Return the last thing said about each of the terminal's modes: h on, l off."""
        found: dict[str, str] = {}
        for numbers, state in _MODES.findall(self.output):
            found.update(dict.fromkeys(numbers.decode().split(";"), state.decode()))
        return found

    def assert_left_as_found(self) -> None:
        """Fail unless the terminal is as it was before the console: its settings, and every mode it turned on."""
        assert self.after == self.before
        modes = self.modes
        assert modes.get("1049") == "l", "the first screen is not back"
        wrong = {mode: modes[mode] for mode, state in LEFT.items() if mode in modes and modes[mode] != state}
        assert not wrong, f"modes left as they should not be: {wrong}"
        assert self.output.count(b"\x1b[<u") >= self.output.count(b"\x1b[>1u"), "the keyboard protocol was left on"


def patched(address: Address, folder: Path, changes: str) -> list[str]:
    """Return what starts the console with a few lines of Python run first: a fault or a slowness that a test wants."""
    script = folder / "patched.py"
    script.write_text(
        "import sys\n"
        "from console.safety import start_safely\n"
        "start_safely()\n"
        f"{dedent(changes)}\n"
        "from console.__main__ import main\n"
        f"sys.exit(main(['--store', {url(address)!r}]))\n"
    )
    return [sys.executable, str(script)]


def _settings(file: int) -> list[Any]:
    return list(termios.tcgetattr(file))
