"""The only door from the screens to the store: work goes in, runs in a thread of its own, and its answer comes back.

Threads are daemons and writes are never cancelled: leaving the console waits for no query, and a write that was started
is finished and its outcome known.
"""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from datetime import datetime

    from console.settings import Settings
    from store.address import Address
    from store.engine import Unit
    from store.opening import Store
    from store.reader import Reader
    from store.rules.roles import Actor

T = TypeVar("T")
READS_AT_ONCE = 4
THREADS = "desk"


class Late(Exception):
    """The answer to a question that has been asked anew since: it must not be shown."""


async def in_thread(work: Callable[[], T], name: str) -> T:
    """Run `work` in a daemon thread and return what it returned, or raise what it raised.

    Giving up waiting does not stop the thread. `name` names the thread and never holds what was asked.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(value: T | None, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(value)  # type: ignore[arg-type]

    def run() -> None:
        value: T | None = None
        failure: BaseException | None = None
        try:
            value = work()
        except BaseException as error:  # noqa: BLE001  handed to whoever awaits, not swallowed
            failure = error
        try:
            loop.call_soon_threadsafe(settle, value, failure)
        except RuntimeError:
            return  # the console has left; nobody waits for the answer any more

    threading.Thread(target=run, name=f"{THREADS} {name}", daemon=True).start()
    return await future


class Desk:
    """Asks and changes one open store for the screens."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._stamps: defaultdict[str, int] = defaultdict(int)
        self._turns = asyncio.Semaphore(READS_AT_ONCE)
        self._warm = False
        self._writing: set[asyncio.Task[object]] = set()

    async def ask(self, lane: str, work: Callable[[Reader], T]) -> T:
        """Run a read and return its answer.

        Of the questions in one `lane` only the newest is answered: the others raise Late. Raises StoreError.
        """
        self._stamps[lane] += 1
        stamp = self._stamps[lane]

        def read() -> T:
            with self.store.reading() as reader:
                return work(reader)

        async with self._turns:
            if stamp != self._stamps[lane]:
                raise Late
            try:
                answer = await in_thread(read, f"read {lane}")
            except Exception:
                if stamp != self._stamps[lane]:
                    raise Late from None
                raise
        if stamp != self._stamps[lane]:
            raise Late
        return answer

    def forget(self, lane: str) -> None:
        """Drop the answer that is still to come in a lane."""
        self._stamps[lane] += 1

    async def change(self, work: Callable[[Unit], T], action_id: str | None = None, issued_at: datetime | None = None) -> T:
        """Run a write in one transaction and return its proof; it goes on even when nobody waits for it any more.

        With `issued_at` it issues a token at that moment, and counts as a failed issue where the store fails at it.
        Raises StoreError: refused, busy, unreachable, or OutcomeUnknown.
        """

        def write() -> T:
            if issued_at is None:
                return self.store.write(work, action_id)
            from store.usage.attempts import issuing

            return issuing(self.store, work, action_id, issued_at)

        task: asyncio.Task[T] = asyncio.ensure_future(in_thread(write, "write"))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        return await asyncio.shield(task)

    async def carry(self, work: Callable[[Store], T]) -> T:
        """Run work that writes in several transactions of its own; like a change it goes on when nobody waits for it any more.

        Raises StoreError.
        """
        task: asyncio.Task[T] = asyncio.ensure_future(in_thread(lambda: work(self.store), "write"))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        return await asyncio.shield(task)

    @property
    def writing(self) -> bool:
        """Say whether a write is under way."""
        return bool(self._writing)

    def warm_up(self) -> None:
        """Import what a question and a write need, once and in a thread: the first ones are made in a hurry.

        Call it when there is something to be seen: whatever else is imported at the time has to wait.
        """
        if self._warm:
            return
        self._warm = True

        def load() -> None:
            from console.dialogs import form, prompt, question  # noqa: F401
            from console.render import blast, inspection  # noqa: F401
            from store.writes import editing, ending, issuing  # noqa: F401

        threading.Thread(target=load, name=f"{THREADS} warm up", daemon=True).start()

    def let_go(self) -> None:
        """Stop every read under way, without waiting; a write under way goes on."""
        threading.Thread(target=self.store.cancel_reads, name="cancel", daemon=True).start()


def open_desk(address: Address, settings: Settings) -> tuple[Desk, Actor]:
    """Open a store and find out who acts on it; blocks, and imports what it needs. Raises StoreError."""
    from console.actor import actor_at
    from store.opening import open_store

    store = open_store(address)
    return Desk(store), actor_at(store, read_only=settings.read_only, operator=settings.operator)
