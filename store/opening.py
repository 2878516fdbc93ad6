"""A store that is open: where reads and writes start. Importing this does not import SQLAlchemy."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from store.address import Address, parse_address
from store.errors import Denied, SecondPersonNeeded, SignInNeeded, Unreachable
from store.lines import StoreFacts
from store.moments import wall
from store.reader import Reader, open_reader
from store.reads.facts import check_schema, read_facts

if TYPE_CHECKING:
    from store.engine import Unit, Writer
    from store.rules.secrets import Mint

T = TypeVar("T")


class Store:
    """An open store. Safe to use from several threads: each read borrows a connection of its own.

    `wall` tells the time by which sessions end. `prove` is asked where a write needs a passphrase first: it says whether one was
    given, and is called in the thread that writes.
    """

    def __init__(self, address: Address, wall: Callable[[], datetime] = wall) -> None:
        self.address = address
        self.wall = wall
        self.prove: Callable[[SignInNeeded], bool] | None = None
        self._idle: list[Reader] = []
        self._busy: set[Reader] = set()
        self._lock = threading.Lock()
        self._writer: Writer | None = None
        with self.reading() as reader:
            check_schema(reader)
            self.facts: StoreFacts = read_facts(reader)

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Lend a read connection; one that failed is thrown away. Raises Unreachable when none can be opened.

        When the store went away the idle connections went with it, so they are thrown away too: the next read starts afresh.
        """
        with self._lock:
            reader = self._idle.pop() if self._idle else None
        reader = reader or open_reader(self.address)
        with self._lock:
            self._busy.add(reader)
        try:
            yield reader
        except BaseException as error:
            with self._lock:
                self._busy.discard(reader)
                stale, self._idle = ([reader, *self._idle], []) if isinstance(error, Unreachable) else ([reader], self._idle)
            for one in stale:
                one.close()
            raise
        with self._lock:
            self._busy.discard(reader)
            self._idle.append(reader)

    def write(self, work: Callable[[Unit], T], action_id: str | None = None) -> T:
        """Run `work` in one transaction (store.engine.Writer.run).

        Where that needs a passphrase first, `prove` is asked for it, once; after that the work runs anew. Whoever is refused for
        want of permission has that on the audit log, in a transaction of its own.
        """
        try:
            return self._proven(work, action_id)
        except Denied as denied:
            from store.denials import note_denied

            note_denied(self, denied)
            raise

    def _proven(self, work: Callable[[Unit], T], action_id: str | None) -> T:
        """Run it; where it needs a passphrase and that is given now, run it again."""
        try:
            return self._filed(work, action_id)
        except SignInNeeded as needed:
            if self.prove is None or not self.prove(needed):
                raise
        return self._filed(work, action_id)

    def record(self, work: Callable[[Unit], T]) -> T:
        """Run what records a refusal: one that is refused itself is recorded no more. Raises StoreError."""
        return self._writing().run(work)

    def _filed(self, work: Callable[[Unit], T], action_id: str | None) -> T:
        """Run it; where a policy makes it wait, file a request for a second person and say so."""
        try:
            return self._writing().run(work, action_id)
        except SecondPersonNeeded as needed:
            asked, file, now = needed, needed.file, self.facts.demo_now or self.wall()
        request = self._writing().run(lambda unit: file(unit, now))
        waits = Denied(
            asked.why,
            f"This waits for a second person, as request {request}. Nothing was done.",
            f"Another operator approves it within 15 minutes, `tokendesk operators approve {request}`; then do it again.",
        )
        waits.actor, waits.doing = asked.actor, asked.doing
        raise waits

    def mint(self) -> Mint:
        """Return what tokens are made and proven with; raises Refused when the store key is missing or unreadable."""
        from store.keys import load_key
        from store.rules.secrets import Mint

        key = load_key(self.facts.store_id, self.facts.key_id)
        return Mint(self.facts.brand, self.facts.key_id, key)

    def cancel_reads(self) -> None:
        """Stop every query under way, so that leaving never waits for one."""
        with self._lock:
            busy = list(self._busy)
        for reader in busy:
            reader.cancel()

    def close(self) -> None:
        """Close every connection that is not in use."""
        with self._lock:
            idle, self._idle = self._idle, []
        for reader in idle:
            reader.close()
        if self._writer is not None:
            self._writer.close()

    def _writing(self) -> Writer:
        with self._lock:
            if self._writer is None:
                from store.engine import Writer

                self._writer = Writer(self.address, lambda: self.wall())
            return self._writer


def open_store(address: str | Address) -> Store:
    """Open the store at an address.

    Raises Unreachable when it can't be opened, or its schema is older or newer than this program.
    """
    return Store(address if isinstance(address, Address) else parse_address(address))
