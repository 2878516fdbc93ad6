"""What reads return: frozen values with aware UTC moments, free of any connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.lines import Freshness, StoreFacts, TokenKey, TokenLine
from store.rules.leaks import Verdict

__all__ = [
    "AccountLine",
    "AccountRow",
    "AddressRow",
    "AuditRow",
    "EventRow",
    "ExposureRow",
    "Freshness",
    "Identified",
    "MemberRow",
    "PartRow",
    "ReasonRow",
    "Refusals",
    "RequestRow",
    "Series",
    "StoreFacts",
    "TokenKey",
    "TokenLine",
    "TokenRow",
]
"""Those of store.lines are among them: import them from there only on the way to the first rows."""


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
    session: str


@dataclass(frozen=True, slots=True)
class AuditLine(AuditRow):
    """A line of the audit log as the log's own screen shows it: with the names around it, and how it is linked.

    `account_name` and `hint` are what account and token are called now; empty where there is none.
    """

    account_name: str
    hint: str
    prev_hash: str


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

    @property
    def under_way(self) -> datetime:
        """Return when the last step began."""
        return self.start + (len(self.requests) - 1) * timedelta(seconds=self.step_s)


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
class AccountLine(AccountRow):
    """A customer as a list shows it: how many of its live tokens are worth a look, and what all its tokens did in 24 hours.

    `orphaned`, `never_expires` and `broad` count live tokens; `last_used_at` is the latest use of any of them.
    """

    orphaned: int
    never_expires: int
    broad: int
    last_used_at: datetime | None
    requests_24h: int
    refused_24h: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person in an account; `email` is "" where no address is on record."""

    account_id: str
    id: str
    name: str
    admin: bool
    active: bool
    left_at: datetime | None
    email: str = ""


@dataclass(frozen=True, slots=True)
class Identified:
    """A verdict on a suspect string, and the token it is about as it is now; None when it is not ours.

    `why` says in a few words what does not fit, "" for a proven token.
    """

    verdict: Verdict
    row: TokenRow | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in an account, and how many of its live tokens they own and made."""

    member: MemberRow
    owns: int
    made: int


@dataclass(frozen=True, slots=True)
class ExposureRow:
    """A place one of our tokens was seen in, and what that token is called now.

    `verdict` is the one of the moment it was found: only a proven one (store.rules.leaks) says that others may hold the secret.
    `times` counts how often it stood there. `revoked_at` is None as long as nobody ended the token.
    """

    account_id: str
    token_id: str
    source: str
    place: str
    verdict: Verdict
    found_at: datetime
    reported_at: datetime | None
    times: int
    case_id: str | None
    recorded_by: str
    account_name: str
    token_name: str
    hint: str
    revoked_at: datetime | None

    @property
    def key(self) -> TokenKey:
        """Return what names the token."""
        return TokenKey((self.account_id, self.token_id))

    @property
    def where(self) -> str:
        """Return where it was seen, in a few words: `dump.txt, line 40`."""
        return f"{self.source}, {self.place}" if self.place else self.source
