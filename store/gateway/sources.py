"""Where a gateway looks tokens up: a SQLite file at once, PostgreSQL in a thread that asks for all that wait together."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

from store.address import Address
from store.errors import StoreError, Unreachable
from store.gateway.judging import COLUMNS, Presented
from store.gateway.memory import stopwatch
from store.reader import Reader, Row, open_reader

PATIENCE_S = 2.0
"""A store that has not answered by then is away."""

LOOK_S = 0.002
"""So often at most a SQLite file is asked whether anybody has written to it: it locks the file to tell."""

_BUSY_MS = 1_000
_TOGETHER = 200
_FROM = f"SELECT {COLUMNS} FROM token t LEFT JOIN token_rule r ON r.account_id = t.account_id AND r.token_id = t.id WHERE "
_BY_ID = f"{_FROM}t.id = :id"
_BY_DIGEST = f"{_FROM}t.digest IS NOT NULL AND t.digest = :digest AND t.digest_scheme = 'sha256'"
_BY_IDS = f"{_FROM}t.id = ANY(:ids)"
_BY_DIGESTS = f"{_FROM}t.digest IS NOT NULL AND t.digest = ANY(:digests) AND t.digest_scheme = 'sha256'"
HEAD = "SELECT coalesce(max(seq), 0) FROM audit"
"""Nothing about a token or who may ask changes without an audit line: while this stands still, what was read still holds."""


class Source(Protocol):
    """A place to look tokens up; every method raises StoreError when the store is away."""

    def moved(self, now: float) -> bool:
        """Say whether tokens may have changed since this was last asked, where that can be told at once; `now` in seconds."""

    def rows_now(self, given: Presented) -> Sequence[Row] | None:
        """Return the tokens a presented one may be, or None where that has to be waited for."""

    async def rows(self, given: Presented) -> Sequence[Row]:
        """Return them, waiting where that is needed."""

    def close(self) -> None:
        """Let go of the store."""


class FileSource:
    """Looks up in a SQLite file, in the thread that asks: that takes less than handing it to another one."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._reader: Reader | None = None
        self._version: int | None = None
        self._head = -1
        self._looked_at = 0.0

    def moved(self, now: float) -> bool:
        if now - self._looked_at < LOOK_S:
            return False
        self._looked_at = now
        reader = self._open()
        try:
            version = reader.version()
            if version == self._version:
                return False
            head = int(reader.value(HEAD))
        except StoreError:
            self.close()
            raise
        self._version, before, self._head = version, self._head, head
        return head != before

    async def rows(self, given: Presented) -> Sequence[Row]:
        return self.rows_now(given)

    def rows_now(self, given: Presented) -> Sequence[Row]:
        reader = self._open()
        try:
            if given.id:
                return reader.rows(_BY_ID, {"id": given.id})
            return reader.rows(_BY_DIGEST, {"digest": given.digest})
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader, self._version, self._head, self._looked_at = None, None, -1, 0.0

    def _open(self) -> Reader:
        if self._reader is None:
            self._reader = open_reader(self._address)
            self._reader.rows(f"PRAGMA busy_timeout = {_BUSY_MS}")
        return self._reader


Waiting = tuple[Presented, "asyncio.Future[Sequence[Row]]"]


class ServerSource:
    """Looks up in PostgreSQL: whatever waits when the last question was answered is asked in one."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._waiting: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._asked_at: float | None = None
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="gateway look-ups", daemon=True)
        self._thread.start()

    def moved(self, now: float) -> bool:
        return False

    def rows_now(self, given: Presented) -> Sequence[Row] | None:
        return None

    async def rows(self, given: Presented) -> Sequence[Row]:
        asked_at = self._asked_at
        if asked_at is not None and stopwatch() - asked_at > PATIENCE_S:
            raise _away()
        future: asyncio.Future[Sequence[Row]] = self._loop.create_future()
        late = self._loop.call_later(PATIENCE_S, _give_up, future)
        self._waiting.put((given, future))
        try:
            return await future
        finally:
            late.cancel()

    def close(self) -> None:
        self._waiting.put(None)

    def _run(self) -> None:
        reader: Reader | None = None
        while (first := self._waiting.get()) is not None:
            batch = [first]
            while len(batch) < _TOGETHER:
                try:
                    more = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    self._waiting.put(None)
                    break
                batch.append(more)
            self._asked_at = stopwatch()
            found: list[Sequence[Row]] | StoreError
            try:
                reader = reader or open_reader(self._address)
                found = _asked(reader, [given for given, _ in batch])
            except StoreError as error:
                found = error
                if reader is not None:
                    reader.close()
                reader = None
            self._asked_at = None
            try:
                self._loop.call_soon_threadsafe(_settle, batch, found)
            except RuntimeError:
                break  # the gateway has ended
        if reader is not None:
            reader.close()


def _asked(reader: Reader, wanted: Sequence[Presented]) -> list[Sequence[Row]]:
    by_id: defaultdict[str, list[Row]] = defaultdict(list)
    by_digest: defaultdict[bytes, list[Row]] = defaultdict(list)
    ids = list({given.id for given in wanted if given.id})
    if ids:
        for row in reader.rows(_BY_IDS, {"ids": ids}):
            by_id[row[0]].append(row)
    digests = list({given.digest for given in wanted if not given.id})
    if digests:
        for row in reader.rows(_BY_DIGESTS, {"digests": digests}):
            by_digest[bytes(row[3])].append(row)
    return [by_id[given.id] if given.id else by_digest[given.digest] for given in wanted]


def _settle(batch: Sequence[Waiting], found: Sequence[Sequence[Row]] | StoreError) -> None:
    for number, (_, future) in enumerate(batch):
        if future.done():
            continue
        if isinstance(found, StoreError):
            future.set_exception(type(found)(found.problem, found.remedy))
        else:
            future.set_result(found[number])


def _give_up(future: asyncio.Future[Sequence[Row]]) -> None:
    if not future.done():
        future.set_exception(_away())


def _away() -> Unreachable:
    return Unreachable("The store does not answer.", "Check the database; checks are refused until it does.")


def open_source(address: Address) -> Source:
    """Return the source for a store, from the running event loop; nothing is opened yet."""
    return FileSource(address) if address.is_sqlite else ServerSource(address)
