"""How long usage is kept, by kind; a whole month at a time is let go (requirement U11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from store.errors import BadInput


class Kind(StrEnum):
    """What is kept apart: single requests, counts by the hour, counts by the day."""

    RAW = "raw"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Limit:
    """One kind: what it holds, how many days it is kept unless set otherwise, and the fewest that may be set."""

    about: str
    days: int
    least: int


LIMITS: dict[Kind, Limit] = {
    Kind.RAW: Limit("the latest requests one by one, and addresses not seen since", 90, 1),
    Kind.HOURLY: Limit("requests by the hour, refusals by reason, totals of accounts", 400, 32),
    Kind.DAILY: Limit("requests by the day, by integration, address, endpoint and scope", 1_100, 400),
}
"""32 days by the hour are what `requests_30d` is counted from; 400 by the day are what a year's history shows."""


def kept_days(set_by_policy: Mapping[str, int]) -> dict[Kind, int]:
    """Return the days each kind is kept: as set, else the usual ones."""
    return {kind: set_by_policy.get(kind.value, limit.days) for kind, limit in LIMITS.items()}


def check_days(kind: Kind, days: int) -> None:
    """Raise BadInput for fewer days than the rest of the product needs, or more than 100 years."""
    limit = LIMITS[kind]
    if not limit.least <= days <= 36_500:
        raise BadInput(f"{kind.value} usage can't be kept for {days:,} days.", f"Use {limit.least} to 36,500 days.")
