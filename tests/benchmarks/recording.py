"""Looks over the shoulder of a read connection: which statements were sent, how much work each was, and by which plan."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from store.dialect import for_psycopg
from store.opening import Store
from store.reader import Params, Reader, Row

STEP = 10
"""SQLite tells about its work once in so many instructions of its virtual machine."""

_BIG = ("token", "audit", "usage_minute", "usage_hour", "usage_reason", "recent_request", "token_address")

_PARTITION = re.compile(r"(usage_\w+)_\d{4}_\d{2}")
_FEW_ROWS = 500
"""A month's partition with no more rows than this may be read from end to end: most are empty, in a demo store."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as it was sent, with the number of rows it gave."""

    sql: str
    params: dict[str, Any]
    rows: int


def statements_of(store: Store, work: Callable[[Reader], object]) -> list[Statement]:
    """Return the statements a read sends, on a connection of the very kind the console has: some SQL depends on that."""
    sent: list[Statement] = []
    with store.reading() as reader:
        ask = reader.rows

        def rows(sql: str, params: Params | None = None) -> list[Row]:
            found = ask(sql, params)
            sent.append(Statement(sql, dict(params or {}), len(found)))
            return found

        reader.rows = rows  # type: ignore[method-assign]
        try:
            work(reader)
        finally:
            del reader.rows
    return sent


def steps_of(store: Store, work: Callable[[Reader], object]) -> int:
    """Return about how many instructions SQLite's virtual machine runs for a read: the same on every machine."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    with store.reading() as reader:
        connection = reader._connection  # type: ignore[attr-defined]
        connection.set_progress_handler(tick, STEP)
        try:
            work(reader)
        finally:
            connection.set_progress_handler(None, 0)
    return count * STEP


def bad_plans(store: Store, statement: Statement) -> list[str]:
    """Return what is bad about a statement's plan: a big table read from end to end, or on SQLite a sort of its own."""
    with store.reading() as reader:
        if store.address.is_sqlite:
            lines = [str(row[3]) for row in reader.rows(f"EXPLAIN QUERY PLAN {statement.sql}", statement.params)]
            return [line for line in lines if _bad_line(line, statement.sql)]
        nodes = list(_nodes(_postgres_plan(reader, statement)["Plan"]))
    return [f"Seq Scan on {node['Relation Name']}" for node in nodes if node["Node Type"] == "Seq Scan" and _is_big(node)]


def shared_blocks(store: Store, statement: Statement) -> int:
    """Return how many blocks PostgreSQL touched for a statement."""
    with store.reading() as reader:
        plan = _postgres_plan(reader, statement)["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


def for_shell(statement: Statement) -> str:
    """Write a statement with its values in it, for a command such as sqlite3 or psql."""

    def value(found: re.Match[str]) -> str:
        given = statement.params[found[1]]
        return str(given) if isinstance(given, int) else "'" + str(given).replace("'", "''") + "'"

    return re.sub(r"(?<!:):([a-z_][a-z_0-9]*)", value, statement.sql)


def _postgres_plan(reader: Reader, statement: Statement) -> dict[str, Any]:
    found = reader.value(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement.sql}", statement.params)
    plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]
    return plan


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(deeper for inner in node.get("Plans", []) for deeper in _nodes(inner))]


def _is_big(node: dict[str, Any]) -> bool:
    partition = _PARTITION.fullmatch(node["Relation Name"])
    if partition is None:
        return node["Relation Name"] in _BIG
    return bool(node["Actual Rows"] + node.get("Rows Removed by Filter", 0) > _FEW_ROWS)


def _bad_line(line: str, sql: str) -> bool:
    if "TEMP B-TREE" in line or "BLOOM FILTER" in line:  # for the second, SQLite reads the whole table as well
        return True
    scanned = re.match(r"SCAN (\w+)(?! USING)", line)
    if scanned is None or "USING" in line:
        return False
    name = scanned[1]
    table = re.search(rf"\b({'|'.join(_BIG)})(?: AS)? {name}\b", sql)
    return name in _BIG or table is not None


def psycopg_text(statement: Statement) -> str:
    """Return a statement the way psycopg wants it."""
    return for_psycopg(statement.sql)
