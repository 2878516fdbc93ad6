"""What a gateway remembers of tokens it looked up: for a stated time, and not beyond the next change in the store.

The rows are kept, not the answers: an expiry or the end of a suspension holds to the millisecond also from memory.
"""

from __future__ import annotations

import hashlib
import os
import time

from store.gateway.judging import Known

MOST = 100_000
"""So many tokens are remembered; then the oldest is forgotten."""

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def stopwatch() -> float:
    """Return seconds that go on while the machine sleeps, and that nobody can set."""
    return time.clock_gettime(_CLOCK)


class Memory:
    """Tokens by a fingerprint, under a key that is nowhere else and gone with the process; one thread uses it.

    `lifetime` and `grace` are seconds.
    """

    def __init__(self, lifetime: float, grace: float) -> None:
        self.lifetime, self.grace = lifetime, grace
        self.used = lifetime + grace > 0
        """Whether anything is ever remembered."""

        self.age = 0
        """Grows whenever everything is forgotten: what was read before that must not be kept after it."""
        self._key = os.urandom(32)
        self._kept: dict[bytes, tuple[Known, float]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def fingerprint(self, text: str) -> bytes:
        """Return what a token is remembered by: 16 bytes, for a tenth of the work of proving it."""
        return hashlib.blake2b(text.encode(), digest_size=16, key=self._key).digest()

    def fresh(self, fingerprint: bytes, now: float) -> Known | None:
        """Return a token that was read no longer ago than the lifetime."""
        found = self._kept.get(fingerprint)
        return found[0] if found is not None and now - found[1] < self.lifetime else None

    def stale(self, fingerprint: bytes, now: float) -> Known | None:
        """Return one for when the store is away: read no longer ago than lifetime and grace together."""
        found = self._kept.get(fingerprint)
        return found[0] if found is not None and now - found[1] < self.lifetime + self.grace else None

    def keep(self, fingerprint: bytes, known: Known, read_at: float, age: int) -> None:
        """Remember a token; `read_at` and `age` are from before it was asked for, so that no change since can be missed."""
        if age != self.age or not self.used:
            return
        self._kept.pop(fingerprint, None)
        if len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[fingerprint] = (known, read_at)

    def forget(self) -> None:
        """Forget everything: something about tokens has changed."""
        self.age += 1
        self._kept.clear()
