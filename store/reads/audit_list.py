"""The whole audit log as a list, the newest line first: pages and counts that are read along an index at any length.

What a filter names decides the index: the token, the case, the account, the actor, the action, in this order; other terms
are then looked at line by line. Bare words and reasons have no index: they are looked for in the newest lines only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from store.moments import DAY_MS, from_ms, to_ms
from store.reader import Reader
from store.reads.audit_names import accounts_named, actors_named, cases_named, tokens_named
from store.reads.filter_writing import like, pattern
from store.rows import AuditLine
from store.rules.audit_filter import AuditFilter
from store.rules.filter_match import fold

SEARCHED = 100_000
"""How many of the newest lines are looked through for a bare word, unless a token, a case or an account is named as well."""

CLOCKS_DIFFER_MS = 2 * DAY_MS
"""Lines are numbered in the order they were written. Where clocks were never wrong by more than half of this, none is missed."""

_WORDED = ("e.token_name", "e.actor", "e.action", "e.account_id", "coalesce(e.case_id, '')")
"""What a bare word is looked for in; `revoked` finds the action `revoke` as well."""

_SEQ = "e.seq"
_SORTED_ASIDE = "(e.seq + 0)"
"""Keeps an account's lines from being looked for along the whole log; they are few enough to be sorted."""

_ROWS = (
    "SELECT e.seq, e.action_id, e.at, e.actor, e.actor_role, e.actor_how, e.action, e.account_id, e.token_id, e.token_name, "
    "e.scopes, e.case_id, coalesce(p.reason, ''), coalesce(p.host, ''), coalesce(p.peer, ''), e.detail, e.hash, "
    "coalesce(a.name, ''), coalesce(t.hint, ''), e.session, e.prev_hash "
    "FROM audit e LEFT JOIN audit_private p ON p.seq = e.seq LEFT JOIN account a ON a.id = e.account_id "
    "LEFT JOIN token t ON t.account_id = e.account_id AND t.id = e.token_id WHERE e.seq IN ({names}) ORDER BY e.seq DESC"
)


@dataclass(frozen=True, slots=True)
class Sought:
    """A filter made ready for one moment: `ways` are conditions on an index each, no line is in two of them."""

    ways: tuple[str, ...]
    terms: tuple[str, ...] = ()
    params: dict[str, object] = field(default_factory=dict)
    seq: str = _SEQ

    def select(self, what: str, way: str, *more: str) -> str:
        """Return the query of one way."""
        return f"SELECT {what} FROM audit e WHERE {' AND '.join([way, *self.terms, *more])}"


def searched_from(reader: Reader, wanted: AuditFilter) -> int | None:
    """Return the number of the first line that words and reasons are looked for in; None stands for every line."""
    if not (wanted.words or wanted.reasons) or wanted.tokens or wanted.cases or wanted.accounts:
        return None
    newest = log_length(reader)
    return newest - SEARCHED + 1 if newest > SEARCHED else None


def log_length(reader: Reader) -> int:
    """Return the number of the newest line, which is how many there are; 0 in an empty log."""
    return int(reader.value("SELECT coalesce(max(seq), 0) FROM audit"))


def audit_lines(
    reader: Reader,
    wanted: AuditFilter,
    now: datetime,
    limit: int,
    *,
    older_than: int | None = None,
    newer_than: int | None = None,
    offset: int = 0,
    last: bool = False,
) -> tuple[AuditLine, ...]:
    """Return up to `limit` lines, always the newest first.

    They start at `offset`, follow the line `older_than`, end before the line `newer_than`, or (`last`) are the oldest ones.
    Raises BadInput when what is named means too much.
    """
    sought = _sought(reader, wanted, now)
    upwards = last or newer_than is not None
    more: list[str] = []
    params = {**sought.params, "limit": limit, "offset": offset, "most": limit + offset}
    for sign, number in (("<", older_than), (">", newer_than)):
        if number is not None:
            more.append(f"{sought.seq} {sign} :line")
            params["line"] = number
    order = "ASC" if upwards else "DESC"
    parts = [
        f"SELECT seq FROM ({sought.select('e.seq', way, *more)} ORDER BY {sought.seq} {order} LIMIT :most) AS way{number}"
        for number, way in enumerate(sought.ways)
    ]
    if not parts:
        return ()
    sql = f"SELECT seq FROM ({' UNION ALL '.join(parts)}) AS found ORDER BY seq {order} LIMIT :limit OFFSET :offset"
    return lines_numbered(reader, [int(row[0]) for row in reader.rows(sql, params)])


def count_audit(
    reader: Reader, wanted: AuditFilter, now: datetime, cap: int | None = None, *, newer_than: int | None = None
) -> int:
    """Return how many lines match; with `cap`, a number above it means «more than cap». `newer_than` counts only those."""
    if wanted == AuditFilter():
        return max(0, log_length(reader) - (newer_than or 0))
    sought = _sought(reader, wanted, now)
    params = {**sought.params, "line": newer_than, "cap": None if cap is None else cap + 1}
    more = () if newer_than is None else (f"{sought.seq} > :line",)
    order = f" ORDER BY {sought.seq} DESC"  # keeps PostgreSQL from reading the table and hoping to find enough soon
    whole = 0
    for way in sought.ways:
        if cap is None:
            sql = sought.select("count(*)", way, *more)
        else:
            sql = f"SELECT count(*) FROM ({sought.select('1', way, *more)}{order} LIMIT :cap) AS few"
        whole += int(reader.value(sql, {name: value for name, value in params.items() if f":{name}" in sql}))
        if cap is not None and whole > cap:
            break
    return whole


