"""Finding what people are to be told of without anybody having done something: ends that come near, rotations, orphans.

It can run as often as one likes: each occasion is found once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from store.engine import Unit
from store.moments import DAY_MS, from_ms, to_ms
from store.reads.policy_rules import all_rules
from store.reads.scopes import Asked
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.notice_words import Event
from store.rules.notices import KEPT, RETIRING_DAYS, TOO_OLD, WARN_DAYS, NoticeKind, warn_days
from store.rules.policies import DEFAULT
from store.rules.policy_rules import in_force_by_name
from store.rules.roles import Actor, Permission
from store.writes.authority import authorise
from store.writes.notices import Draft, queue

if TYPE_CHECKING:
    from store.opening import Store

BATCH = 200
"""So many tokens a transaction: other operators wait no longer than for these."""

WARNINGS = "warn_days"
"""The rule of a policy that says when people are warned."""

_COLUMNS = "t.account_id, t.id, t.name, t.hint, t.environment, t.creator_id, t.last_used_at"
_NEW = """NOT EXISTS (SELECT 1 FROM notice n WHERE n.account_id = t.account_id AND n.token_id = t.id
AND n.kind = :kind AND n.occasion = {occasion})"""
_EVERY_DAYS = (
    "CASE WHEN d.rotate_every_days IS NULL OR o.rotate_every_days < d.rotate_every_days THEN o.rotate_every_days "
    "ELSE d.rotate_every_days END"
)
_EXPIRING = f"""
SELECT {_COLUMNS}, t.expires_at, :days || 'd@' || t.expires_at FROM token t WHERE t.closed = 0 AND t.expires_key > :after
AND t.expires_key <= :until AND t.expires_at - t.created_at > :until - :now AND t.retires_at IS NULL
AND {_NEW.format(occasion=":days || 'd@' || t.expires_at")} ORDER BY t.expires_key, t.account_id, t.id LIMIT :batch
"""
_EXPIRING_BY_RULE = _EXPIRING.replace(
    "AND NOT EXISTS",
    """AND coalesce((SELECT w.value FROM policy_rule w
WHERE w.account_id = t.account_id AND w.name = 'warn_days'), '') = :rule
AND NOT EXISTS""",
)
"""The same of accounts whose own policy says just this of warnings; an empty rule: those whose own policy says nothing."""

_RETIRING = f"""
SELECT {_COLUMNS}, t.retires_at, :days || 'd@' || t.retires_at FROM token t WHERE t.closed = 0 AND t.retires_at IS NOT NULL
AND t.retires_at > :after AND t.retires_at <= :until AND t.expires_key > :now
AND {_NEW.format(occasion=":days || 'd@' || t.retires_at")} ORDER BY t.retires_at, t.account_id, t.id LIMIT :batch
"""
_UNROTATED = f"""
SELECT {_COLUMNS}, NULL, 'due@' || t.secret_since FROM token t LEFT JOIN policy o ON o.account_id = t.account_id
LEFT JOIN policy d ON d.account_id = '' WHERE t.closed = 0 AND t.expires_key > :now AND t.retires_at IS NULL
AND t.secret_since < :now - ({_EVERY_DAYS}) * {DAY_MS}
AND {_NEW.format(occasion="'due@' || t.secret_since")} ORDER BY t.secret_since, t.account_id, t.id LIMIT :batch
"""
_ORPHANED = f"""
SELECT {_COLUMNS}, NULL, 'left@' || coalesce(t.creator_id, '') FROM token t WHERE t.closed = 0 AND t.creator_active = 0
AND +t.expires_key > :now AND (t.retires_at IS NULL OR t.retires_at > :now)
AND {_NEW.format(occasion="'left@' || coalesce(t.creator_id, '')")} ORDER BY t.seen_at, t.account_id, t.id LIMIT :batch
"""
_IN_LINE = "state IN ('waiting', 'sending')"
"""What the index over notices in line holds: repeated literally, or SQLite reads every notice there ever was.
The plus keeps it from taking the index over all of them by age."""

_OLD = f"""
UPDATE notice SET state = 'withdrawn', answer = 'it waited {TOO_OLD.days} days and could not be sent'
WHERE {_IN_LINE} AND state = 'waiting' AND +queued_at < :old
"""
_MOOT = f"""
UPDATE notice SET state = 'withdrawn', answer = 'it no longer holds' WHERE {_IN_LINE} AND state = 'waiting'
AND kind IN ('expiry', 'rotation', 'orphan') AND EXISTS (SELECT 1 FROM token t WHERE t.account_id = notice.account_id
AND t.id = notice.token_id AND (t.revoked_at IS NOT NULL OR t.expires_key <= :now OR t.retires_at <= :now
OR (notice.kind = 'expiry' AND notice.occasion NOT LIKE '%@' || coalesce(t.retires_at, t.expires_at, 0))))
"""
_FORGET = "DELETE FROM notice WHERE state IN ('sent', 'withdrawn') AND queued_at < :kept"


@dataclass(frozen=True, slots=True)
class Due:
    """How many tokens somebody is told of now, by what it is."""

    tokens: Mapping[NoticeKind, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Return how many they are."""
        return sum(self.tokens.values())


