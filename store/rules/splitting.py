"""Which scopes were really used, and by whom: the narrower tokens a shared one could be split into (requirements V7, S13).

A scope counts as exercised when the log names it, or when the endpoint called can only be meant by it. What the log does
not tell is said, never guessed: a proposal with anything untold is no proof that a scope is unused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    def nameless(self) -> int:
        """Return how many requests name no program: whoever makes them gets no token of their own by a split."""
        return sum(share.requests for share in self.shares if not share.integration)

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


def used(granted: Sequence[str], seen: Iterable[Seen], requests: Mapping[str, int] | None = None) -> Use:
    """Judge what was seen of a token against the scopes it holds.

    `requests` are those of each integration; without it they are as many as were seen. What was seen of an integration may
    be less, where the endpoints of a day were too many to be kept apart, and more: a request may be seen by its scope and,
    as nobody knows that it named one, by its endpoint too.
    """
    by_name: dict[str, list[Seen]] = {name: [] for name in requests or ()}
    for one in seen:
        if one.integration in by_name or requests is None:
            by_name.setdefault(one.integration, []).append(one)
    shares = [_share(name, mine, granted, None if requests is None else requests[name]) for name, mine in by_name.items()]
    shares.sort(key=lambda share: (-share.requests, share.integration))
    return Use(tuple(shares), normal(granted))


def _share(integration: str, seen: list[Seen], granted: Sequence[str], requests: int | None) -> Share:
    """Add up one integration. Told is a request that names its scope, or whose endpoint tells it."""
    all_of_it = sum(one.requests for one in seen) if requests is None else requests
    needed: set[str] = set()
    named = by_end = 0
    for one in seen:
        scopes = {one.scope} if one.scope else needs(one.endpoint, granted)
        needed |= scopes
        named += one.requests if one.scope else 0
        by_end += one.requests if scopes and not one.scope else 0
    ends = tuple(dict.fromkeys(one.endpoint for one in sorted(seen, key=lambda one: -one.requests) if one.endpoint))
    told = named + by_end if requests is None else max(named, by_end)
    return Share(integration, all_of_it, ends, normal(needed), max(0, all_of_it - told))


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
