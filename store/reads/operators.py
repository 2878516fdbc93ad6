"""Our own staff as the store knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.moments import from_ms, maybe_from_ms, to_ms
from store.reader import Reader
from store.rules.roles import Role


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """One of our staff; `active` is False for somebody who was switched off."""

    name: str
    role: Role
    active: bool
    created_at: datetime


def operators(reader: Reader) -> tuple[OperatorRow, ...]:
    """Return every operator, in order of name; empty until operators are set up."""
    rows = reader.rows("SELECT name, role, active, created_at FROM operator ORDER BY name LIMIT 10000")
    return tuple(OperatorRow(str(name), Role(role), bool(active), from_ms(int(at))) for name, role, active, at in rows)


LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class OperatorLine(OperatorRow):
    """An operator as a list shows one: their latest action on record, and how many there were in the last 30 days."""

    last_action: str
    last_at: datetime | None
    actions_30d: int


def operator_lines(reader: Reader, now: datetime) -> tuple[OperatorLine, ...]:
    """Return every operator with what they did, in order of name. The 30 days end with `now` and begin inside."""
    since = to_ms(now - LATELY)
    lately = "SELECT actor, count(*) FROM audit WHERE at > :since GROUP BY actor"
    counts = {name: int(count) for name, count in reader.rows(lately, {"since": since})}
    newest = "SELECT max(e.seq) FROM audit e WHERE e.actor = o.name"
    sql = (
        "SELECT o.name, o.role, o.active, o.created_at, e.action, e.at FROM operator o "
        f"LEFT JOIN audit e ON e.seq = ({newest}) ORDER BY o.name LIMIT 10000"
    )
    return tuple(
        OperatorLine(name, Role(role), bool(active), from_ms(created), action or "", maybe_from_ms(at), counts.get(name, 0))
        for name, role, active, created, action, at in reader.rows(sql)
    )
