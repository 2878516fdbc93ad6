"""The notices there are, the newest first, and how many of them are how far; and the ends that are still to come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from store.errors import NotFound
from store.moments import from_ms, maybe_from_ms, to_ms
from store.notice_rows import Ending, NoticeRow, Unaddressed
from store.reader import Reader
from store.reads.filter_writing import all_of, like, pattern
from store.rules.notices import NoticeKind, NoticeState

COLUMNS = (
    "n.id, n.account_id, n.token_id, t.name, t.hint, n.kind, n.recipient, n.address, n.subject, n.body, n.case_id, "
    "n.queued_at, n.next_try_at, n.state, n.tries, n.lease_until, n.sent_at, n.way, n.answer"
)
JOINED = "notice n JOIN token t ON t.account_id = n.account_id AND t.id = n.token_id"
_LIST = "SELECT {columns} FROM {joined} WHERE {where} ORDER BY n.queued_at DESC, n.id DESC LIMIT :limit"
_ORDER = "n.queued_at DESC, n.id DESC"
_NO_ADDRESS = (
    "CASE WHEN n.address = '' AND n.recipient <> '' AND n.state IN ('waiting', 'sending', 'dead') THEN 'no-address' ELSE '' END"
)
"""What somebody who looks for notices that cannot be mailed types."""

_SEARCHED = (
    "n.id", "n.account_id", "n.token_id", "t.name", "t.hint", "n.kind", "n.state", "n.recipient", "n.address", _NO_ADDRESS,
)  # fmt: skip
_IN_LINE = "n.state IN ('waiting', 'sending')"
_WHERE: Mapping[NoticeState | None, str] = {
    None: "1 = 1",
    NoticeState.WAITING: _IN_LINE,
    NoticeState.SENDING: f"{_IN_LINE} AND n.state = 'sending'",
    NoticeState.SENT: "n.state = 'sent'",
    NoticeState.DEAD: "n.state = 'dead'",
    NoticeState.WITHDRAWN: "n.state = 'withdrawn'",
}
_UNADDRESSED = """
SELECT f.account_id, f.recipient, coalesce(m.name, ''), CAST(sum(f.waiting) AS BIGINT), CAST(sum(1 - f.waiting) AS BIGINT) FROM (
SELECT account_id, recipient, 1 AS waiting FROM notice WHERE state IN ('waiting', 'sending') AND address = '' AND recipient <> ''
UNION ALL SELECT account_id, recipient, 0 FROM notice WHERE state = 'dead' AND address = '' AND recipient <> '') f
LEFT JOIN member m ON m.account_id = f.account_id AND m.id = f.recipient
GROUP BY f.account_id, f.recipient, m.name ORDER BY f.account_id, f.recipient LIMIT :limit
"""
_ENDINGS = """
SELECT t.account_id, a.name, t.id, t.name, t.hint, t.environment,
CASE WHEN t.retires_at IS NOT NULL AND (t.expires_at IS NULL OR t.retires_at < t.expires_at) THEN t.retires_at
ELSE t.expires_at END AS ends_at, t.retires_at IS NOT NULL FROM token t JOIN account a ON a.id = t.account_id
WHERE t.closed = 0 AND t.expires_key > :now AND (t.retires_at IS NULL OR t.retires_at > :now)
AND (t.expires_key <= :until OR t.retires_at <= :until){account} ORDER BY ends_at, t.account_id, t.id LIMIT :limit
"""


def notices(reader: Reader, state: NoticeState | None = None, limit: int = 200) -> tuple[NoticeRow, ...]:
    """Return the newest notices, or those of one state; `waiting` are also those that are being sent right now."""
    sql = _LIST.format(columns=COLUMNS, joined=JOINED, where=_WHERE[state])
    return tuple(row_of(row) for row in reader.rows(sql, {"limit": limit}))


def notice_page(reader: Reader, first: int, count: int, text: str = "") -> tuple[NoticeRow, ...]:
    """Return a window of the list, the newest first: `count` notices after the first `first`, those with a text in them."""
    where, params = _narrowed(text)
    sql = f"SELECT {COLUMNS} FROM {JOINED} WHERE {where} ORDER BY {_ORDER} LIMIT :count OFFSET :first"
    return tuple(row_of(row) for row in reader.rows(sql, {**params, "count": count, "first": first}))


def count_notices(reader: Reader, text: str = "") -> int:
    """Return how many notices there are, or have a text in what names them, whom they go to or how far they are."""
    where, params = _narrowed(text)
    return int(reader.value(f"SELECT count(*) FROM {JOINED if text else 'notice n'} WHERE {where}", params))


def place_of_notice(reader: Reader, notice: str, text: str = "") -> int | None:
    """Return how many notices stand before one in the list; None when it isn't in it."""
    where, params = _narrowed(text)
    found = reader.one(f"SELECT n.queued_at FROM {JOINED} WHERE {where} AND n.id = :notice", {**params, "notice": notice})
    if found is None:
        return None
    before = f"SELECT count(*) FROM {JOINED} WHERE {where} AND (n.queued_at > :at OR (n.queued_at = :at AND n.id > :notice))"
    return int(reader.value(before, {**params, "notice": notice, "at": found[0]}))


