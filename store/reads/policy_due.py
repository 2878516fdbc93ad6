"""What is due by the policies in force: every live token is looked at once, some thousands at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.moments import from_ms
from store.reads.policies import live_tokens, policies
from store.reads.policy_rules import all_rules
from store.reads.scopes import Asked
from store.reads.usage import freshness
from store.rows import TokenKey
from store.rules.idle import Due, Idle, Notice, RotationDue, next_step
from store.rules.policies import DEFAULT, Held, Limits, tightest
from store.rules.policy_rules import in_force_by_name, notice_days
from store.rules.rhythm import quarterly, rhythm_of

_RHYTHMS = "SELECT account_id, token_id, rhythm FROM token_rhythm"
_NOTICES = "SELECT account_id, token_id, noticed_at, due_at FROM policy_notice"


def due(reader: Asked, now: datetime, account_id: str = DEFAULT) -> Due:
    """Return what is due in an account, or in every account for an empty id."""
    limits = {line.account_id: line.limits for line in policies(reader, now)}
    default, rules = limits.get(DEFAULT, Limits()), all_rules(reader)
    wanted = {name for name, one in limits.items() if one.rotate_every_days is not None or one.idle_limit_days is not None}
    if not wanted:
        return Due((), ())
    notices = {
        (account, token): Notice(from_ms(noticed), from_ms(due_at)) for account, token, noticed, due_at in reader.rows(_NOTICES)
    }
    recorded_to = freshness(reader).recorded_to
    rotations: list[RotationDue] = []
    idle: list[Idle] = []
    for tokens in live_tokens(reader, now, account_id or None):
        for token in tokens:
            held = tightest(limits.get(token.account_id, Limits()), default)
            since = rotation_due(token, held)
            if since is not None and since <= now:
                rotations.append(RotationDue(_key(token), token.name, since, token.in_use(now)))
            since = idle_since(token, held)
            if since is None or since > now:
                continue
            days = notice_days(in_force_by_name(rules.get(token.account_id, {}), rules.get(DEFAULT, {}))["idle_action"])
            key = _key(token)
            given = notices.get((key[0], key[1]))
            step, due_at = next_step(days, given, token.last_used_at, now, seldom=False, recorded_to=recorded_to)
            idle.append(Idle(key, token.name, token.audit_seq, since, step, days, due_at))
    return Due(tuple(rotations), _with_rhythm(reader, idle, now) if idle else ())


def rotation_due(token: Held, limits: Limits) -> datetime | None:
    """Return when the rotation of a token is due; None where no policy says so, and for one that is replaced already."""
    if limits.rotate_every_days is None or token.retires_at is not None:
        return None
    return (token.rotated_at or token.created_at) + timedelta(days=limits.rotate_every_days)


def idle_since(token: Held, limits: Limits) -> datetime | None:
    """Return when a token was, or will be, unused for too long; None where no policy says so."""
    if limits.idle_limit_days is None:
        return None
    return (token.last_used_at or token.created_at) + timedelta(days=limits.idle_limit_days)


def _with_rhythm(reader: Asked, idle: list[Idle], now: datetime) -> tuple[Idle, ...]:
    """Leave tokens that call once a quarter to people, whatever the policy says."""
    wanted = {tuple(one.key) for one in idle}
    seldom = set()
    for account, token, code in reader.rows(_RHYTHMS):
        rhythm = rhythm_of(code) if (account, token) in wanted else None
        if rhythm is not None and quarterly(rhythm):
            seldom.add((account, token))
    found = []
    for one in idle:
        if tuple(one.key) in seldom:
            step, due_at = next_step(one.notice_days, None, None, now, seldom=True)
            one = Idle(one.key, one.name, one.audit_seq, one.since, step, one.notice_days, due_at, seldom=True)
        found.append(one)
    return tuple(found)


def _key(token: Held) -> TokenKey:
    return TokenKey((token.account_id, token.id))
