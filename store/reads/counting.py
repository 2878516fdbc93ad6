"""Exact counts that read indexes rather than rows.

Nearly every open token is active. So where an active one is wanted, all open tokens are counted along an index, and those
that are past their end, replaced or suspended are looked at one by one and taken off.
"""

from __future__ import annotations

from store.reads.filter_sql import Predicate

_OTHERS = """(SELECT account_id, id FROM token WHERE closed = 0 AND expires_key <= :now
UNION SELECT account_id, id FROM token WHERE closed = 0 AND retires_at IS NOT NULL
UNION SELECT account_id, id FROM token WHERE closed = 0 AND suspended_at IS NOT NULL)"""
"""The open tokens that may have another status than active."""


def counting(predicate: Predicate, source: str, *more: str) -> str:
    """Return the expression that counts what a filter matches, with further terms."""
    if predicate.status and not predicate.first:
        rest = _joined([*predicate.without_status, *more])
        return f"((SELECT count(*) FROM {source} WHERE {rest}) - {counting_others(predicate, *more)})"
    return f"(SELECT count(*) FROM {source} WHERE {_joined([*predicate.terms, *more])})"


def counting_up_to(predicate: Predicate, source: str, cap: str) -> str:
    """Return the expression that counts what a filter matches up to the bound parameter `cap`."""
    return f"(SELECT count(*) FROM (SELECT 1 FROM {source} WHERE {predicate.sql} LIMIT :{cap}) AS few)"


def counting_others(predicate: Predicate, *more: str) -> str:
    """Return the expression that counts what a filter would match but for its status terms."""
    rest = _joined([*predicate.without_status, *more])
    unlike = " OR ".join(f"NOT ({term})" for term in predicate.status)
    joined = f"{_OTHERS} AS others CROSS JOIN token t WHERE t.account_id = others.account_id AND t.id = others.id"
    return f"(SELECT count(*) FROM {joined} AND {rest} AND ({unlike}))"


def _joined(terms: list[str]) -> str:
    return " AND ".join(term for term in terms if term) or "1 = 1"
