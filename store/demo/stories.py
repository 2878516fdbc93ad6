"""The story of one token: how it came in, what was done to it and by whom, and how it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from store.demo.accounts import Customer, Person
from store.demo.chance import Chance
from store.demo.habits import Habits
from store.demo.kinds import Kind
from store.demo.phases import Phase
from store.moments import DAY_MS
from store.rules.actions import Action
from store.rules.leaks import Verdict
from store.rules.scopes import CATALOGUE, RISKY_PAIRS, is_too_broad, normal, tier_of
from store.rules.secrets import Secret, digest_of, hint_of
from store.token_columns import DEFAULTS

_CATALOGUE = {scope.name: scope for scope in CATALOGUE}
_ENDS_AFTER = DAY_MS
"""A token that ended longer ago than this has been closed by the sweep (store.writes.sweep)."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done at `at`: it becomes one audit line. A deed that changes nothing vouches for no state."""

    at: int
    action: Action
    actor: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    case: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Story:
    """A token from its first line on. `row` holds its columns as they were then; `phases` are in order of time.

    `places` are where it was seen in the open: the columns of an exposure behind those that name the token.
    """

    row: dict[str, Any]
    deeds: list[Deed]
    phases: list[Phase] = field(default_factory=list)
    habits: Habits = field(default_factory=Habits)
    places: list[tuple[Any, ...]] = field(default_factory=list)

    def did(
        self,
        at: int,
        action: Action,
        actor: str,
        reason: str = "",
        case: str | None = None,
        detail: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> Story:
        """Add a deed; `changes` are the columns it leaves behind."""
        self.deeds.append(Deed(at, action, actor, changes, reason, case, detail or {}))
        return self

    def revoked(self, at: int, actor: str, reason: str = "", case: str | None = None) -> Story:
        """Let somebody revoke it."""
        return self.did(at, Action.REVOKE, actor, reason, case, revoked_at=at, revoked_by=actor, revoke_reason=reason)

    def suspended(
        self, at: int, actor: str, message: str, until: int | None = None, case: str | None = None, **changes: Any
    ) -> Story:
        """Let somebody suspend it."""
        changes |= {"suspended_at": at, "suspended_until": until, "suspended_by": actor, "suspend_message": message}
        return self.did(at, Action.SUSPEND, actor, "", case, {"message": message, "until": until}, **changes)

    def seen(self, at: int, actor: str, source: str, place: str, times: int, reported_at: int | None, case: str) -> Story:
        """Let somebody put on record where its secret was found."""
        self.places.append((source, place, Verdict.VERIFIED.value, at, reported_at, times, case, actor))
        detail = {"source": source, "place": place, "places": 1, "times": times, "verdict": Verdict.VERIFIED.value}
        return self.did(at, Action.EXPOSE, actor, "", case, detail, exposed_at=at)

    def resumed(self, at: int, actor: str, case: str | None = None) -> Story:
        """Let somebody resume it."""
        gone: dict[str, Any] = {"suspended_at": None, "suspended_until": None, "suspended_by": None, "suspend_message": ""}
        return self.did(at, Action.RESUME, actor, "", case, **gone)

    def replaced(self, new: Story, ends_at: int, actor: str) -> Story:
        """Let `new` take over: the old token goes on until `ends_at`."""
        at, new_id = new.row["created_at"], new.row["id"]
        new.row |= {"replaces": self.row["id"], "rotated_at": at}
        new.deeds[0] = replace(new.deeds[0], detail={**new.deeds[0].detail, "replaces": self.row["id"]})
        detail = {"replaced_by": new_id, "retires_at": ends_at}
        return self.did(at, Action.ROTATE, actor, "", None, detail, retires_at=ends_at, replaced_by=new_id)

    def used(self, *phases: Phase) -> Story:
        """Say how it is used, in order of time."""
        self.phases.extend(phases)
        return self

    def after(self, deeds: int) -> dict[str, Any]:
        """Return its columns after the first so many deeds."""
        row = dict(self.row)
        for deed in self.deeds[:deeds]:
            row.update(deed.changes)
        return row

    def last_change(self) -> int:
        """Return the place of the last deed that vouches for a state."""
        return max(place for place, deed in enumerate(self.deeds) if vouches(place, deed))


def vouches(place: int, deed: Deed) -> bool:
    """Say whether this deed's audit line carries the digest of the token's state."""
    return place == 0 or bool(deed.changes)


def is_closed(row: Mapping[str, Any], now: int) -> bool:
    """Say whether a token can never be live again, the way the store keeps it: revoked, or ended more than a day ago."""
    ends = [end for end in (row["expires_at"], row["retires_at"]) if end is not None]
    return row["revoked_at"] is not None or any(end <= now - _ENDS_AFTER for end in ends)


def seal(row: dict[str, Any], chance: Chance, brand: str, key_id: str, key: Secret) -> None:
    """Give a row what follows from its secret: the digest, its scheme and the hint. Imported inventory has none."""
    if row["source"] != "issued":
        return
    token = chance.token(row["environment"], row["id"], brand)
    row |= {"hint": hint_of(token), "digest_scheme": f"hmac-sha256:{key_id}", "digest": digest_of(token, key)}


def begin(
    token_id: str,
    customer: Customer,
    kind: Kind,
    created_at: int,
    *,
    owner: Person | None,
    creator: Person | None,
    expires_at: int | None,
    name: str | None = None,
    scopes: str | None = None,
    source: str = "issued",
    actor: str = "customer portal",
    recorded_at: int | None = None,
    **columns: Any,
) -> Story:
    """Begin a story: the token is issued at `created_at`, or comes in by an import at `recorded_at`."""
    held = kind.scopes if scopes is None else scopes
    text, tier, broad = _judged(held)
    row = {
        **DEFAULTS,
        "account_id": customer.id,
        "id": token_id,
        "name": kind.name if name is None else name,
        "environment": kind.environment,
        "scopes": text,
        "tier": tier,
        "broad": broad,
        "owner_id": None if owner is None else owner.id,
        "owner_active": int(owner is not None and owner.active),
        "creator_id": None if creator is None else creator.id,
        "creator_active": int(creator is None or creator.active),
        "rationale": kind.rationale,
        "source": source,
        "created_at": created_at,
        "expires_at": expires_at,
        **columns,
    }  # fmt: skip
    if source == "issued":
        deed = Deed(created_at, Action.ISSUE, actor, detail={"expires_at": expires_at, "replaces": None})
    else:
        deed = Deed(recorded_at or created_at, Action.IMPORT, "import", detail={"format": source})
    return Story(row, [deed])


@lru_cache(maxsize=512)
def _judged(scopes: str) -> tuple[str, str, int]:
    held = normal(scopes.split())
    return " ".join(held), tier_of(held, _CATALOGUE).value, int(is_too_broad(held, _CATALOGUE, RISKY_PAIRS))
