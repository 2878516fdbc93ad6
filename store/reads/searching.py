"""Finding rare text quickly: ids are looked up, and names through the index that holds them, before any list is walked."""

from __future__ import annotations

from dataclasses import replace

from store.lines import TokenKey
from store.reader import Reader
from store.reads.filter_sql import Predicate
from store.reads.filter_texts import accounts_like
from store.reads.filter_writing import NOTHING, like, pattern
from store.reads.narrowing import holds_few, is_narrowed
from store.reads.token_rows import key_table
from store.rules.filter_tree import Contains, Filter, Term, Word

SHORTEST_ID = 6
"""A bare word at least this long that is exactly the id of a token means that token alone."""

RARE = 1_000
"""Text that more tokens hold than this is found soon enough by walking the list."""

_BY_INDEX = {"name": "t.name", "id": "t.id", "hint": "t.hint"}
_INDEXES = (("t.name", "t.id"), ("t.hint",))
"""Columns that stand in one index together with the key, so that looking through them reads no rows."""

_NO_SUCH_ID = "(SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM token WHERE id = :whole)) AS other"
"""One row, or none where there is a token of this id: before the tokens it keeps SQLite from walking through them all."""

_KEYS_FIRST = ("t.account_id = wanted.column1", "t.id = wanted.column2")
"""How a token belongs to the keys that stand before it; both databases name the columns of VALUES so."""


def with_rare_text(reader: Reader, wanted: Filter, predicate: Predicate) -> Predicate:
    """Return the predicate with the keys of the tokens that hold its longest text, when those are few.

    The rule itself stays among the terms; the keys only say where to look. Nothing is asked where another index leaves
    few tokens already.
    """
    texts = [node for node in wanted.root.nodes if _text_of(node)]
    if not texts or is_narrowed(predicate) or holds_few(predicate) is not None:
        return predicate
    keys = _keys_with(reader, max(texts, key=lambda node: len(_text_of(node))))
    if keys is None:
        return predicate
    if not keys:
        return replace(predicate, terms=(NOTHING, *predicate.terms))
    named, params = key_table(keys)
    terms = (*_KEYS_FIRST, *predicate.terms)
    return replace(predicate, terms=terms, params={**predicate.params, **params}, first=f"(VALUES {named}) AS wanted")


def _text_of(node: object) -> str:
    match node:
        case Word(text):
            return text
        case Term(field, Contains(text)) if field in _BY_INDEX:
            return text
        case _:
            return ""


def _keys_with(reader: Reader, node: object) -> list[TokenKey] | None:
    """Return the keys of all tokens that hold a text, or None when they are many."""
    text = _text_of(node)
    word = isinstance(node, Word)
    columns = list(_BY_INDEX.values()) if word else [_BY_INDEX[node.field]] if isinstance(node, Term) else []
    conditions = [" OR ".join(like(column, ":text") for column in index if column in columns) for index in _INDEXES]
    if word:
        conditions.append(accounts_like(":text"))
    source = "token t"
    exact = []
    if word and len(text) >= SHORTEST_ID:
        exact = ["SELECT t.account_id, t.id FROM token t WHERE t.id = :whole"]
        source = f"{_NO_SUCH_ID} CROSS JOIN token t"
    selects = exact + [f"SELECT t.account_id, t.id FROM {source} WHERE {condition}" for condition in conditions if condition]
    sql = f"SELECT account_id, id FROM ({' UNION ALL '.join(selects)}) AS held LIMIT :limit"
    rows = reader.rows(sql, {"text": pattern(text), "whole": text, "limit": RARE + 1})
    if len(rows) > RARE:
        return None
    return list(dict.fromkeys(TokenKey((account, token)) for account, token in rows))
