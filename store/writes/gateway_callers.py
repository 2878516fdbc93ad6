"""Programs that may ask the gateway: adding and removing them, what they revoke, and what gateways tell of themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from store.engine import Unit
from store.errors import NotFound, Refused
from store.moments import maybe_ms, to_ms
from store.rows import TokenKey
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.gateway_callers import CALLER, caller_digest, refuse_bad_caller
from store.rules.roles import Actor, Permission, Role
from store.rules.secrets import Mint, Secret
from store.writes.audit import Entry, record
from store.writes.authority import authorise
from store.writes.ending import revoke_proven
from store.writes.orders import Revoked, new_action_id

_PUT = """
INSERT INTO gateway_caller (name, digest_scheme, digest, may_revoke, active, created_at, created_by)
VALUES (:name, :scheme, :digest, :may_revoke, 1, :at, :by)
ON CONFLICT (name) DO UPDATE SET digest_scheme = excluded.digest_scheme, digest = excluded.digest,
may_revoke = excluded.may_revoke, active = 1, created_at = excluded.created_at, created_by = excluded.created_by
WHERE gateway_caller.active = 0
"""
_STATE = """
INSERT INTO gateway_state (name, address, version, started_at, seen_at, stopped_at, cache_ms, grace_ms, checks, cache_hits,
stale, unsaved) VALUES (:name, :address, :version, :started_at, :seen_at, :stopped_at, :cache_ms, :grace_ms, :checks,
:cache_hits, :stale, :unsaved)
ON CONFLICT (name) DO UPDATE SET address = excluded.address, version = excluded.version, started_at = excluded.started_at,
seen_at = excluded.seen_at, stopped_at = excluded.stopped_at, cache_ms = excluded.cache_ms, grace_ms = excluded.grace_ms,
checks = excluded.checks, cache_hits = excluded.cache_hits, stale = excluded.stale, unsaved = excluded.unsaved
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerOrder:
    """Add a program, or take it away; `secret` is needed to add one."""

    name: str
    actor: Actor
    secret: Secret | None = None
    may_revoke: bool = False
    case: str | None = None
    action_id: str = field(default_factory=new_action_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayReport:
    """What a gateway tells of itself; see store.tables.gateway."""

    name: str
    address: str
    version: str
    started_at: datetime
    cache_ms: int
    grace_ms: int
    checks: int
    cache_hits: int
    stale: int
    unsaved: int
    stopped_at: datetime | None = None


def add_caller(unit: Unit, order: CallerOrder, now: datetime, mint: Mint) -> int:
    """Add a caller and return the audit number. Raises Refused for the role or one that is there, BadInput for a name."""
    actor = authorise(unit, order.actor, Permission.ADMINISTER, doing=Doing(Action.CALLER, target=order.name))
    refuse_bad_caller(order.name)
    assert order.secret is not None
    values = {
        "name": order.name, "scheme": f"hmac-sha256:{mint.key_id}", "digest": caller_digest(order.name, order.secret, mint),
        "may_revoke": int(order.may_revoke), "at": to_ms(now), "by": actor.name,
    }  # fmt: skip
    if unit.run(_PUT, values) != 1:
        raise Refused(f"There is a caller {order.name} already.", "Remove it first to give it another secret.")
    return _recorded(unit, order, actor, now, active=True)


def remove_caller(unit: Unit, order: CallerOrder, now: datetime) -> int:
    """Switch a caller off and return the audit number; it stays on record. Raises NotFound, or Refused for the role."""
    actor = authorise(unit, order.actor, Permission.ADMINISTER, doing=Doing(Action.CALLER, target=order.name))
    done = unit.run("UPDATE gateway_caller SET active = 0 WHERE name = :name AND active = 1", {"name": order.name})
    if done != 1:
        raise NotFound(f"There is no caller {order.name[:64]}.", "`tokendesk gateway callers list` shows them.")
    return _recorded(unit, order, actor, now, active=False)


def revoke_for(unit: Unit, caller: str, key: TokenKey, peer: str, host: str, now: datetime, action_id: str) -> Revoked:
    """Revoke a token whose secret a caller has shown (RFC 7009). Raises Refused unless it may, decided in the transaction."""
    may = unit.value("SELECT may_revoke FROM gateway_caller WHERE name = :name AND active = 1", {"name": caller})
    if not may:
        raise Refused(f"The caller {caller} may not revoke.", "Add it anew with --may-revoke.")
    actor = Actor(f"{CALLER}{caller}", Role.SUPPORT, "gateway caller", host, peer)
    return revoke_proven(unit, key, actor, "revoked by its holder (RFC 7009)", now, action_id)


def report(unit: Unit, told: GatewayReport, now: datetime) -> None:
    """Keep what a gateway tells of itself; nobody is notified."""
    values = {
        "name": told.name, "address": told.address, "version": told.version, "started_at": to_ms(told.started_at),
        "seen_at": to_ms(now), "stopped_at": maybe_ms(told.stopped_at), "cache_ms": told.cache_ms, "grace_ms": told.grace_ms,
        "checks": told.checks, "cache_hits": told.cache_hits, "stale": told.stale, "unsaved": told.unsaved,
    }  # fmt: skip
    unit.run(_STATE, values)


def _recorded(unit: Unit, order: CallerOrder, actor: Actor, now: datetime, *, active: bool) -> int:
    detail = {"caller": order.name, "active": active, "may_revoke": order.may_revoke}
    entry = Entry(actor, Action.CALLER.value, case=order.case, detail=detail, action_id=order.action_id)
    return record(unit, entry, now)
