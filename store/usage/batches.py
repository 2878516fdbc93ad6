"""Running one statement for many rows: `?` places and tuples on both databases, which is the fast way through the driver.

A literal `?` or `%` in the text of a statement is not possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from store.engine import Unit

_AT_ONCE = 500
_SIZES = (50, 5, 1)
"""For so many keys a query is asked at once on SQLite: every other number would be a statement of its own, which is prepared and
kept in this process. With 500 keys of six parts it takes 450 KiB, with 50 an eighth of that."""

_VALUES = re.compile(r"VALUES \([?, ]+\)")
"""What an INSERT of one row says. PostgreSQL prepares each row of a partitioned table anew, which costs more than the row."""

_NAMED = re.compile(r"\{(\w+)\}")


def run_many(unit: Unit, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Run `sql` once for each row of values; nothing for no rows, and on SQLite with one row in memory at a time.

    An INSERT of several rows is one statement on PostgreSQL, so no two of them may have the same key. A column that may be
    NULL must be one of numbers.
    """
    if unit.is_sqlite:
        unit.run_each(sql, rows)
        return
    rows = list(rows)
    if len(rows) > 1 and (found := _VALUES.search(sql)) is not None:
        columns = list(map(list, zip(*rows, strict=True)))
        arrays = ", ".join(f"CAST(? AS {_type_of(column)}[])" for column in columns)
        together = f"{sql[: found.start()]}SELECT * FROM unnest({arrays}){sql[found.end() :]}"
        unit.run(together, tuple(columns))
    else:
        unit.run_each(sql, rows)


def update_many(unit: Unit, sql: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Run an UPDATE once for each row of values, which it calls `{name}`; nothing for no rows.

    On PostgreSQL it is one statement, which takes half as long: no two rows may be for the same row of the table, whose
    columns it must name in full wherever a value is called the same, and what holds of NULL for `run_many` holds here.
    """
    if not rows:
        return
    if unit.is_sqlite:
        ordered = itemgetter(*(names.index(name) for name in _NAMED.findall(sql)))
        unit.run_each(_NAMED.sub("?", sql), list(map(ordered, rows)))
        return
    columns = list(map(list, zip(*rows, strict=True)))
    arrays = ", ".join(f"CAST(? AS {_type_of(column)}[])" for column in columns)
    change, _, which = _NAMED.sub(r"new.\1", sql).rpartition("WHERE")
    together = f"{change} FROM unnest({arrays}) AS new ({', '.join(names)}) WHERE {which}"
    unit.run(together, tuple(columns))


def _type_of(column: Iterable[Any]) -> str:
    return "TEXT" if isinstance(next((value for value in column if value is not None), None), str) else "BIGINT"


def ask_many(unit: Unit, sql: str, keys: Sequence[tuple[int | str, ...]]) -> Iterator[Sequence[Any]]:
    """Yield what a query finds for many keys: `{wanted}` in it becomes a list of them, each a number and then texts."""
    start = 0
    for size in _SIZES if unit.is_sqlite else (_AT_ONCE, len(keys) % _AT_ONCE or 1):
        while len(keys) - start >= size:
            some = keys[start : start + size]
            # PostgreSQL would take the number for a text.
            place = ", ".join(["CAST(? AS BIGINT)", *"?" * (len(some[0]) - 1)])
            asked = sql.format(wanted=", ".join([f"({place})"] * size))
            yield from unit.rows(asked, tuple(chain.from_iterable(some)))
            start += size


def ask_pairs(unit: Unit, query: str, keys: Sequence[tuple[str, str]], after: str = "") -> Sequence[Sequence[Any]]:
    """Return what a query finds for many pairs of account and id, which it finds as a table `wanted (account_id, id)`.

    `after` is what PostgreSQL is told besides, such as FOR UPDATE.
    """
    if not keys:
        return ()
    places = ", ".join(["(?, ?)"] * len(keys))
    sql = f"WITH wanted (account_id, id) AS (VALUES {places}) {query}"
    flat = tuple(chain.from_iterable(keys))
    return unit.rows(sql if unit.is_sqlite else f"{sql} {after}", flat)


def ask_names(unit: Unit, query: str, names: Sequence[str]) -> Sequence[Sequence[Any]]:
    """Return what a query finds for many names: `{names}` in it becomes the list of them."""
    if not names:
        return ()
    return unit.rows(query.format(names=", ".join("?" * len(names))), tuple(names))


def insert_rows(unit: Unit, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns, in the same order: all of the table's but those that may be NULL."""
    if not rows:
        return
    names = tuple(rows[0])
    sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    unit.run_each(sql, [tuple(row[name] for name in names) for row in rows])
