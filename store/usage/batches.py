"""Running one statement for many rows: `?` places and tuples on both databases, which is the fast way through the driver.

A literal `?` or `%` in the text of a statement is not possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, insert

from store.engine import Unit

_AT_ONCE = 500
_VALUES = re.compile(r"VALUES \([?, ]+\)")
"""What an INSERT of one row says. PostgreSQL prepares each row of a partitioned table anew, which costs more than the row."""

_NAMED = re.compile(r"\{(\w+)\}")


def run_many(unit: Unit, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run `sql` once for each row of values; nothing for no rows.

    An INSERT of several rows is one statement on PostgreSQL, so no two of them may have the same key. A column that may be
    NULL must be one of numbers.
    """
    if not rows:
        return
    if unit.is_sqlite:
        unit.connection.exec_driver_sql(sql, list(rows))
    elif len(rows) > 1 and (found := _VALUES.search(sql)) is not None:
        columns = list(map(list, zip(*rows, strict=True)))
        arrays = ", ".join(f"CAST(%s AS {_type_of(column)}[])" for column in columns)
        together = f"{sql[: found.start()]}SELECT * FROM unnest({arrays}){sql[found.end() :]}"
        unit.connection.exec_driver_sql(together, tuple(columns))
    else:
        unit.connection.exec_driver_sql(sql.replace("?", "%s"), list(rows))


def update_many(unit: Unit, sql: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Run an UPDATE once for each row of values, which it calls `{name}`; nothing for no rows.

    On PostgreSQL it is one statement, which takes half as long: no two rows may be for the same row of the table, whose
    columns it must name in full wherever a value is called the same, and what holds of NULL for `run_many` holds here.
    """
    if not rows:
        return
    if unit.is_sqlite:
        ordered = itemgetter(*(names.index(name) for name in _NAMED.findall(sql)))
        unit.connection.exec_driver_sql(_NAMED.sub("?", sql), list(map(ordered, rows)))
        return
    columns = list(map(list, zip(*rows, strict=True)))
    arrays = ", ".join(f"CAST(%s AS {_type_of(column)}[])" for column in columns)
    change, _, which = _NAMED.sub(r"new.\1", sql).rpartition("WHERE")
    together = f"{change} FROM unnest({arrays}) AS new ({', '.join(names)}) WHERE {which}"
    unit.connection.exec_driver_sql(together, tuple(columns))


def _type_of(column: Iterable[Any]) -> str:
    return "TEXT" if isinstance(next((value for value in column if value is not None), None), str) else "BIGINT"


def ask_many(unit: Unit, sql: str, keys: Sequence[tuple[int | str, ...]]) -> Iterator[Sequence[Any]]:
    """Yield what a query finds for many keys: `{wanted}` in it becomes a list of them, each a number and then texts."""
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        # PostgreSQL would take the number for a text.
        place = ", ".join(["CAST(? AS BIGINT)", *"?" * (len(some[0]) - 1)])
        asked = sql.format(wanted=", ".join([f"({place})"] * len(some)))
        values = tuple(chain.from_iterable(some))
        # All at once: asking for each row anew costs SQLAlchemy more than finding it.
        yield from unit.connection.exec_driver_sql(asked if unit.is_sqlite else asked.replace("?", "%s"), values).fetchall()


def ask_pairs(unit: Unit, query: str, keys: Sequence[tuple[str, str]], after: str = "") -> Sequence[Sequence[Any]]:
    """Return what a query finds for many pairs of account and id, which it finds as a table `wanted (account_id, id)`.

    `after` is what PostgreSQL is told besides, such as FOR UPDATE. Put together by hand: taking a list of a hundred pairs
    apart and together again costs SQLAlchemy more than the whole query.
    """
    if not keys:
        return ()
    places = ", ".join(["(?, ?)"] * len(keys))
    sql = f"WITH wanted (account_id, id) AS (VALUES {places}) {query}"
    flat = tuple(chain.from_iterable(keys))
    if unit.is_sqlite:
        return unit.connection.exec_driver_sql(sql, flat).fetchall()
    return unit.connection.exec_driver_sql(f"{sql} {after}".replace("?", "%s"), flat).fetchall()


def ask_names(unit: Unit, query: str, names: Sequence[str]) -> Sequence[Sequence[Any]]:
    """Return what a query finds for many names: `{names}` in it becomes the list of them."""
    if not names:
        return ()
    sql = query.format(names=", ".join("?" * len(names)))
    return unit.connection.exec_driver_sql(sql if unit.is_sqlite else sql.replace("?", "%s"), tuple(names)).fetchall()


def insert_rows(unit: Unit, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns, and every column that has no default in the database."""
    if not rows:
        return
    if not unit.is_sqlite:
        unit.connection.execute(insert(table), list(rows))
        return
    names = tuple(rows[0])
    sql = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    unit.connection.exec_driver_sql(sql, [tuple(row[name] for name in names) for row in rows])
