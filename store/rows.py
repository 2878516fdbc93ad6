"""What reads return: frozen values with aware UTC moments, free of any connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from store.rules.scopes import Tier
from store.rules.status import Moments, Status

TokenKey = NewType("TokenKey", tuple[str, str])
"""(account id, token id): what names a token everywhere, on screen and in orders."""


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as a list shows it and as a question about it needs it, judged at the moment the read was given.

    `requests_24h` and `requests_30d` are whole-step windows (decisions.md); None stands for «never» or «none».
    """

    account_id: str
    account_name: str
    id: str
    name: str
    environment: str
    tier: Tier
    broad: bool
    status: Status
    hint: str
    created_at: datetime
    expires_at: datetime | None
    retires_at: datetime | None
    suspended_at: datetime | None
    suspended_until: datetime | None
    exposed_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None
    last_used_at: datetime | None
    requests_24h: int
    requests_30d: int
    silent_after: datetime | None
    audit_seq: int

    @property
    def key(self) -> TokenKey:
        """Return what names this token."""
        return TokenKey((self.account_id, self.id))

    @property
    def moments(self) -> Moments:
        """Return the moments its status follows from."""
        return Moments(
            self.revoked_at, self.expires_at, self.retires_at, self.suspended_at, self.suspended_until, self.exposed_at
        )

    @property
    def live(self) -> bool:
        """Say whether it was active or retiring when it was read."""
        return self.status in (Status.ACTIVE, Status.RETIRING)


@dataclass(frozen=True, slots=True)
class TokenRow(TokenLine):
    """A whole token: what a list shows, and everything else that is kept with it.

    `owner` and `creator` are member ids; `owner_name` and `creator_name` what those people are called.
    """

    scopes: tuple[str, ...]
    owner: str | None
    owner_name: str
    owner_active: bool
    creator: str | None
    creator_name: str
    creator_active: bool
    creator_left_at: datetime | None
    rationale: str
    source: str
    digest_scheme: str
    rotated_at: datetime | None
    replaces: str | None
    replaced_by: str | None
    suspended_by: str | None
    suspend_message: str
    revoke_reason: str
    last_success_at: datetime | None
    last_denied_at: datetime | None
    last_denied_reason: str
    new_address_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the audit log. `reason`, `host` and `peer` are empty when erased or never given."""

    seq: int
    action_id: str
    at: datetime
    actor: str
    actor_role: str
    actor_how: str
    action: str
    account_id: str | None
    token_id: str | None
    token_name: str
    scopes: tuple[str, ...]
    case_id: str | None
    reason: str
    host: str
    peer: str
    detail: dict[str, object]
    hash: str


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One recent request of a token."""

    at: datetime
    outcome: str
    status: int | None
    address: str
    agent: str
    method: str
    path: str
    service: str
    latency_ms: float | None
    request_id: str


@dataclass(frozen=True, slots=True)
class Series:
    """Counts per step, oldest first, the last step being the one under way. `requests` include `refused`."""

    start: datetime
    step_s: int
    requests: tuple[int, ...]
    refused: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Refusals:
    """The refused requests since the last success. Not `exact`: at least so many, because the hour of the success had others."""

    count: int
    exact: bool = True

    @property
    def words(self) -> str:
        """Return the number as it may be said: `611`, or `at least 611`."""
        return f"{self.count:,}" if self.exact else f"at least {self.count:,}"

    @property
    def known(self) -> int | None:
        """Return the number where it is exact, else None."""
        return self.count if self.exact else None


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened to a token, or will: when, the word it goes by, and who or what."""

    at: datetime
    word: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a token's requests over some days: `value` is an integration, an address, an endpoint or a scope.

    Endpoints and scopes are told for each `integration` apart. An empty `value` stands for those beyond the cap of a day,
    and for requests whose log did not say.
    """

    value: str
    integration: str
    requests: int
    refused: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far usage is known: recorded up to, and tracked since. None: nothing recorded yet.

    `ahead_s`: by how many seconds the newest events were ahead of the clock they were counted by; 0 when they were not.
    """

    recorded_to: datetime | None
    tracking_since: datetime | None
    step_s: int = 60
    ahead_s: int = 0


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What a store says about itself. `demo_now` is the frozen clock of a demo store, None in a real one."""

    store_id: str
    brand: str
    key_id: str
    schema: str
    freshness: Freshness
    demo_now: datetime | None = None
    environment: str = ""


@dataclass(frozen=True, slots=True)
class AddressRow:
    """An address a token was used from."""

    address: str
    first_seen_at: datetime
    last_seen_at: datetime
    requests: int


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """How often a token was refused for one reason; `since` and `until` are the hours of the first and the last time."""

    outcome: str
    refused: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A customer. `live_tokens` are those active or retiring at the moment the read was given."""

    id: str
    name: str
    plan: str
    created_at: datetime
    live_tokens: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person in an account."""

    account_id: str
    id: str
    name: str
    admin: bool
    active: bool
    left_at: datetime | None
