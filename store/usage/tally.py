"""Counting events in memory, per token, before anything is written: one piece of a log at a time.

Counts are plain numbers in plain dictionaries, requests and refusals packed into one: a piece makes a hundred thousand of
them, and as lists they would keep Python's garbage collector busier than the counting itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from store.moments import DAY_MS, FAR_MS, HOUR_MS, MINUTE_MS
from store.rows import TokenKey
from store.rules.callers import OTHERS, endpoint_of, integration_of
from store.rules.usage import Outcome
from store.usage.events import Event

MOST_REQUESTS = 200
"""So many of the latest requests of a token are kept, and so many of its addresses."""

_REFUSED = 1 << 32
_REQUESTS = _REFUSED - 1
_MINUTES_PER_HOUR = HOUR_MS // MINUTE_MS
_HOURS_PER_DAY = DAY_MS // HOUR_MS
_integration = lru_cache(maxsize=20_000)(integration_of)
_endpoint = lru_cache(maxsize=20_000)(endpoint_of)

Request = tuple[int, int, str, int | None, str, str, str, str, str, int | None, str]
"""A recent request: moment, order in the piece, then the columns of `recent_request` from `outcome` on."""


class TokenTally:
    """What one piece of a log says about one token."""

    __slots__ = (
        "_classes", "_minutes", "_request_ids", "addresses", "calls", "denied_at", "denied_reason", "first_at", "key", "origins",
        "reasons", "recent", "repeated", "success_at", "used_at",
    )  # fmt: skip

    def __init__(self, key: TokenKey) -> None:
        self.key = key
        self._minutes: dict[int, int] = {}
        self._classes: dict[int, int] = {}
        self.reasons: dict[tuple[int, str], int] = {}
        self.addresses: dict[str, tuple[int, int, int]] = {}
        """address -> (first seen, last seen, requests)"""
        self.calls: dict[tuple[int, str, str, str], tuple[int, int]] = {}
        """(day, integration, endpoint, scope) -> (requests and refusals packed into one, last seen)"""
        self.origins: dict[tuple[int, str], tuple[int, int]] = {}
        """(day, address) -> the same"""
        self._request_ids: dict[str, int] = {}
        self.repeated: dict[int, int] = {}
        """day -> requests whose id another one of this piece had"""
        self.recent: list[Request] = []
        self.first_at = FAR_MS
        self.used_at = -1
        self.success_at = -1
        self.denied_at = -1
        self.denied_reason = ""

    def add(self, event: Event, order: int) -> None:
        """Count one event; `order` is its place in the piece."""
        at, _, outcome, status, address, agent, method, path, service, latency_us, request_id, _, _, scope = event
        minute = at // MINUTE_MS
        if at > self.used_at:
            self.used_at = at
        if at < self.first_at:
            self.first_at = at
        one = 1
        if outcome is Outcome.VALID:
            word = "VALID"
            self._minutes[minute] = self._minutes.get(minute, 0) + 1
            if at > self.success_at:
                self.success_at = at
        else:
            word = outcome.value
            one += _REFUSED
            self._minutes[minute] = self._minutes.get(minute, 0) + one
            reason = (at // HOUR_MS, word)
            self.reasons[reason] = self.reasons.get(reason, 0) + 1
            if at >= self.denied_at:
                self.denied_at, self.denied_reason = at, word
        if status is not None:
            kind = at // HOUR_MS * 8 + status // 100
            self._classes[kind] = self._classes.get(kind, 0) + 1
        day = at // DAY_MS
        call = (day, _integration(agent), _endpoint(method, path), scope)
        count, last = self.calls.get(call, (0, at))
        self.calls[call] = (count + one, at if at > last else last)
        origin = (day, address)
        count, last = self.origins.get(origin, (0, at))
        self.origins[origin] = (count + one, at if at > last else last)
        if request_id:
            if request_id in self._request_ids:
                self.repeated[day] = self.repeated.get(day, 0) + 1
            else:
                self._request_ids[request_id] = day
        if address:
            first, last, requests = self.addresses.get(address, (at, at, 0))
            self.addresses[address] = (at if at < first else first, at if at > last else last, requests + 1)
        self.recent.append((at, order, word, status, address, agent, method, path, service, latency_us, request_id))
        if len(self.recent) >= 4 * MOST_REQUESTS:
            self.latest()

    def latest(self) -> list[Request]:
        """Drop all but the latest 200 requests and return those, oldest first."""
        self.recent.sort(key=_by_moment)
        del self.recent[:-MOST_REQUESTS]
        return self.recent

    def minutes(self) -> Iterator[tuple[int, int, int]]:
        """Yield (minute, requests, refused)."""
        for minute, both in self._minutes.items():
            yield minute, both & _REQUESTS, both // _REFUSED

    def hours(self) -> Iterator[tuple[int, int, int, int, int, int, int]]:
        """Yield (hour, requests, refused, and answers of the classes 2xx, 3xx, 4xx and 5xx)."""
        both: dict[int, int] = {}
        for minute, counts in self._minutes.items():
            hour = minute // _MINUTES_PER_HOUR
            both[hour] = both.get(hour, 0) + counts
        answers = self._classes
        for hour, counts in both.items():
            classes = [answers.get(hour * 8 + kind, 0) for kind in (2, 3, 4, 5)]
            yield hour, counts & _REQUESTS, counts // _REFUSED, classes[0], classes[1], classes[2], classes[3]

    def days(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield (day, requests, refused, active hours as bits)."""
        both: dict[int, int] = {}
        active: dict[int, int] = {}
        for minute, counts in self._minutes.items():
            hour = minute // _MINUTES_PER_HOUR
            day = hour // _HOURS_PER_DAY
            both[day] = both.get(day, 0) + counts
            active[day] = active.get(day, 0) | 1 << hour % _HOURS_PER_DAY
        for day, counts in both.items():
            yield day, counts & _REQUESTS, counts // _REFUSED, active[day]

    def parts(self) -> Iterator[tuple[int, str, str, str, int, int, int]]:
        """Yield (day, kind, value, integration, requests, refused, last seen): each kind adds up to the day."""
        found: dict[tuple[int, str, str, str], tuple[int, int]] = {}
        for (day, integration, endpoint, scope), (counts, at) in self.calls.items():
            for part in (
                (day, "integration", integration, OTHERS),
                (day, "endpoint", endpoint, integration),
                (day, "scope", scope, integration),
            ):
                before, last = found.get(part, (0, at))
                found[part] = (before + counts, at if at > last else last)
        for (day, address), seen in self.origins.items():
            found[day, "address", address, OTHERS] = seen
        for part, (counts, last) in found.items():
            yield *part, counts & _REQUESTS, counts // _REFUSED, last

    @property
    def request_ids(self) -> dict[str, int]:
        """Return the request ids seen, each with the day it was first seen on in this piece."""
        return self._request_ids

    def requests_since(self, minute: int) -> int:
        """Return how many requests fall into `minute` or later."""
        return sum(counts & _REQUESTS for at, counts in self._minutes.items() if at >= minute)

    @property
    def refused(self) -> int:
        """Return how many requests were refused."""
        return sum(self.reasons.values())


class Tally:
    """What one piece of a log says about all tokens."""

    def __init__(self) -> None:
        self.tokens: dict[TokenKey, TokenTally] = {}
        self.events = 0

    def add(self, key: TokenKey, event: Event) -> None:
        """Count one event; they come in the order of the log."""
        tally = self.tokens.get(key)
        if tally is None:
            tally = self.tokens[key] = TokenTally(key)
        tally.add(event, self.events)
        self.events += 1

    @property
    def latest_ms(self) -> int | None:
        """Return the latest moment counted, or None when nothing was."""
        return max((tally.used_at for tally in self.tokens.values()), default=None)

    @property
    def earliest_ms(self) -> int | None:
        """Return the earliest moment counted, or None when nothing was."""
        return min((tally.first_at for tally in self.tokens.values()), default=None)

    @property
    def refused(self) -> int:
        """Return how many of the events were refused."""
        return sum(tally.refused for tally in self.tokens.values())


def _by_moment(request: Request) -> tuple[int, int]:
    return request[:2]
