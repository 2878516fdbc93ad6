"""Bar 15: the same four views as plain SQL on the schema an ORM makes by default: text dates, keys of their own, no more."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import psycopg

from tests.benchmarks.measuring import Result, interleaved, repeated
from tests.benchmarks.places import Bench
from tests.benchmarks.questions import FOUR, page_of

TARGET = 100.0
LEAST_IN_SMALL = 0.02
"""What a test asks of the small store: there the plain SQL is quick as well."""

_SQLITE = """
CREATE TABLE plain.account (id INTEGER PRIMARY KEY, slug TEXT, name TEXT);
CREATE TABLE plain.member (id INTEGER PRIMARY KEY, account_id INTEGER REFERENCES account(id), slug TEXT, active BOOLEAN);
CREATE TABLE plain.token (id INTEGER PRIMARY KEY, account_id INTEGER REFERENCES account(id), creator_id INTEGER
    REFERENCES member(id), public_id TEXT, name TEXT, scopes TEXT, created_at TEXT, last_used_at TEXT,
    expires_at TEXT, revoked_at TEXT);
CREATE TABLE plain.usage (id INTEGER PRIMARY KEY, token_id INTEGER REFERENCES token(id), at TEXT, requests INTEGER);
INSERT INTO plain.account (slug, name) SELECT id, name FROM main.account;
CREATE INDEX plain.ix_account_slug ON account (slug);
INSERT INTO plain.member (account_id, slug, active)
    SELECT a.id, m.id, m.left_at IS NULL FROM main.member m JOIN plain.account a ON a.slug = m.account_id;
CREATE INDEX plain.ix_member ON member (account_id, slug);
INSERT INTO plain.token (account_id, creator_id, public_id, name, scopes, created_at, last_used_at, expires_at, revoked_at)
    SELECT a.id, m.id, t.id, t.name, t.scopes, {created_at}, {last_used_at}, {expires_at}, {revoked_at} FROM main.token t
    JOIN plain.account a ON a.slug = t.account_id LEFT JOIN plain.member m ON m.account_id = a.id AND m.slug = t.creator_id;
CREATE INDEX plain.ix_token_account ON token (account_id);
CREATE INDEX plain.ix_token_creator ON token (creator_id);
CREATE INDEX plain.ix_token_public ON token (public_id);
INSERT INTO plain.usage (token_id, at, requests)
    SELECT t.id, strftime('%Y-%m-%dT%H:00:00', u.hour * 3600, 'unixepoch'), u.requests
    FROM main.usage_hour u JOIN plain.token t ON t.public_id = u.token_id;
CREATE INDEX plain.ix_usage_token ON usage (token_id);
"""

_POSTGRES = """
CREATE SCHEMA plain;
CREATE TABLE plain.account (id SERIAL PRIMARY KEY, slug TEXT, name TEXT);
CREATE TABLE plain.member (id SERIAL PRIMARY KEY, account_id INTEGER REFERENCES plain.account(id), slug TEXT, active BOOLEAN);
CREATE TABLE plain.token (id SERIAL PRIMARY KEY, account_id INTEGER REFERENCES plain.account(id), creator_id INTEGER
    REFERENCES plain.member(id), public_id TEXT, name TEXT, scopes TEXT, created_at TIMESTAMP, last_used_at TIMESTAMP,
    expires_at TIMESTAMP, revoked_at TIMESTAMP);
CREATE TABLE plain.usage (id SERIAL PRIMARY KEY, token_id INTEGER REFERENCES plain.token(id), at TIMESTAMP, requests BIGINT);
INSERT INTO plain.account (slug, name) SELECT id, name FROM account;
INSERT INTO plain.member (account_id, slug, active)
    SELECT a.id, m.id, m.left_at IS NULL FROM member m JOIN plain.account a ON a.slug = m.account_id;
INSERT INTO plain.token (account_id, creator_id, public_id, name, scopes, created_at, last_used_at, expires_at, revoked_at)
    SELECT a.id, m.id, t.id, t.name, t.scopes, {created_at}, {last_used_at}, {expires_at}, {revoked_at} FROM token t
    JOIN plain.account a ON a.slug = t.account_id LEFT JOIN plain.member m ON m.account_id = a.id AND m.slug = t.creator_id;
CREATE INDEX ON plain.token (account_id);
CREATE INDEX ON plain.token (creator_id);
CREATE INDEX ON plain.token (public_id);
INSERT INTO plain.usage (token_id, at, requests) SELECT t.id, to_timestamp(u.hour * 3600.0) AT TIME ZONE 'UTC', u.requests
    FROM usage_hour u JOIN plain.token t ON t.public_id = u.token_id;
