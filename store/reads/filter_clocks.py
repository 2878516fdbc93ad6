"""The clocks of a filter as SQL: durations reach back from `now`, for `exp` forward; dates are the moment itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.moments import FAR_MS, MILLISECOND, to_ms
from store.reads import status_sql
from store.reads.filter_writing import Writing
from store.rules.filter_tree import Edge, Span

TRACKING = f"coalesce((SELECT CAST(value AS BIGINT) FROM fact WHERE name = 'tracking_since'), {FAR_MS})"
_COLUMNS = {
    "created": "t.created_at",
    "used": "t.last_used_at",
    "idle": "t.seen_at",
    "exp": "t.expires_key",
    "rot": "t.secret_since",
    "revoked": "t.revoked_at",
    "denied": "t.last_denied_at",
}
_MAY_BE_MISSING = {"used", "revoked", "denied"}


def clock(writing: Writing, field: str, span: Span) -> list[str]:
    """Return the terms that a clock stands inside a span; a clock that never struck is inside none."""
    column = _moment(writing, field)
    edge = span.low or span.high
    timed = edge is not None and isinstance(edge.value, timedelta)
    low, high = (span.low, span.high) if field == "exp" or not timed else (span.high, span.low)
    terms = [f"{column} {sign} {writing.bind(_bound(writing, end, field))}" for sign, end in bounds(low, high)]
    if field == "exp":
        ever = ["t.expires_at IS NOT NULL"] if high is None else []
        to_come = [f"{column} > :now"] if timed else []
        return [*ever, *to_come, *terms]
    return [*([f"{column} IS NOT NULL"] if field in _MAY_BE_MISSING else []), *terms]


def missing(writing: Writing, field: str) -> list[str]:
    """Return the terms of «never» and «none»; «never used» is said of no token older than the tracking (decisions.md)."""
    match field:
        case "used":
            return ["t.last_used_at IS NULL", f"t.created_at >= {TRACKING}"]
        case "owner" | "creator":
            return [f"t.{field}_id IS NULL"]
        case "exp":
            return ["t.expires_at IS NULL"]
        case "rot":
            return [f"{_rotated_at(writing)} IS NULL"]
        case _:
            return [f"{_moment(writing, field)} IS NULL"]


def bounds(low: Edge | None, high: Edge | None) -> list[tuple[str, Edge]]:
    """Return the comparisons that two ends stand for."""
    ends = []
    if low is not None:
        ends.append((">=" if low.included else ">", low))
    if high is not None:
        ends.append(("<=" if high.included else "<", high))
    return ends


def _moment(writing: Writing, field: str) -> str:
    if writing.past and field == "revoked":
        return f"({status_sql.revoked_at('t', past=True)})"
    if writing.past and field == "rot":
        return f"coalesce({_rotated_at(writing)}, t.created_at)"
    return _COLUMNS[field]


def _rotated_at(writing: Writing) -> str:
    return "(CASE WHEN t.rotated_at <= :now THEN t.rotated_at END)" if writing.past else "t.rotated_at"


def _bound(writing: Writing, edge: Edge, field: str) -> int:
    match edge.value:
        case timedelta():
            length = edge.value // MILLISECOND
            return writing.now_ms + length if field == "exp" else writing.now_ms - length
        case datetime():
            return to_ms(edge.value)
        case int():
            return edge.value
