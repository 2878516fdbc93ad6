"""Where a gateway looks tokens up: a SQLite file at once, PostgreSQL for all that wait together."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from time import sleep
from typing import Protocol, TypeVar

from store.address import Address
from store.errors import Busy, StoreError, Unreachable
from store.gateway.judging import COLUMNS, Presented
from store.gateway.memory import stopwatch
from store.reader import Reader, Row, SqliteReader, open_reader

T = TypeVar("T")
PATIENCE_S = 2.0
"""A store that has not answered by then is away."""

LOOK_S = 0.002
"""So often at most a SQLite file is asked whether anybody has written to it: it locks the file to tell."""

SAME_S = 1.0
"""So often it is looked whether the file is still the one that has the store's name."""

BUSY_S = 1.0
"""So long a check waits for a SQLite file that somebody has locked, and all others with it."""

STILL_BUSY_S = 0.02
"""So long while it was locked the last time too: whoever waits in the event loop holds up everybody."""

STEP_S = 0.001
"""So often it is tried meanwhile. Whoever commits locks the file for as long as the disk takes, and SQLite itself would look
ever more seldom: after 18, 33, 53, 78 ms and so on, so that of a lock of 35 ms it makes one of 53."""

AGAIN_S = 0.25
"""So long after a file could not be read it is not tried again: until then there is no store."""

_FROM = (
    f"SELECT {COLUMNS} FROM token t LEFT JOIN token_rule r ON r.account_id = t.account_id AND r.token_id = t.id "
    "LEFT JOIN policy_rule a ON a.account_id = t.account_id AND a.name = 'allowed_addresses' "
    "LEFT JOIN policy_rule d ON d.account_id = '' AND d.name = 'allowed_addresses' WHERE "
)
_TOGETHER = 64
"""So many tokens are looked up in one question to a SQLite file: it is locked for each, which takes longer than to look."""

_BY_DIGEST = f"{_FROM}t.digest IS NOT NULL AND t.digest = :digest AND t.digest_scheme = 'sha256'"
_BY_IDS = f"{_FROM}t.id = ANY($1)"
HEAD = "SELECT coalesce(max(seq), 0) FROM audit"
"""Nothing about a token or who may ask changes without an audit line: while this stands still, what was read still holds."""


_NAMES = [f"id{number}" for number in range(_TOGETHER)]


class Source(Protocol):
    """A place to look tokens up; every method raises StoreError when the store is away."""

    def moved(self, now: float) -> bool:
        """Say whether tokens may have changed since this was last asked, where that can be told at once; `now` in seconds."""

    waits: bool
    """Whether an answer has to be waited for: then only `rows` can be asked."""

    def rows_of(self, given: Sequence[Presented]) -> list[Sequence[Row]]:
        """Return at once, for each presented token, those that it may be."""

    async def rows(self, given: Sequence[Presented]) -> list[Sequence[Row]]:
        """Return them, waiting where that is needed."""

    def close(self) -> None:
        """Let go of the store."""


