"""Reads what a new token stands on: the scopes there are, and of an account its people, its limits and its room for more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.errors import Refused
from store.reader import Reader
from store.rows import AccountRow, MemberRow
from store.rules.policies import Limits
from store.rules.scopes import RiskyPair, Scope


@dataclass(frozen=True, slots=True)
class ScopeRules:
    """The scopes of the store by their names, and the pairs that are risky together."""

    known: dict[str, Scope]
    pairs: tuple[RiskyPair, ...]


@dataclass(frozen=True, slots=True)
class Grounds:
    """An account as a form needs it: `people` are its active members; `full` says why it can't have another token."""

    account: AccountRow
    people: tuple[MemberRow, ...]
    limits: Limits
    full: str


def scope_rules(reader: Reader) -> ScopeRules:
    """Return them."""
    from store.reads.scopes import catalogue, pairs

    return ScopeRules(catalogue(reader), pairs(reader))


def grounds(reader: Reader, account_id: str, now: datetime) -> Grounds | None:
    """Return them at `now`; None for an account that does not exist."""
    from store.reads.accounts import account, members
    from store.writes.policies import policy_for, refuse_over_limit

    found = account(reader, account_id, now)
    if found is None:
        return None
    limits, full = policy_for(reader, account_id), ""
    try:
        refuse_over_limit(reader, account_id, limits)
    except Refused as error:
        full = str(error)
    return Grounds(found, members(reader, account_id, active_only=True), limits, full)
