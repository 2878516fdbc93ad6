"""The steps of one check in their order: what is asked, and what the answer is when that is not so.

The console's Debug page shows the same table with the first step that failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from store.rules.usage import Outcome


class Step(StrEnum):
    """What is looked at, first to last."""

    PRESENT = "present"
    FORM = "form"
    CHECKSUM = "checksum"
    KNOWN = "known"
    SECRET = "secret"  # noqa: S105  the name of a step
    REVOKED = "revoked"
    EXPIRED = "expired"
    RETIRED = "retired"
    SUSPENDED = "suspended"
    SCOPE = "scope"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Rule:
    """One step: what holds when it is passed, what is so when it is not, and then outcome, status and words for the caller."""

    step: Step
    holds: str
    fails: str
    outcome: Outcome
    status: int
    why: str


RULES = (
    Rule(Step.PRESENT, "one token was sent", "no token was sent", Outcome.NOT_FOUND, 401, "no token was sent"),
    Rule(
        Step.FORM,
        "it looks like a token of this store",
        "it is no token of this store",
        Outcome.NOT_FOUND,
        401,
        "unknown token",
    ),
    Rule(
        Step.CHECKSUM,
        "its check characters fit",
        "its check characters do not fit",
        Outcome.BAD_CHECKSUM,
        401,
        "damaged copy of a token",
    ),
    Rule(Step.KNOWN, "its id is known", "its id is not known", Outcome.NOT_FOUND, 401, "unknown token"),
    Rule(Step.SECRET, "its secret is the right one", "its secret is not the right one", Outcome.NOT_FOUND, 401, "unknown token"),
    Rule(Step.REVOKED, "it is not revoked", "it is revoked", Outcome.REVOKED, 401, "revoked"),
    Rule(Step.EXPIRED, "its expiry is still to come", "its expiry has passed", Outcome.EXPIRED, 401, "expired"),
    Rule(
        Step.RETIRED,
        "its overlap after rotation goes on",
        "its overlap after rotation is over",
        Outcome.EXPIRED,
        401,
        "overlap ended",
    ),
    Rule(Step.SUSPENDED, "it is not suspended", "it is suspended", Outcome.SUSPENDED, 401, "suspended"),
    Rule(
        Step.SCOPE,
        "it holds every scope that is wanted",
        "it lacks a scope that is wanted",
        Outcome.INSUFFICIENT_SCOPE,
        403,
        "scope missing",
    ),
    Rule(
        Step.ADDRESS,
        "it may be used from this address",
        "this address is not allowed",
        Outcome.ADDRESS_NOT_ALLOWED,
        403,
        "not from this address",
    ),
)
"""The order of revoked, expired and suspended is that of the one status (decisions.md, «Words»). What has not proven its
secret gets the same answer whether its id is known or not."""

RULE = {rule.step: rule for rule in RULES}
_FIRST = {rule.outcome: rule.step for rule in reversed(RULES)} | {
    Outcome.NOT_FOUND: Step.KNOWN,
    Outcome.RETIRED: Step.RETIRED,
}


class Mark(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "not reached"


def trail(outcome: Outcome, step: str = "") -> tuple[tuple[Rule, Mark], ...]:
    """Return every step with how it ended in a check that ended so; `step` names the one that failed where that was kept.

    Without it the first step with that outcome counts; of NOT_FOUND the look-up. RATE_LIMITED comes from elsewhere: all passed.
    """
    failed = Step(step) if step in list(Step) else _FIRST.get(outcome)
    if outcome is Outcome.VALID or failed is None:
        return tuple((rule, Mark.PASSED) for rule in RULES)
    at = [rule.step for rule in RULES].index(failed)
    marks = [Mark.PASSED] * at + [Mark.FAILED] + [Mark.SKIPPED] * (len(RULES) - at - 1)
    return tuple(zip(RULES, marks, strict=True))
