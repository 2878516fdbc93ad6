"""What a revocation would break: who calls with a token, for what, how often, when next, and who else could go on.

One value serves the question in the console, the table before a bulk revocation, the command line and its JSON
(requirement V6).
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.rules.rhythm import Rhythm, next_call, pace, quiet_time
from store.rules.scopes import is_wildcard

DAYS = 7
"""Callers are told of so many days, today among them."""


@dataclass(frozen=True, slots=True)
class Use:
    """One integration or endpoint: its requests in the last 7 days. An empty name: the log did not say, or beyond the cap.

    `store.rules.callers.MOST_PARTS` of a kind are told apart in a day.
    """

    name: str
    requests: int
    refused: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Blast:
    """The blast radius of one token, read at one moment.

    `requests_1h` are the 60 minutes, `requests_24h` the 1,440 minutes and `requests_7d` the 168 hours that end with the
    current one. `addresses` are those told apart, and `more_addresses` says that there were others. `told_since` is since when
    callers are recorded. `siblings` are ids of live tokens of the account that hold the same scopes; `sole_scopes` are scopes
    no other live token of the account holds.
    """

    integrations: tuple[Use, ...] = ()
    endpoints: tuple[Use, ...] = ()
    addresses: int = 0
    more_addresses: bool = False
    requests_1h: int = 0
    requests_24h: int = 0
    requests_7d: int = 0
    refused_7d: int = 0
    rhythm: Rhythm | None = None
    last_used_at: datetime | None = None
    siblings: tuple[str, ...] = ()
    sole_scopes: tuple[str, ...] = ()
    told_since: datetime | None = None

    @property
    def failing(self) -> float | None:
        """Return the share of the last 7 days' requests that were refused, 0 to 1; None without requests."""
        return self.refused_7d / self.requests_7d if self.requests_7d else None

    @property
    def callers(self) -> tuple[Use, ...]:
        """Return the integrations that are known by name, the busiest first."""
        return tuple(use for use in self.integrations if use.name)

    @property
    def more_callers(self) -> bool:
        """Say whether others called as well, which are not known by name."""
        return any(not use.name for use in self.integrations)

    def next_call(self, now: datetime) -> datetime | None:
        """Return when its rhythm or its pace brings the next call; None without either."""
        gap = self.gap(now)
        if self.last_used_at is None or (self.rhythm is None and gap is None):
            return None
        if self.rhythm is None:
            return max(self.last_used_at + (gap or timedelta()), now)
        return next_call(self.rhythm, self.last_used_at, now, gap)

    def gap(self, now: datetime) -> timedelta | None:
        """Return the time between its calls as the last hour had them; None where that hour tells none."""
        return None if self.last_used_at is None else pace(self.requests_1h, self.last_used_at, now)

    def quiet(self, now: datetime) -> tuple[datetime, datetime] | None:
        """Return the next stretch in which no call is expected; None without a rhythm, or when it calls round the clock."""
        if self.rhythm is None or self.last_used_at is None:
            return None
        return quiet_time(self.rhythm, self.last_used_at, now)


def sole(own: tuple[str, ...], others: Set[str]) -> tuple[str, ...]:
    """Return the scopes of a token that no other one holds; a wildcard of its family stands for a scope."""
    families = tuple(scope.rstrip("*") for scope in others if scope.endswith(".*"))
    everything = any(is_wildcard(scope) and "." not in scope for scope in others)
    if everything:
        return ()
    return tuple(scope for scope in own if scope not in others and not (families and scope.startswith(families)))