def lines_numbered(reader: Reader, numbers: Sequence[int]) -> tuple[AuditLine, ...]:
    """Return the lines of these numbers, the newest first."""
    if not numbers:
        return ()
    params = {f"n{place}": number for place, number in enumerate(numbers)}
    return tuple(_line(*row) for row in reader.rows(_ROWS.format(names=", ".join(f":{name}" for name in params)), params))


def _sought(reader: Reader, wanted: AuditFilter, now: datetime) -> Sought:
    """Make a filter ready: find whole names, choose the index, and bound what has none."""
    params: dict[str, object] = {}
    choices: list[list[str]] = []

    def either(column: str, values: Sequence[object]) -> None:
        names = [f"{column.replace('.', '_')}_{number}" for number in range(len(values))]
        params.update(zip(names, values, strict=True))
        choices.append([f"{column} = :{name}" for name in names])

    if wanted.tokens:
        keys = tokens_named(reader, wanted.tokens, now)
        for number, (account, token) in enumerate(keys):
            params |= {f"account_{number}": account, f"token_{number}": token}
        choices.append([f"e.account_id = :account_{number} AND e.token_id = :token_{number}" for number in range(len(keys))])
    if wanted.cases:
        either("e.case_id", cases_named(reader, wanted.cases))
        choices[-1] = [f"e.case_id IS NOT NULL AND {one}" for one in choices[-1]]
    by_account = bool(wanted.accounts) and not choices
    if wanted.accounts:
        either("e.account_id", accounts_named(reader, wanted.accounts))
    if wanted.actors:
        either("e.actor", actors_named(reader, wanted.actors))
    if wanted.actions:
        either("e.action", wanted.actions)
    ways, *others = choices or [["1 = 1"]]
    seq = _SORTED_ASIDE if by_account else _SEQ
    terms = [f"({' OR '.join(other)})" if other else "1 = 0" for other in others]
    terms += _times(wanted, now, params, seq)
    for number, word in enumerate(wanted.words):
        params[f"word_{number}"] = pattern(word)
        said = [like(column, f":word_{number}") for column in _WORDED]
        params[f"begins_{number}"] = fold(word)
        terms.append(f"({' OR '.join(said)} OR :begins_{number} LIKE e.action || '%')")
    for number, reason in enumerate(wanted.reasons):
        params[f"reason_{number}"] = pattern(reason)
    if wanted.reasons:
        given = " OR ".join(like("p.reason", f":reason_{number}") for number in range(len(wanted.reasons)))
        # Not EXISTS, of which SQLite 3.51 and later makes a join that reads the reasons of all lines first.
        terms.append(f"(SELECT {given} FROM audit_private p WHERE p.seq = e.seq)")
    first = searched_from(reader, wanted)
    if first is not None:
        params["first"] = first
        terms.append(f"{seq} >= :first")
    return Sought(tuple(ways), tuple(terms), params, seq)


def _times(wanted: AuditFilter, now: datetime, params: dict[str, object], seq: str) -> list[str]:
    """Return the terms of `after` and `before`: the moments themselves, and which lines can have them at all."""
    terms = []
    if wanted.after is not None:
        params["after"] = since = to_ms(_moment(wanted.after, now))
        params["long_before"] = since - CLOCKS_DIFFER_MS
        earlier = "SELECT seq FROM audit WHERE at < :long_before ORDER BY at DESC LIMIT 1"
        terms += ["e.at >= :after", f"{seq} > coalesce(({earlier}), 0)"]
    if wanted.before is not None:
        params["before"] = until = to_ms(_moment(wanted.before, now))
        params["long_after"] = until + CLOCKS_DIFFER_MS
        later = "SELECT seq FROM audit WHERE at >= :long_after ORDER BY at LIMIT 1"
        terms += ["e.at < :before", f"{seq} < coalesce(({later}), 9223372036854775807)"]
    return [term.replace("e.at", "(e.at + 0)") for term in terms]


def _moment(value: datetime | timedelta, now: datetime) -> datetime:
    return now - value if isinstance(value, timedelta) else value


def _line(
    seq: int, action_id: str, at: int, actor: str, role: str, how: str, action: str, account_id: str | None,
    token_id: str | None, token_name: str, scopes: str, case_id: str | None, reason: str, host: str, peer: str, detail: str,
    line_hash: bytes, account_name: str, hint: str, session: str, prev_hash: bytes,
) -> AuditLine:  # fmt: skip
    return AuditLine(
        seq=seq, action_id=action_id, at=from_ms(at), actor=actor, actor_role=role, actor_how=how, action=action,
        account_id=account_id, token_id=token_id, token_name=token_name, scopes=tuple(scopes.split()), case_id=case_id,
        reason=reason, host=host, peer=peer, detail=_read(detail), hash=bytes(line_hash).hex(), account_name=account_name,
        hint=hint, session=session, prev_hash=bytes(prev_hash).hex(),
    )  # fmt: skip


def _read(detail: str) -> dict[str, Any]:
    """Return a line's detail; a damaged one is shown as it stands, `verify` says that it is damaged."""
    try:
        found = json.loads(detail)
    except ValueError:
        return {"unreadable": detail}
    return found if isinstance(found, dict) else {"unreadable": detail}
