"""Bars 20, 28 and 29: a revocation counts at once, many are quick, and the log is checked about as fast as it is hashed."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg

from store.dialect import journal_settings
from store.moments import to_ms
from store.opening import Store
from store.reader import Reader
from store.reads.check import check
from store.reads.tokens import Question, page
from store.reads.verify import verify
from store.rows import TokenKey
from store.rules.chain import LINE_COLUMNS
from store.rules.roles import Actor, Role
from store.rules.state import STATE_COLUMNS
from store.rules.usage import Outcome
from store.writes.ending import CHUNK, RevokeManyOrder, revoke, revoke_many
from store.writes.issuing import issue
from store.writes.orders import IssueOrder, RevokeOrder
from tests.benchmarks.measuring import Result, interleaved, unmeasured
from tests.benchmarks.places import MANY, Bench

PRIYA = Actor("priya", Role.ADMIN)
CHUNKS, FEW_CHUNKS = 50, 3
"""How many chunks of 100 tokens each side revokes: 50 are half of the 10,000 of the bar, on either side."""

_CHECKED: tuple[tuple[str, tuple[str, ...], tuple[object, ...]], ...] = (
    ("audit", (*LINE_COLUMNS, "hash"), (0,)),
    ("audit_private", ("seq", "salt", "reason", "host", "peer"), (0,)),
    ("token", (*STATE_COLUMNS, "audit_seq"), ("", "")),
)
"""What a check of the log reads: table, columns with the key first, and what comes before every key."""


def refused_at_once(bench: Bench) -> list[Result]:
    """Check a token, revoke it, check it again: is the first check after the commit refused?"""
    store, now = bench.spare, bench.now
    mint, order = store.mint(), issue_order(store)
    issued = store.write(lambda unit: issue(unit, order, now, mint), order.action_id)
    with store.reading() as reader:
        before = check(reader, issued.token, now, mint).outcome
        end = RevokeOrder(key=issued.key, actor=PRIYA, reason="benchmark")
        store.write(lambda unit: revoke(unit, end, now), end.action_id)
        after = check(reader, issued.token, now, mint).outcome
    denied = before is Outcome.VALID and after is Outcome.REVOKED
    return [Result("20", "the first check after a revoke is refused", 1, int(denied), "", least=True, exact=True)]


def bulk_revoke(bench: Bench) -> list[Result]:
    """Compare revoking many with the bare driver updating the tokens and inserting an audit line for each."""
    store, chunks = bench.spare, CHUNKS if bench.tokens >= MANY else FEW_CHUNKS
    keys = _live_keys(store, bench, 2 * (chunks + 1) * CHUNK)
    what, least = "bulk revoke, rows/s / bare update + audit insert", 4 * CHUNK
    if len(keys) < least:
        why = f"the spare store has {len(keys)} live tokens left and this takes {least}; name a new --folder"
        return [unmeasured("28", what, 0.3, why, least=True)]
    del keys[len(keys) // (2 * CHUNK) * 2 * CHUNK :]
    ours, bare = [], []
    with store.reading() as reader:
        seqs = "SELECT audit_seq FROM token WHERE account_id = :account AND id = :id"
        known = {key: int(reader.value(seqs, {"account": key[0], "id": key[1]})) for key in keys}
    pieces = [keys[at : at + CHUNK] for at in range(0, len(keys), CHUNK)]
    for first, second in zip(pieces[::2], pieces[1::2], strict=False):
        ours.append(_revoke(store, [(key, known[key]) for key in first], bench))
        bare.append(_bare_revoke(store, second, bench))
    rate = sum(bare[1:]) / sum(ours[1:])  # the first of 10,000 tokens pay for compiling statements that all others share
    note = f"{CHUNK * len(ours[1:]) / sum(ours[1:]):,.0f} tokens/s"
    return [Result("28", what, 0.3, rate, least=True, note=note)]


def _revoke(store: Store, items: list[tuple[TokenKey, int]], bench: Bench) -> float:
    order = RevokeManyOrder(items=tuple(items), actor=PRIYA, reason="benchmark", action_id=str(uuid4()))
    start = time.perf_counter()
    store.write(lambda unit: revoke_many(unit, order, bench.now), order.action_id)
    return time.perf_counter() - start


def verifying(bench: Bench) -> list[Result]:
    """Compare checking the whole log with hashing what is read for it, line by line, as the bare driver gives it."""
    store, mark = bench.large, "?" if bench.is_sqlite else "%s"
    with store.reading() as reader, bench.driving(store) as run:
        lines = int(reader.value("SELECT count(*) FROM audit"))

        def bare() -> None:
            for table, columns, start in _CHECKED:
                key, marks = ", ".join(columns[: len(start)]), ", ".join([mark] * len(start))
                sql = f"SELECT {', '.join(columns)} FROM {table} WHERE ({key}) > ({marks}) ORDER BY {key} LIMIT 5000"
                while rows := run(sql, start):
                    for row in rows:
                        hashlib.sha256(repr(row).encode()).digest()
                    start = tuple(rows[-1][: len(start)])

        ours, hashed = interleaved(1 if bench.tokens >= MANY else bench.rounds, lambda: _whole(reader), bare, warm=False)
    rate = hashed.median / ours.median
    note = f"{lines / ours.median:,.0f} lines/s, their private parts and the state of each token included on either side"
    return [Result("29", "audit verify, rows/s / hashing the same rows", 0.3, rate, least=True, note=note)]


def _whole(reader: Reader) -> None:
    assert verify(reader).whole


def issue_order(store: Store) -> IssueOrder:
    """Return an order for a token of a demo store that is valid for a day."""
    with store.reading() as reader:
        account, member = reader.rows("SELECT account_id, id FROM member WHERE left_at IS NULL ORDER BY 1, 2 LIMIT 1")[0]
        scope = str(reader.value("SELECT name FROM scope ORDER BY name LIMIT 1"))
    assert store.facts.demo_now is not None
    return IssueOrder(
        account_id=account, name="benchmark", owner=member, creator=member, scopes=(scope,), actor=PRIYA,
        expires_at=store.facts.demo_now + timedelta(days=1), rationale="measured", accept_risk=True,
    )  # fmt: skip


def _live_keys(store: Store, bench: Bench, wanted: int) -> list[TokenKey]:
    with store.reading() as reader:
        return [row.key for row in page(reader, Question("live"), bench.now, wanted, month=False).rows]


def _bare_revoke(store: Store, keys: list[TokenKey], bench: Bench) -> float:
    """Do what the bar compares with: one update and one audit line a token, in one transaction, nothing checked or linked."""
    sqlite = store.address.is_sqlite
    connection: Any
    if sqlite:
        connection = sqlite3.connect(str(store.address.path))
        mode, synchronous = journal_settings()
        for setting in (f"journal_mode = {mode}", f"synchronous = {synchronous}", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {setting}")
    else:
        connection = psycopg.connect(store.address.conninfo)
    mark = "?" if sqlite else "%s"
    start = time.perf_counter()
    seq, link = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    at, lines, tokens = to_ms(bench.now), [], []
    for key in keys:
        seq, previous, link = seq + 1, link, os.urandom(32)
        lines.append((seq, str(uuid4()), at, "priya", "admin", "os user", "", "revoke", *key, "", "", None,
                      json.dumps({}), bytes(32), None, previous, link))  # fmt: skip
        tokens.append((at, "priya", "benchmark", seq, *key))
    cursor = connection.cursor()
    marks = ", ".join([mark] * len(lines[0]))
    cursor.executemany(f"INSERT INTO audit ({', '.join((*LINE_COLUMNS, 'hash'))}) VALUES ({marks})", lines)
    cursor.executemany(
        f"UPDATE token SET revoked_at = {mark}, revoked_by = {mark}, revoke_reason = {mark}, closed = 1, audit_seq = {mark} "
        f"WHERE account_id = {mark} AND id = {mark}",
        tokens,
    )
    connection.commit()
    taken = time.perf_counter() - start
    connection.close()
    return taken
