"""Reading how a token's scopes were used, by whom and at which endpoints."""

from __future__ import annotations

from datetime import datetime

from store.reader import Reader
from store.reads.callers import parts
from store.rows import TokenRow
from store.rules.splitting import Seen, Use, used

DAYS = 30


def scope_use(reader: Reader, row: TokenRow, now: datetime, days: int = DAYS) -> Use:
    """Return it for the last `days` calendar days (UTC).

    Where the log names scopes they decide; requests without one are judged by their endpoints, of which nobody knows which
    were those: so endpoints of an integration are only looked at when some of its requests name no scope.
    """
    scopes = parts(reader, row.key, now, "scope", days)
    ends = parts(reader, row.key, now, "endpoint", days)
    seen = [Seen(part.integration, "", part.value, part.requests) for part in scopes if part.value]
    silent = {part.integration for part in scopes if not part.value}
    seen += [Seen(part.integration, part.value, "", part.requests) for part in ends if part.integration in silent]
    return used(row.scopes, seen)
