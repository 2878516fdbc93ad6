"""Token rows as they come from the database, turned into what screens and commands see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from store.moments import from_ms, maybe_from_ms, to_ms
from store.reader import Reader, Row
from store.reads import status_sql, usage_sql
from store.rows import TokenKey, TokenRow
from store.rules.scopes import Tier
from store.rules.status import Moments, status_of

COLUMNS = """t.account_id, a.name, t.id, t.name, t.environment, t.scopes, t.tier, t.broad, t.owner_id, o.name, t.owner_active,
t.creator_id, c.name, t.creator_active, c.left_at, t.rationale, t.source, t.hint, t.digest_scheme, t.created_at, t.rotated_at,
t.expires_at, t.retires_at, t.replaces, t.replaced_by, t.suspended_at, t.suspended_until, t.suspended_by, t.suspend_message,
t.exposed_at, t.revoked_at, t.revoked_by, t.revoke_reason, t.last_used_at, t.last_success_at, t.last_denied_at,
t.last_denied_reason, t.requests_24h, t.requests_30d, t.silent_after, t.new_address_at, t.audit_seq, o.left_at"""

PAST_COLUMN = f", {status_sql.replaced_since('t')}"
"""What an earlier moment needs as well: since when a token is replaced."""

PEOPLE = """LEFT JOIN member o ON o.account_id = t.account_id AND o.id = t.owner_id
LEFT JOIN member c ON c.account_id = t.account_id AND c.id = t.creator_id"""


def token_row(values: Row, now: datetime, *, past: bool = False) -> TokenRow:
    """Make a row of COLUMNS (and, with `past`, PAST_COLUMN). The two request counts are the kept ones: see `counted`."""
    (
        account_id, account_name, token_id, name, environment, scopes, tier, broad, owner, owner_name, owner_active,
        creator, creator_name, creator_active, creator_left, rationale, source, hint, scheme, created, rotated,
        expires, retires, replaces, replaced_by, suspended, suspended_until, suspended_by, suspend_message,
        exposed, revoked, revoked_by, revoke_reason, last_used, last_success, last_denied,
        denied_reason, requests_24h, requests_30d, silent_after, new_address, audit_seq, owner_left, *replaced_since,
    ) = values  # fmt: skip
    if past:
        now_ms = to_ms(now)
        rotated, exposed, new_address = (_so_far(moment, now_ms) for moment in (rotated, exposed, new_address))
        if _so_far(revoked, now_ms) is None:
            revoked, revoked_by, revoke_reason = None, None, ""
        if _so_far(suspended, now_ms) is None:
            suspended, suspended_until, suspended_by, suspend_message = None, None, None, ""
        if _so_far(replaced_since[0], now_ms) is None:
            retires, replaced_by = None, None
        owner_active = owner_active or (owner_left is not None and owner_left > now_ms)
        creator_active = creator_active or (creator_left is not None and creator_left > now_ms)
        creator_left = _so_far(creator_left, now_ms)
    moments = Moments(*map(maybe_from_ms, (revoked, expires, retires, suspended, suspended_until, exposed)))
    return TokenRow(
        account_id=account_id,
        account_name=account_name,
        id=token_id,
        name=name,
        environment=environment,
        scopes=tuple(scopes.split()),
        tier=Tier(tier),
        broad=bool(broad),
        status=status_of(moments, from_ms(to_ms(now))),
        owner=owner,
        owner_name=owner_name or "",
        owner_active=bool(owner_active),
        creator=creator,
        creator_name=creator_name or "",
        creator_active=bool(creator_active),
        creator_left_at=maybe_from_ms(creator_left),
        rationale=rationale,
        source=source,
        hint=hint,
        digest_scheme=scheme,
        created_at=from_ms(created),
        rotated_at=maybe_from_ms(rotated),
        expires_at=moments.expires_at,
        retires_at=moments.retires_at,
        replaces=replaces,
        replaced_by=replaced_by,
        suspended_at=moments.suspended_at,
        suspended_until=moments.suspended_until,
        suspended_by=suspended_by,
        suspend_message=suspend_message,
        exposed_at=moments.exposed_at,
        revoked_at=moments.revoked_at,
        revoked_by=revoked_by,
        revoke_reason=revoke_reason,
        last_used_at=maybe_from_ms(last_used),
        last_success_at=maybe_from_ms(last_success),
        last_denied_at=maybe_from_ms(last_denied),
        last_denied_reason=denied_reason,
        requests_24h=requests_24h,
        requests_30d=requests_30d,
        silent_after=maybe_from_ms(silent_after),
        new_address_at=maybe_from_ms(new_address),
        audit_seq=audit_seq,
    )


def token_rows(reader: Reader, keys: Sequence[TokenKey], now: datetime, *, past: bool = False) -> dict[TokenKey, TokenRow]:
    """Return the rows of some tokens, with kept counts; unknown keys are left out."""
    if not keys:
        return {}
    named, params = key_table(keys)
    sql = (
        f"WITH wanted(account_id, token_id) AS (VALUES {named}) SELECT {COLUMNS}{PAST_COLUMN if past else ''} "
        "FROM wanted CROSS JOIN token t LEFT JOIN account a ON a.id = t.account_id "
        f"{PEOPLE} WHERE t.account_id = wanted.account_id AND t.id = wanted.token_id"
    )
    rows = (token_row(values, now, past=past) for values in reader.rows(sql, {**params, "now": to_ms(now)}))
    return {row.key: row for row in rows}


def counted(
    reader: Reader, rows: Sequence[TokenRow], now: datetime, *, month: bool = True, past: bool = False
) -> tuple[TokenRow, ...]:
    """Return the rows with the exact requests of their windows, in one statement over the busy ones among them.

    Without `month` the 30-day counts stay the kept ones, which are never too small: 720 hours a token cost time in a
    long list. For a moment in the past every token is counted, since the kept counts belong to a later one.
    """
    busy = [row.key for row in rows if past or row.requests_24h or (month and row.requests_30d)]
    if not busy:
        return tuple(rows)
    named, params = key_table(busy)
    day = usage_sql.requests_24h("t", past=past)
    whole = usage_sql.requests_30d("t", past=past) if month else "0"
    sql = (
        f"WITH wanted(account_id, token_id) AS (VALUES {named}) SELECT t.account_id, t.id, {day}, {whole} "
        "FROM wanted CROSS JOIN token t WHERE t.account_id = wanted.account_id AND t.id = wanted.token_id"
    )
    found = reader.rows(sql, {**params, **usage_sql.window_params(to_ms(now))})
    exact = {TokenKey((account, token)): (int(last_24h), int(last_30d)) for account, token, last_24h, last_30d in found}

    def with_counts(row: TokenRow) -> TokenRow:
        if row.key not in exact:
            return row
        last_24h, last_30d = exact[row.key]
        return replace(row, requests_24h=last_24h, requests_30d=last_30d if month else row.requests_30d)

    return tuple(with_counts(row) for row in rows)


def key_table(keys: Sequence[TokenKey]) -> tuple[str, dict[str, str]]:
    """Return the rows of a VALUES list that names tokens, and its parameters."""
    params: dict[str, str] = {}
    for number, (account, token) in enumerate(keys):
        params[f"account_{number}"] = account
        params[f"token_{number}"] = token
    return ", ".join(f"(:account_{number}, :token_{number})" for number in range(len(keys))), params


def _so_far(moment: int | None, now_ms: int) -> int | None:
    return moment if moment is not None and moment <= now_ms else None
