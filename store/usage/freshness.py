"""What follows from a token's history rather than from its last request: its rhythm and its newest address.

Both are derived from the recorded days and addresses alone, so doing it again gives the same, and what a kill left
undone is found again by the oldest hour that was pending.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from store.engine import Unit
from store.moments import DAY_MS, HOUR_MS, from_ms, maybe_ms
from store.opening import Store
from store.reader import Reader
from store.reads.token_rows import key_table
from store.rows import TokenKey
from store.rules.habits import LATEST, WINDOW_DAYS, learn
from store.rules.rhythm import silent_after
from store.usage.batches import ask_pairs, run_many, update_many
from store.usage.facts import UsageFact, forget_fact, usage_facts
from store.usage.tally import MOST_REQUESTS
from store.usage.windows import prune_minutes

_BATCH, _AT_ONCE = 1_000, 200
_SCAN_FROM = 2_000
"""With more tokens than this, reading all rows of a stretch of days is cheaper than asking for each token's."""

_STRETCHES = (WINDOW_DAYS + 7, 400, 1_100)
"""How many days back active days are looked for, a longer stretch only for tokens that had too few."""

_ENOUGH_DAYS = 6
_REQUESTS = """
WITH wanted(account_id, token_id) AS (VALUES {named})
SELECT t.account_id, t.id, t.requests_30d, r.at FROM wanted CROSS JOIN token t
LEFT JOIN recent_request r ON r.account_id = t.account_id AND r.token_id = t.id
WHERE t.account_id = wanted.account_id AND t.id = wanted.token_id
"""
_PENDING = "SELECT DISTINCT account_id, token_id FROM usage_day WHERE day >= :day"
_SCAN = "SELECT account_id, token_id, hours FROM usage_day WHERE day = :day"
_OF_SOME = """
WITH RECURSIVE wanted(account_id, token_id) AS (VALUES {named}),
step(day) AS (SELECT CAST(:upto AS BIGINT) UNION ALL SELECT day - 1 FROM step WHERE day - 1 > :after)
SELECT u.account_id, u.token_id, u.day, u.hours FROM step CROSS JOIN wanted CROSS JOIN usage_day u
WHERE u.day = step.day AND u.account_id = wanted.account_id AND u.token_id = wanted.token_id
"""
"""Day by day, because usage of one day lies together: for each token in turn every look-up would be on another page."""

_LAST_USES = """
SELECT t.account_id, t.id, t.last_used_at FROM wanted CROSS JOIN token t
WHERE t.account_id = wanted.account_id AND t.id = wanted.id
"""
_SILENT = """
UPDATE token SET silent_after = {silent} WHERE account_id = {account} AND id = {token} AND last_used_at = {last}
"""
_ADDRESS = """
UPDATE token SET new_address_at = (
    SELECT max(first_seen_at) FROM token_address a
    WHERE a.account_id = token.account_id AND a.token_id = token.id AND a.first_seen_at > (
        SELECT min(first_seen_at) FROM token_address b WHERE b.account_id = token.account_id AND b.token_id = token.id))
WHERE account_id = {account} AND id = {token}
"""
_RHYTHM = """
INSERT INTO token_rhythm (account_id, token_id, rhythm) VALUES (?, ?, ?)
ON CONFLICT (account_id, token_id) DO UPDATE SET rhythm = excluded.rhythm
"""
Active = dict[int, int]
"""day since 1970 -> its active hours as bits"""


def pending_from(store: Store) -> int | None:
    """Return the hour (since 1970) an import that was stopped left tokens undone from; None when none did.

    Ask before an import begins: from its first piece on, this names what it has counted itself.
    """
    return store.write(lambda unit: usage_facts(unit).get(UsageFact.PENDING_FROM))


