"""The rules of policies besides their limits, and which live tokens hold a scope that a rule would not allow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING

from store.moments import maybe_from_ms, to_ms
from store.reads.scopes import Asked
from store.reads.status_sql import live
from store.rules.policies import DEFAULT, IN_USE
from store.rules.policy_rules import in_force_by_name, outside_scopes
from store.rules.second_person import stricter

if TYPE_CHECKING:
    from store.rules.digests import Digest


@dataclass(frozen=True, slots=True)
class OutsideScopes:
    """A live token with scopes that a policy would not allow, and whether it is in use."""

    account_id: str
    id: str
    name: str
    scopes: tuple[str, ...]
    in_use: bool
    audit_seq: int | None = None
    ends_at: datetime | None = None


def rules_of(reader: Asked, account_id: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return an account's own rules and those of the default policy."""
    sql = "SELECT account_id, name, value FROM policy_rule WHERE account_id IN ('', :account)"
    own: dict[str, str] = {}
    default: dict[str, str] = {}
    for account, name, value in reader.rows(sql, {"account": account_id}):
        (default if account == DEFAULT else own)[name] = value
    return own, default


def rules_for(reader: Asked, account_id: str) -> dict[str, str]:
    """Return the rules in force of an account, by their names."""
    return in_force_by_name(*rules_of(reader, account_id))


def second_person_rule(reader: Asked, accounts: Iterable[str]) -> str:
    """Return what waits for a second person in these accounts: the strictest of their own rules and the default's."""
    rows = reader.rows("SELECT account_id, value FROM policy_rule WHERE name = 'two_people'")
    own = {str(account): str(rule) for account, rule in rows}
    return reduce(stricter, (own.get(account, "") for account in accounts), own.get("", "")) if own else ""


def digest_rule(reader: Asked, account_id: str, setting: Digest | None) -> Digest | None:
    """Return how an account's warnings are taken together: as its policy or the default one says, else as the setting does."""
    from store.rules.digests import digest_of

    own, default = ({name: value for name, value in rules.items() if name == "digest"} for rules in rules_of(reader, account_id))
    said = in_force_by_name(own, default)["digest"]
    return digest_of(said) if said else setting


def all_rules(reader: Asked) -> dict[str, dict[str, str]]:
    """Return the own rules of every account that has some; the default's under an empty id."""
    found: dict[str, dict[str, str]] = {}
    for account, name, value in reader.rows("SELECT account_id, name, value FROM policy_rule ORDER BY account_id, name"):
        found.setdefault(account, {})[name] = value
    return found


def tokens_outside(reader: Asked, account_id: str, allowed: str, now: datetime) -> tuple[OutsideScopes, ...]:
    """Return the live tokens of an account, or of all for an empty id, that hold a scope outside `allowed`; those in use first.

    At most 100,000 tokens are looked at.
    """
    where = "AND t.account_id = :account " if account_id != DEFAULT else ""
    sql = (
        "SELECT t.account_id, t.id, t.name, t.scopes, t.last_used_at, t.audit_seq, t.expires_at, t.retires_at FROM token t "
        f"WHERE t.closed = 0 AND {live()} {where}ORDER BY t.account_id, t.id LIMIT 100000"
    )
    params: dict[str, object] = {"now": to_ms(now)} | ({"account": account_id} if where else {})
    found = []
    for account, token, name, scopes, used, seq, *ends in reader.rows(sql, params):
        outside = outside_scopes(allowed, scopes.split())
        if outside:
            in_use = used is not None and to_ms(now) - used < IN_USE.total_seconds() * 1_000
            end = min((one for one in ends if one is not None), default=None)
            found.append(OutsideScopes(account, token, name, outside, in_use, seq, maybe_from_ms(end)))
    return tuple(sorted(found, key=lambda one: not one.in_use))


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return what an audit line says: each rule that changed, as it is and as it was; `none` for no rule."""
    detail: dict[str, str] = {}
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            detail |= {name: after.get(name, "none"), f"was_{name}": before.get(name, "none")}
    return detail
