"""Finding rare text quickly: the few tokens that come into question are found in an index before any list is walked.

What tokens are called is kept by every three letters in a row (store.tables.texts); accounts are few and looked through.
"""

from __future__ import annotations

from dataclasses import replace

from store.reader import Reader, Row, SqliteReader
from store.reads.filter_sql import Predicate
from store.reads.filter_writing import like, pattern
from store.reads.narrowing import holds_few, is_narrowed
from store.rules.filter_match import fold
from store.rules.filter_tree import Contains, Filter, Shown, Term, Word

SHORTEST_ID = 6
"""A bare word at least this long, or behind a prefix, that is exactly the id of a token means that token alone."""

SHORTEST_TEXT = 3
"""Shorter text is in no index: the list is walked, and most lists hold it soon."""

RARE = 5_000
"""Text that more tokens may hold than this is found soon enough by walking the list."""

MANY = 60_000
"""The same where a walk may be long: in the order of names those with the text stand together, and a count has no end."""

_INDEXED = {"name", "id", "hint"}
_NO_SUCH_ID = "(SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM token WHERE id = :whole)) AS other CROSS JOIN "
"""One row, or none where there is a token of this id: before the others it keeps the database from looking at them."""

_EXACT = "SELECT {key} FROM token t WHERE t.id = :whole"
_NAMED = f"{like('n.name', ':text')} OR {like('n.id', ':text')}"
_SQLITE = (
    "t.rowid",
    "SELECT token_text.rowid FROM {first}token_text WHERE token_text MATCH :grams "
    "UNION ALL SELECT d.number FROM {first}token_text_due d",
    f"SELECT t.rowid FROM {{first}}account n CROSS JOIN token t WHERE t.account_id = n.id AND ({_NAMED})",
)
_POSTGRESQL = (
    "t.account_id, t.id",
    "SELECT x.account_id, x.id FROM {first}token_text x "
    "WHERE token_trigrams(x.text) @> CAST(:grams AS text[]) AND x.text LIKE :text ESCAPE '\\'",
    "SELECT t.account_id, t.id FROM {first}account n "
    f"CROSS JOIN LATERAL (SELECT * FROM token WHERE account_id = n.id LIMIT :limit) AS t WHERE {_NAMED}",
)
"""What names a token, the tokens whose own text may hold a word, and those of the accounts that are called so.

SQLite's index holds nothing of a token but the number of its row. PostgreSQL would read all tokens for the accounts.
"""


def with_rare_text(reader: Reader, wanted: Filter, predicate: Predicate, *, far: bool = False) -> Predicate:
    """Return the predicate with the tokens that may hold its longest text before it, when those are few.

    `far` says that walking the list may lead far before it holds the text, so that more are few enough.
    The rule itself stays among the terms; what stands before only says where to look. Nothing is asked where another
    index leaves few tokens already.
    """
    node = max(wanted.root.nodes, key=lambda node: len(_text_of(node)), default=None)
    if len(_text_of(node)) < SHORTEST_TEXT or is_narrowed(predicate) or holds_few(predicate) is not None:
        return predicate
    sqlite = isinstance(reader, SqliteReader)
    keys = _keys_with(reader, node, MANY if far else RARE, sqlite=sqlite)
    return predicate if keys is None else _first(predicate, keys, sqlite=sqlite)


def _text_of(node: object) -> str:
    match node:
        case Word(text):
            return text
        case Term(field, Contains(text)) if field in _INDEXED:
            return text
        case Shown():
            return node.rarest
        case _:
            return ""


def _keys_with(reader: Reader, node: object, most: int, *, sqlite: bool) -> list[Row] | None:
    """Return what names each token that may hold a text, or None when they are more than `most`."""
    text = _text_of(node)
    key, held, named = _SQLITE if sqlite else _POSTGRESQL
    in_accounts = isinstance(node, Word) or (isinstance(node, Shown) and isinstance(node.written, Word))
    selects = [held, named] if in_accounts else [held]
    exact = len(text) >= SHORTEST_ID and (isinstance(node, Word) or (isinstance(node, Shown) and not node.ends))
    if exact:
        selects.insert(0, _EXACT)
    sql = " UNION ALL ".join(selects).format(key=key, first=_NO_SUCH_ID if exact else "")
    grams = _grams(fold(text))
    asked = " AND ".join('"' + gram.replace('"', '""') + '"' for gram in grams) if sqlite else grams
    rows = reader.rows(f"{sql} LIMIT :limit", {"text": pattern(text), "whole": text, "grams": asked, "limit": most + 1})
    return None if len(rows) > most else list(dict.fromkeys(map(tuple, rows)))


def _grams(text: str) -> list[str]:
    """Return every other three letters in a row of a text, and the last ones: together they hold all of it."""
    last = len(text) - SHORTEST_TEXT
    return [text[at : at + SHORTEST_TEXT] for at in (*range(0, last, 2), last)]


def _first(predicate: Predicate, keys: list[Row], *, sqlite: bool) -> Predicate:
    """Return the predicate with these tokens before it, as one value: thousands of bound ones would take their time."""
    if sqlite:
        numbers = ", ".join(str(row[0]) for row in keys)
        terms: tuple[str, ...] = ("t.rowid = wanted.value",)
        params: dict[str, object] = {"wanted": f"[{numbers}]"}
        source = "json_each(:wanted) AS wanted"
    else:
        terms = ("t.account_id = wanted.account_id", "t.id = wanted.token_id")
        params = {"accounts": [row[0] for row in keys], "tokens": [row[1] for row in keys]}
        source = "unnest(CAST(:accounts AS text[]), CAST(:tokens AS text[])) AS wanted(account_id, token_id)"
    return replace(predicate, terms=(*terms, *predicate.terms), params={**predicate.params, **params}, first=source)
