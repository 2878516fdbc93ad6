"""Stretches of a token's use, and the steps they are counted in: minutes of late, hours before, days long ago."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from store.demo.chance import about
from store.demo.rhythms import Rhythm
from store.moments import DAY_MS, HOUR_MS, MINUTE_MS
from store.rules.usage import MINUTES_24H, Outcome, minutes_24h


@dataclass(frozen=True, slots=True)
class Times:
    """What a demo store knows of use. `far_days`: before the last month only every so many-th day is told; 0 tells none."""

    now: int
    recorded_to: int
    tracking: int
    far_days: int = 7

    @property
    def minutes_from(self) -> int:
        """Return from when on every minute is told: whole hours, 48 of them and the one under way."""
        return (self.now // HOUR_MS - 48) * HOUR_MS

    @property
    def first_minute(self) -> int:
        """Return the oldest minute (since 1970) that is still kept: 48 hours of them."""
        return minutes_24h(self.now).last - 2 * MINUTES_24H + 1

    @property
    def parts_from(self) -> int:
        """Return the first day (since 1970) of which it is told who called: the last 35, in a large store the last 2."""
        return self.now // DAY_MS - (34 if self.far_days else 1)

    @property
    def hours_from(self) -> int:
        """Return from when on every hour is told."""
        return (self.now // DAY_MS - 34) * DAY_MS


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of calls that all end alike. `first` and `last` say that there is a call at the very start or end.

    `day_total` is exactly how many requests the last 24 h count; `refused` the share of calls refused among accepted
    ones, as `refusal`. A phase whose `outcome` is a refusal is refused whole.
    """

    rhythm: Rhythm
    start: int
    end: int
    outcome: Outcome = Outcome.VALID
    first: bool = False
    last: bool = False
    day_total: int | None = None
    refused: float = 0.0
    refusal: Outcome = Outcome.RATE_LIMITED
    total: int | None = None


@dataclass(slots=True)
class Step:
    """Requests of one phase in one minute or hour, starting at `at`; moments lie between `low` and `high`."""

    at: int
    length: int
    requests: int
    refused: int
    phase: Phase
    low: int
    high: int


def steps(phase: Phase, times: Times, chance: Random) -> list[Step]:
    """Return a phase's counts, oldest first; a step without requests is left out."""
    start, end = max(phase.start, times.tracking), min(phase.end, times.recorded_to)
    if start > end:
        return []
    counts: dict[tuple[int, int], int] = {}
    fine = times.minutes_from
    for at, count in _runs(phase.rhythm, start, end, times, chance):
        if count and at <= end:
            place = _step_of(at, fine)
            counts[place] = counts.get(place, 0) + count
    for wanted, moment in ((phase.first, start), (phase.last, end)):
        place = _step_of(moment, fine)
        if wanted and place not in counts:
            counts[place] = 1
    if phase.total is not None:
        _fit(counts, sorted(counts), phase.total)
    if phase.day_total is not None:
        window = minutes_24h(times.now)
        inside = [place for place in sorted(counts) if place[1] == MINUTE_MS and place[0] // MINUTE_MS >= window.first]
        _fit(counts, inside, phase.day_total)
    accepted = phase.outcome is Outcome.VALID
    made = []
    for (at, length), count in sorted(counts.items()):
        if count:
            refused = min(int(count * phase.refused * 2 * chance.random() + chance.random()), count) if phase.refused else 0
            low, high = max(at, start), min(at + length - 1, end)
            made.append(Step(at, length, count, refused if accepted else count, phase, low, high))
    if accepted and made and made[-1].refused == made[-1].requests:
        made[-1].refused = 0
    return made


def _step_of(moment: int, fine: int) -> tuple[int, int]:
    length = MINUTE_MS if moment >= fine else HOUR_MS
    return moment - moment % length, length


def _fit(counts: dict[tuple[int, int], int], places: list[tuple[int, int]], total: int) -> None:
    """Bring the counts at these places to exactly `total`; where there are too many places some fall silent, never the last."""
    for place in places[: max(0, len(places) - total)]:
        del counts[place]
    places = places[max(0, len(places) - total) :]
    missing = total - sum(counts[place] for place in places)
    if missing and not places:
        raise ValueError(f"no step to hold {total} requests")
    while missing:
        for place in places:
            if missing > 0:
                more = max(1, missing // len(places))
                counts[place] += more
                missing -= more
            elif missing < 0 and counts[place] > 1:
                counts[place] -= 1
                missing += 1


def _runs(rhythm: Rhythm, start: int, end: int, times: Times, chance: Random) -> Iterator[tuple[int, int]]:
    """Yield a moment in each step and its requests; runs closer than an hour are told by the hour, long ago by the day."""
    every = rhythm.every
    if every >= HOUR_MS:
        yield from _single_runs(rhythm, start, end, times, chance)
        return
    hours_from, minutes_from = times.hours_from, times.minutes_from
    per_day = DAY_MS // every * rhythm.calls
    if times.far_days:
        day = start - start % DAY_MS + 12 * HOUR_MS
        while day < min(hours_from, end):
            if day // DAY_MS % times.far_days == 0 and day >= start:
                yield day, about(chance, per_day * rhythm.weight(day) / max(rhythm.curve) * 0.6)
            day += DAY_MS
    hour = max(start, hours_from) // HOUR_MS * HOUR_MS
    while hour < min(minutes_from, end):
        yield max(hour, start), about(chance, HOUR_MS // every * rhythm.calls * rhythm.weight(hour))
        hour += HOUR_MS
    run = max(start, minutes_from)
    run += -run % every
    while run <= end:
        yield run, about(chance, rhythm.calls * rhythm.weight(run))
        run += every


def _single_runs(rhythm: Rhythm, start: int, end: int, times: Times, chance: Random) -> Iterator[tuple[int, int]]:
    every, hours_from, minutes_from = rhythm.every, times.hours_from, times.minutes_from
    run = start + (rhythm.at - start) % every
    if times.far_days == 0 and run < hours_from:
        run += -(-(hours_from - run) // every) * every
    while run <= end:
        far = run < hours_from and every < times.far_days * DAY_MS
        if not far or run // DAY_MS % times.far_days == 0:
            count = about(chance, rhythm.calls * rhythm.weight(run))
            begins = run + int(chance.random() * 4) * MINUTE_MS
            if run < minutes_from or rhythm.minutes == 1:
                yield begins, count
            else:
                for minute in range(rhythm.minutes):
                    yield begins + minute * MINUTE_MS, about(chance, count / rhythm.minutes)
        run += every
