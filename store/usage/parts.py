"""Saving who called, from where and for what, a day at a time: capped, so that no log can make it grow without bound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from store.engine import Unit
from store.rows import TokenKey
from store.rules.callers import MOST_PARTS, OTHERS
from store.usage.batches import run_many
from store.usage.tally import TokenTally

_BATCH = 200
_PARTS = """
INSERT INTO usage_part (day, account_id, token_id, kind, value, integration, requests, refused, last_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (day, account_id, token_id, kind, value, integration) DO UPDATE
SET requests = usage_part.requests + excluded.requests, refused = usage_part.refused + excluded.refused,
    last_at = CASE WHEN excluded.last_at > usage_part.last_at THEN excluded.last_at ELSE usage_part.last_at END
"""
_Day = tuple[int, str, str]
_Held = dict[tuple[_Day, str], set[tuple[str, str]]]


def save_parts(unit: Unit, tallies: Sequence[TokenTally], first_day: int) -> None:
    """Add the parts of days from `first_day` on; what is beyond the cap of its kind and day is counted as others."""
    days = {(day, *one.key) for one in tallies for day in {call[0] for call in one.calls} if day >= first_day}
    held = _held(unit, sorted(days))
    rows: dict[tuple[Any, ...], list[int]] = {}
    for one in tallies:
        for day, kind, value, integration, requests, refused, last in one.parts():
            if day < first_day:
                continue
            known = held[(day, *one.key), kind]
            if (value, integration) not in known:
                if len(known) >= MOST_PARTS:
                    value, integration = OTHERS, OTHERS
                known.add((value, integration))
            row = rows.setdefault((day, *one.key, kind, value, integration), [0, 0, 0])
            row[0] += requests
            row[1] += refused
            row[2] = max(row[2], last)
    run_many(unit, _PARTS, sorted((*key, *counts) for key, counts in rows.items()))


def _held(unit: Unit, days: Sequence[_Day]) -> _Held:
    """Return what each kind of each of these days holds already."""
    held: _Held = defaultdict(set)
    for start in range(0, len(days), _BATCH):
        params: dict[str, Any] = {}
        for number, (day, account, token) in enumerate(days[start : start + _BATCH]):
            params |= {f"d{number}": day, f"a{number}": account, f"t{number}": token}
        named = ", ".join(f"(CAST(:d{number} AS BIGINT), :a{number}, :t{number})" for number in range(len(params) // 3))
        sql = (
            f"WITH wanted(day, account_id, token_id) AS (VALUES {named}) "
            "SELECT p.day, p.account_id, p.token_id, p.kind, p.value, p.integration FROM wanted CROSS JOIN usage_part p "
            "WHERE p.day = wanted.day AND p.account_id = wanted.account_id AND p.token_id = wanted.token_id"
        )
        for day, account, token, kind, value, integration in unit.rows(sql, params):
            held[(day, account, token), kind].add((value, integration))
    return held


def repeated_before(unit: Unit, tallies: Iterable[TokenTally]) -> dict[TokenKey, set[str]]:
    """Return which request ids of a piece are among the latest requests kept of their token: sent again, or replayed."""
    found: dict[TokenKey, set[str]] = {}
    for one in tallies:
        if one.request_ids:
            sql = "SELECT request_id FROM recent_request WHERE account_id = :account AND token_id = :token AND request_id <> ''"
            kept = {row[0] for row in unit.rows(sql, {"account": one.key[0], "token": one.key[1]})}
            again = kept & one.request_ids.keys()
            if again:
                found[one.key] = again
    return found
