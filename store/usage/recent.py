"""Keeping the latest 200 requests of each token word for word."""

from __future__ import annotations

from operator import itemgetter

from store.engine import Unit
from store.usage.batches import run_many
from store.usage.columns import status_in, word_of
from store.usage.sums import Sums
from store.usage.tally import MOST_REQUESTS

_RECENT = """
INSERT INTO recent_request (account_id, token_id, at, number, outcome, status, address, agent, method, path, service,
                            latency_us, request_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_FEWER_RECENT = f"""
DELETE FROM recent_request WHERE account_id = ? AND token_id = ? AND (at, number) < (
    SELECT at, number FROM recent_request WHERE account_id = ? AND token_id = ?
    ORDER BY at DESC, number DESC LIMIT 1 OFFSET {MOST_REQUESTS - 1})
"""
_AT_ONCE = 4_000


def save_recent(unit: Unit, sums: Sums, number: int) -> None:
    """Add the latest requests of each token, numbered from `number` on, and let go of those that are no longer among them.

    Some at a time: as rows they take much more memory than as columns.
    """
    places = sums.latest()
    codes = set(sums.columns.codes)
    words, statuses = {code: word_of(code) for code in codes}, {code: status_in(code) for code in codes}
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        columns = sums.columns.at(some)
        keys = [sums.keys[token] for token in columns.tokens]
        rows = zip(
            map(itemgetter(0), keys),
            map(itemgetter(1), keys),
            columns.ats,
            [number + sums.orders[place] for place in some],
            map(words.__getitem__, columns.codes),
            map(statuses.__getitem__, columns.codes),
            *columns[3:10],
            strict=True,
        )
        run_many(unit, _RECENT, list(rows))
    run_many(unit, _FEWER_RECENT, [(*key, *key) for key in sums.keys])
