"""Saving who called, from where and for what, a day at a time: capped, so that no log can make it grow without bound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from store.engine import Unit
from store.rules.callers import MOST_PARTS, OTHERS
from store.usage.batches import ask_many, run_many
from store.usage.sums import Part, Sums

_PARTS = """
INSERT INTO usage_part (day, account_id, token_id, kind, value, integration, requests, refused, last_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (day, account_id, token_id, kind, value, integration) DO UPDATE
SET requests = usage_part.requests + excluded.requests, refused = usage_part.refused + excluded.refused,
    last_at = CASE WHEN excluded.last_at > usage_part.last_at THEN excluded.last_at ELSE usage_part.last_at END
"""
_HELD = f"""
WITH wanted(day, account_id, token_id, kind) AS (VALUES {{wanted}})
SELECT day, account_id, token_id, kind, (
    SELECT count(*) FROM (
        SELECT 1 FROM usage_part p
        WHERE p.day = wanted.day AND p.account_id = wanted.account_id AND p.token_id = wanted.token_id AND p.kind = wanted.kind
        LIMIT {MOST_PARTS + 1}) AS few)
FROM wanted
"""
_BUSY = f"""
WITH wanted(day, account_id, token_id) AS (VALUES {{wanted}})
SELECT u.day, u.account_id, u.token_id FROM wanted CROSS JOIN usage_day u
WHERE u.day = wanted.day AND u.account_id = wanted.account_id AND u.token_id = wanted.token_id AND u.requests > {MOST_PARTS}
"""
_KNOWN = """
WITH wanted(day, account_id, token_id, kind, value, integration) AS (VALUES {wanted})
SELECT p.day, p.account_id, p.token_id, p.kind, p.value, p.integration FROM wanted CROSS JOIN usage_part p
WHERE p.day = wanted.day AND p.account_id = wanted.account_id AND p.token_id = wanted.token_id AND p.kind = wanted.kind
AND p.value = wanted.value AND p.integration = wanted.integration
"""
_Kind = tuple[int, str, str, str]
"""(day, account, token, kind): what the cap is for."""

_Part = tuple[int, str, str, str, str, str]
"""(day, account, token, kind, value, integration)"""

_AT_ONCE = 4_000
"""So many rows are held in memory before they are saved, and those of one token's day more at most."""


def save_parts(unit: Unit, sums: Sums, first_day: int) -> None:
    """Add the parts of days from `first_day` on; what is beyond the cap of its kind and day is counted as others.

    The requests of those days must have been saved before: a day that has no more requests than the cap can't be beyond it.
    """
    days = [(day, *sums.keys[token]) for day, token, *_ in sums.days if day >= first_day]
    busy = set(map(tuple, ask_many(unit, _BUSY, days)))
    free, tight = list[Part](), list[Part]()
    for rows in sums.parts(first_day):
        (tight if rows[0][:3] in busy else free).extend(rows)
        if len(free) + len(tight) >= _AT_ONCE:
            run_many(unit, _PARTS, sorted([*free, *_within_cap(unit, tight)]))
            free, tight = [], []
    run_many(unit, _PARTS, sorted([*free, *_within_cap(unit, tight)]))


def _within_cap(unit: Unit, told: list[Part]) -> list[Part]:
    """Return the rows with those beyond the cap added up under others."""
    names = _beyond_cap(unit, [row[:6] for row in told])
    if not names:
        return told
    others: dict[_Part, list[int]] = {name: [0, 0, 0] for name in names.values()}
    rows = list[Part]()
    for row in told:
        part = row[:6]
        other = others.get(names.get(part, part))
        if other is None:
            rows.append(row)
            continue
        other[0] += row[6]
        other[1] += row[7]
        other[2] = max(other[2], row[8])
    return [*rows, *((*name, requests, refused, last) for name, (requests, refused, last) in others.items())]


def _beyond_cap(unit: Unit, told: Iterable[_Part]) -> dict[_Part, _Part]:
    """Return what is beyond the cap of its kind, and the others it is counted with.

    How many a kind holds is counted by the database; which ones matters only where these could be too many.
    """
    parts: dict[_Kind, list[_Part]] = defaultdict(list)
    for part in told:
        parts[part[:4]].append(part)
    held: dict[_Kind, int] = {row[:4]: row[4] for row in map(tuple, ask_many(unit, _HELD, list(parts)))}
    tight = [kind for kind, those in parts.items() if held[kind] + len(those) > MOST_PARTS]
    known = set(map(tuple, ask_many(unit, _KNOWN, [part for kind in tight for part in parts[kind]])))
    names: dict[_Part, _Part] = {}
    for kind in tight:
        for part in parts[kind]:
            if part in known:
                continue
            if held[kind] >= MOST_PARTS:
                names[part] = (*kind, OTHERS, OTHERS)
            else:
                held[kind] += 1
    return names


def repeated_before(unit: Unit, sums: Sums) -> dict[int, set[str]]:
    """Return which request ids of each token are among its latest requests kept already: sent again, or replayed."""
    found: dict[int, set[str]] = {}
    sql = "SELECT request_id FROM recent_request WHERE account_id = :account AND token_id = :token AND request_id <> ''"
    for token, request_ids in sums.request_ids.items():
        account_id, token_id = sums.keys[token]
        kept = {row[0] for row in unit.rows(sql, {"account": account_id, "token": token_id})}
        again = kept & request_ids.keys()
        if again:
            found[token] = again
    return found
