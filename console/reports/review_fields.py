"""What a review's evidence holds: a row for each token, with who decided what, when and why, and the audit line of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from console.reports.cells import Value, csv_line, stamped
from console.reports.freshness import FRESHNESS, freshness_cells

if TYPE_CHECKING:
    from store.reader import Reader
    from store.reads.reviews import ReviewItem, ReviewLine
    from store.rows import Freshness

FIELDS: tuple[tuple[str, Callable[[ReviewLine, ReviewItem], Value]], ...] = (
    ("review", lambda review, item: review.id),
    ("opened_at", lambda review, item: stamped(review.opened_at)),
    ("signed_at", lambda review, item: stamped(review.signed_at)),
    ("reviewer", lambda review, item: review.reviewer or None),
    ("place", lambda review, item: item.place + 1),
    ("account", lambda review, item: item.account_id),
    ("id", lambda review, item: item.id),
    ("name", lambda review, item: item.name),
    ("tier", lambda review, item: item.tier),
    ("scopes", lambda review, item: list(item.scopes)),
    ("owner", lambda review, item: item.owner),
    ("created_at", lambda review, item: stamped(item.created_at)),
    ("last_used_at", lambda review, item: stamped(item.last_used_at)),
    ("expires_at", lambda review, item: stamped(item.expires_at)),
    ("revoked_at", lambda review, item: stamped(item.revoked_at)),
    ("decision", lambda review, item: item.decision),
    ("reason", lambda review, item: item.reason or None),
    ("look_again_at", lambda review, item: stamped(item.again_at)),
    ("decided_at", lambda review, item: stamped(item.decided_at)),
    ("decided_by", lambda review, item: item.decided_by),
    ("audit_seq", lambda review, item: item.audit_seq),
)


def review_csv(review: ReviewLine, items: Sequence[ReviewItem], fresh: Freshness) -> Iterator[str]:
    """Yield the lines of the evidence as CSV, the header first; each ends with how far its last use is known."""
    yield csv_line([*(name for name, _ in FIELDS), *FRESHNESS])
    for item in items:
        yield csv_line([*(value(review, item) for _, value in FIELDS), *freshness_cells(fresh)])


def review_evidence(reader: Reader, review_id: str) -> tuple[bytes, int]:
    """Read a review and return its evidence as a CSV file, and how many tokens are in it."""
    from store.reads.reviews import review, review_items
    from store.reads.usage import freshness

    found, items = review(reader, review_id), review_items(reader, review_id)
    return "".join(f"{line}\r\n" for line in review_csv(found, items, freshness(reader))).encode(), len(items)


def item_record(review: ReviewLine, item: ReviewItem) -> dict[str, Value]:
    """Return the same of one token for JSON."""
    return {name: value(review, item) for name, value in FIELDS}


def review_record(review: ReviewLine) -> dict[str, Value]:
    """Return a review for JSON."""
    return {
        "review": review.id,
        "title": review.title,
        "account": review.account_id,
        "filter": review.filter,
        "opened_at": stamped(review.opened_at),
        "opened_by": review.opened_by,
        "tokens": review.progress.tokens,
        "decided": review.progress.decided,
        "left": review.progress.left,
        "signed_at": stamped(review.signed_at),
        "signed_by": review.signed_by,
        "reviewer": review.reviewer or None,
    }
