"""What a token was at an earlier line of the audit log: what later lines did is undone, and the log's digest is the proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from store.rules.actions import Action
from store.rules.state import STATE
from store.rules.tiers import Tier

State = dict[str, Any]


class Proof(StrEnum):
    """What the audit log says about a state that was put together."""

    PROVEN = "proven"
    DIFFERS = "differs"
    LATER = "later"
    """The log has no line about the token so early: it came into the store afterwards."""


PROOFS: dict[Proof, str] = {
    Proof.PROVEN: "The state is the one whose digest the audit log holds.",
    Proof.DIFFERS: "The audit log does not vouch for this state: shown as far as the log and the store tell.",
    Proof.LATER: "Came into this store only after this moment: shown as it was first recorded.",
}


@dataclass(frozen=True, slots=True)
class LogLine:
    """What one line of the log says about a token; `at` in milliseconds, name and scopes as they were after it."""

    seq: int
    at: int
    actor: str
    action: str
    token_name: str
    scopes: str
    detail: dict[str, Any]
    state_digest: bytes | None


def rebuilt(state: State, lines: Sequence[LogLine], head: int) -> tuple[State, Proof]:
    """Return a token's state right after the line `head`, from what it is now and all lines about it, the oldest first.

    A token without a line that early is taken back to its own first line.
    """
    earlier = [line for line in lines if line.seq <= head]
    later = lines[len(earlier) :]
    known = bool(earlier)
    if not known:
        earlier, later = list(lines[:1]), lines[1:]
    was = dict(state)
    for number in range(len(later) - 1, -1, -1):
        undo = _UNDO.get(later[number].action)
        if undo is not None:
            undo(was, later[number], [*earlier, *later[:number]])
    digest = next((line.state_digest for line in reversed(earlier) if line.state_digest is not None), None)
    proven = digest is not None and _matches(was, digest, widened=any(line.action == Action.UPDATE for line in later))
    if not known:
        return was, Proof.LATER
    return was, Proof.PROVEN if proven else Proof.DIFFERS


def _matches(was: State, digest: bytes, *, widened: bool) -> bool:
    """Say whether this is the state of a digest; where scopes may have changed the tier of then is found by trying."""
    if STATE.digest_of(was) == digest:
        return True
    for tier in Tier if widened else ():
        if STATE.digest_of({**was, "tier": tier.value}) == digest:
            was["tier"] = tier.value
            return True
    return False


def _unrevoke(was: State, line: LogLine, before: Sequence[LogLine]) -> None:
    was.update(revoked_at=None, revoked_by=None, revoke_reason="")


def _suspension(was: State, line: LogLine, before: Sequence[LogLine]) -> None:
    """Give back the suspension that the last earlier line about one speaks of, or none."""
    last = next((one for one in reversed(before) if one.action in (Action.SUSPEND, Action.RESUME)), None)
    was.update(suspended_at=None, suspended_until=None, suspended_by=None, suspend_message="")
    if last is not None and last.action == Action.SUSPEND:
        message = str(last.detail.get("message", ""))
        until = last.detail.get("until")
        was.update(suspended_at=last.at, suspended_until=until, suspended_by=last.actor, suspend_message=message)


def _unrotate(was: State, line: LogLine, before: Sequence[LogLine]) -> None:
    was.update(retires_at=None, replaced_by=None)


def _back(column: str) -> Callable[[State, LogLine, Sequence[LogLine]], None]:
    """Return what gives a column back the value that the line says it had."""

    def undo(was: State, line: LogLine, before: Sequence[LogLine]) -> None:
        if "from" in line.detail:
            was[column] = line.detail["from"]

    return undo


def _unupdate(was: State, line: LogLine, before: Sequence[LogLine]) -> None:
    """Undo what a later import changed: name and scopes stand on the line before, the rest where an action set it."""
    changed = line.detail.get("changed", ())
    if before and "name" in changed:
        was["name"] = before[-1].token_name
    if before and "scopes" in changed:
        was["scopes"] = before[-1].scopes
    if "expires_at" in changed:
        _set_by(was, "expires_at", before, {Action.EXPIRE: "to", Action.ISSUE: "expires_at"})
    if "owner" in changed:
        _set_by(was, "owner_id", before, {Action.REOWN: "to"})


def _set_by(was: State, column: str, before: Sequence[LogLine], keys: Mapping[str, str]) -> None:
    for line in reversed(before):
        key = keys.get(line.action)
        if key is not None and key in line.detail:
            was[column] = line.detail[key]
            return


_UNDO: dict[str, Callable[[State, LogLine, Sequence[LogLine]], None]] = {
    Action.REVOKE: _unrevoke,
    Action.SUSPEND: _suspension,
    Action.RESUME: _suspension,
    Action.ROTATE: _unrotate,
    Action.RENAME: _back("name"),
    Action.EXPIRE: _back("expires_at"),
    Action.REOWN: _back("owner_id"),
    Action.UPDATE: _unupdate,
}
"""How each action is taken back; one that is not here changes no column of the state."""
