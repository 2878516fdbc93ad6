"""Following a log by its name: what is there is counted, then whatever comes, across rotation, until told to stop.

Nothing is remembered but what the store knows, so it may be killed at any time: each log is known by its first bytes, and
its position moves in the transaction that counts.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from store.errors import BadInput
from store.moments import to_ms
from store.opening import Store
from store.rows import TokenKey
from store.usage.counting import TOGETHER_LINES, Allowed, Options, anybody, import_log, write_if
from store.usage.directory import Directory
from store.usage.formats import LogFormat, format_named
from store.usage.freshness import freshen, pending_from
from store.usage.logs import HEAD, Log
from store.usage.rotated import Beside, beside_now, older_logs
from store.usage.summary import Running, UsageSummary
from store.usage.windows import move_windows

POLL_S = 0.5
_FRESHEN_S = 60.0


def follow_usage(
    store: Store,
    path: Path,
    *,
    format: str | None = None,  # noqa: A002  what it is called on the command line
    token_field: str = "",
    clock: Callable[[], datetime],
    wait: Callable[[float], bool],
    tell: Callable[[str], None],
    allowed: Allowed = anybody,
) -> UsageSummary:
    """Count the requests in a log as they are written, until `wait(seconds)` says that it is time to end.

    The log may be renamed and made anew, or copied and cut to nothing; it need not be there yet. What was rotated away while
    nobody followed is looked for beside it, as PATH.1 to PATH.9, also gzip; `tell` is told where that fails, and of each
    rotation. Rhythms and new addresses are brought up to date once a minute and at the end.

    Raises BadInput for a folder or a log whose format is not known, and Refused when somebody else imports the same log,
    or when `allowed` does.
    """
    if path.is_dir():
        raise BadInput(f"{path} is a folder.", "Name the log file in it that is to be followed.")
    follower = _Follower(store, path, None if format is None else format_named(format), token_field, clock, wait, tell, allowed)
    try:
        follower.follow()
    finally:
        follower.let_go()
    return follower.summary()


class _Follower:
    """The log as it was last seen: the open file, its first bytes and its size then."""

    def __init__(
        self,
        store: Store,
        path: Path,
        form: LogFormat | None,
        token_field: str,
        clock: Callable[[], datetime],
        wait: Callable[[float], bool],
        tell: Callable[[str], None],
        allowed: Allowed,
    ) -> None:
        self._store, self._path, self._format, self._token_field = store, path, form, token_field
        self._clock, self._wait, self._tell, self._allowed = clock, wait, tell, allowed
        self._held: BinaryIO | None = None
        self._head, self._size = b"", 0
        self._beside: Beside = ()
        self._running = Running()
        self._tokens, self._stale = set[TokenKey](), set[TokenKey]()

    def follow(self) -> None:
        left = pending_from(self._store)
        write_if(self._allowed, self._store, lambda unit: move_windows(unit, self._clock()))
        self._hold()
        self._read_older(sure=False)
        due = time.monotonic() + _FRESHEN_S
        while not self._wait(0):
            self._look()
            if time.monotonic() >= due:
                self._freshen(left)
                left, due = None, time.monotonic() + _FRESHEN_S
            if self._wait(POLL_S):
                break
        self._freshen(left)

    def summary(self) -> UsageSummary:
        return self._running.summary(dry_run=False, tokens=len(self._tokens), notes=())

    def let_go(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    def _look(self) -> None:
        """Read what is new, in the file that is held or in the one that has taken its name."""
        try:
            there: os.stat_result | None = self._path.stat()
        except FileNotFoundError:
            there = None
        if self._held is not None and not _is_same(self._held, there):
            # Whoever writes goes on in the renamed file until it is told to reopen; the new one waits until that is quiet.
            if self._read_held() or there is None:
                return
            self._tell(f"{self._path} was rotated; the new one is read.")
            self.let_go()
            self._hold()
            self._read_older(sure=True)
        if self._held is None:
            self._hold()
        if self._held is not None:
            self._read_held()

    def _hold(self) -> None:
        """Open the log, if it is there: before older ones are looked for, so that none can slip past in between."""
        try:
            # Without a buffer, which would keep what was cut off.
            self._held = cast("BinaryIO", self._path.open("rb", buffering=0))
        except FileNotFoundError:
            return
        self._head, self._size = os.pread(self._held.fileno(), HEAD, 0), 0

    def _read_held(self) -> bool:
        """Read what is new in the file that is held, and say whether it had changed."""
        assert self._held is not None
        size = os.fstat(self._held.fileno()).st_size
        head = os.pread(self._held.fileno(), HEAD, 0)
        if not head.startswith(self._head):
            self._tell(f"{self._path} was cut to nothing and begins anew.")
            self._read_older(sure=False, seen=self._head)
            self._size = 0
        elif self._beside != beside_now(self._path):
            # Asked after the first bytes were read: what they follow is there by then, even if it came and went unseen.
            self._read_older(sure=True)
        changed = size != self._size
        # A log is known by its first bytes, and fewer than a line would be those of others too.
        if changed and (b"\n" in head or len(head) == HEAD):
            self._held.seek(0)
            self._count(self._held, str(self._path), head)
        self._head, self._size = head, size
        return changed

    def _read_older(self, *, sure: bool, seen: bytes = b"") -> None:
        """Read what is left of older logs; `sure`: the one before was read to its end. `seen`: how it began before it was cut."""
        self._beside = beside_now(self._path)
        with ExitStack() as stack:
            with self._store.reading() as reader:
                older = older_logs(reader.rows, self._path, self._held, seen, stack)
            if older.lost and not sure:
                self._tell(
                    f"What was read last as {self._path} is not found as {self._path}.1: whatever was written to it since is "
                    "not counted. If it is kept elsewhere, import it by its name; nothing is counted twice."
                )
            for name, file in older.logs:
                self._count(file, name, b"")

    def _count(self, file: BinaryIO, name: str, head: bytes) -> None:
        """Read on in a log, unless it no longer begins as it did: then it was cut this very moment."""
        now = self._clock()
        options = Options(self._format, self._token_field, to_ms(now), TOGETHER_LINES, self._allowed)
        touched = set[TokenKey]()
        with self._store.reading() as reader, closing(Log(file, name)) as log:
            if not log.head.startswith(head):
                return
            for _ in import_log(self._store, log, options, Directory(reader.rows), self._running, touched, now):
                if self._wait(0):
                    break
        self._running.join_logs()
        if self._format is None and (name := self._running.logs[-1].format):
            # Once known it stays: what comes next may be a single line that nobody can read.
            self._format = format_named(name)
        self._tokens |= touched
        self._stale |= touched

    def _freshen(self, left: int | None) -> None:
        now = self._clock()
        self._store.write(lambda unit: move_windows(unit, now))
        freshen(self._store, self._stale, now, left)
        self._stale.clear()


def _is_same(held: BinaryIO, there: os.stat_result | None) -> bool:
    return there is not None and os.path.samestat(os.fstat(held.fileno()), there)
