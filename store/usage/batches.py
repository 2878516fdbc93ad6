"""Running one statement for many rows: `?` places and tuples on both databases, which is the fast way through the driver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from store.engine import Unit


def run_many(unit: Unit, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run `sql` once for each row of values; nothing for no rows. A literal `?` or `%` in the text is not possible."""
    if rows:
        unit.connection.exec_driver_sql(sql if unit.is_sqlite else sql.replace("?", "%s"), list(rows))
