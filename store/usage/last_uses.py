"""What the row of a token says of its use: when it was last used, with what success, and how often of late."""

from __future__ import annotations

from typing import Any

from store.engine import Unit
from store.moments import HOUR_MS, MINUTE_MS
from store.usage.batches import run_many
from store.usage.sums import Sums

_TOKENS = """
UPDATE token
SET silent_after = CASE WHEN last_used_at < ? THEN silent_after + (? - last_used_at) ELSE silent_after END,
    last_used_at = CASE WHEN coalesce(last_used_at, -1) < ? THEN ? ELSE last_used_at END,
    last_success_at = CASE WHEN coalesce(last_success_at, -1) < ? THEN ? ELSE last_success_at END,
    last_denied_reason = CASE WHEN coalesce(last_denied_at, -1) <= ? THEN ? ELSE last_denied_reason END,
    last_denied_at = CASE WHEN coalesce(last_denied_at, -1) < ? THEN ? ELSE last_denied_at END,
    requests_24h = requests_24h + ?, requests_30d = requests_30d + ?
WHERE account_id = ? AND id = ?
"""


def save_last_uses(unit: Unit, sums: Sums, minutes_from: int, hours_from: int) -> None:
    """Bring the rows of the tokens up to date; their kept counters grow by what came in these minutes and hours or later."""
    run_many(unit, _TOKENS, _token_rows(sums, minutes_from, hours_from))


def _token_rows(sums: Sums, minutes_from: int, hours_from: int) -> list[tuple[Any, ...]]:
    day, month = sums.requests_since(minutes_from), sums.requests_since(hours_from * (HOUR_MS // MINUTE_MS))
    rows: list[tuple[Any, ...]] = []
    for token, used in sorted(sums.used.items()):
        success = sums.succeeded.get(token)
        denied, reason = sums.denied.get(token, (None, ""))
        rows.append((
            used, used, used, used, -1 if success is None else success, success, -1 if denied is None else denied, reason,
            -1 if denied is None else denied, denied, day[token], month[token], *sums.keys[token],
        ))  # fmt: skip
    return rows
