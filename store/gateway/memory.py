"""What a gateway remembers of tokens it looked up: for a stated time, and not beyond the next change in the store.

The rows are kept, not the answers: an expiry or the end of a suspension holds to the millisecond also from memory.
"""

from __future__ import annotations

import time

from store.gateway.judging import Known

MOST = 100_000
"""So many tokens are remembered; then the oldest is forgotten."""

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def stopwatch() -> float:
    """Return seconds that go on while the machine sleeps, and that nobody can set."""
    return time.clock_gettime(_CLOCK)


class Memory:
    """Tokens by the digest they were proven with. `lifetime` and `grace` are seconds; one thread uses it."""

    def __init__(self, lifetime: float, grace: float) -> None:
        self.lifetime, self.grace = lifetime, grace
        self.age = 0
        """Grows whenever everything is forgotten: what was read before that must not be kept after it."""
        self._kept: dict[bytes, tuple[Known, float]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def fresh(self, digest: bytes, now: float) -> Known | None:
        """Return a token that was read no longer ago than the lifetime."""
        found = self._kept.get(digest)
        return found[0] if found is not None and now - found[1] < self.lifetime else None

    def stale(self, digest: bytes, now: float) -> Known | None:
        """Return one for when the store is away: read no longer ago than lifetime and grace together."""
        found = self._kept.get(digest)
        return found[0] if found is not None and now - found[1] < self.lifetime + self.grace else None

    def keep(self, digest: bytes, known: Known, read_at: float, age: int) -> None:
        """Remember a token; `read_at` and `age` are from before it was asked for, so that no change since can be missed."""
        if age != self.age or self.lifetime + self.grace <= 0:
            return
        self._kept.pop(digest, None)
        if len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[digest] = (known, read_at)

    def forget(self) -> None:
        """Forget everything: something about tokens has changed."""
        self.age += 1
        self._kept.clear()
