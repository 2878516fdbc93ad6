"""Taking the warnings of one person together, to be sent in one message, or holding them until the next one goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from store.engine import Unit
from store.moments import from_ms, maybe_from_ms, to_ms
from store.notice_rows import NoticeRow
from store.reads.notices import COLUMNS, JOINED, row_of
from store.reads.policy_rules import digest_rule
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.digests import MOST, Digest, Warned, digest_id, digest_text, hold_until
from store.rules.notices import LEASE, NoticeKind
from store.rules.roles import Actor, Permission
from store.writes.authority import authorise
from store.writes.notice_delivery import next_waiting, take_row

_SAME = """n.account_id = :account AND n.kind = 'expiry' AND n.recipient = :recipient AND n.address = :address
AND n.state IN ('waiting', 'sending') AND (n.state = 'waiting' OR n.lease_until <= :now)
AND (n.next_try_at <= :now OR n.tries = 0)"""
_TOGETHER = f"SELECT {COLUMNS}, n.occasion FROM {JOINED} WHERE {_SAME} ORDER BY n.next_try_at, n.id LIMIT {MOST}"
_LAST = """
SELECT max(sent_at) FROM notice WHERE account_id = :account AND kind = 'expiry' AND recipient = :recipient AND state = 'sent'
"""
_TAKE = """
UPDATE notice SET state = 'sending', lease_until = :until, holder = :holder, tries = tries + 1 WHERE id = :id
"""
_HOLD = "UPDATE notice SET next_try_at = :until WHERE id = :id"


def take_together(unit: Unit, actor: Actor, holder: str, now: datetime, setting: Digest | None) -> tuple[NoticeRow, ...]:
    """Take whatever is told with the notice whose turn it is, for five minutes; () when none waits.

    Only warnings of ends to somebody with an e-mail address are told together; they are held back where that person got some
    within the day or week and none would come too late by it. How is said by the account's policy, else by the `setting`; where
    both say nothing, one is told at a time.
    """
    authorise(unit, actor, Permission.CHANGE_ONE, doing=Doing(Action.NOTIFY))
    while (row := next_waiting(unit, now)) is not None:
        if row.kind is not NoticeKind.EXPIRY or not row.address:
            return (take_row(unit, row, holder, now),)
        digest = digest_rule(unit, row.account_id, setting)
        if digest is None:
            return (take_row(unit, row, holder, now),)
        same = {"account": row.account_id, "recipient": row.recipient, "address": row.address, "now": to_ms(now)}
        found = unit.rows(_TOGETHER, same)
        last = maybe_from_ms(unit.value(_LAST, {"account": row.account_id, "recipient": row.recipient}))
        until = hold_until(digest, last, [_end(str(one[-1])) for one in found], now)
        ids = [row_of(one[:-1]).id for one in found]
        if until is None:
            lease = to_ms(now + LEASE)
            unit.run_each(_TAKE, [{"id": one, "until": lease, "holder": holder} for one in ids])
            unit.changed.add("notice")
            return tuple(replace(one, tries=one.tries + 1) for one in map(row_of, (one[:-1] for one in found)))
        unit.run_each(_HOLD, [{"id": one, "until": to_ms(until)} for one in ids])
        unit.changed.add("notice")
    return ()


def one_message(unit: Unit, rows: Sequence[NoticeRow]) -> NoticeRow:
    """Return the message that tells of all of them, as if it were one notice; a single one stays as it is."""
    if len(rows) == 1:
        return rows[0]
    first = rows[0]
    account = unit.value("SELECT name FROM account WHERE id = :id", {"id": first.account_id})
    ends = {one.id: _end(_occasion(unit, one.id)) for one in rows}
    said = digest_text([Warned(one.token_name, one.hint, ends[one.id]) for one in rows], str(account), first.body)
    return replace(first, id=digest_id([one.id for one in rows]), subject=said.subject, body=said.body)


def _occasion(unit: Unit, notice: str) -> str:
    return str(unit.value("SELECT occasion FROM notice WHERE id = :id", {"id": notice}))


def _end(occasion: str) -> datetime:
    """Return the end a warning is of; its occasion is made by store.rules.notices.occasion_of."""
    return from_ms(int(occasion.partition("@")[2]))
