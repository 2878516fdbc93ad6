"""The scopes this store knows, with what each can and cannot do, and the pairs that are risky together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from store.moments import to_ms
from store.reader import Reader
from store.reads.filter_sql import compile_filter
from store.reads.status_sql import live
from store.rules.filters import parse, quoted
from store.rules.scopes import RiskyPair, Scope, Tier, is_wildcard, tier_of


class Asked(Protocol):
    """What can be asked with SQL: a reader, or a transaction in progress."""

    def rows(self, sql: str, params: Mapping[str, Any] | None = None, /) -> Sequence[Sequence[Any]]:
        """Run a query and return all its rows."""


def catalogue(reader: Asked) -> dict[str, Scope]:
    """Return every scope by its name; an imported token may hold others."""
    rows = reader.rows("SELECT name, tier, can, cannot FROM scope ORDER BY name")
    return {name: Scope(name, Tier(tier), can, cannot) for name, tier, can, cannot in rows}


def pairs(reader: Asked) -> tuple[RiskyPair, ...]:
    """Return the risky pairs."""
    return tuple(RiskyPair(*row) for row in reader.rows("SELECT one, other, why FROM scope_pair ORDER BY one, other"))


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """A scope as a list shows it: `known` is None for one that tokens hold and the catalogue does not know.

    `tier` is the catalogue's, else what its own words say; `pairs` are the risky pairs it is one half of.
    """

    name: str
    known: Scope | None
    tier: Tier
    pairs: tuple[RiskyPair, ...]
    live_tokens: int

    @property
    def wildcard(self) -> bool:
        """Say whether it stands for everything of some kind."""
        return is_wildcard(self.name)


@dataclass(frozen=True, slots=True)
class Holder:
    """An account and how many of its live tokens hold a scope."""

    account_id: str
    account_name: str
    live_tokens: int


def scope_lines(reader: Reader, now: datetime) -> tuple[ScopeLine, ...]:
    """Return the catalogue in order of name, then what live tokens hold beyond it, the most held first."""
    known, risky = catalogue(reader), pairs(reader)
    held: Counter[str] = Counter()
    sql = f"SELECT t.scopes, count(*) FROM token t WHERE t.closed = 0 AND {live()} GROUP BY t.scopes"
    for scopes, count in reader.rows(sql, {"now": to_ms(now)}):
        for name in set(scopes.split(" ")) - {""}:
            held[name] += count
    strange = sorted(held.keys() - known.keys(), key=lambda name: (-held[name], name))
    return tuple(
        ScopeLine(name, known.get(name), tier_of([name], known), tuple(p for p in risky if name in (p.one, p.other)), held[name])
        for name in (*known, *strange)
    )


def holders(reader: Reader, scope: str, now: datetime, limit: int = 20) -> tuple[tuple[Holder, ...], int]:
    """Return the accounts whose live tokens hold a scope, those with most first, and how many accounts there are."""
    predicate = compile_filter(parse(f"status:live {of_scope(scope)}"), now)
    sql = (
        f"SELECT t.account_id, (SELECT a.name FROM account a WHERE a.id = t.account_id), count(*) AS held "
        f"FROM {predicate.source} WHERE {predicate.sql} GROUP BY t.account_id ORDER BY held DESC, t.account_id"
    )
    rows = reader.rows(sql, predicate.params)
    return tuple(Holder(*row) for row in rows[:limit]), len(rows)


def of_scope(scope: str) -> str:
    """Return the filter, as text, of the tokens that hold exactly this scope."""
    return f"scope={quoted(scope)}"
