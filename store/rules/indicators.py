"""The ten indicators of how well tokens are looked after: what each counts, its target, and what it is compared with.

One table (requirements 1.12). A share is a number from 0 to 1, a latency milliseconds. A correct denial is no failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from store.rules.usage import Outcome

FAILED = "FAILED"
"""The outcome of an operation that got no answer: the service was away, or could not ask the store."""

OK = "OK"
"""The outcome of a token that was issued."""


class Kind(StrEnum):
    """What was measured: a request in a log of an API, a check at the gateway, an introspection, an issue of a token."""

    LOG = ""
    CHECK = "check"
    INTROSPECT = "introspect"
    ISSUE = "issue"


CHECKS = (Kind.CHECK, Kind.INTROSPECT)
"""What a gateway reports itself; an API's log says only how its own requests ended."""

_OTHER_ANSWERS = frozenset({Outcome.VALID, Outcome.INSUFFICIENT_SCOPE, Outcome.ADDRESS_NOT_ALLOWED, Outcome.RATE_LIMITED})
UNAUTHORISED = frozenset(outcome.value for outcome in Outcome if outcome not in _OTHER_ANSWERS)
"""The refusals that are answered 401; the others are 403 and 429."""

NOISE = frozenset({Outcome.NOT_FOUND.value, Outcome.BAD_CHECKSUM.value})
"""At the gateway these are strings that were never a token of ours: scanners, and typing errors. Told apart, never counted."""

PROVES = (
    Outcome.REVOKED.value,
    Outcome.EXPIRED.value,
    Outcome.RETIRED.value,
    Outcome.SUSPENDED.value,
    Outcome.NOT_FOUND.value,
)
"""Refusals that show a revoked token is no longer accepted. A missing scope, a strange address or too many requests do not."""


class Unit(StrEnum):
    """What a value is a number of."""

    SHARE = "share"
    MILLISECONDS = "ms"
    SECONDS = "s"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the ten. `target` None varies from store to store: it is compared with its own past instead.

    `at_least`: the value must reach the target; else it must stay below it (`strict`) or not exceed it.
    `allowed` is the share of operations that may miss before the error budget is spent, None where there is no budget.
    """

    name: str
    title: str
    about: str
    unit: Unit
    target: float | None
    at_least: bool = False
    strict: bool = False
    slow_share: float | None = None

    def allowed(self, target: float | None) -> float | None:
        """Return the share of operations that may miss the target."""
        if self.slow_share is not None:
            return self.slow_share
        if target is None or self.unit is not Unit.SHARE:
            return None
        return 1 - target if self.at_least else target

    def met(self, value: float | None, target: float | None) -> bool | None:
        """Say whether a value reaches a target; None where one of them is missing."""
        if value is None or target is None:
            return None
        if self.at_least:
            return value >= target
        return value < target if self.strict else value <= target


INDICATORS: tuple[Indicator, ...] = (
    Indicator("M1", "Issuance success", "Tokens issued or rotated, of all that were tried; a refusal by rule is no failure.",
              Unit.SHARE, 0.999, at_least=True),
    Indicator("M2", "Issuance latency, p95", "How long the store takes to issue a token: 95 of 100 are quicker.",
              Unit.MILLISECONDS, 200, strict=True, slow_share=0.05),
    Indicator("M3", "Validation success", "Checks that accepted a token, of those that should; correct denials do not count.",
              Unit.SHARE, 0.9995, at_least=True),
    Indicator("M4", "Introspection, p95", "How long the gateway takes to check a token: 95 of 100 are quicker.",
              Unit.MILLISECONDS, 50, strict=True, slow_share=0.05),
    Indicator("M5", "401 rate", "Requests answered 401, of all; strings that were never a token of ours are told apart.",
              Unit.SHARE, 0.001, strict=True),
    Indicator("M6", "Revoke to deny", "The slowest of the revocations: until the first refused call after it.",
              Unit.SECONDS, 60, strict=True),
    Indicator("M7", "Requests per token", "Requests of each token in use; those far above their own usual number are told.",
              Unit.NUMBER, None),
    Indicator("M8", "Denied scope elevation", "Requests refused because the token lacks the scope.", Unit.NUMBER, 0),
    Indicator("M9", "Issued per person and day", "The most tokens one person was issued or made in a day.", Unit.NUMBER, None),
    Indicator("M10", "Exposed tokens", "Tokens of ours that were found in the open.", Unit.NUMBER, 0),
)  # fmt: skip

WINDOWS: dict[str, int] = {"24h": 24, "7d": 168, "30d": 720}
"""The windows by name, in hours."""

BURNS: dict[str, int] = {"5m": 5, "1h": 60, "6h": 360}
"""What burn rates are told over, in minutes. A burn rate of 1 spends the whole budget in exactly the window."""

BUSIER = 3.0
"""A token is far above its usual number with more than so many times its own daily average of the 29 days before."""


def indicator_named(name: str) -> Indicator:
    """Return an indicator by its name, `M1` to `M10`; KeyError for any other."""
    return {one.name: one for one in INDICATORS}[name]
