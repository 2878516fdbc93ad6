"""The list of cases: the open ones first, the newest of them on top, then the closed ones, the last closed on top."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from store.case_rows import CaseLine, CaseRow
from store.moments import from_ms, maybe_from_ms
from store.reader import Reader, Row
from store.reads.case_entries import count_lines, entries_of, involved
from store.reads.exposures import exposures_in_case
from store.reads.filter_writing import like, pattern
from store.reads.token_rows import token_rows
from store.rows import TokenKey, TokenRow
from store.rules.cases import CaseEntry, belonging
from store.rules.checklist import checklist, done

MOST_READ = 200
"""The list reads so many lines of a case; one with more says what it holds once it is opened."""

_COLUMNS = "SELECT c.id, c.title, c.opened_at, c.opened_by, c.closed_at FROM case_file c WHERE"
_OPEN, _CLOSED = "c.closed_at IS NULL", "c.closed_at IS NOT NULL"
_ORDER = {_OPEN: "c.opened_at DESC, c.id DESC", _CLOSED: "c.closed_at DESC, c.id DESC"}


def the_case(reader: Reader, case: str) -> CaseRow | None:
    """Return a case by its name, or None."""
    found = reader.one(f"{_COLUMNS} c.id = :case", {"case": case})
    return None if found is None else _case(found)


def count_cases(reader: Reader, text: str = "", *, open_only: bool = False) -> int:
    """Return how many cases there are, or have a text in their name or title."""
    where, params = _narrowed(_OPEN if open_only else "1 = 1", text)
    return int(reader.value(f"SELECT count(*) FROM case_file c WHERE {where}", params))


def cases(reader: Reader, first: int, count: int, text: str = "", *, open_only: bool = False) -> tuple[CaseRow, ...]:
    """Return a window of the list: `count` cases after the first `first`."""
    found: list[Row] = []
    skipped = first
    for which in (_OPEN,) if open_only else (_OPEN, _CLOSED):
        where, params = _narrowed(which, text)
        page = {**params, "count": count - len(found), "first": skipped}
        rows = reader.rows(f"{_COLUMNS} {where} ORDER BY {_ORDER[which]} LIMIT :count OFFSET :first", page)
        found += rows
        if len(found) >= count:
            break
        if not rows and skipped:
            skipped -= int(reader.value(f"SELECT count(*) FROM case_file c WHERE {where}", params))
        else:
            skipped = 0
    return tuple(map(_case, found))


def place_of_case(reader: Reader, case: str, text: str = "") -> int | None:
    """Return how many cases stand before one in the list; None when it isn't in it."""
    row = the_case(reader, case)
    where, params = _narrowed("c.id = :case", text)
    if row is None or reader.value(f"SELECT 1 FROM case_file c WHERE {where}", {**params, "case": case}) is None:
        return None
    which, moment = (_OPEN, "opened_at") if row.is_open else (_CLOSED, "closed_at")
    where, params = _narrowed(which, text)
    own = f"(SELECT o.{moment} FROM case_file o WHERE o.id = :case)"
    before = f"{where} AND (c.{moment} > {own} OR (c.{moment} = {own} AND c.id > :case))"
    place = int(reader.value(f"SELECT count(*) FROM case_file c WHERE {before}", {**params, "case": case}))
    return place if row.is_open else place + count_cases(reader, text, open_only=True)


def case_lines(reader: Reader, rows: Sequence[CaseRow], now: datetime) -> tuple[CaseLine, ...]:
    """Return cases as their list shows them: how far each is, and what was done last."""
    read = [(row, entries_of(reader, row.id, MOST_READ + 1), exposures_in_case(reader, row.id)) for row in rows]
    named = {
        row.id: belonging(entries, [one.key for one in exposed]).involved
        for row, entries, exposed in read
        if len(entries) <= MOST_READ
    }
    held = token_rows(reader, [TokenKey(key) for key in dict.fromkeys(key for keys in named.values() for key in keys)], now)
    return tuple(
        _line(row, entries, [held[TokenKey(key)] for key in named[row.id] if TokenKey(key) in held])
        if row.id in named
        else _long(reader, row)
        for row, entries, _ in read
    )


def _line(row: CaseRow, entries: Sequence[CaseEntry], tokens: Sequence[TokenRow]) -> CaseLine:
    working, steps = sum(token.live for token in tokens), done(checklist(entries, involved(tokens)))
    return _as_line(row, len(entries), entries[-1] if entries else None, len(tokens), working, steps)


def _long(reader: Reader, row: CaseRow) -> CaseLine:
    """Return a case that has more lines than a list reads."""
    return _as_line(row, count_lines(reader, row.id), entries_of(reader, row.id, 0, 1)[-1], None, None, None)


def _as_line(
    row: CaseRow, lines: int, last: CaseEntry | None, tokens: int | None, working: int | None, steps: int | None
) -> CaseLine:
    at, by, action = (last.at, last.who, last.action) if last is not None else (row.opened_at, row.opened_by, "")
    return CaseLine(
        row.id, row.title, row.opened_at, row.opened_by, row.closed_at, lines, at, by, action, tokens, working, steps
    )  # fmt: skip


def _narrowed(where: str, text: str) -> tuple[str, dict[str, object]]:
    if not text:
        return where, {}
    return f"{where} AND ({like('c.id', ':text')} OR {like('c.title', ':text')})", {"text": pattern(text)}


def _case(row: Row) -> CaseRow:
    case, title, opened_at, opened_by, closed_at = row
    return CaseRow(case, title, from_ms(opened_at), opened_by, maybe_from_ms(closed_at))
