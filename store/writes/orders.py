"""What an operator asks for: one frozen value per action, handed from a screen or a command to the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from store.rows import TokenKey
from store.rules.roles import Actor
from store.rules.secrets import Secret


def new_action_id() -> str:
    """Return an id for one action; repeating the action with the same id records it once (security.md finding 7)."""
    return str(uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What every action on a token carries.

    `expected_seq` is the `audit_seq` of the token as it was shown: when somebody else has changed it since, nothing is
    written and the refusal says who and when. None acts on whatever is there.
    """

    key: TokenKey
    actor: Actor
    reason: str = ""
    case: str | None = None
    expected_seq: int | None = None
    action_id: str = field(default_factory=new_action_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeOrder(Order):
    """End a token for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendOrder(Order):
    """Stop a token until it is resumed or `until` comes; `message` is what its callers are told."""

    message: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeOrder(Order):
    """Let a suspended token work again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameOrder(Order):
    """Give a token another name."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireOrder(Order):
    """Give a token another end."""

    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReownOrder(Order):
    """Give a token another owner: the id of an active member of its account."""

    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateOrder(Order):
    """Replace a token; the old one goes on for `overlap`, by default what its tier is given (decisions.md).

    `scopes` narrows the replacement to some of the scopes the old one holds; None keeps them all.
    """

    overlap: timedelta | None = None
    scopes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpOrder(Order):
    """Note that somebody opened a token to answer a question."""


@dataclass(frozen=True, slots=True)
class Split:
    """That a new token takes over from a shared one, `parent`, what `program` does with it."""

    parent: TokenKey
    program: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueOrder:
    """Make a token. `creator` and `owner` are ids of active members of the account; `creator` may be None (our staff)."""

    account_id: str
    name: str
    owner: str
    scopes: tuple[str, ...]
    expires_at: datetime
    actor: Actor
    environment: str = "live"
    creator: str | None = None
    rationale: str = ""
    reason: str = ""
    case: str | None = None
    accept_risk: bool = False
    split: Split | None = None
    action_id: str = field(default_factory=new_action_id)


@dataclass(frozen=True, slots=True)
class Changed:
    """Proof that a token was changed: what, when, and the number of its audit line."""

    key: TokenKey
    name: str
    action: str
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Revoked:
    """Proof that a token is revoked. `already` says that somebody else (`by`, `at`) did it before; nothing was written then.

    `refused_by` is when every checker refuses it at the latest: the lifetime of a cached answer after `at`.
    """

    key: TokenKey
    name: str
    account_name: str
    hint: str
    at: datetime
    by: str
    seq: int
    already: bool
    refused_by: datetime


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token and the only copy of its secret."""

    key: TokenKey
    name: str
    token: Secret
    hint: str
    expires_at: datetime
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Rotated:
    """Both sides of a rotation and when the old token ends."""

    old: Changed
    new: Issued
    ends_at: datetime
