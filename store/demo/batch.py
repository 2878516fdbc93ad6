"""Rows on their way to the tables: kept until there are enough of them to write at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from store.demo.history import History
from store.demo.loading import COLUMNS, Loader
from store.demo.traffic import Traffic

_ENOUGH_TOKENS = 10_000
_ENOUGH_ROWS = 200_000
_COLUMNS = itemgetter(*COLUMNS["token"])


class Batch:
    """Tokens with their traffic; `flush` writes the audit lines first, because tokens refer to them.

    `requests` is how many requests were counted so far.
    """

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._tokens: list[tuple[Any, ...]] = []
        self._traffic: dict[str, list[tuple[Any, ...]]] = {}
        self._rows = 0
        self.requests = 0

    @property
    def full(self) -> bool:
        """Say whether it is time to flush."""
        return len(self._tokens) >= _ENOUGH_TOKENS or self._rows >= _ENOUGH_ROWS

    def add(self, row: Mapping[str, Any], left: Traffic, places: Sequence[tuple[Any, ...]] = ()) -> None:
        """Take in a token, what its use left behind, and the places it was seen in."""
        self._tokens.append(_COLUMNS(row))
        self.requests += sum(counts[1] for counts in left.hours)
        key = (row["account_id"], row["id"])
        for table, rows in (
            ("usage_minute", [(step, *key, *counts) for step, *counts in left.minutes]),
            ("usage_hour", [(step, *key, *counts) for step, *counts in left.hours]),
            ("usage_reason", [(step, *key, *counts) for step, *counts in left.reasons]),
            ("recent_request", [(*key, *request) for request in left.requests]),
            ("usage_day", [(day, *key, *counts) for day, *counts in left.days]),
            ("usage_part", [(day, *key, *part) for day, *part in left.parts]),
            ("token_rhythm", [(*key, *rhythm) for rhythm in left.rhythm]),
            ("exposure", [(*key, *place) for place in places]),
            ("token_address", [(*key, *address) for address in left.addresses]),
        ):
            if rows:
                self._traffic.setdefault(table, []).extend(rows)
                self._rows += len(rows)

    def flush(self, history: History) -> None:
        """Write everything, the counts in the order their tables keep them."""
        lines, private = history.taken()
        self._loader.add("audit", lines)
        self._loader.add("audit_private", private)
        self._loader.add("token", self._tokens)
        for table, rows in self._traffic.items():
            rows.sort()
            self._loader.add(table, rows)
        self._tokens, self._traffic, self._rows = [], {}, 0
