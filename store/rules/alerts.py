"""What needs a person, by which rule: a page wakes somebody, a ticket waits until the morning (requirements 1.14)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How soon somebody must look."""

    PAGE = "page"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One root cause: what it is called, what somebody does about it, and for how many minutes it must hold before it opens.

    The same cause in another service is another alert only where `by_service`. Short spikes are ignored by `minutes`.
    """

    cause: str
    title: str
    severity: Severity
    minutes: int
    runbook: str
    by_service: bool = False


MANY_SERVICES = 3
"""A burst of 401 in so many services at once has one root cause: somebody is paged once, not for each of them."""

BURST_SHARE, BURST_LEAST = 0.2, 20
"""A service has a burst of 401 when more than this share of its requests of the last minutes are 401, and at least so many."""

FAST_BURN, SLOW_BURN = 14.4, 6.0
"""Burn rates: 14.4 spends 2 % of a month's budget in an hour, 6 spends 5 % in six."""

DROP_SHARE = 0.5
"""Issuance has dropped when more than this share of the issues of an hour failed."""

RULES: tuple[AlertRule, ...] = (
    AlertRule("outage", "No check is answered", Severity.PAGE, 3,
              "Is the store reachable (tokendesk doctor)? Are the gateways running? Known answers are given from memory only for "
              "the gateway's grace time. Pause deploys; roll the latest one back."),
    AlertRule("401-burst", "Requests answered 401 in several services", Severity.PAGE, 5,
              "Look for one cause of all, such as a wrong clock, a store key that changed, a bulk revocation or "
              "expiry. Look at the reasons on the dashboard, then at the latest lines of the audit log."),
    AlertRule("401-burst-service", "Requests answered 401 in one service", Severity.TICKET, 5,
              "Look at that service's latest deploy and at which token it uses: expired, retired, or a damaged copy.",
              by_service=True),
    AlertRule("fast-burn", "The error budget is spent too fast", Severity.PAGE, 5,
              "Pause deploys and roll the latest one back; then look at failed checks by service."),
    AlertRule("slow-burn", "The error budget will not last", Severity.TICKET, 30,
              "Find the service with most failures on the dashboard and plan the repair this week."),
    AlertRule("issuance", "Issuing tokens fails", Severity.TICKET, 5,
              "Try `tokendesk tokens issue`; look at `tokendesk store check` and free disk space."),
    AlertRule("gateway-silent", "A gateway has gone silent", Severity.PAGE, 2,
              "Is it running, and does it reach the store? What it refuses or accepts meanwhile is not known here.",
              by_service=True),
    AlertRule("gateway-stale", "A gateway answers from memory", Severity.TICKET, 5,
              "It does not reach the store: revocations made now do not reach it. Mend the way between them.", by_service=True),
    AlertRule("used-after-revoke", "A revoked token was accepted", Severity.PAGE, 0,
              "Find the gateway that accepted it (token's page, latest requests). Restart it, or have it forget "
              "what it remembers."),
)  # fmt: skip


def alert_rule(cause: str) -> AlertRule:
    """Return the rule of a cause, `401-burst-service:billing` being of `401-burst-service`; KeyError for an unknown one."""
    return {rule.cause: rule for rule in RULES}[cause.partition(":")[0]]
