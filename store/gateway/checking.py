"""Checking presented tokens: from memory while that is sure to hold, else from the store; without a store, no.

Fail closed: while the store is away nothing is accepted, but for tokens that were accepted before, as long as `grace` says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from store.errors import StoreError
from store.gateway.asked import Asked
from store.gateway.judging import LONGEST, Answer, Known, Presented, judge, presented, proven
from store.gateway.memory import Memory, stopwatch
from store.gateway.sources import Source
from store.rules.secrets import Mint
from store.rules.usage import Outcome


class Checker:
    """Answers checks in the event loop's own thread and counts how it did so.

    `tell` hears why the store can't be asked when that begins, or changes, and "" once it can be asked again.
    """

    def __init__(
        self, source: Source, memory: Memory, mint: Mint, now_ms: Callable[[], int], tell: Callable[[str], None] = lambda _: None
    ) -> None:
        self._source, self.memory, self._mint, self._now_ms, self._tell = source, memory, mint, now_ms, tell
        self.checks = self.hits = self.stale = self.away = 0
        self._problem = ""

    async def check(self, text: str, scopes: Sequence[str] = (), address: str | None = None) -> Answer | None:
        """Answer one check; None when that can't be told because the store is away.

        A change in the store counts from the moment it is committed on SQLite, from its notice on PostgreSQL, and after the
        lifetime of the memory at the latest.
        """
        answer = self.at_once(text, scopes, address)
        return answer if isinstance(answer, Answer) else await self.look_up(answer, text, scopes, address)

    def at_once(self, text: str, scopes: Sequence[str], address: str | None) -> Answer | Presented:
        """Answer from memory, or where nothing need be looked up; otherwise return what is to be.

        That is for `look_up`, or for `look_up_all` where a store needs no waiting for.
        """
        self.checks += 1
        memory = self.memory
        if memory.used and len(text) <= LONGEST:
            started = stopwatch()
            try:
                if self._source.moved(started):
                    memory.forget()
            except StoreError:
                return presented(text, self._mint)
            known = memory.fresh(memory.fingerprint(text), started)
            if known is not None:
                self.hits += 1
                return judge(known, scopes, address, self._now_ms())
        return presented(text, self._mint)

    @property
    def waits(self) -> bool:
        """Say whether the store has to be waited for, so that only `look_up` can be used."""
        return self._source.waits

    def look_up_all(self, asked: Sequence[tuple[Presented, Asked]]) -> list[Answer | None]:
        """Answer all that came together, as `look_up` does each, from a store that needs no waiting for."""
        memory, started = self.memory, stopwatch()
        age, marks = memory.age, [memory.fingerprint(one.token) if memory.used else b"" for _, one in asked]
        try:
            rows = self._source.rows_of([given for given, _ in asked])
        except StoreError as error:
            self._heard(error.problem)
            return [self._without_store(mark, one.scopes, one.address) for mark, (_, one) in zip(marks, asked, strict=True)]
        self._heard("")
        return [
            self._found(proven(some, given), mark, one.scopes, one.address, started, age)
            for some, mark, (given, one) in zip(rows, marks, asked, strict=True)
        ]

    async def look_up(self, given: Presented, text: str, scopes: Sequence[str], address: str | None) -> Answer | None:
        """Answer from the store, or while it is away from what was valid before; None when nothing can be told."""
        memory, started = self.memory, stopwatch()
        fingerprint, age = memory.fingerprint(text) if memory.used else b"", memory.age
        try:
            found = proven(await self._source.rows(given), given)
            self._heard("")
        except StoreError as error:
            self._heard(error.problem)
            return self._without_store(fingerprint, scopes, address)
        return self._found(found, fingerprint, scopes, address, started, age)

    def _heard(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self._tell(problem)

    def _found(
        self, found: Known | Answer, fingerprint: bytes, scopes: Sequence[str], address: str | None, started: float, age: int
    ) -> Answer:
        if isinstance(found, Answer):
            return found
        self.memory.keep(fingerprint, found, started, age)
        return judge(found, scopes, address, self._now_ms())

    def _without_store(self, fingerprint: bytes, scopes: Sequence[str], address: str | None) -> Answer | None:
        """Answer from memory by the time it is now: the store may have been waited for until that was over."""
        known = self.memory.stale(fingerprint, stopwatch())
        if known is not None:
            answer = judge(known, scopes, address, self._now_ms())
            if answer.outcome is Outcome.VALID:
                self.stale += 1
                return answer
        self.away += 1
        return None
