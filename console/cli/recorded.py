"""One whole file written by a command: record that it begins, write it, record what it holds, then put it in its place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from console.reports.files import checked_path, drafted
from store.errors import Refused
from store.opening import Store
from store.writes.exports import ExportOrder, begin_export, finish_export


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many rows, the SHA-256 of its bytes in hex, and the audit number."""

    rows: int
    sha256: str
    seq: int


def target(text: str, form: str, known: Sequence[str], *, force: bool) -> Path:
    """Return where a file is to be; raises BadInput, or Refused where one is already and it is not to be replaced."""
    path = checked_path(text, form, known)
    if not force and (path.exists() or path.is_symlink()):
        raise Refused(f"{path} is there already.", "Choose another name, or say --force to replace it.")
    return path


def write_recorded(
    store: Store, order: ExportOrder, now: datetime, path: Path | None, make: Callable[[], tuple[bytes, int]], *, replace: bool
) -> Written:
    """Write what `make` gives, its bytes and how many rows they are, to a file, or to standard output without one.

    Nothing is read for it before it is on record that it begins, and nothing is seen of it before what it holds is.
    """
    begun = store.write(lambda unit: begin_export(unit, order, now), order.action_id)
    data, rows = make()
    digest = sha256(data).hexdigest()

    def finish() -> int:
        return store.write(lambda unit: finish_export(unit, order, now, begun=begun, rows=rows, sha256=digest))

    if path is None:
        seq = finish()
        sys.stdout.write(data.decode())
        return Written(rows, digest, seq)
    draft = drafted(path, [(data, rows)], lambda rows: None)
    try:
        seq = finish()
        draft.publish(path, replace=replace)
    finally:
        draft.drop()
    return Written(rows, digest, seq)
