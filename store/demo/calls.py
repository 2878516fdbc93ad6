"""Single calls: the latest of each token one by one, each from somewhere and with an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from store.demo.habits import Caller, Habits
from store.demo.phases import Step
from store.moments import HOUR_MS, MINUTE_MS
from store.rules.usage import Outcome, is_refusal

_ANSWERS = {
    Outcome.INSUFFICIENT_SCOPE: 403,
    Outcome.ADDRESS_NOT_ALLOWED: 403,
    Outcome.RATE_LIMITED: 429,
}
"""What a refused caller is answered; 401 where nothing is said."""


@dataclass(slots=True)
class Call:
    """One call of a token."""

    at: int
    outcome: Outcome
    address: str = ""


def latest_calls(one: Sequence[Step], wanted: int, chance: Random) -> list[Call]:
    """Return the latest calls of a phase: so many, and at least its last accepted and its last refused one."""
    calls: list[Call] = []
    accepted = refused = False
    for place in range(len(one) - 1, -1, -1):
        step = one[place]
        asks = len(calls) < wanted or (not accepted and step.requests > step.refused) or (not refused and step.refused > 0)
        if not asks:
            if accepted and (refused or step.phase.refused == 0.0):
                break
            continue
        moments = sorted(step.low + int(chance.random() * (step.high - step.low + 1)) for _ in range(step.requests))
        if place == len(one) - 1 and step.phase.last:
            moments[-1] = step.high
        if place == 0 and step.phase.first:
            moments[0] = step.low
        calls.extend(_outcomes(step, moments, chance))
        accepted = accepted or step.requests > step.refused
        refused = refused or step.refused > 0
    return calls


def _outcomes(step: Step, moments: list[int], chance: Random) -> list[Call]:
    if step.phase.outcome is not Outcome.VALID:
        return [Call(at, step.phase.outcome) for at in moments]
    left, calls = step.refused, []
    for place, at in enumerate(moments):
        later = len(moments) - place - (1 if step.phase.last else 0)
        hit = left > 0 and chance.random() * max(later, 1) < left
        left -= hit
        calls.append(Call(at, step.phase.refusal if hit else Outcome.VALID))
    return calls


def placed(latest: Sequence[Call], every: Sequence[Step], habits: Habits, chance: Random) -> list[tuple[str, int, int, int]]:
    """Give the latest calls (newest first) their addresses; return each address with its first and last moment and its calls."""
    known = False
    for call in reversed(latest):
        call.address = habits.addresses[int(chance.random() ** 2.5 * len(habits.addresses))]
        if habits.new_address is not None and call.at >= habits.new_address[1]:
            if not known or chance.random() < 0.4:
                call.address = habits.new_address[0]
            known = True
    counts: dict[str, int] = {}
    seen: dict[str, list[int]] = {}
    for call in latest:
        counts[call.address] = counts.get(call.address, 0) + 1
        seen.setdefault(call.address, []).append(call.at)
    earlier = sum(step.requests for step in every) - len(latest)
    if earlier:
        oldest = min(every, key=lambda step: step.at)
        first = min(oldest.low, latest[-1].at)
        for place in range(len(habits.addresses) - 1, -1, -1):
            share = earlier if place == 0 else int(earlier * 0.4)
            address = habits.addresses[place]
            if share:
                earlier -= share
                counts[address] = counts.get(address, 0) + share
                seen.setdefault(address, []).append(min(first + place * 37 * MINUTE_MS, latest[-1].at))
    return [(address, min(seen[address]), max(seen[address]), count) for address, count in sorted(counts.items())]


def answered(latest: Sequence[Call], hours: dict[int, list[int]], habits: Habits, chance: Random) -> list[tuple[Any, ...]]:
    """Return the latest calls (newest first) as rows; what they were answered agrees with the counts of their hours."""
    rows: list[tuple[Any, ...]] = []
    pools: dict[int, list[int]] = {}
    for number, call in enumerate(reversed(latest), 1):
        hour = call.at // HOUR_MS
        pool = pools.setdefault(hour, hours[hour][2:])
        caller = _caller(habits, chance)
        method, _, path = caller.paths[int(chance.random() ** 1.5 * len(caller.paths))].partition(" ")
        status = _ANSWERS.get(call.outcome, 401) if is_refusal(call.outcome) else _answer(pool, method, chance)
        latency = int(2_000 + 140_000 * chance.random() ** 4)
        identifier = f"req_{int(chance.random() * 16**12):012x}"
        if "{id}" in path:
            path = path.replace("{id}", str(10_000 + int(chance.random() * 80_000)))
        rows.append((
            call.at, number, call.outcome.value, status, call.address, caller.agent, method, path, habits.service,
            latency, identifier,
        ))  # fmt: skip
    return rows


def _caller(habits: Habits, chance: Random) -> Caller:
    lot = chance.random() if habits.also else 1.0
    for caller in habits.callers():
        lot -= caller.share
        if lot < 0:
            return caller
    return caller


def _answer(pool: list[int], method: str, chance: Random) -> int:
    """Draw one answer out of an hour's: what is drawn is no longer there."""
    left = chance.random() * sum(pool)
    for place, status in enumerate((201 if method == "POST" else 200, 304, 404, 500)):
        if left < pool[place]:
            pool[place] -= 1
            return status
        left -= pool[place]
    return 200
