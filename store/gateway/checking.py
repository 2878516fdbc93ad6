"""Checking presented tokens: from memory while that is sure to hold, else from the store; without a store, no.

Fail closed: while the store is away nothing is accepted, but for tokens that were accepted before, as long as `grace` says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from store.errors import StoreError
from store.gateway.judging import LONGEST, Answer, judge, presented, proven
from store.gateway.memory import Memory, stopwatch
from store.gateway.sources import Source
from store.rules.secrets import Mint
from store.rules.usage import Outcome


class Checker:
    """Answers checks in the event loop's own thread and counts how it did so."""

    def __init__(self, source: Source, memory: Memory, mint: Mint, now_ms: Callable[[], int]) -> None:
        self._source, self.memory, self._mint, self._now_ms = source, memory, mint, now_ms
        self.checks = self.hits = self.stale = self.away = 0
        self.problem = ""
        """Why the store could not be asked the last time; "" when it could."""

    async def check(self, text: str, scopes: Sequence[str] = (), address: str | None = None) -> Answer | None:
        """Answer one check; None when that can't be told because the store is away.

        A change in the store counts from the moment it is committed on SQLite, from its notice on PostgreSQL, and after the
        lifetime of the memory at the latest.
        """
        self.checks += 1
        memory, started, fingerprint = self.memory, stopwatch(), b""
        try:
            if memory.used and len(text) <= LONGEST:
                if self._source.moved(started):
                    memory.forget()
                fingerprint = memory.fingerprint(text)
                known = memory.fresh(fingerprint, started)
                if known is not None:
                    self.hits += 1
                    return judge(known, scopes, address, self._now_ms())
            given = presented(text, self._mint)
            if isinstance(given, Answer):
                return given
            age = memory.age
            found = proven(await self._source.rows(given), given)
            self.problem = ""
        except StoreError as error:
            self.problem = error.problem
            return self._without_store(text, fingerprint, scopes, address, started)
        if isinstance(found, Answer):
            return found
        memory.keep(fingerprint, found, started, age)
        return judge(found, scopes, address, self._now_ms())

    def _without_store(
        self, text: str, fingerprint: bytes, scopes: Sequence[str], address: str | None, now: float
    ) -> Answer | None:
        given = presented(text, self._mint)
        if isinstance(given, Answer):
            return given
        known = self.memory.stale(fingerprint, now)
        if known is not None:
            answer = judge(known, scopes, address, self._now_ms())
            if answer.outcome is Outcome.VALID:
                self.stale += 1
                return answer
        self.away += 1
        return None
