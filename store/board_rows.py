"""What the three roles' dashboards are made of: frozen numbers and lines, each with its freshness. None is «no data», never 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from store.dashboard_rows import Found, Volume
from store.indicator_rows import AlertRow, FailedCheckRow, GatewayRow, Indicators, LatencyRow, Proof, ServiceRow, Trend
from store.rows import Freshness

TAIL_MINUTES = 30
"""The debug tail: failed checks of so many minutes that end with the current one (requirement X3)."""

TAIL_CHECKS = 200
"""At most so many of them; `Debug.more` says that there are others."""


@dataclass(frozen=True, slots=True)
class Executive:
    """How well tokens are looked after: the indicators against their targets, and what looks suspicious now.

    `month` are the indicators of 30 days; `unauthorised` and `issuance` are M5 and M1 by the step, oldest first. `suspicious`
    are saved views with their numbers.
    """

    at: datetime
    freshness: Freshness
    month: Indicators
    unauthorised: Trend
    issuance: Trend
    suspicious: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class OnCall:
    """What whoever is on call looks at: services, latencies, revocations with their proof, busy tokens, alerts, gateways.

    `unauthorised` is M5 by the hour, `p95` what 95 of 100 checks of a minute stay below, in milliseconds.
    """

    at: datetime
    freshness: Freshness
    services: tuple[ServiceRow, ...]
    latencies: tuple[LatencyRow, ...]
    proofs: tuple[Proof, ...]
    tokens: tuple[Volume, ...]
    alerts: tuple[AlertRow, ...]
    gateways: tuple[GatewayRow, ...]
    unauthorised: Trend
    p95: Trend
    targets: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Debug:
    """The failed checks of the last 30 minutes, the newest first, and what 95 of 100 checks of a minute stay below.

    `p95` and `target_ms` are milliseconds. `more`: only the latest are here. Nothing in it holds a secret.
    """

    at: datetime
    checks: tuple[FailedCheckRow, ...]
    more: bool
    p95: Trend
    target_ms: float | None
    gateways: tuple[GatewayRow, ...]
