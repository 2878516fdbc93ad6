"""Printing the rows of `tokens list`: in batches, so that a million of them need no more memory than a few hundred."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime

from console.cli.output import print_array, print_csv, print_table, say
from console.cli.pointing import checked
from console.reports.cells import Value
from console.reports.freshness import FRESHNESS, freshness_record, freshness_sentence
from console.reports.token_fields import BY_NAME, DIGEST, DROPPED, FIELDS, TABLE_COLUMNS, USAGE, chosen_fields
from store.errors import BadInput, NotFound
from store.opening import Store
from store.reads.digests import digest
from store.reads.saved_views import saved_views
from store.reads.tokens import Question, count, page, parse_sort
from store.reads.usage import freshness
from store.rows import TokenRow
from store.rules.roles import Actor
from store.rules.views import View, view_named

TABLE_ROWS = 100
_BATCH = 500
_APART = {DIGEST: "Digest", "recorded_until": "Recorded until", "resolution": "By the", "tracked_since": "Tracked since"}
"""The headings of what is no part of a row."""

MONTH = "requests_30d"


def print_list(
    store: Store,
    now: datetime,
    form: str,
    *,
    view: str | None,
    filter_text: str,
    sort: str | None,
    columns: str | None,
    limit: int | None,
    past: bool,
    actor: Actor,
) -> None:
    """Print the tokens of a view, a filter, or both, as `form`: table, csv or json.

    `limit` None means 100 for a table and all of them for a file; 0 means all. A file's lines say how far usage is known;
    where `columns` are chosen, CSV has these and no others. Raises BadInput and BadFilter.
    """
    every = [*(field.name for field in FIELDS), *FRESHNESS]
    names = chosen_fields(columns, TABLE_COLUMNS if form == "table" else every)
    known = _known_view(store, actor, view)
    question = Question(view=known, filter=_parsed(filter_text), sort=parse_sort(sort) if sort else None, past=past)
    if form == "table":
        _print_table(store, question, now, names, TABLE_ROWS if limit is None else limit)
        return
    if form == "json" and not USAGE.isdisjoint(names):
        names = (*names, *(name for name in FRESHNESS if name not in names))
    rows = _values(store, _rows(store, question, now, limit or 0, month=MONTH in names), names)
    if form == "csv":
        print_csv(names, rows)
    else:
        print_array(dict(zip(names, row, strict=True)) for row in rows)


def _print_table(store: Store, question: Question, now: datetime, names: tuple[str, ...], limit: int) -> None:
    rows = list(_rows(store, question, now, limit, month=MONTH in names))
    known = _known_apart(store)
    shown = [[str(known(name, row)) if name not in BY_NAME else BY_NAME[name].shown(row) for name in names] for row in rows]
    fields = [BY_NAME.get(name) for name in names]
    headings = [field.heading if field else _APART[name] for name, field in zip(names, fields, strict=True)]
    right = frozenset(i for i, field in enumerate(fields) if field and field.right)
    drop = [names.index(name) for name in DROPPED] if names == TABLE_COLUMNS else []
    print_table(headings, shown, right=right, shrink=[i for i, field in enumerate(fields) if field and field.cut], drop=drop)
    with store.reading() as reader:
        total = count(reader, question, now)
    fresh = store.facts.freshness
    told = fresh.recorded_to is not None and not question.past and not USAGE.isdisjoint(names)
    said = f" {freshness_sentence(fresh)}" if told else ""
    if total > len(rows):
        say(f"{len(rows):,} of {total:,} tokens; --limit 0 shows all.{said}")
    else:
        say(f"{total:,} token{'s' * (total != 1)}.{said}")


def _rows(store: Store, question: Question, now: datetime, limit: int, *, month: bool) -> Iterator[TokenRow]:
    """Yield the rows in order, up to `limit` (0: all). Each batch is a query of its own and holds no lock."""
    after, left = None, limit or sys.maxsize
    with store.reading() as reader:
        while left > 0:
            found = page(reader, question, now, min(_BATCH, left), after=after, month=month)
            yield from found.rows
            left -= len(found.rows)
            if len(found.rows) < _BATCH:
                return
            after = found.anchors[-1]


def _values(store: Store, rows: Iterator[TokenRow], names: tuple[str, ...]) -> Iterator[list[Value]]:
    known = _known_apart(store)
    for row in rows:
        yield [BY_NAME[name].value(row) if name in BY_NAME else known(name, row) for name in names]


def _known_apart(store: Store) -> Callable[[str, TokenRow], Value]:
    """Return what gives the fields that are no part of a row."""
    with store.reading() as reader:
        fresh = freshness_record(freshness(reader))

    def known(name: str, row: TokenRow) -> Value:
        return _digest(store, row) if name == DIGEST else fresh[name]

    return known


def _known_view(store: Store, actor: Actor, name: str | None) -> View | None:
    """Return the view, which may be one that somebody saved; raises BadInput with the nearest name."""
    try:
        if name is None:
            return None
        with store.reading() as reader:
            return view_named(name, saved_views(reader, actor.name))
    except NotFound as error:
        raise BadInput(error.problem, error.remedy) from None


def _parsed(text: str) -> str:
    from store.rules.filters import parse

    return checked(text, parse)


def _digest(store: Store, row: TokenRow) -> str | None:
    with store.reading() as reader:
        return digest(reader, row.key)
