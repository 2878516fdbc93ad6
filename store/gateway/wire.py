"""Asking PostgreSQL from the event loop itself: whatever waits when one question is answered is asked in the next.

libpq's own non-blocking calls are used, because a thread or a cursor for each question costs more than the question.
"""

from __future__ import annotations

import asyncio
import struct
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

import psycopg
from psycopg import pq

from store.address import Address
from store.dialect import connect_postgresql
from store.errors import StoreError, Unreachable
from store.failures import translated
from store.gateway.memory import stopwatch
from store.reader import Row

PATIENCE_S = 2.0
"""A store that has not answered by then is away."""

AGAIN_S = 0.5
"""So long after a failed connection the next is not tried: until then there is no store."""

_TOGETHER = 200
"""So many groups of tokens that came together are one question at most."""

_NAME = b"check"
_TEXT_ARRAY, _BINARY = 1009, 1
_INTEGER, _BYTES = 20, 17

Found = Mapping[str, Sequence[Row]]
Waiting = tuple[Set[str], "asyncio.Future[Found]"]


class Wire:
    """One connection, used by the event loop alone. `query` takes an array of ids and gives rows that begin with the id."""

    def __init__(self, address: Address, query: str) -> None:
        self._address, self._query = address, query.encode()
        self._loop = asyncio.get_running_loop()
        self._connection: psycopg.Connection[Any] | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._socket = -1
        self._failed_at: float | None = None
        self._problem: StoreError | None = None
        self._waiting: list[Waiting] = []
        self._asked: list[Waiting] = []
        self._readers: list[tuple[int, Callable[[bytes], Any]]] = []
        """How each column is read, for as long as the connection: the question is always the same."""

    async def rows(self, ids: Set[str]) -> Found:
        """Return the rows of each id that has any; ids are plain letters and digits. Raises StoreError when the store is away."""
        if self._problem is not None and self._failed_at is not None and stopwatch() - self._failed_at < AGAIN_S:
            raise _copied(self._problem)
        future: asyncio.Future[Found] = self._loop.create_future()
        self._waiting.append((ids, future))
        late = self._loop.call_later(PATIENCE_S, self._give_up, future)
        if self._connection is None:
            self._reconnect()
        elif not self._asked:
            self._ask()
        try:
            return await future
        finally:
            late.cancel()

    def close(self) -> None:
        """Let go of the connection; whoever waits is told."""
        self._fail(_away())
        self._failed_at = None

    async def _connect(self) -> None:
        def opened() -> psycopg.Connection[Any]:
            connection = connect_postgresql(self._address.conninfo, writing=False)
            try:
                result = connection.pgconn.prepare(_NAME, self._query, [_TEXT_ARRAY])
                if result.status != pq.ExecStatus.COMMAND_OK:
                    raise psycopg.OperationalError("the question was not understood")
            except BaseException:
                connection.close()
                raise
            return connection

        try:
            connection = await asyncio.to_thread(opened)
        except psycopg.Error as error:
            self._fail(translated(error) or _away())
            return
        except StoreError as error:
            self._fail(error)
            return
        finally:
            self._connecting = None
        connection.pgconn.nonblocking = 1
        self._readers = []
        self._connection, self._problem, self._failed_at = connection, None, None
        self._socket = connection.pgconn.socket
        self._loop.add_reader(self._socket, self._heard)
        self._ask()

    def _ask(self) -> None:
        """Ask for everything that waits, if anything still does."""
        self._waiting = [one for one in self._waiting if not one[1].done()]
        if not self._waiting or self._connection is None:
            return
        self._asked, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
        ids = "{" + ",".join(set[str]().union(*(some for some, _ in self._asked))) + "}"
        try:
            self._connection.pgconn.send_query_prepared(_NAME, [ids.encode()], result_format=_BINARY)
            self._connection.pgconn.flush()
        except psycopg.Error:
            self._lost()

    def _heard(self) -> None:
        assert self._connection is not None
        conn = self._connection.pgconn
        try:
            conn.consume_input()
            while not conn.is_busy():
                result = conn.get_result()
                if result is None:
                    self._ask_next()
                    return
                if result.status != pq.ExecStatus.TUPLES_OK:
                    self._lost()
                    return
                self._answer(result)
        except psycopg.Error:
            self._lost()

    def _answer(self, result: pq.abc.PGresult) -> None:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        if not self._readers:
            self._readers = [(column, _reader(result.ftype(column))) for column in range(result.nfields)]
        value_of = result.get_value
        for number in range(result.ntuples):
            row: list[Any] = [
                None if (value := value_of(number, column)) is None else read(value) for column, read in self._readers
            ]
            found[row[0]].append(row)
        for _, future in self._asked:
            if not future.done():
                future.set_result(found)

    def _ask_next(self) -> None:
        self._asked = []
        self._ask()

    def _give_up(self, future: asyncio.Future[Found]) -> None:
        """End a question that took too long, and the connection that has not answered it."""
        if not future.done():
            self._fail(_away())

    def _lost(self) -> None:
        """Ask anew, on another connection, what a broken one has not answered; each question's own patience goes on."""
        self._drop()
        self._waiting, self._asked = [one for one in (*self._asked, *self._waiting) if not one[1].done()], []
        if self._waiting:
            self._reconnect()

    def _reconnect(self) -> None:
        if self._connecting is None:
            self._connecting = asyncio.ensure_future(self._connect())

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._loop.remove_reader(self._socket)
            connection.close()

    def _fail(self, problem: StoreError) -> None:
        """Tell everybody who waits that there is no store, and those who come within the next moment."""
        self._drop()
        self._problem, self._failed_at = problem, stopwatch()
        waiting, self._asked, self._waiting = [*self._asked, *self._waiting], [], []
        for _, future in waiting:
            if not future.done():
                future.set_exception(_copied(problem))


def _reader(kind: int) -> Callable[[bytes], Any]:
    if kind == _INTEGER:
        return _integer
    return bytes if kind == _BYTES else _text


def _integer(value: bytes) -> int:
    number: int = struct.unpack(">q", value)[0]
    return number


def _text(value: bytes) -> str:
    return value.decode()


def _copied(problem: StoreError) -> StoreError:
    """Return the problem anew: one exception must not be raised twice."""
    return type(problem)(problem.problem, problem.remedy)


def _away() -> Unreachable:
    return Unreachable("The store does not answer.", "Check the database; checks are refused until it does.")
