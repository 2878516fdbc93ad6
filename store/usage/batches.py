"""Running one statement for many rows: `?` places and tuples on both databases, which is the fast way through the driver.

A literal `?` or `%` in the text of a statement is not possible.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from store.engine import Unit

_AT_ONCE = 500


def run_many(unit: Unit, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run `sql` once for each row of values; nothing for no rows."""
    if rows:
        unit.connection.exec_driver_sql(sql if unit.is_sqlite else sql.replace("?", "%s"), list(rows))


def ask_many(unit: Unit, sql: str, keys: Sequence[tuple[int | str, ...]]) -> Iterator[Sequence[Any]]:
    """Yield what a query finds for many keys: `{wanted}` in it becomes a list of them, each a number and then texts."""
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        # PostgreSQL would take the number for a text.
        place = ", ".join(["CAST(? AS BIGINT)", *"?" * (len(some[0]) - 1)])
        asked = sql.format(wanted=", ".join([f"({place})"] * len(some)))
        values = tuple(value for key in some for value in key)
        yield from unit.connection.exec_driver_sql(asked if unit.is_sqlite else asked.replace("?", "%s"), values)
