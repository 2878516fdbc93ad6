"""Reviews and their queues: what is decided, what is left, and by whom it was signed off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.errors import NotFound
from store.moments import from_ms, maybe_from_ms
from store.reader import Reader
from store.reads.scopes import Asked
from store.reads.tokens import Question, page
from store.rows import TokenKey
from store.rules.reviews import MOST, Progress

_PAGE = 500
_REVIEW = """
SELECT r.id, r.title, r.account_id, r.filter, r.opened_at, r.opened_by, r.signed_at, r.signed_by, r.reviewer,
(SELECT count(*) FROM review_item i WHERE i.review_id = r.id),
(SELECT count(*) FROM review_item i WHERE i.review_id = r.id AND i.decision IS NOT NULL)
FROM review r
"""
_ITEM = """
SELECT i.place, i.account_id, i.token_id, t.name, t.hint, t.tier, t.scopes, t.owner_id, t.created_at, t.last_used_at,
t.expires_at, t.revoked_at, i.frozen_seq, t.audit_seq, i.decision, i.reason, i.again_at, i.decided_at, i.decided_by, i.audit_seq
FROM review_item i JOIN token t ON t.account_id = i.account_id AND t.id = i.token_id
WHERE i.review_id = :review
"""


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A review with how far it is. `filter` is what its tokens were frozen from; `signed_at` is None while it is open."""

    id: str
    title: str
    account_id: str | None
    filter: str
    opened_at: datetime
    opened_by: str
    signed_at: datetime | None
    signed_by: str | None
    reviewer: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A token of a review in its place, as it is now, and what was decided. `changed` says it changed since it was frozen."""

    place: int
    account_id: str
    id: str
    name: str
    hint: str
    tier: str
    scopes: tuple[str, ...]
    owner: str | None
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    changed: bool
    decision: str | None
    reason: str
    again_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    audit_seq: int | None


def reviews(reader: Asked, limit: int = 1_000) -> tuple[ReviewLine, ...]:
    """Return the reviews: those open first, then the latest opened first."""
    order = "ORDER BY (r.signed_at IS NOT NULL), r.opened_at DESC, r.id LIMIT :limit"
    return tuple(_line(row) for row in reader.rows(_REVIEW + order, {"limit": limit}))


def review(reader: Asked, review_id: str) -> ReviewLine:
    """Return one review; raises NotFound."""
    rows = reader.rows(_REVIEW + "WHERE r.id = :review", {"review": review_id})
    if not rows:
        raise NotFound(f"There is no review “{review_id[:60]}”.", "`tokendesk reviews list` shows them.")
    return _line(rows[0])


def review_items(
    reader: Asked, review_id: str, *, undecided: bool = False, after: int = -1, limit: int = 10_000
) -> tuple[ReviewItem, ...]:
    """Return the tokens of a review in the order they were frozen, from the place behind `after` on."""
    more = "AND i.decision IS NULL " if undecided else ""
    sql = f"{_ITEM} {more}AND i.place > :after ORDER BY i.place LIMIT :limit"
    return tuple(_item(row) for row in reader.rows(sql, {"review": review_id, "after": after, "limit": limit}))


def decisions(reader: Asked, review_id: str) -> dict[str, int]:
    """Return how many tokens each decision was made about."""
    sql = (
        "SELECT decision, count(*) FROM review_item WHERE review_id = :review AND decision IS NOT NULL "
        "GROUP BY decision ORDER BY decision"
    )
    return {str(name): int(number) for name, number in reader.rows(sql, {"review": review_id})}


def frozen(reader: Reader, view: str, wanted: str, now: datetime) -> list[tuple[TokenKey, int]]:
    """Return the tokens of a view and a filter as they are now, each with its `audit_seq`: at most some more than a review holds.

    Raises BadFilter, or NotFound for the view.
    """
    found: list[tuple[TokenKey, int]] = []
    question, after = Question(view, wanted), None
    while len(found) <= MOST:
        some = page(reader, question, now, _PAGE, after=after)
        found += [(row.key, row.audit_seq) for row in some.rows]
        if len(some.rows) < _PAGE:
            break
        after = some.anchors[-1]
    return found


def _line(row: Sequence[Any]) -> ReviewLine:
    review_id, title, account, wanted, opened, by, signed, signer, reviewer, tokens, decided = row
    progress = Progress(int(tokens), int(decided))
    return ReviewLine(review_id, title, account, wanted, from_ms(opened), by, maybe_from_ms(signed), signer, reviewer, progress)


def _item(row: Sequence[Any]) -> ReviewItem:
    (place, account, token, name, hint, tier, scopes, owner, created, used, expires, revoked, frozen, now_seq, decision, reason,
     again, decided, by, seq) = row  # fmt: skip
    return ReviewItem(
        place=int(place), account_id=account, id=token, name=name, hint=hint, tier=tier, scopes=tuple(scopes.split()),
        owner=owner, created_at=from_ms(created), last_used_at=maybe_from_ms(used), expires_at=maybe_from_ms(expires),
        revoked_at=maybe_from_ms(revoked), changed=frozen != now_seq, decision=decision, reason=reason,
        again_at=maybe_from_ms(again), decided_at=maybe_from_ms(decided), decided_by=by, audit_seq=seq,
    )  # fmt: skip
