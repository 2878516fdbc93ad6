"""Adding lines to the audit log: in order, linked, in the same transaction as what they record."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from store.engine import Unit
from store.moments import to_ms
from store.rules.chain import FIRST_LINK, line_hash, private_digest
from store.rules.roles import Actor
from store.rules.state import canonical
from store.usage.batches import insert_rows
from store.writes.case_opening import openings


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded. `action` is a word of store.rules.actions; `detail` holds only values safe to keep for ever."""

    actor: Actor
    action: str
    account_id: str | None = None
    token_id: str | None = None
    token_name: str = ""
    scopes: str = ""
    reason: str = ""
    case: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    state_digest: bytes | None = None
    action_id: str = field(default_factory=lambda: str(uuid4()))


def head(unit: Unit) -> tuple[int, bytes]:
    """Return the number and hash of the newest line; (0, 32 zero bytes) in an empty log."""
    if unit.head is None:
        found = unit.rows("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        unit.head = (int(found[0][0]), bytes(found[0][1])) if found else (0, FIRST_LINK)
    return unit.head


def record(unit: Unit, entry: Entry, now: datetime) -> int:
    """Add one line and return its number."""
    return record_many(unit, [entry], now)[0]


def record_many(unit: Unit, entries: Sequence[Entry], now: datetime) -> list[int]:
    """Add lines in the order given and return their numbers. The reason, host and peer go to the erasable side table.

    A case that a line names for the first time is opened by a line of its own before them.
    """
    opened = openings(unit, entries, now)
    seq, link = head(unit)
    lines: list[dict[str, Any]] = []
    private: list[dict[str, Any]] = []
    for entry in (*opened, *entries):
        seq += 1
        line = _line(seq, link, entry, now)
        actor = entry.actor
        if entry.reason or actor.host or actor.peer:
            salt = os.urandom(16)
            part = {"reason": entry.reason, "host": actor.host, "peer": actor.peer}
            line["private_digest"] = private_digest(salt, **part)
            private.append({"seq": seq, "salt": salt, **part})
        link = line["hash"] = line_hash(line)
        lines.append(line)
    if lines:
        insert_rows(unit, "audit", lines)
        unit.head = (seq, link)
        unit.changed.add("audit")
    if private:
        insert_rows(unit, "audit_private", private)
    return [line["seq"] for line in lines[len(opened) :]]


def _line(seq: int, link: bytes, entry: Entry, now: datetime) -> dict[str, Any]:
    actor = entry.actor
    return {
        "seq": seq,
        "action_id": entry.action_id,
        "at": to_ms(now),
        "actor": actor.name,
        "actor_role": actor.role.value,
        "actor_how": actor.how,
        "session": actor.session,
        "action": entry.action,
        "account_id": entry.account_id,
        "token_id": entry.token_id,
        "token_name": entry.token_name,
        "scopes": entry.scopes,
        "case_id": entry.case,
        "detail": canonical(entry.detail).decode(),
        "state_digest": entry.state_digest,
        "private_digest": None,
        "prev_hash": link,
    }