def _narrowed(text: str) -> tuple[str, dict[str, object]]:
    words = text.split()
    terms = [f"({' OR '.join(like(column, f':text{number}') for column in _SEARCHED)})" for number in range(len(words))]
    return all_of(terms), {f"text{number}": pattern(word) for number, word in enumerate(words)}


def the_notice(reader: Reader, notice: str) -> NoticeRow:
    """Return one notice by its id or the beginning of it, at least six characters; raises NotFound."""
    sql = _LIST.format(columns=COLUMNS, joined=JOINED, where="n.id >= :first AND n.id < :after")
    found = reader.rows(sql, {"first": notice, "after": notice + "~", "limit": 2}) if len(notice) >= 6 else []
    if len(found) != 1:
        raise NotFound(
            f"{'Several notices begin' if found else 'There is no notice that begins'} with {notice[:40]}.",
            "`tokendesk notices list` lists them.",
        )
    return row_of(found[0])


def counts(reader: Reader) -> dict[NoticeState, int]:
    """Return how many notices are in each state; those that have none are there with 0."""
    found = {str(state): int(number) for state, number in reader.rows("SELECT state, count(*) FROM notice GROUP BY state")}
    return {state: found.get(state.value, 0) for state in NoticeState}


def unaddressed(reader: Reader, limit: int = 1_000) -> tuple[Unaddressed, ...]:
    """Return the members who are to be told, or could not be, and have no e-mail address on record."""
    rows = reader.rows(_UNADDRESSED, {"limit": limit})
    return tuple(Unaddressed(account, who, name, int(waiting), int(dead)) for account, who, name, waiting, dead in rows)


def endings(reader: Reader, now: datetime, until: datetime, account: str | None = None, limit: int = 50_000) -> Iterator[Ending]:
    """Yield the ends of tokens after `now` and up to `until`, the nearest first."""
    sql = _ENDINGS.format(account="" if account is None else " AND t.account_id = :account")
    asked: dict[str, Any] = {"now": to_ms(now), "until": to_ms(until), "limit": limit}
    for row in reader.rows(sql, asked if account is None else {**asked, "account": account}):
        yield Ending(row[0], row[1], row[2], row[3], row[4], row[5], from_ms(int(row[6])), bool(row[7]))


def row_of(row: Sequence[Any]) -> NoticeRow:
    """Return a row of `COLUMNS` as facts."""
    notice, account, token, name, hint, kind, recipient, address, subject, body, case = row[:11]
    queued, again, state, tries, lease, sent, way, answer = row[11:]
    return NoticeRow(
        notice, account, token, name, hint, NoticeKind(kind), recipient, address, subject, body, case, from_ms(int(queued)),
        from_ms(int(again)), NoticeState(state), int(tries), maybe_from_ms(lease), maybe_from_ms(sent), way, answer,
    )  # fmt: skip
