"""Accounts and the people in them."""

from __future__ import annotations

from datetime import datetime

from store.moments import from_ms, maybe_from_ms, to_ms
from store.reader import Reader
from store.reads.filter_writing import like, pattern
from store.reads.status_sql import live
from store.rows import AccountRow, MemberRow

_LIVE = f"SELECT count(*) FROM token t WHERE t.account_id = a.id AND t.closed = 0 AND {live(open_only=True)}"
_COLUMNS = f"a.id, a.name, a.plan, a.created_at, ({_LIVE})"


def account(reader: Reader, account_id: str, now: datetime) -> AccountRow | None:
    """Return one account, or None."""
    found = reader.one(f"SELECT {_COLUMNS} FROM account a WHERE a.id = :id", {"id": account_id, "now": to_ms(now)})
    return None if found is None else _account(*found)


def accounts(reader: Reader, now: datetime, limit: int, *, text: str = "", after: str | None = None) -> tuple[AccountRow, ...]:
    """Return accounts in the order of their ids, those after the id `after`; `text` must be in the name or the id."""
    params: dict[str, object] = {"now": to_ms(now), "limit": limit}
    terms = ["1 = 1"]
    if text:
        params["text"] = pattern(text)
        terms.append(f"({like('a.name', ':text')} OR {like('a.id', ':text')})")
    if after is not None:
        params["after"] = after
        terms.append("a.id > :after")
    sql = f"SELECT {_COLUMNS} FROM account a WHERE {' AND '.join(terms)} ORDER BY a.id LIMIT :limit"
    return tuple(_account(*row) for row in reader.rows(sql, params))


def members(reader: Reader, account_id: str, *, active_only: bool = False, limit: int = 200) -> tuple[MemberRow, ...]:
    """Return the people in an account in the order of their ids."""
    only = " AND active = 1" if active_only else ""
    sql = (
        f"SELECT account_id, id, name, admin, active, left_at FROM member WHERE account_id = :account{only} "
        "ORDER BY id LIMIT :limit"
    )
    rows = reader.rows(sql, {"account": account_id, "limit": limit})
    return tuple(
        MemberRow(account, member, name, bool(admin), bool(active), maybe_from_ms(left))
        for account, member, name, admin, active, left in rows
    )


def _account(account_id: str, name: str, plan: str, created: int, live_tokens: int) -> AccountRow:
    return AccountRow(account_id, name, plan, from_ms(created), live_tokens)
