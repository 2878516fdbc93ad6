"""Where our tokens were seen in the open: of one token, of one case, and the newest of all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from store.moments import from_ms, maybe_from_ms, to_ms
from store.reader import Reader, Row
from store.rows import ExposureRow, TokenKey
from store.rules.leaks import PROVEN, Verdict

MOST = 200
"""So many places of one token or one case are told at most."""

_COLUMNS = (
    "SELECT e.account_id, e.token_id, e.source, e.place, e.verdict, e.found_at, e.reported_at, e.times, e.case_id, "
    "e.recorded_by, a.name, t.name, t.hint, t.revoked_at FROM exposure e "
    "JOIN token t ON t.account_id = e.account_id AND t.id = e.token_id JOIN account a ON a.id = e.account_id "
)
_NEWEST = "ORDER BY e.found_at DESC, e.account_id DESC, e.token_id DESC, e.source, e.place"
_PROVEN = ", ".join(f"'{verdict.value}'" for verdict in Verdict if verdict in PROVEN)


def exposures_of(reader: Reader, key: TokenKey, limit: int = MOST) -> tuple[ExposureRow, ...]:
    """Return where a token was seen, the newest first."""
    sql = f"{_COLUMNS} WHERE e.account_id = :account AND e.token_id = :id {_NEWEST} LIMIT :limit"
    return _rows(reader.rows(sql, {"account": key[0], "id": key[1], "limit": limit}))


def exposures_in_case(reader: Reader, case: str, limit: int = MOST) -> tuple[ExposureRow, ...]:
    """Return what is filed under a case, the earliest first: the first line says when it began (`found_at`, `reported_at`)."""
    sql = f"{_COLUMNS} WHERE e.case_id = :case ORDER BY e.found_at, e.account_id, e.token_id, e.source, e.place LIMIT :limit"
    return _rows(reader.rows(sql, {"case": case, "limit": limit}))


def exposures(reader: Reader, first: int, count: int) -> tuple[ExposureRow, ...]:
    """Return a window of all exposures, the newest first: `count` of them after the first `first`."""
    # The window is cut from the index before anything is joined to it.
    window = (
        "SELECT account_id, token_id, source, place FROM exposure ORDER BY found_at DESC, account_id DESC, token_id DESC, "
        "source, place LIMIT :count OFFSET :first"
    )
    same = "w.account_id = e.account_id AND w.token_id = e.token_id AND w.source = e.source AND w.place = e.place"
    sql = f"{_COLUMNS} JOIN ({window}) w ON {same} {_NEWEST}"
    return _rows(reader.rows(sql, {"first": first, "count": count}))


def place_of_exposure(reader: Reader, key: TokenKey, source: str, place: str) -> int | None:
    """Return how many exposures stand before one in the list of all; None when it is not on record."""
    where = "account_id = :account AND token_id = :id AND source = :source AND place = :place"
    params = {"account": key[0], "id": key[1], "source": source, "place": place}
    found_at = reader.value(f"SELECT found_at FROM exposure WHERE {where}", params)
    if found_at is None:
        return None
    sql = (
        "SELECT count(*) FROM exposure WHERE found_at > :at OR (found_at = :at AND ((account_id, token_id) > (:account, :id) "
        "OR (account_id = :account AND token_id = :id AND (source, place) < (:source, :place))))"
    )
    return int(reader.value(sql, {**params, "at": found_at}))


def count_exposures(reader: Reader) -> int:
    """Return how many places are on record."""
    return int(reader.value("SELECT count(*) FROM exposure"))


def exposed_tokens(reader: Reader, since: datetime, until: datetime) -> int:
    """Return how many tokens were found with their right secret at or after `since` and before `until` (indicator M10).

    A token counts once, at its first such find.
    """
    sql = (
        f"SELECT count(*) FROM (SELECT min(e.found_at) AS first FROM exposure e WHERE e.verdict IN ({_PROVEN}) "
        "AND e.found_at < :until GROUP BY e.account_id, e.token_id) f WHERE f.first >= :since"
    )
    return int(reader.value(sql, {"since": to_ms(since), "until": to_ms(until)}))


def _rows(found: Iterable[Row]) -> tuple[ExposureRow, ...]:
    return tuple(
        ExposureRow(
            account_id,
            token_id,
            source,
            place,
            Verdict(verdict),
            from_ms(found_at),
            maybe_from_ms(reported_at),
            times,
            case_id,
            recorded_by,
            account_name,
            token_name,
            hint,
            maybe_from_ms(revoked_at),
        )
        for (
            account_id,
            token_id,
            source,
            place,
            verdict,
            found_at,
            reported_at,
            times,
            case_id,
            recorded_by,
            account_name,
            token_name,
            hint,
            revoked_at,
        ) in found
    )
