"""What the dashboard is made of: frozen numbers, each with how far it was counted. None is «not counted yet», never 0."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from store.contact_rows import Contact
from store.indicator_rows import Proof
from store.rows import Freshness, Series

HOURS_SHOWN = 720
"""The traffic of a dashboard: the 720 hours that end with the current one, of which the last 24 are «24 h»."""

DAY_HOURS = 24
WEEK_HOURS = 168


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, or with `more` the least it is: counting stopped there."""

    number: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A saved view with how many tokens (or accounts) it holds."""

    view: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests of the whole store by the hour; `series` has HOURS_SHOWN steps and ends with the hour under way."""

    series: Series

    @property
    def requests(self) -> int:
        """Return the requests of the last 24 hours."""
        return sum(self.series.requests[-DAY_HOURS:])

    @property
    def refused(self) -> int:
        """Return the refused ones among them."""
        return sum(self.series.refused[-DAY_HOURS:])

    def last(self, hours: int) -> Series:
        """Return the last so many hours."""
        return self.grouped(hours, 1)

    def grouped(self, hours: int, each: int) -> Series:
        """Return the last `hours` hours, added up in steps of `each`, all ending with the current hour."""
        start = self.series.start + timedelta(hours=len(self.series.requests) - hours)
        steps = range(len(self.series.requests) - hours, len(self.series.requests), each)
        return Series(
            start,
            each * self.series.step_s,
            tuple(sum(self.series.requests[step : step + each]) for step in steps),
            tuple(sum(self.series.refused[step : step + each]) for step in steps),
        )

    def change(self, recorded_to: datetime | None) -> float | None:
        """Return by how much the whole recorded hours of the last 24 differ from the same hours a day before, as a share.

        The hour that usage is recorded to is not whole. None where there is nothing to compare with.
        """
        if recorded_to is None:
            return None
        end = min(len(self.series.requests) - 1, int((recorded_to - self.series.start) / timedelta(hours=1)))
        first = len(self.series.requests) - DAY_HOURS
        before = sum(self.series.requests[first - DAY_HOURS : max(first, end) - DAY_HOURS])
        return None if end <= first or not before else sum(self.series.requests[first:end]) / before - 1

    def week(self) -> tuple[tuple[int, ...], ...]:
        """Return the requests of the last four weeks by weekday (Monday first) and hour of the day, UTC."""
        cells = [[0] * DAY_HOURS for _ in range(7)]
        span = 4 * WEEK_HOURS
        start = self.series.start + timedelta(hours=len(self.series.requests) - span)
        for number, requests in enumerate(self.series.requests[-span:]):
            at = start + timedelta(hours=number)
            cells[at.weekday()][at.hour] += requests
        return tuple(map(tuple, cells))


@dataclass(frozen=True, slots=True)
class Reason:
    """How many requests of the last 24 hours were refused for one reason, and how many in each of those hours."""

    outcome: str
    refused: int
    hours: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why requests were refused, the most frequent reason first. `more`: only the latest `records` were looked at.

    A record is what one token was refused for one reason in one hour.
    """

    rows: tuple[Reason, ...]
    records: int
    more: bool


@dataclass(frozen=True, slots=True)
class Volume:
    """A token (`token_id`) or an account (without one) with its requests in 24 hours and in each of them."""

    account_id: str
    account_name: str
    token_id: str
    name: str
    requests: int
    hours: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Volumes:
    """The tokens and accounts with most requests, most first.

    Accounts are found through the `looked_at` busiest tokens; `more`: there are others.
    """

    tokens: tuple[Volume, ...]
    accounts: tuple[Volume, ...]
    looked_at: int
    more: bool


@dataclass(frozen=True, slots=True)
class EndDay:
    """The active tokens that expire on one day (UTC), and the requests a day that end with them."""

    day: date
    tokens: Amount
    requests: int


@dataclass(frozen=True, slots=True)
class Ends:
    """The next 90 days, today first. `requests` are those of the `looked_at` busiest tokens; `more`: there are others."""

    days: tuple[EndDay, ...]
    looked_at: int
    more: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """The live tokens whose age is more than `above` and at most `upto` days; None for no bound."""

    above: int | None
    upto: int | None
    amount: Amount


@dataclass(frozen=True, slots=True)
class Spread:
    """How live tokens are spread over ages, the youngest first; the stretches add up to all of them."""

    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """How many of the tokens looked at are of one tier in one environment."""

    tier: str
    environment: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Mix:
    """Tiers and environments of the `looked_at` live tokens used last; `more`: there are others."""

    kinds: tuple[Kind, ...]
    looked_at: int
    more: bool


@dataclass(frozen=True, slots=True)
class Revocations:
    """The latest revocations, each with its proof, and how many there were in 7 days."""

    rows: tuple[Proof, ...]
    lately: Amount


@dataclass(frozen=True, slots=True)
class ClockAhead:
    """A log or gateway whose newest events were `ahead_s` seconds ahead of the clock they were counted by, last at `read_at`."""

    source: str
    ahead_s: int
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything at one moment. What takes longer (`ends`, `idle`, `secrets`, `mix`, `contacts`) is None in a first answer."""

    at: datetime
    freshness: Freshness
    found: tuple[Found, ...]
    revocations: Revocations
    traffic: Traffic | None
    reasons: Reasons | None
    volumes: Volumes | None
    clocks: tuple[ClockAhead, ...] = ()
    ends: Ends | None = None
    idle: Spread | None = None
    secrets: Spread | None = None
    mix: Mix | None = None
    contacts: tuple[Contact, ...] | None = None

    def amount(self, view: str) -> Amount:
        """Return how many a saved view holds; KeyError for an unknown one."""
        return {one.view: one.amount for one in self.found}[view]
