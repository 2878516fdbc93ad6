"""Reading the blast radius of a token: what its parts, minutes, hours and rhythm say, and who else the account has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.moments import MINUTE_MS, to_ms
from store.reader import Reader
from store.reads.callers import parts
from store.reads.status_sql import live
from store.reads.usage import hours, rhythm, told_since
from store.rows import PartRow, TokenKey, TokenRow
from store.rules.blast import DAYS, Blast, Use, sole
from store.rules.signals import HOURS_7D

MOST_NEIGHBOURS = 5_000
_MINUTES = """
WITH RECURSIVE step(at) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT at + 1 FROM step WHERE at < :last)
SELECT CAST(coalesce(sum(u.requests), 0) AS BIGINT)
FROM usage_minute u WHERE u.minute IN (SELECT at FROM step) AND u.account_id = :account AND u.token_id = :token
"""
_NEIGHBOURS = f"""
SELECT s.id, s.scopes, s.environment FROM token s
WHERE s.account_id = :account AND s.closed = 0 AND s.id <> :token AND {live("s", open_only=True)}
ORDER BY s.id LIMIT {MOST_NEIGHBOURS}
"""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The other live tokens of a token's account: how many, the ids of those that can do the same, and all scopes they hold.

    `whole` is False where the account has more than MOST_NEIGHBOURS, of which the first by id are these.
    """

    number: int
    same: tuple[str, ...]
    scopes: frozenset[str]
    whole: bool


def neighbours(reader: Reader, row: TokenRow, now: datetime) -> Neighbours:
    """Return them; the scopes are of its own environment, and so are those that can do the same."""
    found = reader.rows(_NEIGHBOURS, {"account": row.account_id, "token": row.id, "now": to_ms(now)})
    near = [(other, scopes) for other, scopes, environment in found if environment == row.environment]
    kinds = {scopes for _, scopes in near}  # thousands of tokens hold a few dozen of these
    held = {scopes: tuple(scopes.split()) for scopes in kinds}
    return Neighbours(
        len(found),
        tuple(other for other, scopes in near if held[scopes] == row.scopes),
        frozenset(scope for scopes in held.values() for scope in scopes),
        len(found) < MOST_NEIGHBOURS,
    )


def last_hour(reader: Reader, key: TokenKey, now: datetime) -> int:
    """Return the requests in the 60 minutes that end with the current one."""
    minute = to_ms(now) // MINUTE_MS
    return int(reader.value(_MINUTES, {"account": key[0], "token": key[1], "first": minute - 59, "last": minute}))


def blast(reader: Reader, row: TokenRow, now: datetime, near: Neighbours | None = None) -> Blast:
    """Return what a revocation of this token would break. An account's first 5,000 other live tokens are compared.

    `near` are they, where they have been read already.
    """
    week = hours(reader, row.key, now, HOURS_7D)
    near = (near or neighbours(reader, row, now)) if row.live else None
    places = parts(reader, row.key, now, "address", DAYS)
    return Blast(
        integrations=tuple(_use(part) for part in parts(reader, row.key, now, "integration", DAYS)),
        endpoints=_merged(parts(reader, row.key, now, "endpoint", DAYS)),
        addresses=sum(1 for place in places if place.value),
        more_addresses=any(not place.value for place in places),
        requests_1h=last_hour(reader, row.key, now),
        requests_24h=row.requests_24h,
        requests_7d=sum(week.requests),
        refused_7d=sum(week.refused),
        rhythm=rhythm(reader, row.key),
        last_used_at=row.last_used_at,
        siblings=near.same if near is not None else (),
        sole_scopes=sole(row.scopes, near.scopes) if near is not None else (),
        told_since=told_since(reader),
    )


def _use(part: PartRow) -> Use:
    return Use(part.value, part.requests, part.refused, part.last_at)


def _merged(found: tuple[PartRow, ...]) -> tuple[Use, ...]:
    """Add up an endpoint's integrations."""
    uses: dict[str, Use] = {}
    for part in found:
        before = uses.get(part.value, Use(part.value, 0, 0, part.last_at))
        last = max(before.last_at, part.last_at)
        uses[part.value] = Use(part.value, before.requests + part.requests, before.refused + part.refused, last)
    return tuple(sorted(uses.values(), key=lambda use: (-use.requests, use.name)))