CREATE INDEX ON plain.usage (token_id);
ANALYZE plain.account; ANALYZE plain.member; ANALYZE plain.token; ANALYZE plain.usage;
"""

_LIVE = "t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > :now)"
_QUERIES = {
    "unused-90d": f"SELECT t.*, a.name FROM token t JOIN account a ON a.id = t.account_id WHERE {_LIVE} "
    "AND coalesce(t.last_used_at, t.created_at) < :quarter ORDER BY coalesce(t.last_used_at, t.created_at) LIMIT 50",
    "sprawl": f"SELECT a.name, count(*) FROM token t JOIN account a ON a.id = t.account_id WHERE {_LIVE} "
    "GROUP BY a.id, a.name HAVING count(*) > 10 ORDER BY count(*) DESC LIMIT 50",
    "high-volume": "SELECT t.public_id, t.name, sum(u.requests) FROM usage u JOIN token t ON t.id = u.token_id "
    "WHERE u.at > :day GROUP BY t.public_id, t.name HAVING sum(u.requests) > 10000 ORDER BY 3 DESC LIMIT 50",
    "orphaned": f"SELECT t.*, m.slug FROM token t JOIN member m ON m.id = t.creator_id WHERE {_LIVE} AND NOT m.active "
    "ORDER BY t.last_used_at LIMIT 50",
}


def over_plain_sql(bench: Bench) -> list[Result]:
    """Compare the first page of each of the four views with the plain SQL for it."""
    run, close = _sqlite(bench) if bench.is_sqlite else _postgres(bench)
    try:
        return [_compared(bench, name, run) for name in FOUR]
    finally:
        close()


def _compared(bench: Bench, name: str, run: Callable[[str], list[Any]]) -> Result:
    read = page_of(name, bench)
    with bench.large.reading() as reader:
        plain, ours = interleaved(bench.rounds, lambda: run(_QUERIES[name]), repeated(lambda: read(reader), 20))
    times = plain.median / (ours.median / 20)
    note = f"{name}, {plain.median * 1000:.1f} against {ours.median * 50:.2f} ms"
    what = "plain SQL on an ORM's schema / our page"
    return Result("15", what, TARGET, times, least=True, insist=LEAST_IN_SMALL, note=note)


def _moments(now: datetime) -> dict[str, datetime]:
    return {"now": now, "quarter": now - timedelta(days=90), "day": now - timedelta(days=1)}


def _sqlite(bench: Bench) -> tuple[Callable[[str], list[Any]], Callable[[], None]]:
    file = bench.folder / f"plain-{bench.tokens}.db"
    columns = {
        name: f"strftime('%Y-%m-%dT%H:%M:%S', t.{name} / 1000, 'unixepoch')"
        for name in ("created_at", "last_used_at", "expires_at", "revoked_at")
    }
    if not file.exists():
        with closing(sqlite3.connect(str(bench.large.address.path), uri=False)) as connection:
            connection.execute("ATTACH ? AS plain", (str(file),))
            connection.executescript(_SQLITE.format(**columns))
            connection.commit()
    plain = sqlite3.connect(file)
    values = {name: f"{moment:%Y-%m-%dT%H:%M:%S}" for name, moment in _moments(bench.now).items()}
    return lambda sql: plain.execute(
        sql, {key: value for key, value in values.items() if f":{key}" in sql}
    ).fetchall(), plain.close


def _postgres(bench: Bench) -> tuple[Callable[[str], list[Any]], Callable[[], None]]:
    connection = psycopg.connect(bench.large.address.conninfo, autocommit=True)
    columns = {
        name: f"to_timestamp(t.{name} / 1000.0) AT TIME ZONE 'UTC'"
        for name in ("created_at", "last_used_at", "expires_at", "revoked_at")
    }
    connection.execute(_POSTGRES.format(**columns).encode())
    connection.execute(b"SET search_path TO plain")
    values = {name: moment.replace(tzinfo=None) for name, moment in _moments(bench.now).items()}

    def run(sql: str) -> list[Any]:
        for name in values:
            sql = sql.replace(f":{name}", f"%({name})s")
        return connection.execute(sql.encode(), values).fetchall()

    def close() -> None:
        connection.execute(b"DROP SCHEMA plain CASCADE")
        connection.close()

    return run, close
