"""How far each log was read, so that no line is ever counted twice: the position moves in the transaction that counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from store.engine import Unit
from store.errors import Refused
from store.moments import to_ms

Ask = Callable[[str, Mapping[str, Any]], Sequence[Sequence[Any]]]
"""Runs a query: `Reader.rows` or `Unit.rows`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a log was read: `position` in bytes of the unpacked log, `lines` whole lines. `known`: it was read before."""

    fingerprint: str
    head: int
    position: int = 0
    lines: int = 0
    known: bool = False


def find_mark(ask: Ask, head: bytes) -> Mark:
    """Return the mark of the log that begins with `head`, a new one when it was never read.

    A log that has grown since is known by the head length it was first read with; the longest match wins.
    """
    lengths = ask("SELECT DISTINCT head FROM read_log WHERE head <= :size ORDER BY head DESC", {"size": len(head)})
    for (length,) in lengths:
        fingerprint = sha256(head[:length]).hexdigest()
        rows = ask(
            "SELECT position, lines FROM read_log WHERE fingerprint = :fingerprint AND head = :head",
            {"fingerprint": fingerprint, "head": int(length)},
        )
        if rows:
            return Mark(fingerprint, int(length), int(rows[0][0]), int(rows[0][1]), known=True)
    return Mark(sha256(head).hexdigest(), len(head))


def move_mark(unit: Unit, old: Mark, new: Mark, name: str, now: datetime) -> None:
    """Write the new position; raises Refused when somebody else has read the same log meanwhile."""
    values = {
        "fingerprint": new.fingerprint, "head": new.head, "position": new.position, "lines": new.lines,
        "name": name[-200:], "read_at": to_ms(now), "was": old.position,
    }  # fmt: skip
    if old.known:
        sql = (
            "UPDATE read_log SET position = :position, lines = :lines, name = :name, read_at = :read_at "
            "WHERE fingerprint = :fingerprint AND position = :was"
        )
    else:
        sql = (
            "INSERT INTO read_log (fingerprint, head, position, lines, name, read_at) "
            "VALUES (:fingerprint, :head, :position, :lines, :name, :read_at) ON CONFLICT DO NOTHING"
        )
    if unit.run(sql, values) != 1:
        raise Refused("Somebody else is importing the same log.", "Nothing was counted twice; run the import again.")