def freshen(store: Store, touched: Iterable[TokenKey], now: datetime, left: int | None = None) -> int:
    """Bring the rhythm and newest address of these tokens up to date, and of all used in the hour `left` or later.

    Also removes minutes older than 48 hours. Returns how many tokens were brought up to date. Each batch is its own
    transaction; being stopped between two loses nothing. A token used again meanwhile keeps its `silent_after`, which
    has moved along, until whoever recorded that use comes by here.
    """
    keys = set(touched)
    if left is not None:
        with store.reading() as reader:
            rows = reader.rows(_PENDING, {"day": left * HOUR_MS // DAY_MS})
            keys |= {TokenKey((row[0], row[1])) for row in rows}
    ordered = sorted(keys)
    with store.reading() as reader:
        active = active_days(reader, ordered)
    for start in range(0, len(ordered), _BATCH):
        batch = ordered[start : start + _BATCH]
        store.write(lambda unit, batch=batch: _save(unit, batch, active))  # type: ignore[misc]
    store.write(lambda unit: _finish(unit, now))
    return len(ordered)


def _save(unit: Unit, keys: Sequence[TokenKey], active: Mapping[TokenKey, Active]) -> None:
    rhythms, silences = [], []
    last_uses = {(row[0], row[1]): row[2] for row in ask_pairs(unit, _LAST_USES, keys)}
    for key in keys:
        rhythm = learn(active[key])
        rhythms.append((*key, "" if rhythm is None else rhythm.code))
        last = last_uses.get(key)
        if last is not None:
            silences.append((maybe_ms(silent_after(rhythm, from_ms(last))), *key, last))
    run_many(unit, _RHYTHM, rhythms)
    update_many(unit, _SILENT, ("silent", "account", "token", "last"), silences)
    update_many(unit, _ADDRESS, ("account", "token"), keys)
    unit.changed.add("usage")


def _finish(unit: Unit, now: datetime) -> None:
    forget_fact(unit, UsageFact.PENDING_FROM)
    prune_minutes(unit, now)


def active_days(reader: Reader, keys: Sequence[TokenKey]) -> dict[TokenKey, Active]:
    """Return the latest active days of each token, as many as its rhythm is judged by."""
    days: dict[TokenKey, Active] = {key: {} for key in keys}
    newest = int(reader.value("SELECT max(day) FROM usage_day") or 0)
    oldest = int(reader.value("SELECT min(day) FROM usage_day") or 0)
    upto, waiting = newest, list(keys)
    for number, length in enumerate(_STRETCHES):
        after = max(newest - length, oldest - 1)
        _read_stretch(reader, days, waiting, after, upto)
        waiting = [key for key in waiting if len(days[key]) < _ENOUGH_DAYS]
        if number == 0:
            whole = _read_requests(reader, days, waiting)
            waiting = [key for key in waiting if key not in whole]
        upto = after
    return days


def _read_stretch(reader: Reader, days: dict[TokenKey, Active], waiting: Sequence[TokenKey], after: int, upto: int) -> None:
    if after >= upto:
        return
    if len(waiting) <= _SCAN_FROM:
        for start in range(0, len(waiting), _AT_ONCE):
            named, params = key_table(waiting[start : start + _AT_ONCE])
            sql = _OF_SOME.format(named=named)
            for account, token, day, hours in reader.rows(sql, {**params, "after": after, "upto": upto}):
                days[TokenKey((account, token))][int(day)] = int(hours)
        return
    wanted = set(waiting)
    # A day at a time, so that memory does not grow with the length of the stretch.
    for day in range(upto, after, -1):
        for account, token, hours in reader.rows(_SCAN, {"day": day}):
            key = TokenKey((account, token))
            if key in wanted and len(days[key]) < LATEST + WINDOW_DAYS:
                days[key][day] = hours


def _read_requests(reader: Reader, days: dict[TokenKey, Active], waiting: Sequence[TokenKey]) -> set[TokenKey]:
    """Take the active hours of tokens from their recent requests, and return those of which these are all they ever made.

    That spares looking through every day of years for a token that is used now and then.
    """
    whole: set[TokenKey] = set()
    for start in range(0, len(waiting), _AT_ONCE):
        named, params = key_table(waiting[start : start + _AT_ONCE])
        moments: dict[TokenKey, list[int]] = {}
        counted: dict[TokenKey, int] = {}
        for account, token, requests, at in reader.rows(_REQUESTS.format(named=named), params):
            key = TokenKey((account, token))
            counted[key] = int(requests or 0)
            moments.setdefault(key, []).extend(() if at is None else (int(at),))
        for key, those in moments.items():
            if counted[key] <= len(those) < MOST_REQUESTS:
                days[key] = _hours_of(those)
                whole.add(key)
    return whole


def _hours_of(moments: Iterable[int]) -> Active:
    found: Active = {}
    for moment in moments:
        day = moment // DAY_MS
        found[day] = found.get(day, 0) | 1 << moment % DAY_MS // HOUR_MS
    return found
