"""The monthly partitions PostgreSQL keeps usage in, so that old usage goes in one piece (performance.md, section 2).

A partition is made when the first usage of its month comes in; `tokendesk store maintain` makes the next ones ahead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from store.engine import Unit
from store.errors import Refused
from store.moments import DAY_MS, HOUR_MS, from_ms, to_ms

STEPS = {
    "usage_hour": HOUR_MS,
    "usage_reason": HOUR_MS,
    "usage_total": HOUR_MS,
    "usage_day": DAY_MS,
    "usage_part": DAY_MS,
}
"""Each table kept by the month, and how many milliseconds one step of its leading column spans."""

MAKE_PARTITION = "tokendesk_make_partition"
"""The function that makes a month's partition for whoever may not make tables (store.rights); not every store has it."""


def month_of(moment_ms: int) -> date:
    """Return the first day of the month a moment falls into."""
    return from_ms(moment_ms).date().replace(day=1)


def month_after(month: date) -> date:
    """Return the first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_start_ms(month: date) -> int:
    """Return the first millisecond of a month."""
    return to_ms(datetime(month.year, month.month, 1, tzinfo=UTC))


def months_between(first_ms: int, last_ms: int) -> list[date]:
    """Return the months from one moment to another, both included."""
    months, month, last = [], month_of(first_ms), month_of(last_ms)
    while month <= last:
        months.append(month)
        month = month_after(month)
    return months


def partition_name(table: str, month: date) -> str:
    """Return what the partition of one month is called: `usage_hour_2026_03`."""
    return f"{table}_{month:%Y_%m}"


def partition_statements(months: Iterable[date], hourly_from_ms: int = 0) -> Iterator[tuple[str, str]]:
    """Yield the name of each partition of these months and the statement that makes it.

    Tables kept by the hour get none for months before `hourly_from_ms`: those would only hold nothing.
    """
    for month in sorted(months):
        for table, step in STEPS.items():
            if step == HOUR_MS and month_start_ms(month) < hourly_from_ms:
                continue
            name = partition_name(table, month)
            first, end = month_start_ms(month) // step, month_start_ms(month_after(month)) // step
            yield name, f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES FROM ({first}) TO ({end})"


def make_partitions(unit: Unit, months: Iterable[date], hourly_from_ms: int = 0) -> int:
    """Make the partitions of these months that are missing, on PostgreSQL, and return how many; nothing to do on SQLite."""
    if unit.is_sqlite:
        return 0
    wanted = dict(partition_statements(months, hourly_from_ms))
    sql = (
        "SELECT relname FROM pg_class "
        "WHERE relispartition AND relnamespace = current_schema()::regnamespace AND relname = ANY(:names)"
    )
    there = {row[0] for row in unit.rows(sql, {"names": list(wanted)})}
    missing = [name for name in wanted if name not in there]
    made_for_us = bool(missing) and unit.value(f"SELECT to_regprocedure('{MAKE_PARTITION}(text, integer, integer)')") is not None
    for name in missing:
        if made_for_us:
            table, year, month = name.rsplit("_", 2)
            unit.rows(f"SELECT {MAKE_PARTITION}(:table, :year, :month)", {"table": table, "year": int(year), "month": int(month)})
        else:
            unit.run(wanted[name])
    return len(wanted) - len(there)


def partitions_of(unit: Unit, table: str) -> list[tuple[date, str]]:
    """Return the months a table has partitions of, oldest first, with their names; none on SQLite."""
    if unit.is_sqlite:
        return []
    sql = (
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
        "WHERE i.inhparent = CAST(:table AS regclass) ORDER BY 1"
    )
    found = []
    for (name,) in unit.rows(sql, {"table": table}):
        year, month = str(name).removeprefix(f"{table}_").split("_")
        found.append((date(int(year), int(month), 1), str(name)))
    return found


def refuse_to_drop(unit: Unit, table: str) -> None:
    """Raise Refused for a database user that may not drop partitions: where the tables have an owner, only it may."""
    sql = "SELECT pg_get_userbyid(relowner), pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(:table)"
    owner, may = unit.rows(sql, {"table": table})[0]
    if not may:
        raise Refused(
            "Only the owner of the tables lets old months of usage go; everything else was done.",
            f"Run `tokendesk store maintain` as a member of {owner}.",
        )
