"""Reading an audit report: every token as it was at one line of the audit log, a few hundred at a time, without a lock.

What is written meanwhile comes after that line, so that it is undone like all that came later: the report is of one moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from store.lines import TokenKey
from store.moments import DAY_MS, HOUR_MS, from_ms, maybe_from_ms, to_ms
from store.reader import Reader
from store.reads.facts import read_facts
from store.reads.token_rows import LINE_COLUMNS, MORE_COLUMNS, PEOPLE, key_table, named_row
from store.report_rows import ReportFacts, ReportRow, Reviewed
from store.rules.actions import Action
from store.rules.chain import FIRST_LINK
from store.rules.rebuilding import LogLine, Proof, State, rebuilt
from store.rules.reporting import Period, Rule, ended_at
from store.rules.second_person import is_alone, second_words
from store.rules.state import STATE_COLUMNS

CHUNK = 500
_LOOK_BACK = (1, 30, 400, 1_100)
"""How many days back the last use before a moment is looked for, step by step: most are found at once."""

_MORE = "t.digest, o.left_at"
_NAMES = tuple(name.strip() for name in f"{LINE_COLUMNS}, {MORE_COLUMNS}".split(","))
_LOG = """
SELECT e.account_id, e.token_id, e.seq, e.at, e.actor, e.action, e.token_name, e.scopes, e.detail, e.state_digest
FROM wanted CROSS JOIN audit e
WHERE e.account_id = wanted.account_id AND e.token_id = wanted.token_id AND e.action NOT IN (:look_up, :denied) ORDER BY e.seq
"""
_HEAD = """
SELECT seq, hash FROM audit WHERE at <= :at AND NOT (at = :at AND action IN (:export, :case)) ORDER BY seq DESC LIMIT 1
"""
_USED = """
SELECT u.account_id, u.token_id, u.day, u.hours FROM wanted CROSS JOIN step CROSS JOIN usage_day u
WHERE u.day = step.day AND u.account_id = wanted.account_id AND u.token_id = wanted.token_id
"""


def report_facts(reader: Reader, as_of: datetime) -> ReportFacts:
    """Return what holds for a report of this moment.

    The head leaves out exports of the very same millisecond and cases opened in it: where the clock stands still (a demo, a
    test) the report itself is one of them and may open one, and would never come out the same twice.
    """
    at = {"at": to_ms(as_of), "export": Action.EXPORT.value, "case": Action.CASE.value}
    found = reader.one(
        "SELECT seq, hash FROM audit WHERE at <= :at AND NOT (at = :at AND action IN (:export, :case)) ORDER BY seq DESC LIMIT 1",
        at,
    )
    seq, link = (int(found[0]), bytes(found[1])) if found else (0, FIRST_LINK)
    freshness = read_facts(reader).freshness
    recorded = freshness.recorded_to
    first = reader.value("SELECT at FROM audit WHERE seq = 1")
    return ReportFacts(
        head=seq,
        head_hash=link.hex(),
        log_since=maybe_from_ms(first),
        tracking_since=freshness.tracking_since,
        recorded_to=None if recorded is None else min(recorded, as_of),
    )


def report_rows(reader: Reader, account: str | None, period: Period, head: int) -> Iterator[tuple[ReportRow, ...]]:
    """Yield the tokens of a report in the order of account and id, up to 500 at a time; a part may be empty.

    `account` None stands for every account. The caller may stop between two parts.
    """
    after: TokenKey | None = None
    signed = _signed(reader, head)
    while True:
        values = _chunk(reader, account, period, after)
        if values:
            after = TokenKey((values[-1][0], values[-1][1]))
            yield _of_period(_rows(reader, values, period, head, signed), period)
        if len(values) < CHUNK:
            return


def count_made(reader: Reader, account: str | None, period: Period) -> int:
    """Return how many tokens are looked at for a report: those that were made by then."""
    terms, params = _made(account, period)
    return int(reader.value(f"SELECT count(*) FROM token t WHERE {' AND '.join(terms)}", params))


def _chunk(reader: Reader, account: str | None, period: Period, after: TokenKey | None) -> list[Sequence[Any]]:
    terms, params = _made(account, period)
    params["limit"] = CHUNK
    if after is not None and account is not None:
        terms.append("t.id > :id")
        params["id"] = after[1]
    elif after is not None:
        terms.append("(t.account_id, t.id) > (:after, :id)")
        params |= {"after": after[0], "id": after[1]}
    return reader.rows(
        f"SELECT {LINE_COLUMNS}, {MORE_COLUMNS}, {_MORE} FROM token t LEFT JOIN account a ON a.id = t.account_id {PEOPLE} "
        f"WHERE {' AND '.join(terms)} ORDER BY t.account_id, t.id LIMIT :limit",
        params,
    )


def _made(account: str | None, period: Period) -> tuple[list[str], dict[str, object]]:
    params: dict[str, object] = {"made": min(to_ms(period.as_of), to_ms(period.until) - 1)}
    terms = ["t.created_at <= :made"]
    if account is not None:
        terms.append("t.account_id = :account")
        params["account"] = account
    if period.rule is Rule.CREATED:
        terms.append("t.created_at >= :since")
        params["since"] = to_ms(period.since)
    return terms, params


def _of_period(rows: list[ReportRow], period: Period) -> tuple[ReportRow, ...]:
    return tuple(row for row in rows if period.holds(row.token.created_at, ended_at(row.token.moments)))


def _rows(
    reader: Reader, values: Sequence[Sequence[Any]], period: Period, head: int, signed: Mapping[str, tuple[str, int]]
) -> list[ReportRow]:
    keys = [TokenKey((row[0], row[1])) for row in values]
    log = _log(reader, keys)
    now_ms = to_ms(period.as_of)
    kept = [dict(zip((*_NAMES, "t.digest", "o.left_at"), row, strict=True)) for row in values]
    later = [key for key, row in zip(keys, kept, strict=True) if (row["t.last_used_at"] or 0) > now_ms]
    used = _used_before(reader, later, now_ms)
    found = []
    for key, row in zip(keys, kept, strict=True):
        owner = row["t.owner_id"]
        proof = _as_it_was(row, log.get(key, []), head, now_ms)
        if row["t.owner_id"] != owner:
            _name_owner(reader, row)
        by_hour = key in later
        if by_hour:
            row["t.last_used_at"] = used.get(key)
        of_hour = by_hour and row["t.last_used_at"] is not None
        told = [line for line in log.get(key, []) if line.seq <= head]
        found.append(
            ReportRow(named_row(row, now_ms), proof, _rotated_by(row, told), *_second(told), _reviewed(told, signed), of_hour)
        )
    return found


def _as_it_was(row: dict[str, Any], lines: Sequence[LogLine], head: int, now_ms: int) -> Proof:
    """Put the values of a moment into a row, and return what the log says about them."""
    state: State = {name: row[f"t.{name}"] for name in STATE_COLUMNS}
    if state["digest"] is not None:
        state["digest"] = bytes(state["digest"])
    was, proof = rebuilt(state, lines, head)
    row.update({f"t.{name}": value for name, value in was.items()})
    row["t.audit_seq"] = max((line.seq for line in lines if line.seq <= head), default=lines[0].seq if lines else 0)
    for name in ("t.last_success_at", "t.last_denied_at", "t.new_address_at", "t.exposed_at"):
        if row[name] is not None and row[name] > now_ms:
            row[name] = None
    row["t.silent_after"] = None
    creator_left = row["c.left_at"]
    row["t.owner_active"] = row["t.owner_active"] or (row["o.left_at"] or 0) > now_ms
    row["t.creator_active"] = row["t.creator_active"] or (creator_left or 0) > now_ms
    row["c.left_at"] = creator_left if creator_left is not None and creator_left <= now_ms else None
    return proof


def _name_owner(reader: Reader, row: dict[str, Any]) -> None:
    """Look up who owned a token before somebody else did."""
    params = {"account": row["t.account_id"], "id": row["t.owner_id"]}
    found = reader.one("SELECT name, active FROM member WHERE account_id = :account AND id = :id", params)
    row["o.name"], row["t.owner_active"] = (found[0], bool(found[1])) if found else ("", False)


def _second(lines: Sequence[LogLine]) -> tuple[str, bool]:
    """Return who approved what was done last with a second person, and whether the glass was broken for it instead."""
    told = next((line.detail for line in reversed(lines) if second_words(line.detail)), None)
    return ("", False) if told is None else (second_words(told), is_alone(told))


def _reviewed(lines: Sequence[LogLine], signed: Mapping[str, tuple[str, int]]) -> Reviewed | None:
    """Return what the last review decided about a token; the log keeps it, whatever is decided later."""
    line = next((line for line in reversed(lines) if line.action == Action.REVIEW and "decision" in line.detail), None)
    if line is None:
        return None
    review = str(line.detail.get("review", ""))
    reviewer, at = signed.get(review, ("", None))
    return Reviewed(review, str(line.detail["decision"]), line.actor, from_ms(line.at), reviewer, maybe_from_ms(at))


def _signed(reader: Reader, head: int) -> dict[str, tuple[str, int]]:
    """Return who signed off each review by then, and when."""
    sql = "SELECT detail, at FROM audit WHERE action = :action AND token_id IS NULL AND seq <= :head"
    said = [(json.loads(detail), at) for detail, at in reader.rows(sql, {"action": Action.REVIEW.value, "head": head})]
    return {one["review"]: (one["reviewer"], int(at)) for one, at in said if one.get("did") == "sign"}


def _rotated_by(row: dict[str, Any], lines: Sequence[LogLine]) -> str:
    """Return who replaced a token, or made it as the replacement of another."""
    for line in reversed(lines):
        if line.action == Action.ROTATE or (line.action == Action.ISSUE and row["t.replaces"] is not None):
            return line.actor
    return ""


def _log(reader: Reader, keys: Sequence[TokenKey]) -> dict[TokenKey, list[LogLine]]:
    """Return every line about some tokens but those that only say that somebody looked or was refused, the oldest first."""
    named, params = key_table(keys)
    found: dict[TokenKey, list[LogLine]] = {}
    rows = reader.rows(
        f"WITH wanted(account_id, token_id) AS (VALUES {named}) {_LOG}",
        {**params, "look_up": Action.LOOK_UP.value, "denied": Action.DENIED.value},
    )
    for account, token, seq, at, actor, action, name, scopes, detail, digest in rows:
        line = LogLine(seq, at, actor, action, name, scopes, json.loads(detail), None if digest is None else bytes(digest))
        found.setdefault(TokenKey((account, token)), []).append(line)
    return found


def _used_before(reader: Reader, keys: Sequence[TokenKey], now_ms: int) -> dict[TokenKey, int]:
    """Return the beginning of the last hour in which each token was used up to a moment, as far as usage is kept."""
    found: dict[TokenKey, int] = {}
    today, first = now_ms // DAY_MS, now_ms // DAY_MS
    for days in _LOOK_BACK:
        left = [key for key in keys if key not in found]
        if not left:
            break
        named, params = key_table(left)
        sql = (
            f"WITH RECURSIVE wanted(account_id, token_id) AS (VALUES {named}), "
            "step(day) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT day - 1 FROM step WHERE day > :last) "
            f"{_USED}"
        )
        for account, token, day, hours in reader.rows(sql, {**params, "first": first, "last": today - days}):
            hour = _last_hour(day, hours, now_ms)
            if hour is not None:
                key = TokenKey((account, token))
                found[key] = max(found.get(key, 0), hour * HOUR_MS)
        first = today - days - 1
    return found


def _last_hour(day: int, hours: int, now_ms: int) -> int | None:
    """Return the last active hour of a day that began by `now_ms`, in hours since 1970."""
    active = [day * 24 + bit for bit in range(24) if hours >> bit & 1 and (day * 24 + bit) * HOUR_MS <= now_ms]
    return max(active, default=None)
