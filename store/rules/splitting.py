"""Which scopes were really used, and by whom: the narrower tokens a shared one could be split into (requirements V7, S13).

A scope counts as exercised when the log names it, or when the endpoint called can only be meant by it. What the log does
not tell is said, never guessed: a proposal with anything untold is no proof that a scope is unused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from store.rules.scopes import is_wildcard, normal

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_READ_WORDS = frozenset({"read", "list", "export", "view"})


@dataclass(frozen=True, slots=True)
class Seen:
    """Requests of one integration to one endpoint, with the scope the log names, where it does; all may be empty."""

    integration: str
    endpoint: str
    scope: str
    requests: int


@dataclass(frozen=True, slots=True)
class Share:
    """What one integration was seen doing: its requests, endpoints and the scopes they need. `untold` requests need others."""

    integration: str
    requests: int
    endpoints: tuple[str, ...]
    scopes: tuple[str, ...]
    untold: int


@dataclass(frozen=True, slots=True)
class Use:
    """How a token's scopes were used: by each integration, the busiest first, and which of them nobody was seen to need."""

    shares: tuple[Share, ...]
    granted: tuple[str, ...]

    @property
    def exercised(self) -> tuple[str, ...]:
        """Return the granted scopes that were seen in use."""
        return normal(scope for share in self.shares for scope in share.scopes)

    @property
    def unused(self) -> tuple[str, ...]:
        """Return the granted scopes that were not; meaningful only when nothing is untold."""
        return tuple(scope for scope in self.granted if scope not in self.exercised)

    @property
    def untold(self) -> int:
        """Return how many requests say neither a scope nor an endpoint that needs one for certain."""
        return sum(share.untold for share in self.shares)

    @property
    def is_shared(self) -> bool:
        """Say whether several named integrations call with it."""
        return len([share for share in self.shares if share.integration]) > 1


def plan(use: Use) -> tuple[Share, ...]:
    """Return the narrower tokens a shared one can be split into, in the order they are made; empty where it can't be told.

    Each but the last gets a token of its own, the smallest caller first; the last one keeps the old token's place: it is
    rotated, narrowed to what that caller needs. A caller whose needs the log does not tell stops the whole plan.
    """
    named = [share for share in reversed(use.shares) if share.integration]
    return tuple(named) if use.is_shared and all(share.scopes for share in named) else ()


def remainder(use: Use, programs: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes that some of the callers were seen to need between them."""
    wanted = set(programs)
    return normal(scope for share in use.shares if share.integration in wanted for scope in share.scopes)


def used(granted: Sequence[str], seen: Iterable[Seen]) -> Use:
    """Judge what was seen of a token against the scopes it holds."""
    by_name: dict[str, list[Seen]] = {}
    for one in seen:
        by_name.setdefault(one.integration, []).append(one)
    shares = []
    for integration, mine in by_name.items():
        needed: set[str] = set()
        untold = 0
        for one in mine:
            scopes = {one.scope} if one.scope else needs(one.endpoint, granted)
            needed |= scopes
            untold += 0 if scopes else one.requests
        ends = tuple(dict.fromkeys(one.endpoint for one in sorted(mine, key=lambda one: -one.requests) if one.endpoint))
        shares.append(Share(integration, sum(one.requests for one in mine), ends, normal(needed), untold))
    shares.sort(key=lambda share: (-share.requests, share.integration))
    return Use(tuple(shares), normal(granted))


def needs(endpoint: str, granted: Iterable[str]) -> set[str]:
    """Return the granted scope that an endpoint is meant by: the one about a word of its path, for reading or for changing.

    `PUT /v1/orders/{id}` needs orders.write where both orders.read and orders.write are held. Empty where no scope, or
    more than one, could be meant.
    """
    method, _, path = endpoint.partition(" ")
    words = set(path.split("/"))
    about = [scope for scope in granted if not is_wildcard(scope) and scope.partition(".")[0] in words]
    reading = {scope for scope in about if scope.rpartition(".")[2] in _READ_WORDS}
    changing = {scope for scope in about if scope not in reading}
    found = (reading or changing) if method in _READING else changing
    return found if len(found) == 1 else set()
