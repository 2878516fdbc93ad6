"""Exposures on record as rows of the Leaks list: each with its token as it is now."""

from __future__ import annotations

from datetime import datetime

from console.render.leak_rows import LeakRow
from store.reader import Reader
from store.rows import Identified, TokenKey


def recorded(reader: Reader, first: int, count: int, now: datetime) -> list[LeakRow]:
    """Return a window of what is on record, the newest first: `count` places after the first `first`."""
    from store.reads.exposures import exposures
    from store.reads.token_rows import token_rows

    found = exposures(reader, first, count)
    rows = token_rows(reader, list(dict.fromkeys(one.key for one in found)), now)
    return [LeakRow(0, Identified(one.verdict, rows.get(one.key)), one.found_at, one) for one in found]


def place_of(reader: Reader, key: tuple[str, str, str, str]) -> int | None:
    """Return how many places on record are newer than one; None when it is not on record."""
    from store.reads.exposures import place_of_exposure

    account, token, source, place = key
    return place_of_exposure(reader, TokenKey((account, token)), source, place)
