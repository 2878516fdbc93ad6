"""What the store already holds of the tokens, people and accounts in a file: the same questions for a real and a dry run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.moments import maybe_from_ms
from store.rows import TokenKey
from store.rules.status import Moments, Status, status_of

Ask = Callable[[str, Mapping[str, Any]], Sequence[Sequence[Any]]]
"""Runs a query: `Reader.rows` or `Unit.rows`."""

Person = tuple[str, str]
"""(account id, member id)"""

_TOKENS = """
SELECT account_id, id, name, owner_id, scopes, expires_at, creator_id, creator_active, last_used_at, last_success_at, audit_seq,
       revoked_at, retires_at, suspended_at, suspended_until, exposed_at
FROM token WHERE id IN ({places})
"""
_TOLD = """
WITH wanted (account, token) AS (VALUES {places})
SELECT audit.account_id, audit.token_id, audit.seq, audit.detail FROM wanted CROSS JOIN audit
WHERE audit.account_id = wanted.account AND audit.token_id = wanted.token AND audit.action IN ('import', 'update')
ORDER BY audit.seq
"""
_PEOPLE = """
WITH wanted (account, person) AS (VALUES {places})
SELECT member.account_id, member.id, member.active FROM wanted CROSS JOIN member
WHERE member.account_id = wanted.account AND member.id = wanted.person
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A token as it is here; moments in milliseconds."""

    name: str
    owner: str | None
    scopes: str
    expires_at: int | None
    creator: str | None
    creator_active: bool
    last_used_at: int | None
    last_success_at: int | None
    audit_seq: int
    status: Status


@dataclass(frozen=True, slots=True)
class Told:
    """What the last import of a token said of its fields, as short digests, and the audit line that remembers it."""

    seq: int
    said: Mapping[str, str]


def held_tokens(ask: Ask, keys: Iterable[TokenKey], now: datetime) -> dict[TokenKey, Held]:
    """Return those of the tokens that are here."""
    wanted = set(keys)
    found: dict[TokenKey, Held] = {}
    for row in _by_ids(ask, _TOKENS, {key[1] for key in wanted}):
        key = TokenKey((row[0], row[1]))
        if key in wanted:
            expires, revoked, retires, suspended, until, exposed = map(maybe_from_ms, (row[5], *row[11:16]))
            status = status_of(Moments(revoked, expires, retires, suspended, until, exposed), now)
            found[key] = Held(
                name=row[2], owner=row[3], scopes=row[4], expires_at=row[5], creator=row[6], creator_active=bool(row[7]),
                last_used_at=row[8], last_success_at=row[9], audit_seq=row[10], status=status,
            )  # fmt: skip
    return found


def last_told(ask: Ask, keys: Iterable[TokenKey]) -> dict[TokenKey, Told]:
    """Return what the last import said of each token; those that were never imported are left out."""
    found: dict[TokenKey, Told] = {}
    for account, token, seq, detail in _by_pairs(ask, _TOLD, keys):
        said = json.loads(detail).get("said", {})
        found[TokenKey((account, token))] = Told(int(seq), said if isinstance(said, dict) else {})
    return found


def held_accounts(ask: Ask, ids: Iterable[str]) -> set[str]:
    """Return those of the accounts that are here."""
    return {row[0] for row in _by_ids(ask, "SELECT id FROM account WHERE id IN ({places})", set(ids))}


def held_people(ask: Ask, people: Iterable[Person]) -> dict[Person, bool]:
    """Return those of the people that are here, and whether they are active."""
    return {(row[0], row[1]): bool(row[2]) for row in _by_pairs(ask, _PEOPLE, people)}


def _by_pairs(ask: Ask, sql: str, pairs: Iterable[tuple[str, str]]) -> Iterator[Sequence[Any]]:
    ordered = sorted(set(pairs))
    for start in range(0, len(ordered), 300):
        some = ordered[start : start + 300]
        params = {f"a{number}": pair[0] for number, pair in enumerate(some)}
        params |= {f"b{number}": pair[1] for number, pair in enumerate(some)}
        places = ", ".join(f"(:a{number}, :b{number})" for number in range(len(some)))
        yield from ask(sql.format(places=places), params)


def _by_ids(ask: Ask, sql: str, ids: set[str]) -> Iterator[Sequence[Any]]:
    names = sorted(ids)
    for start in range(0, len(names), 500):
        params = {f"n{number}": name for number, name in enumerate(names[start : start + 500])}
        yield from ask(sql.format(places=", ".join(f":{name}" for name in params)), params)
