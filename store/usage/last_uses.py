"""What the row of a token says of its use: when it was last used, with what success, and how often of late."""

from __future__ import annotations

from store.engine import Unit
from store.moments import HOUR_MS, MINUTE_MS
from store.usage.batches import update_many
from store.usage.sums import Sums

_NAMES = ("used", "success", "denied", "reason", "day", "month", "account", "token")
"""What is told of each token: moments in milliseconds, -1 for none, and what to add to its kept counters."""

_TOKENS = """
UPDATE token
SET silent_after = CASE WHEN last_used_at < {used} THEN silent_after + ({used} - last_used_at) ELSE silent_after END,
    last_used_at = CASE WHEN coalesce(last_used_at, -1) < {used} THEN {used} ELSE last_used_at END,
    last_success_at = CASE WHEN coalesce(last_success_at, -1) < {success} THEN {success} ELSE last_success_at END,
    last_denied_reason = CASE WHEN coalesce(last_denied_at, -1) <= {denied} THEN {reason} ELSE last_denied_reason END,
    last_denied_at = CASE WHEN coalesce(last_denied_at, -1) < {denied} THEN {denied} ELSE last_denied_at END,
    requests_24h = requests_24h + {day}, requests_30d = requests_30d + {month}
WHERE account_id = {account} AND id = {token}
"""


def save_last_uses(unit: Unit, sums: Sums, minutes_from: int, hours_from: int) -> None:
    """Bring the rows of the tokens up to date; their kept counters grow by what came in these minutes and hours or later."""
    day, month = sums.requests_since(minutes_from), sums.requests_since(hours_from * (HOUR_MS // MINUTE_MS))
    rows = []
    for token, used in sorted(sums.used.items()):
        denied, reason = sums.denied.get(token, (-1, ""))
        success = sums.succeeded.get(token, -1)
        rows.append((used, success, denied, reason, day.get(token, 0), month.get(token, 0), *sums.keys[token]))
    update_many(unit, _TOKENS, _NAMES, rows)
