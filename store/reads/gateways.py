"""Who may ask the gateway, how gateways are doing, and from where a token may be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from store.moments import MILLISECOND, from_ms, maybe_from_ms, to_ms
from store.reader import Reader
from store.rows import TokenKey
from store.rules.revocation import CACHE_LIFETIME

SEEN_LATELY = timedelta(minutes=10)
"""A gateway that has not been heard of for longer is taken to be gone."""

Ask = Callable[[str, Mapping[str, Any]], Sequence[Sequence[Any]]]
"""Runs a query: `Reader.rows` or `Unit.rows`."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that may ask the gateway."""

    name: str
    may_revoke: bool
    active: bool
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway as it last told of itself; `lifetime` and `grace` as in store.tables.gateway."""

    name: str
    address: str
    version: str
    started_at: datetime
    seen_at: datetime
    stopped_at: datetime | None
    lifetime: timedelta
    grace: timedelta
    checks: int
    hits: int
    stale: int
    unsaved: int


def callers(reader: Reader) -> tuple[Caller, ...]:
    """Return every caller in order of name."""
    rows = reader.rows("SELECT name, may_revoke, active, created_at, created_by FROM gateway_caller ORDER BY name")
    return tuple(Caller(name, bool(revoke), bool(active), from_ms(at), by) for name, revoke, active, at, by in rows)


def caller_proof(reader: Reader, name: str) -> tuple[str, bytes, bool] | None:
    """Return scheme, digest and whether it may revoke, of an active caller."""
    row = reader.one(
        "SELECT digest_scheme, digest, may_revoke FROM gateway_caller WHERE name = :name AND active = 1", {"name": name}
    )
    return None if row is None else (str(row[0]), bytes(row[1]), bool(row[2]))


def gateways(reader: Reader) -> tuple[Gateway, ...]:
    """Return every gateway that ever ran on this store, the one heard of last first."""
    rows = reader.rows(
        "SELECT name, address, version, started_at, seen_at, stopped_at, cache_ms, grace_ms, checks, cache_hits, stale, unsaved "
        "FROM gateway_state ORDER BY seen_at DESC, name"
    )
    return tuple(
        Gateway(
            row[0], row[1], row[2], from_ms(row[3]), from_ms(row[4]), maybe_from_ms(row[5]), row[6] * MILLISECOND,
            row[7] * MILLISECOND, *row[8:],
        )
        for row in rows
    )  # fmt: skip


def longest_memory(ask: Ask, now: datetime) -> timedelta:
    """Return how long a revocation can go unnoticed: the longest lifetime and grace of the gateways heard of lately.

    Without any it is the usual lifetime: other checkers keep to that.
    """
    since = to_ms(now - SEEN_LATELY)
    rows = ask(
        "SELECT max(cache_ms + grace_ms) FROM gateway_state WHERE stopped_at IS NULL AND seen_at >= :since", {"since": since}
    )
    longest = rows[0][0]
    return CACHE_LIFETIME if longest is None else int(longest) * MILLISECOND


def allowed_addresses(reader: Reader, key: TokenKey) -> tuple[str, ...]:
    """Return the networks a token may be used from; () for any."""
    value = reader.value(
        "SELECT allowed_addresses FROM token_rule WHERE account_id = :account AND token_id = :id",
        {"account": key[0], "id": key[1]},
    )
    return tuple(str(value or "").split())
