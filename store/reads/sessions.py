"""Sessions of our own people, and whose SSH keys are known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.moments import from_ms, maybe_from_ms
from store.reader import Reader, Row
from store.reads.scopes import Asked
from store.rules.sessions import SessionTimes


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One sitting of an operator: how they proved who they are, from where, and its times."""

    id: str
    operator: str
    how: str
    host: str
    peer: str
    times: SessionTimes


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An SSH key of an operator."""

    fingerprint: str
    operator: str
    comment: str
    added_at: datetime
    added_by: str


_COLUMNS = (
    "id, operator, how, host, peer, began_at, seen_at, proven_at, ends_at, ended_at, ended_by, "
    "CASE WHEN proof IS NULL THEN 0 ELSE 1 END"
)


def open_sessions(reader: Reader, now: datetime, operator: str | None = None) -> tuple[SessionRow, ...]:
    """Return the sessions that hold at `now`, of everybody or of one operator, the newest first."""
    whose = "AND operator = :operator " if operator is not None else ""
    sql = f"SELECT {_COLUMNS} FROM operator_session WHERE ended_at IS NULL {whose}ORDER BY began_at DESC, id DESC LIMIT 10000"
    found = (_session(row) for row in reader.rows(sql, {"operator": operator} if operator is not None else None))
    return tuple(row for row in found if not row.times.over(now))


def session(reader: Asked, session_id: str) -> SessionRow | None:
    """Return a session, whether it holds or not; None when there is none."""
    rows = reader.rows(f"SELECT {_COLUMNS} FROM operator_session WHERE id = :id", {"id": session_id})
    return _session(rows[0]) if rows else None


def session_proof(reader: Reader, session_id: str) -> bytes | None:
    """Return the digest that a kept session is recognised by; None for a console's and for one that does not exist."""
    found = reader.value("SELECT proof FROM operator_session WHERE id = :id", {"id": session_id})
    return None if found is None else bytes(found)


def keys_of(reader: Reader, operator: str | None = None) -> tuple[KeyRow, ...]:
    """Return the SSH keys of everybody, or of one operator, in order of operator and fingerprint."""
    whose = "WHERE operator = :operator " if operator is not None else ""
    sql = (
        "SELECT fingerprint, operator, comment, added_at, added_by FROM operator_key "
        f"{whose}ORDER BY operator, fingerprint LIMIT 10000"
    )
    rows = reader.rows(sql, {"operator": operator} if operator is not None else None)
    return tuple(KeyRow(str(key), str(name), str(comment), from_ms(at), str(by)) for key, name, comment, at, by in rows)


def _session(row: Row) -> SessionRow:
    name, operator, how, host, peer, began, seen, proven, ends, ended, by, kept = row
    times = SessionTimes(
        began_at=from_ms(began), seen_at=from_ms(seen), proven_at=from_ms(proven), ends_at=from_ms(ends),
        ended_at=maybe_from_ms(ended), ended_by=by or "", kept=bool(kept),
    )  # fmt: skip
    return SessionRow(str(name), str(operator), str(how), str(host), str(peer), times)
