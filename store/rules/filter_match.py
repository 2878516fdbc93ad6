"""Whether a token matches a filter, in plain Python: the reference that the SQL of the same filter is tested against."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from store.moments import from_ms, to_ms
from store.record import record
from store.rules.filter_tree import (
    Contains,
    Edge,
    Either,
    Equals,
    Every,
    Filter,
    Flag,
    Missing,
    Node,
    Not,
    OneOf,
    Shown,
    Span,
    Term,
    Test,
    Unknown,
    Value,
    Word,
)
from store.rules.signals import is_new_address, is_silent, is_sprawl

if TYPE_CHECKING:
    from store.rows import TokenRow

_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


@record
class Extras:
    """What a filter can ask that is not on the token's row.

    `account_live_tokens` counts the live tokens of its account, `refused_7d` its refused requests in the 168 hours that
    end with the current one.
    """

    tracking_since: datetime | None = None
    account_live_tokens: int = 1
    refused_7d: int = 0
    addresses: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()


def fold(text: str) -> str:
    """Return `text` with A to Z made small, and nothing else: what both databases do to text compared byte by byte."""
    return text.translate(_LOWER)


def matches(wanted: Filter, row: TokenRow, now: datetime, extras: Extras) -> bool:
    """Say whether a token, read at `now`, matches. Only whole milliseconds of `now` count, as in the store."""
    return _holds(wanted.root, row, _whole(now), extras)


@lru_cache(maxsize=8)
def _whole(now: datetime) -> datetime:
    """Leave out what is less than a millisecond; many tokens are asked about at the same moment."""
    return from_ms(to_ms(now))


def _holds(node: Node, row: TokenRow, now: datetime, extras: Extras) -> bool:
    match node:
        case Term(field, test):
            return _passes(field, test, row, now, extras)
        case Every(nodes):
            return all(_holds(inner, row, now, extras) for inner in nodes)
        case Either(nodes):
            return any(_holds(inner, row, now, extras) for inner in nodes)
        case Not(inner):
            return not _holds(inner, row, now, extras)
        case Word(text):
            places = (row.id, row.hint, row.name, row.account_name, row.account_id)
            return any(fold(text) in fold(place) for place in places)
        case Shown(written, begins, ends):
            return _holds(written, row, now, extras) or _is_shown(row, begins, fold(ends))


def _is_shown(row: TokenRow, begins: tuple[tuple[str, str], ...], ends: str) -> bool:
    own = fold(row.id)
    begun = any(env in ("", row.environment) and own.startswith(fold(beginning)) for env, beginning in begins)
    return begun and (own.endswith(ends) or fold(row.hint).endswith(ends))


def _passes(field: str, test: Test, row: TokenRow, now: datetime, extras: Extras) -> bool:
    match test:
        case OneOf(words):
            return _WORDS[field](row) in words
        case Contains(text):
            return any(fold(text) in fold(place) for place in _TEXTS[field](row, extras))
        case Equals(text):
            return text in _TEXTS[field](row, extras)
        case Flag(value):
            return _FLAGS[field](row, now, extras) is value
        case Missing():
            return _missing(field, row, extras)
        case Unknown():
            return row.last_used_at is None and not _tracked(row, extras)
        case Span():
            if field in _NUMBERS:
                return _inside(test, _NUMBERS[field](row, extras))
            return _timely(field, test, _CLOCKS[field](row), now)


def _timely(field: str, span: Span, moment: datetime | None, now: datetime) -> bool:
    if moment is None:
        return False
    edge = span.low or span.high
    if edge is None or not isinstance(edge.value, timedelta):
        return _inside(span, moment)
    if field == "exp":
        return moment > now and _inside(span, moment - now)
    return _inside(span, now - moment)


def _inside(span: Span, value: Value) -> bool:
    return _above(span.low, value) and _below(span.high, value)


def _above(edge: Edge | None, value: Value) -> bool:
    return edge is None or value > edge.value or (edge.included and value == edge.value)  # type: ignore[operator]


def _below(edge: Edge | None, value: Value) -> bool:
    return edge is None or value < edge.value or (edge.included and value == edge.value)  # type: ignore[operator]


def _tracked(row: TokenRow, extras: Extras) -> bool:
    """Say whether tracking covers the token's whole life; «never used» is said of no other (decisions.md)."""
    return extras.tracking_since is not None and row.created_at >= extras.tracking_since


def _missing(field: str, row: TokenRow, extras: Extras) -> bool:
    match field:
        case "used":
            return row.last_used_at is None and _tracked(row, extras)
        case "rot":
            return row.rotated_at is None
        case "owner":
            return row.owner is None
        case "creator":
            return row.creator is None
        case _:
            return _CLOCKS[field](row) is None


def _person(member: str | None, name: str) -> tuple[str, ...]:
    return () if member is None else (member, name)


_TEXTS: dict[str, Callable[[TokenRow, Extras], tuple[str, ...] | frozenset[str]]] = {
    "id": lambda row, _: (row.id,),
    "hint": lambda row, _: (row.hint,),
    "acct": lambda row, _: (row.account_name, row.account_id),
    "acct.id": lambda row, _: (row.account_id,),
    "name": lambda row, _: (row.name,),
    "scope": lambda row, _: row.scopes,
    "owner": lambda row, _: _person(row.owner, row.owner_name),
    "creator": lambda row, _: _person(row.creator, row.creator_name),
    "ip": lambda _, extras: extras.addresses,
    "case": lambda _, extras: extras.cases,
}
_WORDS: dict[str, Callable[[TokenRow], str]] = {
    "status": lambda row: row.status.value,
    "tier": lambda row: row.tier.value,
    "env": lambda row: row.environment,
}
_CLOCKS: dict[str, Callable[[TokenRow], datetime | None]] = {
    "created": lambda row: row.created_at,
    "used": lambda row: row.last_used_at,
    "idle": lambda row: row.last_used_at or row.created_at,
    "exp": lambda row: row.expires_at,
    "rot": lambda row: row.rotated_at or row.created_at,
    "revoked": lambda row: row.revoked_at,
    "denied": lambda row: row.last_denied_at,
}
_NUMBERS: dict[str, Callable[[TokenRow, Extras], int]] = {
    "reqs24h": lambda row, _: row.requests_24h,
    "reqs30d": lambda row, _: row.requests_30d,
    "fails": lambda _, extras: extras.refused_7d,
}
_FLAGS: dict[str, Callable[[TokenRow, datetime, Extras], bool]] = {
    "owner.active": lambda row, _, __: row.owner_active,
    "creator.active": lambda row, _, __: row.creator_active,
    "broad": lambda row, _, __: row.broad,
    "sprawl": lambda _, __, extras: is_sprawl(extras.account_live_tokens),
    "silent": lambda row, now, _: is_silent(row.silent_after, now),
    "new-address": lambda row, now, _: is_new_address(row.new_address_at, now),
    "used-after-revoke": lambda row, _, __: (
        row.revoked_at is not None and row.last_success_at is not None and row.last_success_at > row.revoked_at
    ),
}
