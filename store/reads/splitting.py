"""Reading how a token's scopes were used, by whom and at which endpoints, and which tokens were made out of it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from store.reader import Reader
from store.reads.callers import parts
from store.reads.token_rows import token_rows
from store.reads.tokens import token
from store.rows import TokenKey, TokenRow
from store.rules.splitting import Seen, Use, used
from store.split_rows import Made, SplitState

DAYS = 30
LONGEST = 200
_MADE = """
SELECT child_id, program FROM token_split WHERE account_id = :account AND parent_id = :parent
ORDER BY audit_seq LIMIT :longest
"""


def scope_use(reader: Reader, row: TokenRow, now: datetime, days: int = DAYS) -> Use:
    """Return it for the last `days` calendar days (UTC).

    Where the log names scopes they decide; requests without one are judged by their endpoints, of which nobody knows which
    were those: so endpoints of an integration are only looked at when some of its requests name no scope, or were too many
    kinds in a day to be kept apart. How many requests it made is kept by itself, and says how much of that is not told.
    """
    scopes = parts(reader, row.key, now, "scope", days)
    ends = parts(reader, row.key, now, "endpoint", days)
    made = {part.value: part.requests for part in parts(reader, row.key, now, "integration", days)}
    seen = [Seen(part.integration, "", part.value, part.requests) for part in scopes if part.value]
    named = Counter[str]()
    for one in seen:
        named[one.integration] += one.requests
    silent = {name for name, requests in made.items() if named[name] < requests}
    seen += [Seen(part.integration, part.value, "", part.requests) for part in ends if part.value and part.integration in silent]
    return used(row.scopes, seen, made)


def made_of(reader: Reader, key: TokenKey, now: datetime) -> tuple[Made, ...]:
    """Return the tokens that were made out of one, the oldest first; at most LONGEST."""
    found = reader.rows(_MADE, {"account": key[0], "parent": key[1], "longest": LONGEST})
    keys = [TokenKey((key[0], str(child))) for child, _ in found]
    rows = token_rows(reader, keys, now)
    return tuple(Made(str(program), rows[one]) for one, (_, program) in zip(keys, found, strict=True) if one in rows)


def split_state(reader: Reader, row: TokenRow, now: datetime, days: int = DAYS) -> SplitState:
    """Return how a token is used and how far its split has come."""
    successor = None if row.replaced_by is None else token(reader, TokenKey((row.account_id, row.replaced_by)), now)
    return SplitState(row, scope_use(reader, row, now, days), made_of(reader, row.key, now), successor)
