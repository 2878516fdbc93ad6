"""Sending what waits: one notice after the other is taken, sent and kept as sent, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.notices.result import Fate, Result, Way
from store.engine import Unit
from store.errors import Refused
from store.notice_rows import NoticeRow
from store.opening import Store
from store.rules.digests import Digest
from store.rules.notices import NoticeState
from store.rules.roles import Actor
from store.writes.notice_delivery import mark_failed, mark_sent, new_holder
from store.writes.notice_digests import one_message, take_together


@dataclass(slots=True)
class Sent:
    """What a run did: how many notices were taken by the other side, wait for another try, or are dead now.

    `stopped` says why it ended early, "" when it did not.
    """

    sent: int = 0
    later: int = 0
    dead: int = 0
    stopped: str = ""


def send_waiting(
    store: Store, ways: Sequence[Way], actor: Actor, now: Callable[[], datetime], limit: int = 1_000,
    tell: Callable[[NoticeRow, Result], object] = lambda row, result: None, digest: Digest | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Sent:  # fmt: skip
    """Send up to `limit` notices whose turn it is; `tell` hears of each. A demo store tells nobody: raises Refused.

    With a `digest` the warnings of one person go in one message, at most one a day or week; an account's policy that says
    otherwise comes first. Before each notice `stop` is asked whether to end here.
    """
    if store.facts.pretends:
        raise Refused("A demo store tells nobody.", "Look at what would be sent with `tokendesk notices preview`.")
    done, holder = Sent(), new_holder()
    try:
        while done.sent + done.later + done.dead < limit and not done.stopped and not stop():
            rows, message = store.write(lambda unit: _take(unit, actor, holder, now(), digest))
            if message is None:
                break
            way = next((one for one in ways if one.takes(message)), None)
            result = way.send(message, now()) if way is not None else Result(Fate.NEVER, "no e-mail address is on record")
            for row in rows:
                _keep(store, row, way.name if way is not None else "", result, actor, holder, now(), done)
                tell(row, result)
    finally:
        for one in ways:
            one.close()
    return done


def _take(
    unit: Unit, actor: Actor, holder: str, now: datetime, digest: Digest | None
) -> tuple[tuple[NoticeRow, ...], NoticeRow | None]:
    """Return the notices that are taken, and the message that tells of them."""
    rows = take_together(unit, actor, holder, now, digest)
    return rows, one_message(unit, rows) if rows else None


def _keep(
    store: Store, row: NoticeRow, way: str, result: Result, actor: Actor, holder: str, now: datetime, done: Sent
) -> None:  # fmt: skip
    if result.stop:
        done.stopped = result.answer
    if result.fate is Fate.SENT:
        store.write(lambda unit: mark_sent(unit, row, way, result.answer, actor, now), row.id)
        done.sent += 1
        return
    final, counted = result.fate is Fate.NEVER, result.fate is not Fate.OURS
    state = store.write(lambda unit: mark_failed(unit, row, holder, result.answer, now, final=final, counted=counted))
    if state is NoticeState.DEAD:
        done.dead += 1
    else:
        done.later += 1
