"""Counting events in memory, per token, before anything is written: one piece of a log at a time.

Counts are plain numbers in plain dictionaries, requests and refusals packed into one: a piece makes a hundred thousand of
them, and as lists they would keep Python's garbage collector busier than the counting itself.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import lru_cache
from sys import intern

from store.moments import DAY_MS, FAR_MS, HOUR_MS, MINUTE_MS
from store.rows import TokenKey
from store.rules.callers import OTHERS, endpoint_of, integration_of
from store.rules.usage import Outcome
from store.usage.events import Event
from store.usage.measures import Measures
from store.usage.proving import CODES, STEP

MOST_REQUESTS = 200
"""So many of the latest requests of a token are kept, and so many of its addresses."""

_REFUSED = 1 << 32
_REQUESTS = _REFUSED - 1
_ACCEPTED = Outcome.VALID.value
_NOTHING, _NOWHERE = (0, -1), (0, -1, FAR_MS)
_MOST_HELD = 2 * MOST_REQUESTS
_MINUTES_PER_HOUR = HOUR_MS // MINUTE_MS
_HOURS_PER_DAY = DAY_MS // HOUR_MS
_integration = lru_cache(maxsize=5_000)(integration_of)

Request = tuple[int, int, str, int | None, str, str, str, str, str, int | None, str]
"""A recent request: moment, order in the piece, then the columns of `recent_request` from `outcome` on."""


class TokenTally:
    """What one piece of a log says about one token."""

    __slots__ = (
        "_request_ids", "_steps", "calls", "denied_at", "denied_reason", "first_at", "key", "origins", "recent", "refusals",
        "repeated",
        "success_at", "used_at",
    )  # fmt: skip

    def __init__(self, key: TokenKey) -> None:
        self.key = key
        self._steps: dict[tuple[int, str, int | None], int] = {}
        """(minute, outcome word, status) -> requests: what minutes, hours, days and reasons are added up from"""
        self.calls: dict[tuple[int, str, str, str], tuple[int, int]] = {}
        """(day, integration, endpoint, scope) -> (requests and refusals packed into one, last seen)"""
        self.origins: dict[tuple[int, str], tuple[int, int, int]] = {}
        """(day, address) -> (the same, last seen, first seen)"""
        self._request_ids: dict[str, int] = {}
        self.repeated: dict[int, int] = {}
        """day -> requests whose id another one of this piece had"""
        self.recent: list[Request] = []
        self.first_at = FAR_MS
        self.used_at = -1
        self.success_at = -1
        self.denied_at = -1
        self.denied_reason = ""
        self.refusals = array("q")
        """Every refusal that would prove a revocation: its moment and word packed into one, eight bytes each"""

    def add(self, event: Event, order: int) -> None:
        """Count one event; `order` is its place in the piece."""
        at, _, outcome, status, address, agent, method, path, service, latency_us, request_id, _, _, scope, _, _, _ = event
        word, one = _ACCEPTED, 1
        if outcome is Outcome.VALID:
            if at > self.success_at:
                self.success_at = at
        else:
            word, one = outcome.value, 1 + _REFUSED
            if at >= self.denied_at:
                self.denied_at, self.denied_reason = at, word
            if word in CODES:
                self.refusals.append(at * STEP + CODES[word])
        if at > self.used_at:
            self.used_at = at
        if at < self.first_at:
            self.first_at = at
        step = (at // MINUTE_MS, word, status)
        self._steps[step] = self._steps.get(step, 0) + 1
        day = at // DAY_MS
        call = (day, _integration(agent), endpoint_of(method, path), scope)
        count, last = self.calls.get(call, _NOTHING)
        self.calls[call] = (count + one, at if at > last else last)
        # Kept once, however many lines say the same.
        address = intern(address)
        origin = (day, address)
        count, last, first = self.origins.get(origin, _NOWHERE)
        self.origins[origin] = (count + one, at if at > last else last, at if at < first else first)
        if request_id:
            if request_id in self._request_ids:
                self.repeated[day] = self.repeated.get(day, 0) + 1
            else:
                self._request_ids[request_id] = day
        self.recent.append(
            (at, order, word, status, address, intern(agent), intern(method), path, service, latency_us, request_id)
        )
        if len(self.recent) >= _MOST_HELD:
            self.latest()

    def latest(self) -> list[Request]:
        """Drop all but the latest 200 requests and return those, oldest first."""
        self.recent.sort()
        del self.recent[:-MOST_REQUESTS]
        return self.recent

    def minutes(self) -> Iterator[tuple[int, int, int]]:
        """Yield (minute, requests, refused)."""
        for minute, both in self._minutes().items():
            yield minute, both & _REQUESTS, both // _REFUSED

    def hours(self) -> Iterator[tuple[int, int, int, int, int, int, int]]:
        """Yield (hour, requests, refused, and answers of the classes 2xx, 3xx, 4xx and 5xx)."""
        both: dict[int, int] = {}
        answers: dict[int, int] = {}
        for (minute, word, status), count in self._steps.items():
            hour = minute // _MINUTES_PER_HOUR
            both[hour] = both.get(hour, 0) + (count if word == _ACCEPTED else count * (1 + _REFUSED))
            if status is not None:
                kind = hour * 8 + status // 100
                answers[kind] = answers.get(kind, 0) + count
        for hour, counts in both.items():
            classes = [answers.get(hour * 8 + kind, 0) for kind in (2, 3, 4, 5)]
            yield hour, counts & _REQUESTS, counts // _REFUSED, classes[0], classes[1], classes[2], classes[3]

    def reasons(self) -> dict[tuple[int, str], int]:
        """Return (hour, outcome word) -> refused requests."""
        found: dict[tuple[int, str], int] = {}
        for (minute, word, _), count in self._steps.items():
            if word != _ACCEPTED:
                reason = (minute // _MINUTES_PER_HOUR, word)
                found[reason] = found.get(reason, 0) + count
        return found

    def addresses(self) -> dict[str, tuple[int, int, int]]:
        """Return address -> (first seen, last seen, requests)."""
        found: dict[str, tuple[int, int, int]] = {}
        for (_, address), (counts, last, first) in self.origins.items():
            if address:
                before, latest, requests = found.get(address, (first, last, 0))
                found[address] = (min(first, before), max(last, latest), requests + (counts & _REQUESTS))
        return found

    def days(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield (day, requests, refused, active hours as bits)."""
        both: dict[int, int] = {}
        active: dict[int, int] = {}
        for minute, counts in self._minutes().items():
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
            found[day, "address", address, OTHERS] = seen[:2]
        for part, (counts, last) in found.items():
            yield *part, counts & _REQUESTS, counts // _REFUSED, last

    @property
    def request_ids(self) -> dict[str, int]:
        """Return the request ids seen, each with the day it was first seen on in this piece."""
        return self._request_ids

    def requests_since(self, minute: int) -> int:
        """Return how many requests fall into `minute` or later."""
        return sum(count for (at, _, _), count in self._steps.items() if at >= minute)

    @property
    def size(self) -> int:
        """Return how many things it remembers."""
        return len(self._steps) + len(self.calls) + len(self.origins) + len(self.recent) + len(self._request_ids)

    @property
    def refused(self) -> int:
        """Return how many requests were refused."""
        return sum(count for (_, word, _), count in self._steps.items() if word != _ACCEPTED)

    def _minutes(self) -> dict[int, int]:
        """Return minute -> requests and refusals packed into one."""
        both: dict[int, int] = {}
        for (minute, word, _), count in self._steps.items():
            both[minute] = both.get(minute, 0) + (count if word == _ACCEPTED else count * (1 + _REFUSED))
        return both


class Tally:
    """What one piece of a log says about all tokens."""

    def __init__(self) -> None:
        self.tokens: dict[TokenKey, TokenTally] = {}
        self.events = 0
        self.measures = Measures()

    def add(self, key: TokenKey, event: Event) -> None:
        """Count one event; they come in the order of the log."""
        tally = self.tokens.get(key)
        if tally is None:
            tally = self.tokens[key] = TokenTally(key)
        tally.add(event, self.events)
        self.events += 1
        self.measures.add(event, key[0])

    @property
    def size(self) -> int:
        """Return how many things it remembers; each takes some 150 bytes."""
        measured = len(self.measures.counts) + len(self.measures.failed)
        return measured + sum(tally.size for tally in self.tokens.values())

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
