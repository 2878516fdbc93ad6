"""Accounts and the people in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from store.errors import NotFound
from store.moments import from_ms, maybe_from_ms, to_ms
from store.reader import Reader
from store.reads.filter_writing import like, pattern
from store.reads.status_sql import live
from store.reads.usage_sql import LAST_WHOLE_HOUR, NEXT_MINUTE, window_params
from store.rows import AccountLine, AccountRow, MemberRow, PersonLine

_LIVE = f"SELECT count(*) FROM token t WHERE t.account_id = a.id AND t.closed = 0 AND {live(open_only=True)}"
_COLUMNS = f"a.id, a.name, a.plan, a.created_at, ({_LIVE})"
_TOKENS = f"""
SELECT t.account_id, count(*), sum(1 - t.creator_active), sum(CASE WHEN t.expires_at IS NULL THEN 1 ELSE 0 END), sum(t.broad),
max(t.last_used_at) FROM token t WHERE t.account_id IN ({{names}}) AND t.closed = 0 AND {live()} GROUP BY t.account_id
"""
_DAY = f"""
WITH RECURSIVE step(at) AS (SELECT CAST(:hour_first AS BIGINT) UNION ALL SELECT at + 1 FROM step WHERE at < {LAST_WHOLE_HOUR}),
tick(at) AS (SELECT CAST(:minute_first AS BIGINT) UNION ALL SELECT {NEXT_MINUTE} FROM tick WHERE at < :minute_last)
SELECT day.account_id, CAST(sum(day.requests) AS BIGINT), CAST(sum(day.refused) AS BIGINT) FROM (
SELECT u.account_id, u.requests, u.refused FROM step CROSS JOIN usage_total u
WHERE u.hour = step.at AND u.account_id IN ({{names}})
UNION ALL SELECT m.account_id, m.requests, m.refused FROM tick CROSS JOIN usage_minute m
WHERE m.minute = tick.at AND m.account_id IN ({{names}})) AS day GROUP BY day.account_id
"""
"""The same steps as those of a token's 24 hours: 23 whole hours, and the minutes of the two broken ones."""


def account(reader: Reader, account_id: str, now: datetime) -> AccountRow | None:
    """Return one account, or None."""
    found = reader.one(f"SELECT {_COLUMNS} FROM account a WHERE a.id = :id", {"id": account_id, "now": to_ms(now)})
    return None if found is None else _account(*found)


def accounts(reader: Reader, now: datetime, limit: int, *, text: str = "", after: str | None = None) -> tuple[AccountRow, ...]:
    """Return accounts in the order of their ids, those after the id `after`; `text` must be in the name or the id."""
    where, params = _found(text)
    if after is not None:
        where, params = f"{where} AND a.id > :after", {**params, "after": after}
    sql = f"SELECT {_COLUMNS} FROM account a WHERE {where} ORDER BY a.id LIMIT :limit"
    return tuple(_account(*row) for row in reader.rows(sql, {**params, "now": to_ms(now), "limit": limit}))


def account_lines(
    reader: Reader,
    now: datetime,
    limit: int,
    *,
    text: str = "",
    after: str | None = None,
    before: str | None = None,
    offset: int = 0,
    last: bool = False,
) -> tuple[AccountLine, ...]:
    """Return accounts as a list shows them, in the order of their ids; `text` must be in the name or the id.

    They start at `offset`, follow the id `after`, end before the id `before`, or (`last`) are the last ones. Requests are those
    of the 1,440 minutes that end with the current one (decisions.md, «Saved views»); the findings count live tokens.
    """
    where, params = _found(text)
    backwards = last or before is not None
    for name, sign, bound in (("after", ">", after), ("before", "<", before)):
        if bound is not None:
            where, params = f"{where} AND a.id {sign} :{name}", {**params, name: bound}
    order = "a.id DESC" if backwards else "a.id"
    sql = f"SELECT a.id, a.name, a.plan, a.created_at FROM account a WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset"
    rows = reader.rows(sql, {**params, "limit": limit, "offset": offset})
    return _lines(reader, rows[::-1] if backwards else rows, now)


def account_line(reader: Reader, account_id: str, now: datetime) -> AccountLine | None:
    """Return one account as a list shows it, or None."""
    rows = reader.rows("SELECT a.id, a.name, a.plan, a.created_at FROM account a WHERE a.id = :id", {"id": account_id})
    return next(iter(_lines(reader, rows, now)), None)


def _lines(reader: Reader, rows: Sequence[Sequence[Any]], now: datetime) -> tuple[AccountLine, ...]:
    if not rows:
        return ()
    named = {f"account_{number}": row[0] for number, row in enumerate(rows)}
    names = ", ".join(f":{name}" for name in named)
    held = {row[0]: row[1:] for row in reader.rows(_TOKENS.format(names=names), {**named, "now": to_ms(now)})}
    day = {row[0]: row[1:] for row in reader.rows(_DAY.format(names=names), {**named, **window_params(to_ms(now))})}
    return tuple(_line(row, held.get(row[0], (0, 0, 0, 0, None)), day.get(row[0], (0, 0))) for row in rows)