@dataclass(frozen=True, slots=True)
class _Search:
    """One thing to look for: the tokens that end later than `after` and up to `until`, where an end is looked for.

    `rule` is what an account's own policy says of warnings, for the accounts that it is looked for in; None for all.
    """

    event: Event
    kind: NoticeKind
    sql: str
    days: int = 0
    after: timedelta = timedelta(0)
    rule: str | None = None


def queue_due(store: Store, actor: Actor, now: datetime, days: Sequence[int] = WARN_DAYS) -> Due:
    """Put in line whatever is due at `now`, and take out what no longer holds; in transactions of 200 tokens.

    People are warned of an end so many `days` before it where neither the account's policy nor the default one says when.
    """
    found: dict[NoticeKind, int] = {}
    store.write(lambda unit: tidy(unit, actor, now))
    with store.reading() as reader:
        stages = warnings(reader, days)
    for search in _searches(stages):
        while many := store.write(lambda unit, search=search: _queue(unit, search, actor, now)):  # type: ignore[misc]
            found[search.kind] = found.get(search.kind, 0) + many
            if many < BATCH:
                break
    return Due(found)


def tidy(unit: Unit, actor: Actor, now: datetime) -> None:
    """Withdraw notices that no longer hold or came too late, and forget those that were done with long ago."""
    authorise(unit, actor, Permission.CHANGE_ONE, doing=Doing(Action.NOTIFY))
    _run(unit, _OLD, {"old": to_ms(now - TOO_OLD)})
    _run(unit, _MOOT, {"now": to_ms(now)})
    _run(unit, _FORGET, {"kept": to_ms(now - KEPT)})


def warnings(reader: Asked, days: Sequence[int]) -> dict[str | None, tuple[int, ...]]:
    """Return before how many days people are warned, by what an account's own policy says of it.

    An empty rule stands for the accounts whose own policy says nothing, None for all: where no policy does.
    """
    rules = {account: found[WARNINGS] for account, found in all_rules(reader).items() if WARNINGS in found}
    if not rules:
        return {None: tuple(days)}
    default = {WARNINGS: rules[DEFAULT]} if DEFAULT in rules else {}
    found: dict[str | None, tuple[int, ...]] = {"": warn_days(rules[DEFAULT]) if default else tuple(days)}
    for own in sorted({rule for account, rule in rules.items() if account != DEFAULT}):
        found[own] = warn_days(in_force_by_name({WARNINGS: own}, default)[WARNINGS])
    return found


def _searches(by_rule: Mapping[str | None, Sequence[int]]) -> Iterator[_Search]:
    """Yield what is looked for: of several warnings that would be due at once only the nearest one to the end."""
    for rule, days in by_rule.items():
        stages, sql = sorted(set(days)), _EXPIRING if rule is None else _EXPIRING_BY_RULE
        for number, stage in enumerate(stages):
            after = timedelta(days=stages[number - 1] if number else 0)
            yield _Search(Event.EXPIRES, NoticeKind.EXPIRY, sql, stage, after, rule)
    yield _Search(Event.RETIRES, NoticeKind.EXPIRY, _RETIRING, RETIRING_DAYS)
    yield _Search(Event.ROTATION_DUE, NoticeKind.ROTATION, _UNROTATED)
    yield _Search(Event.ORPHANED, NoticeKind.ORPHAN, _ORPHANED)


def queue_some(unit: Unit, actor: Actor, now: datetime, most: int) -> None:
    """Put in line what is due, at most for so many tokens of each kind; for a store that only shows what it is like."""
    for search in _searches({None: WARN_DAYS}):
        _queue(unit, search, actor, now, most)


def _queue(unit: Unit, search: _Search, actor: Actor, now: datetime, batch: int = BATCH) -> int:
    authorise(unit, actor, Permission.CHANGE_ONE, doing=Doing(Action.NOTIFY))
    asked = {"kind": search.kind.value, "now": to_ms(now), "batch": batch}
    if search.days:
        asked |= {"days": str(search.days), "after": to_ms(now + search.after), "until": to_ms(now + timedelta(days=search.days))}
    if search.rule is not None:
        asked["rule"] = search.rule
    rows = unit.rows(search.sql, asked)
    queue(unit, [_draft(search.event, row) for row in rows], now)
    return len(rows)


def _draft(event: Event, row: Sequence[Any]) -> Draft:
    names = ("account_id", "id", "name", "hint", "environment", "creator_id", "last_used_at")
    token = dict(zip(names, row, strict=False))
    return Draft(row=token, event=event, occasion=str(row[8]), end=None if row[7] is None else from_ms(int(row[7])))


def _run(unit: Unit, sql: str, values: Mapping[str, Any]) -> None:
    if unit.run(sql, values):
        unit.changed.add("notice")
