"""Our own staff as the store knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.moments import from_ms
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
