"""The few facts about usage that the store keeps as numbers, read and written inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from store.engine import Unit
from store.usage.batches import run_many

PUT_FACT = "INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
FORGET_FACT = "DELETE FROM fact WHERE name = ?"


class UsageFact(StrEnum):
    """Their names in the table `fact`."""

    RECORDED_TO = "recorded_to"
    """The latest moment a request was recorded of, in milliseconds."""

    AHEAD = "events_ahead"
    """By how many milliseconds the newest events were ahead of the clock; missing when they were not. Beside it stands
    `events_ahead_from`, the log or gateway they came from (store.usage.clocks)."""

    TRACKING_SINCE = "tracking_since"
    """From when on every request is on record, in milliseconds."""

    REQUESTS = "requests_recorded"
    """How many requests were ever counted; numbers the recent ones."""

    CHECKS = "checks_failed"
    """How many failed checks were ever kept; numbers the latest ones."""

    MINUTES_FROM = "minutes_from"
    """`token.requests_24h` counts the minutes from this one on, however far `now` has moved since."""

    HOURS_FROM = "hours_from"
    """`token.requests_30d` counts the hours from this one on."""

    PENDING_FROM = "rhythms_pending_from"
    """Tokens with requests in this hour or later await a new rhythm; missing when none does."""


def usage_facts(unit: Unit) -> dict[UsageFact, int]:
    """Return those facts that are there."""
    names = {fact.value for fact in UsageFact}
    rows = unit.rows("SELECT name, value FROM fact")
    return {UsageFact(name): int(value) for name, value in rows if name in names}


def set_facts(unit: Unit, facts: Mapping[UsageFact, int]) -> None:
    """Write facts over what was there."""
    rows = [(fact.value, str(value)) for fact, value in facts.items()]
    run_many(unit, PUT_FACT, rows)


def forget_fact(unit: Unit, fact: UsageFact) -> None:
    """Remove a fact."""
    run_many(unit, FORGET_FACT, [(fact.value,)])
