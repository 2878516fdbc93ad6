"""Tells when somebody has changed a store, on a connection of its own, without ever reading what changed.

SQLite: `PRAGMA data_version`, asked once a second. PostgreSQL: LISTEN on the channel every write notifies; behind a pooler
that swallows notices (dependencies.md 3) the audit log's newest number is looked at every five seconds as well.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

from store.address import Address
from store.dialect import CHANNEL
from store.errors import StoreError
from store.failures import translated
from store.reader import open_reader
from store.record import record

POLL_S = 1.0
FALLBACK_S = 5.0
LOOK_S = 0.25
"""How long waiting for a notice may take before `stop` is looked at again."""

LONGEST_WAIT_S = 15.0
_SEEN = "SELECT coalesce(max(seq), 0), (SELECT value FROM fact WHERE name = 'recorded_to') FROM audit"


@record
class Changed:
    """Something in the store is different now."""


@record
class Lost:
    """The store can't be reached; `problem` says why in one sentence."""

    problem: str


@record
class Found:
    """The store is reachable: at the start, and again after it was lost. Anything may have changed meanwhile."""


def watch(address: Address, stop: threading.Event) -> Iterator[Changed | Lost | Found]:
    """Yield what happens to the store until `stop` is set; blocks in between, at most about a second at a time.

    A lost store is tried again after 1, 2, 4 ... 15 seconds, for ever.
    """
    wait = POLL_S
    while not stop.is_set():
        try:
            for seen in _sqlite(address, stop) if address.is_sqlite else _postgres(address, stop):
                wait = POLL_S
                yield seen
        except StoreError as error:
            yield Lost(error.problem)
            stop.wait(wait)
            wait = min(LONGEST_WAIT_S, wait * 2)


def _sqlite(address: Address, stop: threading.Event) -> Iterator[Changed | Found]:
    reader = open_reader(address)
    try:
        before = reader.version()
        yield Found()
        while not stop.wait(POLL_S):
            now = reader.version()
            if now != before:
                before = now
                yield Changed()
    finally:
        reader.close()


def _postgres(address: Address, stop: threading.Event) -> Iterator[Changed | Found]:
    import psycopg

    reader = open_reader(address)
    try:
        with psycopg.connect(address.conninfo, autocommit=True, connect_timeout=5) as connection:
            connection.execute(f"LISTEN {CHANNEL}".encode())
            before = reader.one(_SEEN)
            yield Found()
            quiet = 0.0
            while not stop.is_set():
                heard = list(connection.notifies(timeout=LOOK_S, stop_after=1))
                quiet = 0.0 if heard else quiet + LOOK_S
                if not heard and quiet < FALLBACK_S:
                    continue
                quiet = 0.0
                after = reader.one(_SEEN)
                if heard or after != before:
                    before = after
                    yield Changed()
    except psycopg.Error as error:
        ours = translated(error)
        if ours is None:
            raise
        raise ours from None
    finally:
        reader.close()
