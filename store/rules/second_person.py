"""What waits for a second person: kinds of actions a policy names, how long a request waits, and the glass that may be broken.

Figures are those of security.md 2: a request lasts 15 minutes, the glass may be broken after 5, and is reviewed within a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from store.rules.roles import Permission

LASTS = timedelta(minutes=15)
BREAK_AFTER = timedelta(minutes=5)
FEWEST = 2
"""How many operators must be able to do something before it may be made to wait for a second one."""

REVIEW_WITHIN = timedelta(hours=24)


class Kind(StrEnum):
    """What a policy can name."""

    BULK = "bulk"
    ADMIN_TIER = "admin-tier"
    OPERATORS = "operators"
    RETENTION = "retention"
    POLICY = "policy"
    """Never named: taking the rule away, or loosening it, waits by itself while it holds."""


class Verdict(StrEnum):
    """What became of a request."""

    APPROVED = "approved"
    REFUSED = "refused"
    BROKEN_GLASS = "broken-glass"


NAMED = (Kind.BULK, Kind.ADMIN_TIER, Kind.OPERATORS, Kind.RETENTION)
MAY_APPROVE = {
    Kind.BULK: Permission.CHANGE_MANY,
    Kind.ADMIN_TIER: Permission.GOVERN,
    Kind.OPERATORS: Permission.ADMINISTER,
    Kind.RETENTION: Permission.ADMINISTER,
    Kind.POLICY: Permission.GOVERN,
}
"""What a second person must be allowed to do themselves."""

_MOST_BULK = 100_000


def kept_of(request: str, verdict: str, by: str) -> dict[str, str]:
    """Return what the audit line of a deed keeps of its second person: who approved it, or that the glass was broken."""
    return {"request": request, "glass": "broken"} if verdict == Verdict.BROKEN_GLASS else {"request": request, "approver": by}


def is_alone(detail: Mapping[str, object]) -> bool:
    """Say whether the deed of an audit line was done with the glass broken."""
    return detail.get("glass") == "broken"


def second_words(detail: Mapping[str, object]) -> str:
    """Say who approved the deed of an audit line, or that it was done without a second person; "" where none was wanted."""
    request = detail.get("request", "")
    if is_alone(detail):
        return f"without a second person: the glass was broken, request {request}"
    return f"approved by {detail['approver']}, request {request}" if detail.get("approver") else ""


def read_second_person(text: str) -> str:
    """Return the rule in its one form, such as `bulk=25 operators`; raises ValueError with what it may be."""
    sense = "bulk=NUMBER, admin-tier, operators, retention, apart by spaces"
    found: dict[Kind, str] = {}
    for word in text.replace(",", " ").split():
        name, _, number = word.partition("=")
        if name not in [kind.value for kind in NAMED] or (name == Kind.BULK) != bool(number):
            raise ValueError(sense)
        if number and not (number.isascii() and number.isdigit() and len(number) < 7 and 1 <= int(number) <= _MOST_BULK):
            raise ValueError(sense)
        found[Kind(name)] = f"={int(number)}" if number else ""
    if not found:
        raise ValueError(sense)
    return " ".join(f"{kind.value}{found[kind]}" for kind in NAMED if kind in found)


def stricter(one: str, other: str) -> str:
    """Return what both rules together name; of two numbers the smaller."""
    bulk = min((number for number in (bulk_over(one), bulk_over(other)) if number is not None), default=None)
    names = {word for rule in (one, other) for word in rule.split() if not word.startswith(f"{Kind.BULK}=")}
    words = [*([f"{Kind.BULK}={bulk}"] if bulk is not None else []), *names]
    return read_second_person(" ".join(words)) if words else ""


def bulk_over(rule: str) -> int | None:
    """Return how many tokens may be ended together without a second person; None for any number."""
    found = next((word for word in rule.split() if word.startswith(f"{Kind.BULK}=")), "")
    return int(found.partition("=")[2]) if found else None


def wants_second(rule: str, kind: Kind, count: int = 1) -> bool:
    """Say whether the rule makes an action of this kind, on so many tokens, wait. A number is the most that does not."""
    match kind:
        case Kind.BULK:
            most = bulk_over(rule)
            return most is not None and count > most
        case Kind.POLICY:
            return bool(rule)
        case Kind.ADMIN_TIER | Kind.OPERATORS | Kind.RETENTION:
            return kind.value in rule.split()
