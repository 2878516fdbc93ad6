"""Issues of tokens that failed because of the store: noted in a file beside the operator, counted once the store is back.

A store that can't be written can't keep that it could not be written. The file belongs to one person on one machine; what was
tried while the store could not even be opened is in none.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from store.engine import Unit
from store.errors import BadInput, NotFound, Refused, StoreError
from store.moments import HOUR_MS, MINUTE_MS, to_ms
from store.opening import Store
from store.rules.indicators import FAILED, Kind
from store.rules.latencies import UNTIMED
from store.usage.batches import run_many
from store.usage.marks import find_mark, move_mark
from store.usage.measures import SAVE_HOURS, SAVE_MINUTES

T = TypeVar("T")
_BY_RULE = (Refused, NotFound, BadInput)
"""A refusal by rule is no failure of the store."""

_HEAD = 1_024
_MOST_BYTES = 1024 * 1024
"""So much is noted at most: tens of thousands of failures say nothing more than that."""


def attempts_file(store_id: str) -> Path:
    """Return where this person's failed issues of a store are noted."""
    from platformdirs import user_state_path

    return user_state_path("tokendesk") / "failed-issues" / f"{store_id}.jsonl"


def issuing(store: Store, work: Callable[[Unit], T], action_id: str | None, now: datetime) -> T:
    """Run a write that issues a token; where the store fails at it, that is a failed issue. Counts earlier ones on success."""
    try:
        done = store.write(work, action_id)
    except StoreError as error:
        if not isinstance(error, _BY_RULE):
            _note(attempts_file(store.facts.store_id), now)
        raise
    with suppress(StoreError, OSError):  # the token is issued, whatever becomes of the others; they wait
        count_failed_issues(store, now)
    return done


def count_failed_issues(store: Store, now: datetime) -> int:
    """Count what is noted, each once, and return how many that were. Raises StoreError or OSError: then it stays noted."""
    path = attempts_file(store.facts.store_id)
    if not path.exists():
        return 0
    with _locked(path) as handle:
        data = os.pread(handle, os.fstat(handle).st_size, 0)
        with store.reading() as reader:
            mark = find_mark(reader.rows, data[:_HEAD])
        moments = [int(json.loads(line)["at_ms"]) for line in data[mark.position :].splitlines() if line.endswith(b"}")]

        def count(unit: Unit) -> None:
            move_mark(unit, mark, replace(mark, position=len(data), lines=mark.lines + len(moments)), str(path), now)
            key = (Kind.ISSUE.value, "", FAILED, UNTIMED, 1)
            for at_ms in moments:
                run_many(unit, SAVE_MINUTES, [(at_ms // MINUTE_MS, *key)])
                run_many(unit, SAVE_HOURS, [(at_ms // HOUR_MS, *key)])
            unit.changed.add("usage")

        if moments:
            store.write(count)
        path.unlink()
    return len(moments)


def _note(path: Path, now: datetime) -> None:
    """Write one failure down; a disk that takes nothing any more is nobody's news here."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(path) as handle:
            size = os.fstat(handle).st_size
            if size < _MOST_BYTES:
                # A log is known again by its first bytes, so that they must be nobody else's.
                first = {} if size else {"log": uuid4().hex}
                os.write(handle, (json.dumps({**first, "at_ms": to_ms(now)}) + "\n").encode())


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open the file for one process alone; one that was counted and removed meanwhile is made anew."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if path.exists() and os.fstat(handle).st_ino == path.stat().st_ino:
                yield handle
                return
        finally:
            os.close(handle)
