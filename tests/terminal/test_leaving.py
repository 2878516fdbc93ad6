"""However the console ends, the terminal is left as it was found, the process is gone, and nothing it knew was printed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import sqlite3
import stat
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from store.address import Address, parse_address
from tests.command_line import ROOT
from tests.terminal.consoles import NAMES, Console, command, make_store, patched

pytestmark = pytest.mark.slow

SECRET_WORDS = ("tkd_live_AbCdEfGhIjKl_0123456789abcdefghijklmnopqrstuv0000", "hunter2", "billing sync of Globex")
CRASH = f"""
from console.screens.tokens import TokensScreen
def do_wide(self, argument):
    token, passphrase, name = {SECRET_WORDS!r}
    dsn = "postgresql://dana:hunter2@db1/keys"
    raise RuntimeError(token + passphrase + name + dsn)
TokensScreen.do_wide = do_wide
"""


@pytest.fixture
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Address:
    """Return an empty place for a SQLite store."""
    return Address(path=tmp_path_factory.mktemp("store") / "tokens.db")


@pytest.mark.parametrize(
    ("leave", "code"),
    [
        (lambda console: console.keys("q"), 0),
        (lambda console: console.keys("\x11"), 0),
        (lambda console: os.kill(console.pid, signal.SIGTERM), 128 + signal.SIGTERM),
        (lambda console: os.kill(console.pid, signal.SIGHUP), 128 + signal.SIGHUP),
        (lambda console: os.kill(console.pid, signal.SIGINT), 128 + signal.SIGINT),
    ],
    ids=["q", "ctrl-q", "SIGTERM", "SIGHUP", "SIGINT"],
)
def test_the_terminal_is_left_as_found(sqlite: Address, leave: Callable[[Console], None], code: int) -> None:
    make_store(sqlite)
    with Console(sqlite) as console:
        console.ready()
        leave(console)
        assert console.ended(10) == code
        console.assert_left_as_found()


def test_the_command_q_leaves(sqlite: Address) -> None:
    make_store(sqlite)
    with Console(sqlite) as console:
        console.ready()
        for key in (":", "q", "\r"):
            console.keys(key)
            console.settle()
        assert console.ended(10) == 0
        console.assert_left_as_found()


@pytest.mark.parametrize("keys", ["x", "/", "\r", "?"], ids=repr)
def test_ctrl_q_leaves_at_once_whatever_is_open(sqlite: Address, keys: str) -> None:
    make_store(sqlite)
    with Console(sqlite) as console:
        console.ready()
        console.keys(keys)
        console.settle(0.5)
        console.keys("\x11")
        assert console.ended(10) == 0
        console.assert_left_as_found()


def test_a_fault_leaves_the_terminal_as_found_and_prints_no_value(sqlite: Address, tmp_path: Path, own_home: Path) -> None:
    make_store(sqlite)
    with Console(sqlite, start=patched(sqlite, tmp_path, CRASH)) as console:
        console.ready()
        console.keys("w")
        assert console.ended(10) == 70
        console.assert_left_as_found()
        printed = console.output.rpartition(b"\x1b[?1049l")[2].decode()
    reports = list((own_home / "state").rglob("fault-*.txt"))
    assert len(reports) == 1
    assert stat.S_IMODE(reports[0].stat().st_mode) == 0o600
    for word in (*SECRET_WORDS, "postgresql://", "dana", *NAMES):
        assert word not in printed
        assert word not in reports[0].read_text()
    assert "do_wide" in reports[0].read_text()
    assert "Traceback" not in printed
    assert len(re.sub(r"\x1b\[[^A-Za-z]*[A-Za-z]", "", printed).strip().splitlines()) <= 3


def test_sigterm_while_the_question_is_open_revokes_nothing_and_restores(sqlite: Address) -> None:
    make_store(sqlite)
    with Console(sqlite) as console:
        console.ready()
        console.ask_to_revoke()
        os.kill(console.pid, signal.SIGTERM)
        assert console.ended(10) == 128 + signal.SIGTERM
        console.assert_left_as_found()


def test_quitting_while_a_query_hangs_takes_less_than_two_seconds_on_sqlite(sqlite: Address) -> None:
    make_store(sqlite)
    assert sqlite.path is not None
    with Console(sqlite) as console, closing(sqlite3.connect(sqlite.path, isolation_level=None)) as other:
        console.ready()
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        console.keys("2")
        console.settle(0.5)
        assert _seconds_to_leave(console) < 2.5
        console.assert_left_as_found()


def test_quitting_while_a_query_hangs_takes_less_than_two_seconds_on_postgresql(postgres: str) -> None:
    name = f"t{os.urandom(8).hex()}"
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        address = parse_address(postgres.replace("/postgres?", f"/{name}?"))
        make_store(address)
        with Console(address) as console:
            console.ready()
            with psycopg.connect(address.conninfo) as other:
                other.execute("LOCK TABLE token, account IN ACCESS EXCLUSIVE MODE")
                console.keys("2")
                console.settle(0.5)
                taken = _seconds_to_leave(console)
            console.assert_left_as_found()
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
    assert taken < 2.5


def _seconds_to_leave(console: Console) -> float:
    start = time.monotonic()
    console.keys("q")
    console.ended(10)
    return time.monotonic() - start


def test_a_console_whose_terminal_is_gone_ends_by_itself_without_spinning(sqlite: Address) -> None:
    """SIGHUP is ignored, as under nohup: only the lost terminal itself can tell (security.md finding 15)."""
    make_store(sqlite)
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 132, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command(sqlite), stdin=slave, stdout=slave, stderr=slave, start_new_session=True, cwd=ROOT, env=env,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )  # fmt: skip
    os.close(slave)
    try:
        seen, end = b"", time.monotonic() + 20
        while NAMES[0].encode() not in seen:
            assert time.monotonic() < end, "no picture"
            if select.select([master], [], [], 0.2)[0]:
                seen += os.read(master, 65_536)
        before = _cpu_seconds(process.pid)
        os.close(master)
        start = time.monotonic()
        used = before
        while process.poll() is None and time.monotonic() - start < 12:
            with suppress(FileNotFoundError, ProcessLookupError):
                used = _cpu_seconds(process.pid)
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
        assert process.poll() is not None, "still there 12 s after its terminal went"
        assert used - before < 1.5, "it spun"
    finally:
        process.kill()
        process.wait()


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
