"""Reads what is known about one token: one trip to the store for everything the inspector shows."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from console.render.token_facts import TokenFacts
from store.errors import NotFound
from store.reader import Reader
from store.rows import TokenLine, TokenRow
from store.rules.scopes import Scope, Tier


def gather(reader: Reader, of: TokenLine, now: datetime) -> TokenFacts:
    """Return the facts about a token at `now`: the whole of it, where only a line of a list is known, and what is around it.

    Raises NotFound when it is no longer there.
    """
    from store.reads.audit import issued_by
    from store.reads.blast import blast, neighbours
    from store.reads.cutover import cutover
    from store.reads.gateway_access import allowed_addresses, policy_addresses
    from store.reads.gateways import longest_memory
    from store.reads.lineage import siblings_near
    from store.reads.proofs import proof_of
    from store.reads.refusals import refusals_since
    from store.reads.scopes import catalogue
    from store.reads.usage import account_hours, days, freshness, hours, requests

    row = of if isinstance(of, TokenRow) else _whole(reader, of, now)
    known = catalogue(reader)
    month = days(reader, row.key, now, 30)
    latest = requests(reader, row.key, 1)
    near = neighbours(reader, row, now) if row.live else None
    return TokenFacts(
        row=row,
        days=month,
        hours=hours(reader, row.key, now, 24),
        last=latest[0] if latest else None,
        siblings=() if near is None else siblings_near(reader, row, near, now),
        scopes=tuple(known.get(name) or Scope(name, Tier.READ_ONLY, f"use {name}", "") for name in row.scopes),
        fresh=freshness(reader),
        refused_30d=sum(month.refused),
        refused_since=refusals_since(reader, row, now),
        others_live=_live_ones(reader, row, now) if near is None else min(near.number, 2),
        blast=blast(reader, row, now, near),
        cutover=cutover(reader, row, now),
        account_day=account_hours(reader, row.account_id, now, 24),
        proof=None if row.revoked_at is None else proof_of(reader, row.key),
        addresses=allowed_addresses(reader, row.key),
        policy_addresses=policy_addresses(reader, row.account_id),
        issued_by=issued_by(reader, row.key) if row.creator is None else "",
        refused_within_s=ceil(longest_memory(reader.rows, now).total_seconds()),
    )


def _whole(reader: Reader, line: TokenLine, now: datetime) -> TokenRow:
    from store.reads.tokens import token

    row = token(reader, line.key, now)
    if row is None:
        raise NotFound("This token is no longer in the store.", "ctrl-r reads the list again.")
    return row


def _live_ones(reader: Reader, row: TokenRow, now: datetime) -> int:
    """Count the live tokens of an ended one's account, up to 3."""
    from store.reads.tokens import Question, count
    from store.rules.filters import of_account

    return count(reader, Question(filter=f"status:live {of_account(row.account_id)}"), now, 2)
