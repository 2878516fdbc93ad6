"""The log against what was kept of it: an older report, an export, a checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from console.audit.verifier import SEAL, Wrong, kept_heads, read_key
from store.errors import BadInput
from store.reads.audit_export import hashes_of

if TYPE_CHECKING:
    from pathlib import Path

    from store.reader import Reader

_BATCH = 2_000
_REWRITTEN = "the log was rewritten there or before."


@dataclass(frozen=True, slots=True)
class Compared:
    """How many kept numbers were compared, the newest of them, and what is wrong; "" when nothing is."""

    known: int
    newest: int
    problem: str = ""


def key_from(path: Path | None) -> bytes | None:
    """Return the key in a file; raises BadInput."""
    if path is None:
        return None
    try:
        if path.stat().st_mode & 0o077:
            raise BadInput("Others may read the key file.", f"Run chmod 600 {path}, and make a new key if they did.")
        return read_key(str(path))
    except OSError as error:
        raise BadInput(
            f"The key file can't be read: {error.strerror}.", "Make one: (umask 077; head -c 32 /dev/urandom > FILE)"
        ) from None
    except Wrong as wrong:
        raise BadInput(str(wrong), "Make one: (umask 077; head -c 32 /dev/urandom > FILE)") from None


def compared(reader: Reader, newest: int, path: Path, key: bytes | None, heard: Callable[[int], None]) -> Compared:
    """Look up everything `path` knows in a log of `newest` lines; stops at the first that is not so.

    Raises BadInput for a file that says nothing about a log.
    """
    known = last = 0
    try:
        heads = kept_heads(str(path), key)
        while window := list(islice(heads, _BATCH)):
            held = hashes_of(reader, [number for number, _ in window if number <= newest])
            for number, link in window:
                known, last = known + 1, max(last, number)
                if number <= newest and held.get(number) != link:
                    return Compared(known, last, f"Line #{number} is not the one that {path.name} knows: {_REWRITTEN}")
            heard(known)
    except Wrong as wrong:
        if wrong.code == SEAL:
            return Compared(known, last, str(wrong))
        raise BadInput(str(wrong), "Give a report, an export of the audit log or a checkpoint.") from None
    if last > newest:
        return Compared(known, last, f"{last - newest} rows missing after #{newest}: {path.name} knows #{last}.")
    return Compared(known, last)
