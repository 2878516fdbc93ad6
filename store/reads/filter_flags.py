"""The yes and no of a filter as SQL. The terms of yes, and of some no, are the literal text of partial indexes."""

from __future__ import annotations

from collections.abc import Callable

from store.moments import DAY_MS
from store.reads import status_sql
from store.reads.filter_texts import person
from store.reads.filter_writing import Writing, all_of
from store.rules.signals import LATELY, SPRAWL

SPRAWLING = f"a.open_tokens > {SPRAWL}"
"""Never wrong for an account with more than 10 live tokens: its open tokens are at least as many."""


def flag(writing: Writing, field: str, value: bool, *, top: bool) -> list[str]:
    """Return the terms of yes or no. `top` allows sprawl to put the account first, which its index needs."""
    if field == "sprawl" and value and top and not writing.past:
        writing.accounts_first = True
        return ["t.account_id = a.id", SPRAWLING, sprawl(writing, "a.id")]
    terms = _YES[field](writing)
    if value:
        return terms
    opposite = _OPPOSITE.get(terms[0]) if len(terms) == 1 else None
    return [opposite or f"NOT {all_of(terms)}"]


def sprawl(writing: Writing, account: str) -> str:
    """Return the condition that an account has more than 10 live tokens; counting stops at the eleventh."""
    narrow = "s.created_at <= :now" if writing.past else "s.closed = 0"
    live = status_sql.live("s", past=writing.past, open_only=not writing.past)
    held = f"SELECT 1 FROM token s WHERE s.account_id = {account} AND {narrow} AND {live} LIMIT {SPRAWL + 1}"
    return f"(SELECT count(*) FROM ({held}) AS few) > {SPRAWL}"


def _active(part: str) -> Callable[[Writing], list[str]]:
    """Whether a person is active; for an earlier moment one who has left since was still there."""

    def terms(writing: Writing) -> list[str]:
        if not writing.past:
            return [f"t.{part}_active = 1"]
        return [f"(t.{part}_active = 1 OR {person(f't.{part}_id', 'm.left_at > :now')})"]

    return terms


def _new_address(writing: Writing) -> list[str]:
    since = writing.bind(writing.now_ms - LATELY.days * DAY_MS)
    by_then = ["t.new_address_at <= :now"] if writing.past else []
    return ["t.new_address_at IS NOT NULL", f"t.new_address_at > {since}", *by_then]


def _used_after_revoke(writing: Writing) -> list[str]:
    by_then = ["t.revoked_at <= :now"] if writing.past else []
    return ["t.revoked_at IS NOT NULL", "t.last_success_at IS NOT NULL", "t.last_success_at > t.revoked_at", *by_then]


_NOW_UNSEEN = "(SELECT CAST(:now AS BIGINT))"
"""The present where PostgreSQL does not look at it while it plans: its statistics are too coarse for the few overdue tokens
among many that are not, and it would sort them all for each page."""

_YES: dict[str, Callable[[Writing], list[str]]] = {
    "owner.active": _active("owner"),
    "creator.active": _active("creator"),
    "broad": lambda _: ["t.broad = 1"],
    "sprawl": lambda writing: [sprawl(writing, "t.account_id")],
    "silent": lambda _: ["t.silent_after IS NOT NULL", f"t.silent_after < {_NOW_UNSEEN}"],
    "new-address": _new_address,
    "used-after-revoke": _used_after_revoke,
}
_OPPOSITE = {
    "t.owner_active = 1": "t.owner_active = 0",
    "t.creator_active = 1": "t.creator_active = 0",
    "t.broad = 1": "t.broad = 0",
}
