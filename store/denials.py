"""Refusals on the audit log: written after what was refused is rolled back, and never in the way of the refusal itself.

Where the database's user has no right to write (an auditor's own, a standby, a file that is read-only) or the store is not
there, no line can be left and none is: the refusal stands all the same.
"""

from __future__ import annotations

from contextlib import suppress

from store.connection import driver_errors
from store.errors import Denied, StoreError
from store.opening import Store
from store.rules.denials import Doing
from store.rules.roles import Actor


def note_denied(store: Store, denied: Denied, actor: Actor | None = None, doing: Doing | None = None) -> int | None:
    """Put a refusal on the log, once, and return its line's number; None where it was only counted or can't be written.

    `actor` and `doing` answer where the refusal does not say itself who was refused what.
    """
    who, what = denied.actor or actor, denied.doing or doing
    if denied.noted or who is None or what is None:
        return None
    denied.noted = True
    return _noted(store, denied, who, what)


def _noted(store: Store, denied: Denied, actor: Actor, doing: Doing) -> int | None:
    from store.writes.denials import record_denial

    now = store.facts.demo_now or store.wall()
    with suppress(StoreError, *driver_errors(store.address)):
        return store.record(lambda unit: record_denial(unit, actor, doing, denied.why, now))
    return None