def account_exists(reader: Reader, account_id: str) -> bool:
    """Say whether there is an account of this id."""
    return reader.value("SELECT 1 FROM account WHERE id = :id", {"id": account_id}) is not None


def account_ids(reader: Reader, name: str) -> list[str]:
    """Return the account of this id alone, or else those that are called exactly this; at most 50."""
    if account_exists(reader, name):
        return [name]
    return [row[0] for row in reader.rows("SELECT id FROM account WHERE name = :name ORDER BY id LIMIT 50", {"name": name})]


def account_name(reader: Reader, account_id: str) -> str:
    """Return what an account is called; "" for none."""
    return str(reader.value("SELECT name FROM account WHERE id = :id", {"id": account_id}) or "")


def accounts_called(reader: Reader, text: str, limit: int) -> list[tuple[str, str]]:
    """Return the id and the name of the first accounts, by id, with `text` in either; nothing is counted for them."""
    where, params = _found(text)
    found = reader.rows(
        f"SELECT a.id, a.name FROM account a WHERE {where} ORDER BY a.id LIMIT :limit", {**params, "limit": limit}
    )
    return [(row[0], row[1]) for row in found]


def account_names(reader: Reader, limit: int) -> list[str]:
    """Return the ids and the names of the first so many accounts, for finding the one somebody may have meant."""
    rows = reader.rows("SELECT id, name FROM account ORDER BY id LIMIT :limit", {"limit": limit})
    return [word for row in rows for word in row if word]


def count_accounts(reader: Reader, *, text: str = "", before: str | None = None) -> int:
    """Return how many accounts have `text` in their name or id; with `before`, those that stand before that id."""
    where, params = _found(text)
    if before is not None:
        where, params = f"{where} AND a.id < :before", {**params, "before": before}
    return int(reader.value(f"SELECT count(*) FROM account a WHERE {where}", params))


def members(reader: Reader, account_id: str, *, active_only: bool = False, limit: int = 200) -> tuple[MemberRow, ...]:
    """Return the people in an account in the order of their ids."""
    only = " AND active = 1" if active_only else ""
    sql = (
        f"SELECT account_id, id, name, admin, active, left_at, email FROM member WHERE account_id = :account{only} "
        "ORDER BY id LIMIT :limit"
    )
    rows = reader.rows(sql, {"account": account_id, "limit": limit})
    return tuple(
        MemberRow(account, member, name, bool(admin), bool(active), maybe_from_ms(left), email or "")
        for account, member, name, admin, active, left, email in rows
    )


def the_member(reader: Reader, account_id: str, member_id: str) -> MemberRow:
    """Return one person in an account; raises NotFound."""
    sql = "SELECT name, admin, active, left_at, email FROM member WHERE account_id = :account AND id = :member"
    found = reader.one(sql, {"account": account_id, "member": member_id})
    if found is None:
        raise NotFound(
            f"There is no {member_id[:40]} in the account {account_id[:40]}.", "`tokendesk accounts show` lists its people."
        )
    name, admin, active, left, email = found
    return MemberRow(account_id, member_id, name, bool(admin), bool(active), maybe_from_ms(left), email or "")


def people(reader: Reader, account_id: str, now: datetime, limit: int = 200) -> tuple[PersonLine, ...]:
    """Return the people in an account with how many live tokens each owns and made; those who have left come last."""
    held: list[dict[str, int]] = []
    for part in ("owner_id", "creator_id"):
        sql = (
            f"SELECT t.{part}, count(*) FROM token t WHERE t.account_id = :account AND t.closed = 0 AND {live()} "
            f"AND t.{part} IS NOT NULL GROUP BY t.{part}"
        )
        held.append(dict(reader.rows(sql, {"account": account_id, "now": to_ms(now)})))  # type: ignore[arg-type]
    found = [PersonLine(one, held[0].get(one.id, 0), held[1].get(one.id, 0)) for one in members(reader, account_id, limit=limit)]
    return tuple(sorted(found, key=lambda one: (not one.member.active, not one.member.admin, one.member.id)))


def _account(account_id: str, name: str, plan: str, created: int, live_tokens: int) -> AccountRow:
    return AccountRow(account_id, name, plan, from_ms(created), live_tokens)


def _line(row: Sequence[Any], held: Sequence[Any], day: Sequence[Any]) -> AccountLine:
    account_id, name, plan, created = row
    live_tokens, orphaned, never_expires, broad, used = held
    return AccountLine(
        account_id, name, plan, from_ms(created), live_tokens,
        int(orphaned), int(never_expires), int(broad), maybe_from_ms(used), int(day[0]), int(day[1]),
    )  # fmt: skip


def _found(text: str) -> tuple[str, dict[str, object]]:
    if not text:
        return "1 = 1", {}
    return f"({like('a.name', ':text')} OR {like('a.id', ':text')})", {"text": pattern(text)}
