"""The audit log as JSON Lines: the bytes of an export, in pieces; the format stands in console.audit.verifier."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from console.audit.verifier import FORMAT, sealed, time_of
from store.errors import BadInput
from store.moments import stamp
from store.reads.audit_export import exported, link_of

if TYPE_CHECKING:
    from store.reader import Reader


def head_words(head: tuple[int, str], store: str, now: datetime, key: bytes | None) -> str:
    """Write a head the way it is kept, sealed when there is a key."""
    return f"{head[0]} {head[1]}" if key is None else sealed(head, stamp(now), store, key)


def export_pieces(
    reader: Reader, store: str, now: datetime, *, first: int, until: int, key: bytes | None
) -> Iterator[tuple[bytes, int]]:
    """Yield an export of the lines `first` to `until` in pieces, with how many lines they hold so far.

    Raises BadInput when the log has no line before `first`.
    """
    seq, link = first - 1, link_of(reader, first - 1)
    if link is None:
        raise BadInput(f"The audit log has no line {first - 1:,} to go on from.", f"Its newest is {until:,}.")
    header = {"format": FORMAT, "store": store, "after": seq, "link": link}
    yield _json_line(header), 0
    for lines in exported(reader, seq, until):
        yield "".join(_line(at, text, found) for _, at, text, found in lines).encode(), lines[-1][0] - first + 1
        seq, link = lines[-1][0], lines[-1][3]
    yield _json_line({"audit-head": head_words((seq, link), store, now, key)}), seq - first + 1


def _line(at: int, text: str, found: str) -> str:
    return f'{{"time":"{time_of(at)}","hash":"{found}",{text[1:]}\n'


def _json_line(record: dict[str, object]) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"
