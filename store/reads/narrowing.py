"""Which partial index holds exactly the tokens a list asks for, where SQLite can't tell by itself.

SQLite knows nothing of how many rows an index holds until somebody runs ANALYZE, and picks a long index as gladly as a
short one. PostgreSQL keeps statistics and needs no word.
"""

from __future__ import annotations

from store.reader import Reader, SqliteReader
from store.reads.filter_flags import SPRAWLING
from store.reads.filter_sql import MAY_WORK, OPEN, SILENT, Predicate
from store.record import record


@record
class Narrow:
    """A partial index: the terms that say what it holds, the sort it gives, and whether it holds few tokens in any store.

    Where they are few, a list sorted otherwise sorts those few rather than walk a long index.
    """

    index: str
    terms: tuple[str, ...]
    sort: str
    few: bool = True


NARROW = (
    Narrow("ix_token_high_volume", ("t.requests_24h > 10000",), "requests"),
    Narrow("ix_token_retiring", (OPEN, "t.retires_at IS NOT NULL"), "retires"),
    Narrow("ix_token_suspended", (OPEN, "t.suspended_at IS NOT NULL"), "suspended"),
    Narrow("ix_token_silent", (OPEN, SILENT, MAY_WORK), "silent"),
    Narrow("ix_token_new_address", (OPEN, "t.new_address_at IS NOT NULL"), "address"),
    Narrow("ix_token_used_after_revoke", ("t.revoked_at IS NOT NULL", "t.last_success_at > t.revoked_at"), "success"),
    Narrow("ix_token_denied", ("t.last_denied_at IS NOT NULL",), "denied"),
    Narrow("ix_token_orphaned", (OPEN, "t.creator_active = 0"), "used"),
    Narrow("ix_token_no_owner", (OPEN, "t.owner_active = 0"), "used"),
    Narrow("ix_token_too_broad", (OPEN, "t.broad = 1"), "used", few=False),
    Narrow("ix_token_never_expires", (OPEN, "t.expires_at IS NULL"), "used", few=False),
    Narrow("ix_token_never_used", (OPEN, "t.last_used_at IS NULL"), "created", few=False),
    Narrow("ix_token_revoked", ("t.revoked_at IS NOT NULL",), "revoked", few=False),
)
"""Narrowest first: the first one whose terms a list has is taken."""

_NARROWER = ("t.account_id IN ", "t.account_id = :", "t.id = ", "t.hint = ", "(t.account_id, t.id) IN ")
"""How terms begin that leave fewer tokens still, through an index of their own."""


def is_narrowed(predicate: Predicate) -> bool:
    """Say whether a list holds only what an index finds directly: an id, an account, a case."""
    return predicate.keys_first or any(term.startswith(_NARROWER) for term in predicate.terms)


def narrow_for(predicate: Predicate) -> Narrow | None:
    """Return the partial index that holds little more than what a list asks for, or None."""
    if is_narrowed(predicate):
        return None
    return next((narrow for narrow in NARROW if predicate.has(*narrow.terms)), None)


def holds_few(predicate: Predicate) -> str | None:
    """Return the sort that costs nothing for a list of few tokens; None when there may be many."""
    if predicate.accounts_first and predicate.has(SPRAWLING):
        return "account"
    narrow = next((narrow for narrow in NARROW if narrow.few and predicate.has(*narrow.terms)), None)
    return None if narrow is None else narrow.sort


def token_source(reader: Reader, predicate: Predicate, sort: str | None = None) -> str:
    """Return what stands after FROM: the token, after its account where the filter wants that, with the index to use.

    `sort` is the field a list is sorted by; None where the order does not matter.
    """
    sqlite = isinstance(reader, SqliteReader)
    if predicate.accounts_first:
        # Only to count: once analysed, SQLite would sort each account's tokens for a list walked through this index.
        return f"account a{' INDEXED BY ix_account_sprawl' if sqlite and sort is None else ''} CROSS JOIN token t"
    narrow = narrow_for(predicate)
    if not sqlite or narrow is None or (sort not in (None, narrow.sort) and not narrow.few):
        return predicate.source
    return f"token t INDEXED BY {narrow.index}"
