"""What the indicators, proofs and alerts are read as: frozen numbers. None is «no data», never 0."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from store.lines import TokenKey
from store.rules.indicators import Indicator, Unit
from store.rules.proof import ProofVerdict, proof_verdict


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an indicator: a service, a reason, a person or a token, with its own value and what that was counted from."""

    name: str
    value: float | None
    samples: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One indicator over one window.

    `value` is None without samples. `samples` is what it was counted from, `missed` how many of those missed the target.
    `budget_left` is the share of the error budget that is left (below 0: overspent); `burn` how fast it is spent by window
    (`5m`, `1h`, `6h`), None where nothing was counted in it. `note` says in words what the number leaves out.
    """

    indicator: Indicator
    target: float | None
    value: float | None
    samples: int
    missed: int = 0
    at: datetime | None = None
    budget_left: float | None = None
    burn: dict[str, float | None] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """Return `M1` to `M10`."""
        return self.indicator.name

    @property
    def title(self) -> str:
        """Return what it is called."""
        return self.indicator.title

    @property
    def unit(self) -> Unit:
        """Return what the value is a number of."""
        return self.indicator.unit

    @property
    def met(self) -> bool | None:
        """Say whether the target is met; None without data or without a target."""
        return self.indicator.met(self.value, self.target)

    @property
    def gap(self) -> float | None:
        """Return by how much the value is better than the target (below 0: worse), in the indicator's unit."""
        if self.value is None or self.target is None:
            return None
        return self.value - self.target if self.indicator.at_least else self.target - self.value


@dataclass(frozen=True, slots=True)
class Indicators:
    """All ten at one moment. `recorded_to` is how far requests and checks are counted; issues are counted as they happen."""

    at: datetime
    window: str
    recorded_to: datetime | None
    rows: tuple[Measured, ...]

    def named(self, name: str) -> Measured:
        """Return one of them; KeyError for an unknown name."""
        return {row.name: row for row in self.rows}[name]


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """How checks of one service went: M3's value, the latencies they stay below (None: not timed, or above all bounds)."""

    service: str
    success: float | None
    accepted: int
    failed: int
    refused: int
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None


@dataclass(frozen=True, slots=True)
class LatencyRow:
    """Latencies of one kind of operation: what so many of 100 stay below, in milliseconds; None without any that was timed.

    `slower`: a percentile lies above the last bound, so it is not known.
    """

    kind: str
    samples: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    slower: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """An indicator by steps of `step_s`, oldest first; None for a step without samples. The last one is under way."""

    name: str
    start: datetime
    step_s: int
    values: tuple[float | None, ...]
    samples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What the calls after a revocation show. `accepted_at`: the last one accepted after it, None for none."""

    key: TokenKey
    account_name: str
    name: str
    revoked_at: datetime
    revoked_by: str
    revoke_reason: str
    last_success_at: datetime | None
    refused_at: datetime | None
    refused_reason: str

    @property
    def accepted_at(self) -> datetime | None:
        """Return when the last call later than the revocation was accepted; None for none."""
        last = self.last_success_at
        return last if last is not None and last > self.revoked_at else None

    @property
    def verdict(self) -> ProofVerdict:
        """Return what is proven."""
        return proof_verdict(self.revoked_at, self.accepted_at, self.refused_at)

    @property
    def seconds(self) -> float | None:
        """Return the seconds from the revocation to the first refused call after it; None for none."""
        return None if self.refused_at is None else (self.refused_at - self.revoked_at).total_seconds()


@dataclass(frozen=True, slots=True)
class FailedCheckRow:
    """A check the gateway refused or could not answer; `token_id` is empty where no token of ours was proven.

    `step` is the one that failed first (store.gateway.steps), empty where the gateway did not tell.
    """

    at: datetime
    gateway: str
    outcome: str
    account_id: str
    token_id: str
    service: str
    method: str
    path: str
    scope: str
    address: str
    agent: str
    latency_ms: float | None
    request_id: str
    step: str = ""


@dataclass(frozen=True, slots=True)
class GatewayRow:
    """A gateway's last word about itself; `silent` when it has not been heard of for longer than it should be."""

    name: str
    address: str
    version: str
    started_at: datetime
    seen_at: datetime
    stopped_at: datetime | None
    cache_s: float
    grace_s: float
    checks: int
    cache_hits: int
    stale: int
    unsaved: int
    silent: bool

    @property
    def hit_ratio(self) -> float | None:
        """Return the share of checks answered from memory; None before the first one."""
        return self.cache_hits / self.checks if self.checks else None


@dataclass(frozen=True, slots=True)
class AlertRow:
    """Something that needs a person. `severity` is `page` or `ticket`; `told_at` is when a webhook took it."""

    cause: str
    title: str
    runbook: str
    severity: str
    detail: str
    opened_at: datetime
    closed_at: datetime | None
    told_at: datetime | None
