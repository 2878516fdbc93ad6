"""The parts of a demo token's days: who called, from where and for what, in whole numbers that add up to the day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from store.demo.habits import Habits
from store.moments import DAY_MS
from store.rules.callers import OTHERS, endpoint_of, integration_of

_WEIGHT = 2 / 3
"""How the latest requests are drawn (store.demo.calls): the first endpoint most often."""

Part = tuple[int, str, str, str, int, int, int]
"""day, kind, value, integration, requests, refused, last seen"""


def day_rows(hours: Sequence[tuple[int, ...]]) -> list[tuple[int, int, int, int, int]]:
    """Return (day, requests, refused, repeated, active hours as bits) of hours that start with (hour, requests, refused)."""
    days: dict[int, list[int]] = {}
    for hour, requests, refused, *_ in hours:
        day = days.setdefault(hour // 24, [0, 0, 0])
        day[0] += requests
        day[1] += refused
        day[2] |= 1 << hour % 24
    return [(day, requests, refused, 0, active) for day, (requests, refused, active) in sorted(days.items())]


def part_rows(days: Sequence[tuple[int, ...]], habits: Habits, last_used: int, first_day: int) -> list[Part]:
    """Return the parts of the days from `first_day` on; the token's addresses share its requests like its latest ones."""
    rows: list[Part] = []
    for day, requests, refused, _, active in days:
        if day < first_day:
            continue
        last = min(last_used, day * DAY_MS + active.bit_length() * (DAY_MS // 24) - 1)
        for named in (_integrations(habits), _endpoints(habits), _scopes(habits), _addresses(habits, day)):
            for name, count, no in _shared(requests, refused, named):
                if count:
                    rows.append((day, *name, count, no, last))
    return rows


Named = Iterator[tuple[tuple[str, str, str], float]]
"""(kind, value, integration) and its share"""


def _integrations(habits: Habits) -> Named:
    for caller in habits.callers():
        yield ("integration", integration_of(caller.agent), OTHERS), caller.share


def _scopes(habits: Habits) -> Named:
    for caller in habits.callers():
        yield ("scope", OTHERS, integration_of(caller.agent)), caller.share


def _endpoints(habits: Habits) -> Named:
    for caller in habits.callers():
        many = len(caller.paths)
        for place, path in enumerate(caller.paths):
            weight = ((place + 1) / many) ** _WEIGHT - (place / many) ** _WEIGHT
            method, _, target = path.partition(" ")
            yield ("endpoint", endpoint_of(method, target), integration_of(caller.agent)), caller.share * weight


def _addresses(habits: Habits, day: int) -> Named:
    new = habits.new_address if habits.new_address and day >= habits.new_address[1] // DAY_MS else None
    many, rest = len(habits.addresses), 0.6 if new else 1.0
    if new:
        yield ("address", new[0], OTHERS), 0.4
    for place, address in enumerate(habits.addresses):
        yield ("address", address, OTHERS), rest * (((place + 1) / many) ** 0.4 - (place / many) ** 0.4)


def _shared(requests: int, refused: int, names: Named) -> Iterator[tuple[tuple[str, str, str], int, int]]:
    """Divide a day among names by their shares; what rounding leaves over goes to the last one."""
    merged: dict[tuple[str, str, str], float] = {}
    for name, share in names:
        merged[name] = merged.get(name, 0.0) + share
    left, left_refused = requests, refused
    for number, (name, share) in enumerate(merged.items()):
        last = number == len(merged) - 1
        count = left if last else min(left, int(requests * share))
        no = left_refused if last else min(count, max(int(refused * share), left_refused - (left - count)))
        left -= count
        left_refused -= no
        yield name, count, no
