"""Writing what one batch comes to, in one transaction: accounts and people first, then tokens, each with its audit line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.engine import Unit
from store.imports.batch import Batch
from store.imports.plan import Decision, file_values, said_by
from store.imports.records import TokenRecord
from store.moments import from_ms, maybe_ms, to_ms
from store.rules.actions import Action
from store.rules.roles import Actor
from store.rules.scopes import RiskyPair, Scope, is_too_broad, tier_of
from store.usage.batches import run_many
from store.writes.audit import Entry
from store.writes.orders import new_action_id
from store.writes.people import MemberFacts, put_member
from store.writes.sweep import MARGIN
from store.writes.tokens import Change, add, apply, hold_many

_ACCOUNT = "INSERT INTO account (id, name, plan, created_at, open_tokens) VALUES (?, ?, '', ?, 0) ON CONFLICT (id) DO NOTHING"
_MEMBER = """
INSERT INTO member (account_id, id, name, admin, active, joined_at, left_at) VALUES (?, ?, ?, 0, ?, NULL, NULL)
ON CONFLICT (account_id, id) DO NOTHING
"""
_FLOORS = """
UPDATE token
SET silent_after = CASE WHEN last_used_at < ? THEN silent_after + (? - last_used_at) ELSE silent_after END,
    last_used_at = CASE WHEN coalesce(last_used_at, -1) < ? THEN ? ELSE last_used_at END,
    last_success_at = CASE WHEN coalesce(last_success_at, -1) < ? THEN ? ELSE last_success_at END
WHERE account_id = ? AND id = ?
"""


@dataclass(frozen=True, slots=True)
class Import:
    """What holds for every batch of one import: who does it and when, from which format, and the scopes this store knows."""

    actor: Actor
    now: datetime
    source: str
    catalogue: Mapping[str, Scope]
    pairs: tuple[RiskyPair, ...]


def save_batch(unit: Unit, batch: Batch, task: Import) -> None:
    """Write a batch that was planned inside this transaction."""
    at = to_ms(task.now)
    run_many(unit, _ACCOUNT, [(account, name, at) for account, name in batch.accounts.items()])
    run_many(unit, _MEMBER, [(*person, person[1], int(active)) for person, active in batch.members.items()])
    for person in sorted(batch.left):
        _leave(unit, person, task.now)
    add(unit, [(_columns(record, batch, task), _entry(record, task)) for record in batch.new], task.now)
    _follow(unit, batch, task)
    run_many(unit, _FLOORS, [_floors(decision) for decision in batch.known if decision.changes])
    if batch.known or batch.new:
        unit.changed.add("token")


def _leave(unit: Unit, person: tuple[str, str], now: datetime) -> None:
    rows = unit.rows(
        "SELECT name, admin, joined_at FROM member WHERE account_id = :account AND id = :id",
        {"account": person[0], "id": person[1]},
    )
    name, admin, joined = rows[0]
    joined_at = None if joined is None else from_ms(int(joined))
    put_member(unit, MemberFacts(*person, name, bool(admin), active=False, joined_at=joined_at, left_at=now))


def _follow(unit: Unit, batch: Batch, task: Import) -> None:
    """Let known tokens follow the file in the fields that were decided on, each with its audit line."""
    decisions = {decision.record.key: decision for decision in batch.known if decision.fields}
    changes = []
    for held in hold_many(unit, sorted(decisions)):
        decision = decisions[held.key]
        detail = {"format": task.source, "changed": list(decision.fields), "said": said_by(decision.record)}
        values = _new_values(decision, batch, task)
        changes.append(Change(held, values, Action.UPDATE, task.actor, new_action_id(), detail=detail))
    if changes:
        apply(unit, changes, task.now)


def _new_values(decision: Decision, batch: Batch, task: Import) -> dict[str, Any]:
    record, values = decision.record, file_values(decision.record)
    new: dict[str, Any] = {}
    if "name" in decision.fields:
        new["name"] = values["name"]
    if "owner" in decision.fields:
        new |= {"owner_id": record.owner, "owner_active": _active(record.account, record.owner, batch)}
    if "scopes" in decision.fields:
        new |= {"scopes": values["scopes"], **_reach(record, task)}
    if "expires_at" in decision.fields:
        new["expires_at"] = values["expires_at"]
    return new


def _columns(record: TokenRecord, batch: Batch, task: Import) -> dict[str, Any]:
    """Return the columns of a new token."""
    closed_from = to_ms(task.now - MARGIN)
    ends = [end for end in (maybe_ms(record.expires_at), maybe_ms(record.retires_at)) if end is not None]
    suspended = record.suspended and record.revoked_at is None
    return {
        "account_id": record.account,
        "id": record.id,
        "name": record.label,
        "environment": record.environment,
        "scopes": " ".join(record.scopes),
        **_reach(record, task),
        "owner_id": record.owner,
        "owner_active": _active(record.account, record.owner, batch),
        "creator_id": record.creator,
        # Nobody on record is nobody who left: a token without a creator is not orphaned.
        "creator_active": record.creator is None or _active(record.account, record.creator, batch),
        "rationale": record.rationale,
        "source": task.source,
        "hint": record.hint,
        "digest_scheme": record.digest_scheme,
        "digest": record.digest,
        "created_at": to_ms(record.created_at),
        "rotated_at": maybe_ms(record.rotated_at),
        "expires_at": maybe_ms(record.expires_at),
        "retires_at": maybe_ms(record.retires_at),
        "replaces": record.replaces,
        "replaced_by": record.replaced_by,
        "suspended_at": to_ms(task.now) if suspended else None,
        "suspended_until": maybe_ms(record.suspended_until) if suspended else None,
        "suspended_by": task.actor.name if suspended else None,
        "suspend_message": record.suspend_message if suspended else "",
        "revoked_at": maybe_ms(record.revoked_at),
        "revoked_by": record.revoked_by,
        "revoke_reason": record.revoke_reason,
        "last_used_at": maybe_ms(record.last_used_at),
        "last_success_at": maybe_ms(record.last_success_at),
        "closed": record.revoked_at is not None or any(end <= closed_from for end in ends),
    }


def _entry(record: TokenRecord, task: Import) -> Entry:
    return Entry(
        actor=task.actor,
        action=Action.IMPORT.value,
        account_id=record.account,
        token_id=record.id,
        token_name=record.label,
        scopes=" ".join(record.scopes),
        detail={"format": task.source, "said": said_by(record)},
    )


def _reach(record: TokenRecord, task: Import) -> dict[str, Any]:
    return {
        "tier": tier_of(record.scopes, task.catalogue).value,
        "broad": is_too_broad(record.scopes, task.catalogue, task.pairs),
    }


def _active(account: str, person: str | None, batch: Batch) -> bool:
    return person is not None and batch.people.get((account, person), True)


def _floors(decision: Decision) -> tuple[Any, ...]:
    used = -1 if decision.last_used_at is None else decision.last_used_at
    success = -1 if decision.last_success_at is None else decision.last_success_at
    return (used, used, used, used, success, success if success >= 0 else None, *decision.record.key)
