"""Notices of every state for tests and pictures: sent, dead, waiting for another try and withdrawn."""

from __future__ import annotations

from store.engine import Unit
from store.moments import MINUTE_MS, to_ms
from store.opening import Store
from store.rules.roles import Actor, Role
from store.writes.notices_due import queue_due
from tests.conftest import NOW

SENDER = Actor("priya", Role.ADMIN)
_SET = (
    ("T01", "state = 'sent', sent_at = :now, way = 'mail', tries = 1, answer = 'taken by the mail server'"),
    ("T05", "state = 'dead', tries = 7, answer = '451 4.7.1 greylisted, come back later'"),
    ("T06", "tries = 2, next_try_at = :now + 5 * :minute, answer = 'it answered 503'"),
)


def fill_notices(store: Store) -> None:
    """Put what is due in a store of the scenarios in line, and let some of it have been tried."""
    queue_due(store, SENDER, NOW)

    def tried(unit: Unit) -> None:
        for short, values in _SET:
            statement = f"UPDATE notice SET {values} WHERE token_id = :token"
            params = {"token": f"{short}Scenario1", "now": to_ms(NOW), "minute": MINUTE_MS}
            unit.run(statement, {name: value for name, value in params.items() if f":{name}" in statement})

    store.write(tried)
