"""Reading a stretch of a list: along its index from a row on, or at a place counted from the start."""

from __future__ import annotations

from store.lines import TokenKey, TokenLine
from store.moments import MINUTE_MS, to_ms
from store.reader import Reader, Row, SqliteReader
from store.reads import usage_sql
from store.reads.counting import counting, counting_others
from store.reads.parts import Anchor, Part, part_of
from store.reads.questions import Asked
from store.reads.token_rows import Shape, values_of

AnyShape = Shape[TokenLine]
"""A shape, whatever is made of it: here it is only read."""


def walked(
    reader: Reader, asked: Asked, shape: AnyShape, limit: int, after: Anchor | None, before: Anchor | None, last: bool
) -> list[Row]:
    """Return values, sort values and since when counters count, read forwards from `after` or the start, or backwards to
    `before` or the end.

    Since when they count is None for SQLite: its rows would each take another step of the machine (performance.md bar 10), and
    it plans a sum in no time.
    """
    anchor, backwards = after or before, last or (after is None and before is not None)
    parts = list(reversed(asked.in_order)) if backwards else list(asked.in_order)
    if anchor is not None:
        own = asked.parts[part_of(asked.parts, anchor)]
        parts = parts[parts.index(own) :]
    found: list[Row] = []
    for number, part in enumerate(parts):
        found += _stretch(reader, asked, shape, part, limit - len(found), anchor if number == 0 else None, backwards)
        if len(found) >= limit:
            break
    return found[::-1] if backwards else found


def _stretch(
    reader: Reader, asked: Asked, shape: AnyShape, part: Part, limit: int, anchor: Anchor | None, backwards: bool
) -> list[Row]:
    condition = part.condition(later=not backwards, descending=asked.descending) if anchor else ""
    descending = asked.descending is not backwards
    source, where = asked.named_source, asked.where_named(part.term, condition)
    if part.by_account and not isinstance(reader, SqliteReader):
        source, where = _account_by_account(asked, part, condition, descending)
    kept_from = "" if isinstance(reader, SqliteReader) else f", {usage_sql.KEPT_FROM}"
    sql = (
        f"SELECT {shape.columns}, {asked.value_column}{kept_from} FROM {source} {shape.people} "
        f"WHERE {where} ORDER BY {part.order_by(descending=descending)} LIMIT :limit"
    )
    params = {**asked.params, **(part.values(anchor) if anchor else {}), "limit": limit}
    if not kept_from:
        return [(*row, None) for row in reader.rows(sql, params)]
    return reader.rows(sql, {**params, "minute_last": to_ms(asked.now) // MINUTE_MS})


def _account_by_account(asked: Asked, part: Part, condition: str, descending: bool) -> tuple[str, str]:
    """Return source and condition that read no more of each account than a page has, for PostgreSQL.

    It would read and sort all tokens of an account for the first few. Not seeing the limit while it plans, it takes the
    index in whose order they come for the best.
    """
    own, tokens = asked.predicate.by_account
    from_account = condition.partition(" AND ")[0]
    inner = " AND ".join(term for term in (*tokens, condition) if term)
    order = part.own_order(descending=descending)
    held = f"SELECT t.* FROM token t WHERE {inner} ORDER BY {order} LIMIT (SELECT CAST(:limit AS BIGINT))"
    return f"account a CROSS JOIN LATERAL ({held}) AS t", " AND ".join(term for term in (*own, from_account) if term)


def at_offset(reader: Reader, asked: Asked, shape: AnyShape, limit: int, offset: int) -> list[Row]:
    """Return what `walked` does, at an offset, but not since when counters count; the keys are found first, and only those
    rows are read.
    """
    keys: list[tuple[TokenKey, int | str]] = []
    parts = asked.in_order
    for number, part in enumerate(parts):
        keys += _keys_at(reader, asked, part, limit - len(keys), offset)
        if len(keys) >= limit or number == len(parts) - 1:
            break
        offset = max(0, offset - int(reader.value(f"SELECT {counting(asked.predicate, asked.source, part.term)}", asked.params)))
    rows = values_of(reader, [key for key, _ in keys], asked.now, shape)
    found = {(values[0], values[1]): values for values in rows}
    return [(*found[key], value, None) for key, value in keys if key in found]


def _keys_at(reader: Reader, asked: Asked, part: Part, limit: int, offset: int) -> list[tuple[TokenKey, int | str]]:
    """Return keys and values at an offset in one part of a list.

    Where a status is asked for, the offset is first walked along the index alone, over tokens of any status, and then
    put right by how many of those passed have another one: rows are only read near the place itself.
    """
    order = part.order_by(descending=asked.descending)
    columns = f"t.account_id, t.id, {asked.value_column}"
    params: dict[str, object] = {**asked.params, "limit": limit, "offset": offset}
    condition = ""
    if asked.predicate.status and offset > limit and not asked.predicate.first:
        terms = " AND ".join([*asked.predicate.without_status, *([part.term] if part.term else [])])
        walk = f"SELECT {columns} FROM {asked.source} WHERE {terms} ORDER BY {order} LIMIT 1 OFFSET :offset"
        found = reader.one(walk, params)
        if found is None:
            return []
        anchor = Anchor(found[2], found[0], found[1])
        params |= part.values(anchor)
        before = part.condition(later=False, descending=asked.descending)
        params["offset"] = int(reader.value(f"SELECT {counting_others(asked.predicate, part.term, before)}", params))
        condition = part.condition(later=True, descending=asked.descending, included=True)
    where = asked.where(part.term, condition)
    sql = f"SELECT {columns} FROM {asked.source} WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset"
    return [(TokenKey((account, token_id)), value) for account, token_id, value in reader.rows(sql, params)]
