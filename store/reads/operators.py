"""Our own staff as the store knows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from store.errors import NotGranted
from store.moments import from_ms, maybe_from_ms, to_ms
from store.reader import Reader
from store.record import record
from store.rules.roles import Role


@record
class OperatorRow:
    """One of our staff; `active` is False for somebody who was switched off, `passphrase` says whether they have one.

    Who has none is believed to be the machine's user of that name.
    """

    name: str
    role: Role
    active: bool
    created_at: datetime
    passphrase: bool = False
    keys: int = 0


def operators(reader: Reader) -> tuple[OperatorRow, ...]:
    """Return every operator, in order of name; empty until operators are set up."""
    rows = _rows(reader, f"SELECT {_ROW} FROM operator o ORDER BY o.name LIMIT 10000")
    return tuple(OperatorRow(*_row(row)) for row in rows)


def _rows(reader: Reader, sql: str) -> Sequence[Sequence[Any]]:
    """Run a query; where the database's own auditor asks, without whether people have a passphrase.

    No such user reads what operators prove themselves with (store.rights), nor changes anything that they would prove it for.
    """
    try:
        return reader.rows(sql)
    except NotGranted:
        return reader.rows(sql.replace(_PROVABLE, "0"))


_PROVABLE = "CASE WHEN o.passphrase <> '' THEN 1 ELSE 0 END"


_ROW = f"o.name, o.role, o.active, o.created_at, {_PROVABLE}, (SELECT count(*) FROM operator_key k WHERE k.operator = o.name)"


def _row(row: Sequence[Any]) -> tuple[str, Role, bool, datetime, bool, int]:
    name, role, active, created, passphrase, keys = row
    return str(name), Role(role), bool(active), from_ms(int(created)), bool(passphrase), int(keys)


LATELY = timedelta(days=30)


@record
class OperatorLine(OperatorRow):
    """An operator as a list shows one: their latest action on record, and how many there were in the last 30 days."""

    last_action: str = ""
    last_at: datetime | None = None
    actions_30d: int = 0


def operator_lines(reader: Reader, now: datetime) -> tuple[OperatorLine, ...]:
    """Return every operator with what they did, in order of name. The 30 days end with `now` and begin inside."""
    since = to_ms(now - LATELY)
    lately = "SELECT actor, count(*) FROM audit WHERE at > :since GROUP BY actor"
    counts = {name: int(count) for name, count in reader.rows(lately, {"since": since})}
    newest = "SELECT max(e.seq) FROM audit e WHERE e.actor = o.name"
    sql = f"SELECT {_ROW}, e.action, e.at FROM operator o LEFT JOIN audit e ON e.seq = ({newest}) ORDER BY o.name LIMIT 10000"
    return tuple(
        OperatorLine(*_row(row[:6]), row[6] or "", maybe_from_ms(row[7]), counts.get(str(row[0]), 0))
        for row in _rows(reader, sql)
    )
