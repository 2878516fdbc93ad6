"""Who calls with a token, what for and from where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """Another program that calls with the same token, for `share` of all its requests."""

    agent: str
    paths: Sequence[str]
    share: float


@dataclass(frozen=True, slots=True)
class Habits:
    """Who calls and from where. `new_address` is seen first at or after the moment given with it.

    `recent` is how many latest requests are told one by one, `failing` the share that the service answers with 500.
    `also` are others that share the token.
    """

    agent: str = ""
    paths: Sequence[str] = ("GET /v1/orders",)
    addresses: Sequence[str] = ("192.0.2.10",)
    new_address: tuple[str, int] | None = None
    recent: int = 20
    failing: float = 0.002
    service: str = "api"
    also: tuple[Caller, ...] = ()

    def callers(self) -> Iterator[Caller]:
        """Yield every program that calls, the token's own last, with the shares they have."""
        yield from self.also
        yield Caller(self.agent, self.paths, 1.0 - sum(caller.share for caller in self.also))
