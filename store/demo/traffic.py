"""What a token's use leaves behind: counts, latest requests, addresses, and what the token's own row keeps of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from store.demo.calls import answered, latest_calls, placed
from store.demo.chance import Chance
from store.demo.habits import Habits
from store.demo.parts import Part, day_rows, part_rows
from store.demo.phases import Phase, Step, Times, steps
from store.moments import HOUR_MS, MINUTE_MS, from_ms, to_ms
from store.rules.habits import learn
from store.rules.rhythm import silent_after
from store.rules.usage import Outcome, hours_30d, is_refusal, minutes_24h


@dataclass(slots=True)
class Traffic:
    """Rows of the usage tables without the token's key, and the columns kept on the token."""

    minutes: list[tuple[int, int, int]] = field(default_factory=list)
    hours: list[tuple[int, ...]] = field(default_factory=list)
    reasons: list[tuple[int, str, int]] = field(default_factory=list)
    requests: list[tuple[Any, ...]] = field(default_factory=list)
    addresses: list[tuple[str, int, int, int]] = field(default_factory=list)
    days: list[tuple[int, ...]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    rhythm: list[tuple[str]] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)


def traffic(phases: Sequence[Phase], habits: Habits, times: Times, chances: Chance, label: str) -> Traffic:
    """Draw what these phases leave behind; every number agrees with every other."""
    made = Traffic()
    if not phases:
        return made
    chance = chances.stream(label)
    told = [steps(phase, times, chance) for phase in phases]
    every = [step for one in told for step in one]
    if not every:
        return made
    hours = _count(every, habits, times, made, chance)
    made.days = list(day_rows(made.hours))
    calls = [call for one in told for call in latest_calls(one, habits.recent, chance)]
    calls.sort(key=lambda call: (-call.at, call.outcome))
    accepted = [call for call in calls if not is_refusal(call.outcome)]
    refused = [call for call in calls if is_refusal(call.outcome)]
    latest = calls[: habits.recent]
    made.addresses = placed(latest, every, habits, chance)
    made.requests = answered(latest, hours, habits, chance)
    day, month = minutes_24h(times.now), hours_30d(times.now)
    last_used = calls[0].at
    made.parts = part_rows(made.days, habits, last_used, times.parts_from)
    rhythm = learn({row[0]: row[-1] for row in made.days})
    overdue = silent_after(rhythm, from_ms(last_used))
    made.rhythm = [(rhythm.code if rhythm else "",)]
    made.kept = {
        "last_used_at": last_used,
        "last_success_at": accepted[0].at if accepted else None,
        "last_denied_at": refused[0].at if refused else None,
        "last_denied_reason": refused[0].outcome.value if refused else "",
        "requests_24h": sum(row[1] for row in made.minutes if day.first <= row[0] <= day.last),
        "requests_30d": sum(row[1] for row in made.hours if month.first <= row[0] <= month.last),
        "silent_after": None if overdue is None else to_ms(overdue),
        "new_address_at": _newest_address(made),
    }
    return made


def _count(every: Sequence[Step], habits: Habits, times: Times, made: Traffic, chance: Random) -> dict[int, list[int]]:
    """Add up minutes, hours and reasons; return each hour's answers: requests, refused, 2xx, 3xx, 4xx, 5xx."""
    minutes: dict[int, list[int]] = {}
    hours: dict[int, list[int]] = {}
    reasons: dict[tuple[int, str], int] = {}
    failing = 2 * habits.failing
    for step in every:
        hour = step.at // HOUR_MS
        if step.length == MINUTE_MS:
            count = minutes.setdefault(step.at // MINUTE_MS, [0, 0])
            count[0] += step.requests
            count[1] += step.refused
        total = hours.setdefault(hour, [0, 0, 0, 0, 0, 0])
        total[0] += step.requests
        total[1] += step.refused
        if step.refused:
            phase = step.phase
            word = phase.refusal if phase.outcome is Outcome.VALID else phase.outcome
            reasons[hour, word.value] = reasons.get((hour, word.value), 0) + step.refused
    for total in hours.values():
        answered, lot = total[0] - total[1], chance.random()
        total[3], total[4], total[5] = int(answered * 0.04 * lot), int(answered * 0.01 * (1 - lot)), int(answered * failing * lot)
        total[2] = answered - total[3] - total[4] - total[5]
    oldest = times.first_minute
    made.minutes = [(at, asked, no) for at, (asked, no) in sorted(minutes.items()) if at >= oldest]
    made.hours = [(hour, *total[:4], total[4] + total[1], total[5]) for hour, total in sorted(hours.items())]
    made.reasons = [(hour, word, count) for (hour, word), count in sorted(reasons.items())]
    return hours


def _newest_address(made: Traffic) -> int | None:
    """Return when the newest address was first seen; None when there is only the first one (store.usage.freshness)."""
    seen = {first for _, first, _, _ in made.addresses}
    return max(seen) if len(seen) > 1 else None
