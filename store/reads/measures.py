"""What was measured in a window, added up: whole hours from the hours, their edges from the minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from store.moments import HOUR_MS, MINUTE_MS, to_ms
from store.reader import Reader
from store.rules.indicators import FAILED, Kind

_MINUTES_PER_HOUR = HOUR_MS // MINUTE_MS
_MINUTES = "SELECT kind, service, outcome, bucket, operations FROM measure_minute WHERE minute >= :first AND minute <= :last"
_HOURS = "SELECT kind, service, outcome, bucket, operations FROM measure_hour WHERE hour >= :hour AND hour <= :until"
_STEPS = """
SELECT {step}, kind, service, outcome, bucket, CAST(sum(operations) AS BIGINT) FROM {table}
WHERE {step} >= :first AND {step} <= :last GROUP BY 1, 2, 3, 4, 5
"""


class Key(NamedTuple):
    """What is counted apart."""

    kind: str
    service: str
    outcome: str
    bucket: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many operations there were of each kind, service, outcome and latency."""

    operations: dict[Key, int]

    def of(self, *kinds: str) -> Counts:
        """Return those of some kinds."""
        return Counts({key: number for key, number in self.operations.items() if key.kind in kinds})

    def total(self, wanted: Callable[[Key], bool] = lambda key: True) -> int:
        """Return how many there were of what is wanted."""
        return sum(number for key, number in self.operations.items() if wanted(key))

    def buckets(self) -> dict[int, int]:
        """Return latency bucket -> answered operations: what failed says nothing about how long an answer takes."""
        found: dict[int, int] = {}
        for key, number in self.operations.items():
            if key.outcome != FAILED:
                found[key.bucket] = found.get(key.bucket, 0) + number
        return found

    def by(self, name: Callable[[Key], str]) -> dict[str, Counts]:
        """Return the counts of each name apart, in the order of the names."""
        found: dict[str, dict[Key, int]] = {}
        for key, number in self.operations.items():
            found.setdefault(name(key), {})[key] = number
        return {one: Counts(found[one]) for one in sorted(found)}

    @property
    def checks(self) -> Counts:
        """Return what gateways checked where they reported anything, else what the logs of the API say."""
        found = self.of(Kind.CHECK, Kind.INTROSPECT)
        return found if found.operations else self.of(Kind.LOG)


def last_minutes(reader: Reader, now: datetime, minutes: int) -> Counts:
    """Return what was measured in the `minutes` minutes that end with the current one.

    Minutes are kept for two days; of a longer window whole hours are counted, so its first hour is whole.
    """
    last = to_ms(now) // MINUTE_MS
    first = last - minutes + 1
    until = last // _MINUTES_PER_HOUR
    if minutes <= 2 * _MINUTES_PER_HOUR:
        return _added(reader.rows(_MINUTES, {"first": first, "last": last}))
    hour = -(-first // _MINUTES_PER_HOUR)
    if minutes > 2 * 24 * _MINUTES_PER_HOUR - _MINUTES_PER_HOUR:
        return _added(_by_hour(reader, until - minutes // _MINUTES_PER_HOUR + 1, until))
    edge = reader.rows(_MINUTES, {"first": first, "last": hour * _MINUTES_PER_HOUR - 1}) if first < hour * 60 else []
    return _added([*edge, *reader.rows(_HOURS, {"hour": hour, "until": until})])


def steps(reader: Reader, first: int, last: int, *, minutes: bool) -> Iterator[tuple[int, Counts]]:
    """Yield each step (minute or hour since 1970) in which something was measured, with its counts."""
    table, step = ("measure_minute", "minute") if minutes else ("measure_hour", "hour")
    found: dict[int, dict[Key, int]] = {}
    for at, kind, service, outcome, bucket, number in reader.rows(
        _STEPS.format(table=table, step=step), {"first": first, "last": last}
    ):
        found.setdefault(int(at), {})[Key(kind, service, outcome, int(bucket))] = int(number)
    for at in sorted(found):
        yield at, Counts(found[at])


def _by_hour(reader: Reader, first: int, last: int) -> Iterable[Sequence[Any]]:
    sql = (
        "SELECT kind, service, outcome, bucket, CAST(sum(operations) AS BIGINT) FROM measure_hour "
        "WHERE hour >= :first AND hour <= :last GROUP BY 1, 2, 3, 4"
    )
    yield from reader.rows(sql, {"first": first, "last": last})


def _added(rows: Iterable[Sequence[Any]]) -> Counts:
    found: dict[Key, int] = {}
    for kind, service, outcome, bucket, number in rows:
        key = Key(kind, service, outcome, int(bucket))
        found[key] = found.get(key, 0) + int(number)
    return Counts(found)
