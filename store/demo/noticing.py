"""Notices of a demo store: a few of each kind in line, and some that nobody took. A demo store sends none of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from store.engine import Unit
from store.moments import from_ms, to_ms
from store.rules.notice_words import Event
from store.rules.roles import Actor, Role
from store.writes.notices import Draft, queue
from store.writes.notices_due import queue_some

MOST = 6
"""Of each kind so many tokens."""

_SINCE = timedelta(days=6)
_WHOM = Actor("priya", Role.ADMIN)
_COLUMNS = "account_id, id, name, hint, environment, creator_id, last_used_at"
_ENDED = f"""
SELECT {_COLUMNS}, revoked_at FROM token WHERE revoked_at IS NOT NULL AND revoked_at > :since
ORDER BY revoked_at DESC, account_id DESC, id DESC LIMIT :most
"""
_LEAKED = f"""
SELECT {_COLUMNS}, exposed_at FROM token t WHERE exposed_at > :since AND EXISTS (SELECT 1 FROM exposure e
WHERE e.account_id = t.account_id AND e.token_id = t.id) ORDER BY exposed_at DESC, account_id, id LIMIT :most
"""
_DEAD = """
UPDATE notice SET state = 'dead', tries = 7, answer = '550 5.1.1 no such user' WHERE id IN
(SELECT id FROM notice WHERE kind = 'revocation' ORDER BY id LIMIT 2)
"""
_TRIED = """
UPDATE notice SET tries = 2, next_try_at = :next, answer = '451 4.7.1 greylisted, try again later' WHERE id IN
(SELECT id FROM notice WHERE kind = 'expiry' ORDER BY id LIMIT 2)
"""


def add_notices(unit: Unit, now: datetime) -> None:
    """Put them in line as if each had been written when it happened."""
    asked = {"since": to_ms(now - _SINCE), "most": MOST}
    for sql, event, occasion in ((_LEAKED, Event.EXPOSED, "exposed@{}"), (_ENDED, Event.REVOKED, "revoked")):
        for row in unit.rows(sql, asked):
            at = from_ms(int(row[7]))
            queue(unit, [Draft(row=_token(row), event=event, occasion=occasion.format(row[7]), end=at)], at)
    queue_some(unit, _WHOM, now, MOST)
    unit.run(_DEAD)
    unit.run(_TRIED, {"next": to_ms(now + timedelta(minutes=5))})


def _token(row: Any) -> dict[str, Any]:
    return dict(zip(("account_id", "id", "name", "hint", "environment", "creator_id", "last_used_at"), row, strict=False))
