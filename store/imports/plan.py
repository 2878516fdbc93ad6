"""What an import would do with each token, decided without writing anything.

A token that is new comes in. Of one that is known only its name, owner, scopes, expiry, and whether its creator is still
there may follow the file, and never against a change made here: an import remembers (in its audit line) what the file
said, so that what the file changed and what was changed here can be told apart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from store.imports.held import Held, Told
from store.imports.records import TokenRecord
from store.moments import maybe_ms
from store.rules.status import Status

FIELDS = ("name", "owner", "scopes", "expires_at", "creator_active")


class Kept(StrEnum):
    """Why something the file says was not taken over; its value is the sentence, `{}` the number of tokens."""

    ISSUED_HERE = "Issued here and not imported, so what is known here was kept: {}."
    REVOKED = "Revoked here, so nothing was changed: {}."
    CHANGED_HERE = "Changed here since the last import, so the change made here was kept: {}."
    EXPIRED = "Expired here, and an import revives nothing, so the expiry was kept: {}."
    LIVE_HERE = "Revoked in the file but not here; revoke them here if that is meant: {}."
    ON_HERE = "Switched off in the file but not here; suspend them here if that is meant: {}."
    LEFT_HERE = "The creator is active in the file but has left here, and was not made active again: {}."


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with one known token.

    `fields` are those of FIELDS that follow the file. `last_used_at` and `last_success_at` are floors to raise to, in
    milliseconds, or None. `kept` says what was not taken over and why.
    """

    record: TokenRecord
    held: Held
    fields: tuple[str, ...] = ()
    last_used_at: int | None = None
    last_success_at: int | None = None
    kept: frozenset[Kept] = frozenset()

    @property
    def changes(self) -> bool:
        """Say whether anything is to be written."""
        return bool(self.fields) or self.last_used_at is not None or self.last_success_at is not None


def said_by(record: TokenRecord) -> dict[str, str]:
    """Return a short digest of what the file says of each field: enough to compare, nothing to read."""
    values = file_values(record)
    return {name: _short(values[name]) for name in FIELDS if _speaks(record, name)}


def file_values(record: TokenRecord) -> dict[str, Any]:
    """Return what the file says, in the form the store keeps."""
    return {
        "name": record.label,
        "owner": record.owner,
        "scopes": " ".join(record.scopes),
        "expires_at": maybe_ms(record.expires_at),
        "creator_active": record.creator_active,
    }


def differs(record: TokenRecord, held: Held) -> bool:
    """Say whether the file and the store disagree on anything an import may change."""
    return bool(_differences(record, held))


def decide(record: TokenRecord, held: Held, told: Told | None) -> Decision:
    """Decide on a known token; `told` is what the last import of it said, None where it was never imported."""
    kept: set[Kept] = set()
    fields: list[str] = []
    values, here = file_values(record), held_values(held)
    for name in _differences(record, held):
        reason = _reason_to_keep(name, values[name], here[name], held, told)
        if reason is None:
            fields.append(name)
        else:
            kept.add(reason)
    if record.revoked_at is not None and held.status is not Status.REVOKED:
        kept.add(Kept.LIVE_HERE)
    elif record.suspended and held.status in (Status.ACTIVE, Status.RETIRING):
        kept.add(Kept.ON_HERE)
    return Decision(
        record,
        held,
        tuple(fields),
        _floor(maybe_ms(record.last_used_at), held.last_used_at),
        _floor(maybe_ms(record.last_success_at), held.last_success_at),
        frozenset(kept),
    )


def held_values(held: Held) -> Mapping[str, Any]:
    """Return what the store holds, field by field."""
    return {
        "name": held.name,
        "owner": held.owner,
        "scopes": held.scopes,
        "expires_at": held.expires_at,
        "creator_active": held.creator_active,
    }


def _differences(record: TokenRecord, held: Held) -> list[str]:
    values, here = file_values(record), held_values(held)
    return [
        name
        for name in FIELDS
        if _speaks(record, name) and values[name] != here[name] and (name != "creator_active" or record.creator == held.creator)
    ]


def _speaks(record: TokenRecord, name: str) -> bool:
    if name == "creator_active":
        return record.creator is not None and record.creator_active is not None
    return name in record.given


def _reason_to_keep(name: str, theirs: Any, ours: Any, held: Held, told: Told | None) -> Kept | None:
    if name == "creator_active" and theirs:
        return Kept.LEFT_HERE
    if held.status is Status.REVOKED and name != "creator_active":
        return Kept.REVOKED
    if told is None:
        return Kept.ISSUED_HERE
    said = told.said.get(name)
    if said is None:
        # The file was silent on this before: it may fill it in unless somebody has touched the token since.
        if name != "creator_active" and held.audit_seq != told.seq:
            return Kept.CHANGED_HERE
    elif said != _short(ours) or said == _short(theirs):
        return Kept.CHANGED_HERE
    if name == "expires_at" and held.status is Status.EXPIRED:
        return Kept.EXPIRED
    return None


def _floor(theirs: int | None, ours: int | None) -> int | None:
    return theirs if theirs is not None and (ours is None or theirs > ours) else None


def _short(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:12]
