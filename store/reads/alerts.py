"""The alerts that are open, and those that were."""

from __future__ import annotations

from datetime import datetime

from store.indicator_rows import AlertRow
from store.moments import from_ms, maybe_from_ms, to_ms
from store.reader import Reader
from store.rules.alerts import RULES

_TITLES = {rule.cause: rule for rule in RULES}
_ALERTS = """
SELECT cause, severity, detail, opened_at, closed_at, told_at FROM alert WHERE opened_at <= :now
AND (closed_at IS NULL OR closed_at > :since) ORDER BY closed_at IS NOT NULL, severity, opened_at DESC, cause LIMIT :limit
"""


def alerts(reader: Reader, now: datetime, closed_since: datetime | None = None, limit: int = 200) -> tuple[AlertRow, ...]:
    """Return the open alerts, those that page first, then those closed later than `closed_since`, None for none of them."""
    since = now if closed_since is None else closed_since
    found = []
    for cause, severity, detail, opened, closed, told in reader.rows(
        _ALERTS, {"now": to_ms(now), "since": to_ms(since), "limit": limit}
    ):
        rule = _TITLES.get(str(cause).partition(":")[0])
        title, runbook = (rule.title, rule.runbook) if rule is not None else (str(cause), "")
        found.append(
            AlertRow(cause, title, runbook, severity, detail, from_ms(opened), maybe_from_ms(closed), maybe_from_ms(told))
        )
    return tuple(found)
