"""A store of many millions of tokens: a demo store, and copies of every customer in it with all that is theirs.

Only reading is measured on it. The audit log's lines are copied too, but nothing proves them; a digest matches no secret.
"""

from __future__ import annotations

from contextlib import closing

from store.address import Address
from store.demo.building import NOW, build_demo
from store.demo.loading import COLUMNS, open_loader
from store.moments import to_ms
from store.opening import Store, open_store
from store.tables.guards import sqlite_guards

MOST_BUILT = 1_000_000
"""From so many tokens on a store is multiplied: the demo stores' builder tells each token's own story, which takes its time."""

COPIED = (
    "account", "member", "audit", "audit_private", "token", "token_address", "token_rhythm", "recent_request",
    "usage_minute", "usage_hour", "usage_day", "usage_part", "usage_reason", "usage_total",
)  # fmt: skip
"""What is a customer's, with what is referred to before what refers to it."""

_MARK = "~"
_CACHE_KIB = 4_000_000
"""Copies stand beside their originals, all over a file of 20 GB: with less in memory it takes hours instead of minutes."""


def build_many(address: Address, tokens: int) -> Store:
    """Build a store of so many tokens, a multiple of MOST_BUILT, and open it."""
    build_demo(address, tokens=MOST_BUILT).close()
    multiply(address, tokens // MOST_BUILT)
    return open_store(address)


def multiply(address: Address, times: int) -> None:
    """Make a store `times` as large: copy number 2 of account `acme` is `acme~2`, and its tokens' ids end so too."""
    with closing(open_store(address)) as store, store.reading() as reader:
        step = int(reader.value("SELECT max(seq) FROM audit"))
    loader = open_loader(address)
    try:
        if address.is_sqlite:
            loader.run(f"PRAGMA cache_size = -{_CACHE_KIB}")
        loader.begin(to_ms(NOW), 0)  # from now to long ago: no room is made, there is room for all that is copied
        away, back = _GUARD[address.is_sqlite]
        loader.run(away)
        for table in COPIED:
            for copy in range(2, times + 1):
                loader.run(_statement(table, copy, step, sqlite=address.is_sqlite))
        loader.run(f"UPDATE usage_total SET requests = requests * {times}, refused = refused * {times} WHERE account_id = ''")
        loader.run(back)
        loader.finish()
    finally:
        loader.close()


_GUARD = {
    True: ("DROP TRIGGER audit_chained", next(one for one in sqlite_guards() if "TRIGGER audit_chained" in one)),
    False: ("ALTER TABLE audit DISABLE TRIGGER audit_chained", "ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_chained"),
}
"""What keeps the log a chain, for SQLite and else for PostgreSQL: copied lines follow no other, so it is away meanwhile."""


def _statement(table: str, copy: int, step: int, *, sqlite: bool) -> str:
    columns = COLUMNS[table]
    values = ", ".join(_value(table, column, copy, step, sqlite=sqlite) for column in columns)
    which = {"account": f"id NOT LIKE '%{_MARK}%'", "audit_private": f"seq <= {step}"}
    originals = which.get(table, f"account_id <> '' AND account_id NOT LIKE '%{_MARK}%'")
    if table == "audit_private":
        originals += " AND seq IN (SELECT seq FROM audit WHERE account_id IS NOT NULL)"
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {originals}"


def _value(table: str, column: str, copy: int, step: int, *, sqlite: bool) -> str:
    """Return what stands in a column of a copy; NULL stays NULL."""
    mark = f"{_MARK}{copy}"
    match table, column:
        case ("account", "id") | (_, "account_id" | "token_id" | "replaces" | "replaced_by" | "action_id") | ("token", "id"):
            return f"{column} || '{mark}'"
        case "account", "name":
            return f"name || ' {copy}'"
        case (_, "seq" | "audit_seq"):
            return f"{column} + {(copy - 1) * step}"
        case "token", "digest" if sqlite:
            return f"CAST(substr(digest, 1, 31) || x'{copy:02x}' AS BLOB)"
        case "token", "digest":
            return f"substr(digest, 1, 31) || decode('{copy:02x}', 'hex')"
        case _:
            return column
