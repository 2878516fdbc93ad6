"""Exact counts that read indexes rather than rows.

Nearly every open token is active. So where an active one is wanted, all open tokens are counted along an index, and those
that are past their end, replaced or suspended are looked at one by one and taken off.
"""

from __future__ import annotations

from store.reads.filter_sql import Predicate

OTHERS = """(SELECT * FROM token WHERE closed = 0 AND expires_key <= :now
UNION ALL SELECT * FROM token WHERE closed = 0 AND retires_at IS NOT NULL AND +expires_key > :now
UNION ALL SELECT * FROM token WHERE closed = 0 AND suspended_at IS NOT NULL AND retires_at IS NULL AND +expires_key > :now
) AS t"""
"""The open tokens that may have another status than active, each once; the «+» keeps SQLite from the index of all expiries."""


def counting(predicate: Predicate, source: str, *more: str) -> str:
    """Return the expression that counts what a filter matches, with further terms."""
    every = counting_most(predicate, source, *more)
    return f"({every} - {counting_others(predicate, *more)})" if takes_off(predicate) else every


def counting_up_to(predicate: Predicate, source: str, cap: str, order: str = "") -> str:
    """Return the expression that counts what a filter matches up to the bound parameter `cap`.

    In the `order` of an index PostgreSQL walks that index; without one it may read the table and hope to find enough soon.
    """
    ordered = f" ORDER BY {order}" if order else ""
    return f"(SELECT count(*) FROM (SELECT 1 FROM {source} WHERE {predicate.sql}{ordered} LIMIT :{cap}) AS few)"


def counting_others(predicate: Predicate, *more: str) -> str:
    """Return the expression that counts what a filter would match but for its status terms."""
    return f"(SELECT count(*) FROM {OTHERS} WHERE {unlike(predicate, *more)})"


def takes_off(predicate: Predicate) -> bool:
    """Say whether a filter is counted by taking some off: what `counting_most` counts and `unlike` holds of."""
    return bool(predicate.status) and not predicate.first


def counting_most(predicate: Predicate, source: str, *more: str) -> str:
    """Return the expression that counts what a filter matches, and where it `takes_off`, those that are to be taken off."""
    terms = predicate.without_status if takes_off(predicate) else predicate.terms
    return f"(SELECT count(*) FROM {source} WHERE {_joined([*terms, *more])})"


def unlike(predicate: Predicate, *more: str) -> str:
    """Return the condition of a token that a filter would match but for its status terms."""
    others = " OR ".join(f"NOT ({term})" for term in predicate.status)
    return _joined([*predicate.without_status, *more, f"({others})"])


def _joined(terms: list[str]) -> str:
    return " AND ".join(term for term in terms if term) or "1 = 1"