class FileSource:
    """Looks up in a SQLite file, in the thread that asks: that takes less than handing it to another one."""

    waits = False

    def __init__(self, address: Address) -> None:
        self._address = address
        self._reader: Reader | None = None
        self._version: int | None = None
        self._head = -1
        self._looked_at = self._seen_at = 0.0
        self._file: tuple[int, int] | None = None
        self._problem: StoreError | None = None
        self._failed_at = 0.0

    def moved(self, now: float) -> bool:
        if now - self._looked_at < LOOK_S:
            return False
        self._looked_at = now
        version, head = self._patiently(self._newest)
        if version == self._version:
            return False
        self._version, before, self._head = version, self._head, head
        return head != before

    def _newest(self, reader: Reader) -> tuple[int | None, int]:
        version = reader.version()
        return version, self._head if version == self._version else int(reader.value(HEAD))

    async def rows(self, given: Sequence[Presented]) -> list[Sequence[Row]]:
        return self.rows_of(given)

    def rows_of(self, given: Sequence[Presented]) -> list[Sequence[Row]]:
        def found(reader: Reader) -> list[Sequence[Row]]:
            named = self._named(reader, list({one.id for one in given if one.id}))
            return [named[one.id] if one.id else reader.rows(_BY_DIGEST, {"digest": one.digest}) for one in given]

        return self._patiently(found)

    def _patiently(self, ask: Callable[[Reader], T]) -> T:
        """Ask the file; while somebody has locked it, again and again, for as long as that is waited for."""
        self._refuse()
        end = stopwatch() + (BUSY_S if self._problem is None else STILL_BUSY_S)
        while True:
            try:
                answer = ask(self._open())
            except StoreError as error:
                if isinstance(error, Busy) and stopwatch() < end:
                    sleep(STEP_S)
                    continue
                self._failed(error)
                raise
            self._problem = None
            return answer

    @staticmethod
    def _named(reader: Reader, ids: Sequence[str]) -> defaultdict[str, list[Row]]:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for start in range(0, len(ids), _TOGETHER):
            some = ids[start : start + _TOGETHER]
            for row in reader.rows(_by_id(len(some)), dict(zip(_NAMES, some, strict=False))):
                found[row[0]].append(row)
        return found

    def _refuse(self) -> None:
        problem = self._problem
        if problem is not None and stopwatch() - self._failed_at < AGAIN_S:
            raise type(problem)(problem.problem, problem.remedy)

    def _failed(self, error: StoreError) -> None:
        """Let go of the file, unless it is only locked: then nothing is wrong with what was opened."""
        self._problem, self._failed_at = error, stopwatch()
        if not isinstance(error, Busy):
            self.close()

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader, self._version, self._head, self._looked_at = None, None, -1, 0.0

    def _open(self) -> Reader:
        now = stopwatch()
        if now - self._seen_at >= SAME_S:
            self._seen_at = now
            if self._reader is not None and self._file_there() != self._file:
                self.close()
        if self._reader is None:
            self._file = self._file_there()
            self._reader = SqliteReader(self._address, busy_ms=0)
        return self._reader

    def _file_there(self) -> tuple[int, int] | None:
        """Return which file has the store's name now: a backup may have been put in its place."""
        assert self._address.path is not None
        try:
            found = self._address.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


class ServerSource:
    """Looks up in PostgreSQL: own tokens on a connection of the event loop, imported ones, which are rare, in a thread."""

    waits = True

    def __init__(self, address: Address) -> None:
        from store.gateway.wire import Wire

        self._address = address
        self._wire = Wire(address, _BY_IDS)
        self._reader: Reader | None = None
        self._lock = threading.Lock()

    def moved(self, now: float) -> bool:
        return False

    def rows_of(self, given: Sequence[Presented]) -> list[Sequence[Row]]:
        raise NotImplementedError("PostgreSQL is waited for")

    async def rows(self, given: Sequence[Presented]) -> list[Sequence[Row]]:
        ids = {one.id for one in given if one.id}
        named = await self._wire.rows(ids) if ids else {}
        return [named.get(one.id, ()) if one.id else await self._imported(one.digest) for one in given]

    async def _imported(self, digest: bytes) -> Sequence[Row]:
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._by_digest, digest), PATIENCE_S)
        except TimeoutError:
            raise away() from None

    def close(self) -> None:
        self._wire.close()
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _by_digest(self, digest: bytes) -> Sequence[Row]:
        with self._lock:
            try:
                self._reader = self._reader or open_reader(self._address)
                return self._reader.rows(_BY_DIGEST, {"digest": digest})
            except StoreError:
                if self._reader is not None:
                    self._reader.close()
                self._reader = None
                raise


@cache
def _by_id(number: int) -> str:
    return f"{_FROM}t.id IN ({', '.join(f':{name}' for name in _NAMES[:number])})"


def away() -> Unreachable:
    """Return what is said of a store that did not answer in time."""
    return Unreachable("The store does not answer.", "Check the database; checks are refused until it does.")


def open_source(address: Address) -> Source:
    """Return the source for a store, from the running event loop; nothing is opened yet."""
    return FileSource(address) if address.is_sqlite else ServerSource(address)
