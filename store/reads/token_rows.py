"""Token rows as they come from the database, turned into what screens and commands see."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from store.lines import TokenKey, TokenLine
from store.moments import from_ms, maybe_from_ms, to_ms
from store.reader import Reader, Row
from store.reads import status_sql, usage_sql
from store.record import record
from store.rules.status import status_at
from store.rules.tiers import Tier
from store.rules.usage import minutes_24h

if TYPE_CHECKING:
    from store.rows import TokenRow

Read = TypeVar("Read", bound=TokenLine, covariant=True)
"""What is read of a token: a line, or a whole row, which may stand wherever a line may."""

LINE_COLUMNS = """t.account_id, t.id, t.requests_24h, t.requests_30d, a.name, t.name, t.environment, t.tier, t.broad, t.hint,
t.created_at, t.expires_at, t.retires_at, t.suspended_at, t.suspended_until, t.exposed_at, t.revoked_at, t.revoked_by,
t.last_used_at, t.silent_after, t.audit_seq"""

MORE_COLUMNS = """t.scopes, t.owner_id, o.name, t.owner_active, t.creator_id, c.name, t.creator_active, c.left_at, t.rationale,
t.source, t.digest_scheme, t.rotated_at, t.replaces, t.replaced_by, t.suspended_by, t.suspend_message, t.revoke_reason,
t.last_success_at, t.last_denied_at, t.last_denied_reason, t.new_address_at"""

PAST_COLUMNS = f"o.left_at, {status_sql.replaced_since('t')}"
"""What an earlier moment needs as well: when its owner left, and since when a token is replaced."""

PEOPLE = """LEFT JOIN member o ON o.account_id = t.account_id AND o.id = t.owner_id
LEFT JOIN member c ON c.account_id = t.account_id AND c.id = t.creator_id"""

_NAMES = re.split(r",\s+", f"{LINE_COLUMNS}, {MORE_COLUMNS}")
_LINE_WIDTH = LINE_COLUMNS.count(",") + 1
_TIERS = {tier.value: tier for tier in Tier}
_fields_of_line: Callable[[TokenLine], Any] = attrgetter(*(field.name for field in fields(TokenLine)))

Counts = tuple[int, int]
"""The requests of a token in 24 hours and in 30 days."""


@record
class Shape(Generic[Read]):
    """How much of each token is read: its columns, the people joined for them, and what is made of the values at a moment.

    Every shape begins with account, id and the two kept counts.
    """

    columns: str
    people: str
    made: Callable[[Row, int], Read]


class _Draft:
    """A token line whose attributes can still be set: see `_line`."""

    __slots__ = TokenLine.__slots__


def _line(values: Row, now_ms: int) -> TokenLine:
    """Make a line; nearly all the time a page takes beyond its query is spent here.

    Being frozen, `TokenLine(...)` would take five times as long to set its attributes. So they are set while it is a draft
    of the same slots, which then becomes a line.
    """
    line: Any = _Draft()
    (
        line.account_id, line.id, line.requests_24h, line.requests_30d, account_name, line.name, line.environment, tier,
        broad, line.hint, created, expires, retires, suspended, until, exposed, revoked, line.revoked_by, used, silent_after,
        line.audit_seq,
    ) = values  # fmt: skip
    line.account_name, line.tier, line.broad = account_name or "", _TIERS[tier], broad == 1
    line.status = status_at(revoked, expires, retires, suspended, until, exposed, now_ms)
    if retires is not None or suspended is not None or exposed is not None or revoked is not None:
        retires, suspended, until, exposed, revoked = map(maybe_from_ms, (retires, suspended, until, exposed, revoked))
    line.created_at = from_ms(created)
    line.expires_at = None if expires is None else from_ms(expires)
    line.retires_at, line.suspended_at, line.suspended_until = retires, suspended, until
    line.exposed_at, line.revoked_at = exposed, revoked
    line.last_used_at = None if used is None else from_ms(used)
    line.silent_after = None if silent_after is None else from_ms(silent_after)
    line.__class__ = TokenLine
    made: TokenLine = line
    return made


def _row(values: Row, now_ms: int) -> TokenRow:
    from store.rows import TokenRow

    (
        scopes, owner, owner_name, owner_active, creator, creator_name, creator_active, creator_left, rationale,
        source, scheme, rotated, replaces, replaced_by, suspended_by, suspend_message, revoke_reason,
        last_success, last_denied, denied_reason, new_address,
    ) = values[_LINE_WIDTH:]  # fmt: skip
    whole: tuple[Any, ...] = (
        *_fields_of_line(_line(values[:_LINE_WIDTH], now_ms)),
        tuple(scopes.split()), owner, owner_name or "", bool(owner_active),
        creator, creator_name or "", bool(creator_active), maybe_from_ms(creator_left), rationale,
        source, scheme, maybe_from_ms(rotated), replaces, replaced_by, suspended_by, suspend_message, revoke_reason,
        maybe_from_ms(last_success), maybe_from_ms(last_denied), denied_reason, maybe_from_ms(new_address),
    )  # fmt: skip
    return TokenRow(*whole)


def named_row(value: Mapping[str, Any], now_ms: int) -> TokenRow:
    """Make a row of values by the names of LINE_COLUMNS and MORE_COLUMNS; others are left aside."""
    return _row([value[name] for name in _NAMES], now_ms)


def _row_as_it_was(values: Row, now_ms: int) -> TokenRow:
    """Make a row of an earlier moment: what came later is left out, as far as the values tell."""
    *kept, owner_left, replaced_since = values
    value = dict(zip(_NAMES, kept, strict=True))
    for name in ("t.rotated_at", "t.exposed_at", "t.new_address_at"):
        value[name] = _so_far(value[name], now_ms)
    if _so_far(value["t.revoked_at"], now_ms) is None:
        value |= {"t.revoked_at": None, "t.revoked_by": None, "t.revoke_reason": ""}
    if _so_far(value["t.suspended_at"], now_ms) is None:
        value |= {"t.suspended_at": None, "t.suspended_until": None, "t.suspended_by": None, "t.suspend_message": ""}
    if _so_far(replaced_since, now_ms) is None:
        value |= {"t.retires_at": None, "t.replaced_by": None}
    creator_left = value["c.left_at"]
    value["t.owner_active"] = value["t.owner_active"] or (owner_left is not None and owner_left > now_ms)
    value["t.creator_active"] = value["t.creator_active"] or (creator_left is not None and creator_left > now_ms)
    value["c.left_at"] = _so_far(creator_left, now_ms)
    return _row(list(value.values()), now_ms)


def _so_far(moment: int | None, now_ms: int) -> int | None:
    return moment if moment is not None and moment <= now_ms else None


LINES = Shape(LINE_COLUMNS, "", _line)
ROWS = Shape(f"{LINE_COLUMNS}, {MORE_COLUMNS}", PEOPLE, _row)
PAST_ROWS = Shape(f"{ROWS.columns}, {PAST_COLUMNS}", PEOPLE, _row_as_it_was)


def whole(*, past: bool) -> Shape[TokenRow]:
    """Return the shape of whole rows; an earlier moment needs more than the present."""
    return PAST_ROWS if past else ROWS


def token_rows(reader: Reader, keys: Sequence[TokenKey], now: datetime, *, past: bool = False) -> dict[TokenKey, TokenRow]:
    """Return the rows of some tokens, with kept counts; unknown keys are left out."""
    shape, now_ms = whole(past=past), to_ms(now)
    rows = (shape.made(values, now_ms) for values in values_of(reader, keys, now, shape))
    return {row.key: row for row in rows}


def values_of(reader: Reader, keys: Sequence[TokenKey], now: datetime, shape: Shape[TokenLine]) -> list[Row]:
    """Return the values of some tokens, in any order; unknown keys are left out."""
    if not keys:
        return []
    named, params = key_table(keys)
    sql = (
        f"WITH wanted(account_id, token_id) AS (VALUES {named}) SELECT {shape.columns} "
        "FROM wanted CROSS JOIN token t LEFT JOIN account a ON a.id = t.account_id "
        f"{shape.people} WHERE t.account_id = wanted.account_id AND t.id = wanted.token_id"
    )
    return reader.rows(sql, {**params, "now": to_ms(now)})


def counted(reader: Reader, rows: Sequence[TokenRow], now: datetime, *, past: bool = False) -> tuple[TokenRow, ...]:
    """Return the rows with the exact requests of their windows."""
    busy = [row.key for row in rows if past or row.requests_24h or row.requests_30d]
    exact = exact_counts(reader, busy, now, past=past)

    def with_counts(row: TokenRow) -> TokenRow:
        if row.key not in exact:
            return row
        last_24h, last_30d = exact[row.key]
        return replace(row, requests_24h=last_24h, requests_30d=last_30d)

    return tuple(with_counts(row) for row in rows)


def counted_values(reader: Reader, rows: list[Row], now: datetime, *, month: bool, past: bool) -> list[Row]:
    """Return the values of rows, of any shape, with the exact requests in them; without `month` only those of 24 hours.

    The last value of each row is the minute from which the kept 24-hour counts of all of them count, or None where that has
    not been asked. Where that is the first of the 24 hours, the counts in the rows are exact.
    """
    kept_from = None if month or past or not rows else rows[0][-1]
    if kept_from is not None and kept_from == minutes_24h(to_ms(now)).first:
        return rows
    busy = [TokenKey((row[0], row[1])) for row in rows if past or row[2] or (month and row[3])]
    exact = exact_counts(reader, busy, now, month=month, past=past, kept_from=kept_from)
    if not exact:
        return rows
    return [(*row[:2], *exact.get((row[0], row[1]), row[2:4]), *row[4:]) for row in rows]  # type: ignore[call-overload]


def exact_counts(
    reader: Reader,
    busy: Sequence[TokenKey],
    now: datetime,
    *,
    month: bool = True,
    past: bool = False,
    kept_from: int | None = None,
) -> dict[TokenKey, Counts]:
    """Return the exact requests of tokens whose kept counts say that there are any, in one statement.

    Without `month` the 30-day counts stay the kept ones, which are never too small: 720 hours a token cost time in a
    long list. For a moment in the past every token is to be counted, since the kept counts belong to a later one.
    `kept_from` is the minute from which the kept counts count, where it is known and they hold nothing later than `now`: then
    PostgreSQL need not plan for all that might be.
    """
    if not busy:
        return {}
    named, params = key_table(busy)
    near = kept_from is not None and usage_sql.is_near_24h(kept_from, to_ms(now))
    day = usage_sql.kept_24h("t") if near else usage_sql.requests_24h("t", past=past)
    whole = usage_sql.requests_30d("t", past=past) if month else "t.requests_30d"
    sql = (
        f"WITH wanted(account_id, token_id) AS (VALUES {named}) SELECT t.account_id, t.id, {day}, {whole} "
        "FROM wanted CROSS JOIN token t WHERE t.account_id = wanted.account_id AND t.id = wanted.token_id"
    )
    found = reader.rows(sql, {**params, **usage_sql.window_params(to_ms(now))})
    return {TokenKey((account, token)): (int(last_24h), int(last_30d)) for account, token, last_24h, last_30d in found}


def key_table(keys: Sequence[TokenKey]) -> tuple[str, dict[str, str]]:
    """Return the rows of a VALUES list that names tokens, and its parameters."""
    params: dict[str, str] = {}
    for number, (account, token) in enumerate(keys):
        params[f"account_{number}"] = account
        params[f"token_{number}"] = token
    return ", ".join(f"(:account_{number}, :token_{number})" for number in range(len(keys))), params
