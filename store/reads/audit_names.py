"""Who and what a filter of the audit log names: its words turned into whole names, each found through an index."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from store.errors import BadInput
from store.reader import Reader
from store.reads.filter_writing import like, pattern
from store.reads.tokens import find
from store.rows import TokenKey
from store.rules.audit_filter import Named
from store.rules.filter_match import fold

T = TypeVar("T")
MOST_NAMES = 50
"""More names than these can't be read along an index each; whoever means them all leaves the field out."""

_ACTORS = """
WITH RECURSIVE who(name) AS (
SELECT min(actor) FROM audit UNION ALL
SELECT (SELECT min(e.actor) FROM audit e WHERE e.actor > who.name) FROM who WHERE who.name IS NOT NULL
) SELECT name FROM who WHERE name IS NOT NULL LIMIT 10000
"""
_CASES = """
WITH RECURSIVE filed(id) AS (
SELECT min(case_id) FROM audit WHERE case_id IS NOT NULL AND case_id >= :start UNION ALL
SELECT (SELECT min(e.case_id) FROM audit e WHERE e.case_id IS NOT NULL AND e.case_id > filed.id) FROM filed
WHERE filed.id IS NOT NULL AND substr(filed.id, 1, length(:start)) = :start
) SELECT id FROM filed WHERE id IS NOT NULL AND substr(id, 1, length(:start)) = :start LIMIT :most
"""
_ACCOUNTS = f"SELECT a.id FROM account a WHERE {like('a.name', ':text')} OR {like('a.id', ':text')} ORDER BY a.id LIMIT :most"
_HINTS = "SELECT account_id, id FROM token WHERE hint = :hint ORDER BY account_id, id LIMIT :most"


def actors_named(reader: Reader, wanted: Iterable[Named]) -> list[str]:
    """Return the actors on record that are meant; each is met once, however many lines there are of them."""
    wanted = list(wanted)
    if all(name.exact for name in wanted):
        return [name.text for name in wanted]
    known = [str(row[0]) for row in reader.rows(_ACTORS)]
    return _few(actor for actor in known if any(_is_meant(name, actor) for name in wanted))


def cases_named(reader: Reader, wanted: Iterable[Named]) -> list[str]:
    """Return the cases that are meant: exactly, or by how they begin."""
    found: list[str] = []
    for name in wanted:
        if name.exact:
            found.append(name.text)
        else:
            rows = reader.rows(_CASES, {"start": name.text, "most": MOST_NAMES + 1})
            found += [str(row[0]) for row in rows]
    return _few(found)


def accounts_named(reader: Reader, wanted: Iterable[Named]) -> list[str]:
    """Return the ids of the accounts that are meant: exactly, or with the text in their name or id."""
    found: list[str] = []
    for name in wanted:
        if name.exact:
            found.append(name.text)
        else:
            rows = reader.rows(_ACCOUNTS, {"text": pattern(name.text), "most": MOST_NAMES + 1})
            found += [str(row[0]) for row in rows]
    return _few(found)


def tokens_named(reader: Reader, wanted: Iterable[str], now: datetime) -> list[TokenKey]:
    """Return the keys of the tokens that are meant: by id, `ACCOUNT/ID`, an id as it is shown, or else by their last four."""
    found: list[TokenKey] = []
    for text in wanted:
        keys = [row.key for row in find(reader, text, now)]
        if not keys:
            rows = reader.rows(_HINTS, {"hint": text.lstrip("…."), "most": MOST_NAMES + 1})
            keys = [TokenKey((str(account), str(token))) for account, token in rows]
        found += keys
    return _few(found)


def _is_meant(name: Named, actor: str) -> bool:
    return name.text == actor if name.exact else fold(name.text) in fold(actor)


def _few(found: Iterable[T]) -> list[T]:
    once = list(dict.fromkeys(found))
    if len(once) > MOST_NAMES:
        raise BadInput(f"That means more than {MOST_NAMES} names.", "Write more of the name.")
    return once
