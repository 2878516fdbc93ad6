"""Checking presented tokens: from memory while that is sure to hold, else from the store; without a store, no.

Fail closed: while the store is away nothing is accepted, but for tokens that were accepted before, as long as `grace` says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from store.errors import StoreError
from store.gateway.judging import LONGEST, Answer, Known, Presented, judge, presented, proven
from store.gateway.memory import Memory, stopwatch
from store.gateway.sources import Source
from store.reader import Row
from store.rules.secrets import Mint
from store.rules.usage import Outcome

Wanted = tuple[Presented, str, Sequence[str], str | None]
"""A token to be looked up: as it is presented, its text, the scopes it must hold, and the address it is used from."""

Begun = tuple[float, int, list[bytes]]
"""What was so before the store was asked: the time, the memory's age, and what each token is remembered by."""


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
        return answer if isinstance(answer, Answer) else (await self.look_up([(answer, text, scopes, address)]))[0]

    def at_once(self, text: str, scopes: Sequence[str], address: str | None) -> Answer | Presented:
        """Answer from memory, or where nothing need be looked up; otherwise return what is to be.

        That is for `look_up`, or for `look_up_now` where a store needs no waiting for.
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

    def look_up_now(self, wanted: Sequence[Wanted]) -> list[Answer | None]:
        """Answer all that came together, as `look_up` does, from a store that needs no waiting for."""
        begun = self._begun(wanted)
        try:
            rows = self._source.rows_of([one[0] for one in wanted])
        except StoreError as error:
            return self._all_without_store(error, wanted, begun)
        return self._all_found(rows, wanted, begun)

    async def look_up(self, wanted: Sequence[Wanted]) -> list[Answer | None]:
        """Answer from the store, or while it is away from what was valid before; None when nothing can be told."""
        begun = self._begun(wanted)
        try:
            rows = await self._source.rows([one[0] for one in wanted])
        except StoreError as error:
            return self._all_without_store(error, wanted, begun)
        return self._all_found(rows, wanted, begun)

    def _begun(self, wanted: Sequence[Wanted]) -> Begun:
        memory = self.memory
        return stopwatch(), memory.age, [memory.fingerprint(one[1]) if memory.used else b"" for one in wanted]

    def _all_found(self, rows: Sequence[Sequence[Row]], wanted: Sequence[Wanted], begun: Begun) -> list[Answer | None]:
        self._heard("")
        started, age, marks = begun
        return [
            self._found(proven(some, given), mark, scopes, address, started, age)
            for some, mark, (given, _, scopes, address) in zip(rows, marks, wanted, strict=True)
        ]

    def _all_without_store(self, error: StoreError, wanted: Sequence[Wanted], begun: Begun) -> list[Answer | None]:
        self._heard(error.problem)
        return [self._without_store(mark, scopes, address) for mark, (*_, scopes, address) in zip(begun[2], wanted, strict=True)]

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
