"""A store file damaged by chance is found to be damaged, or holds what it held; the program never crashes (security.md T25)."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from store.address import parse_address
from store.creation import create_store
from store.errors import StoreError
from store.opening import Store, open_store
from store.reads.verify import verify
from store.rules.state import STATE_COLUMNS
from tests.conftest import NOW
from tests.faults.pool import make_pool
from tests.making import make_token, revoke_token

_WHAT_COUNTS = {"token": ", ".join(STATE_COLUMNS), "audit": "*", "audit_private": "*"}


def contents(store: Store) -> dict[str, list[str]]:
    """Return the state of every token and the whole log; what follows from usage has no proof and is counted again."""
    with store.reading() as reader:
        return {table: sorted(map(repr, reader.rows(f"SELECT {what} FROM {table}"))) for table, what in _WHAT_COUNTS.items()}


def found_out(place: Path, before: dict[str, list[str]]) -> str:
    """Say how a damaged file was found out, or that nothing that counts was touched; anything else fails the test."""
    try:
        store = open_store(str(place))
    except StoreError:
        return "not opened"
    try:
        with store.reading() as reader:
            if not verify(reader).whole:
                return "not whole"
            # SQLite answers from an index where it can, so damage to the row behind it shows only here.
            if reader.value("PRAGMA integrity_check") != "ok":
                return "not sound"
        return "the same" if contents(store) == before else "MISSED"
    except StoreError:
        return "not read"
    except sqlite3.OperationalError as error:
        # A column's name in the schema itself was hit: not to be told from a bug of ours, which must crash.
        if "no such column" not in str(error):
            raise
        return "not the schema"
    finally:
        store.close()


@pytest.mark.slow
def test_a_flipped_bit_is_found_or_changes_nothing_that_counts(tmp_path: Path) -> None:
    place = tmp_path / "tokens.db"
    store = create_store(parse_address(str(place)), NOW)
    keys = make_pool(store, 20)
    for key in keys[:5]:
        revoke_token(store, key)
    make_token(store)
    before = contents(store)
    store.close()
    whole = place.read_bytes()
    chance = random.Random(20260316)
    ends: dict[str, int] = {}
    for _ in range(400):
        bit = chance.randrange(len(whole) * 8)
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        place.write_bytes(damaged)
        end = found_out(place, before)
        assert end != "MISSED", f"bit {bit}"
        ends[end] = ends.get(end, 0) + 1
    assert {"not whole", "the same"} <= ends.keys()
