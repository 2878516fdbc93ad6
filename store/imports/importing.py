"""Importing tokens, and the accounts and people they belong to, from a file of another system or of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from store.engine import Unit
from store.errors import BadInput
from store.imports.batch import Batch, plan_batch
from store.imports.context import Context
from store.imports.csv_rows import CsvRows
from store.imports.formats import FORMATS, TokenFormat, format_named, recognise
from store.imports.json_rows import json_rows
from store.imports.records import RowError, TokenRecord
from store.imports.saving import Import, save_batch
from store.imports.summary import Running, Summary
from store.imports.values import ID_CAP, Row
from store.opening import Store
from store.reads.scopes import catalogue, pairs
from store.rules.actions import Action
from store.rules.denials import Doing
from store.rules.roles import Actor, Permission, require
from store.rules.secrets import ENVIRONMENTS, looks_like_token
from store.usage.events import BadLine
from store.usage.importing import seekable
from store.usage.logs import Log
from store.writes.authority import authorise

Progress = Callable[[int, int], None]
Item = tuple[int, dict[str, Any]]
BATCH = 500
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was asked for. `chosen` is None where the file itself must tell its format."""

    store: Store
    source: Path | BinaryIO
    chosen: TokenFormat | None
    context: Context
    dry_run: bool
    strict: bool
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file whose format is known, and its rows."""

    format: TokenFormat
    rows: Iterator[Item | BadLine]


def import_tokens(
    store: Store,
    source: Path | BinaryIO,
    *,
    format: str | None = None,  # noqa: A002  what it is called on the command line
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
    strict: bool = False,
    account: str = "",
    environment: str = "live",
    progress: Progress | None = None,
) -> Summary:
    """Bring in the tokens of a file, which is known by its format or by its columns.

    Tokens are known again by (account, id), so importing a file again changes nothing and adds no audit line. Every 500
    are one transaction; with `strict` all are one, and a bad line refuses the file before anything is written. `account`
    and `environment` answer for files that name none. `progress(done bytes, all bytes)` is called after each batch, with
    0 for all where a stream can't tell. Nothing of a plaintext secret is stored, shown or kept.

    Raises BadInput for a file that can't be read or whose format is not known, and Refused when the actor may not import.
    """
    context = _checked_context(now, account, environment)
    require(actor, Permission.SEE if dry_run else Permission.ADMINISTER)
    chosen = None if format is None else format_named(format)
    kept = seekable(source) if strict and not isinstance(source, Path) else source
    wish = _Wish(store, kept, chosen, context, dry_run, strict, progress)
    if strict:
        _refuse_bad(wish)
    with store.reading() as reader:
        task = Import(actor, now, "", catalogue(reader), pairs(reader))
    if strict and not dry_run:
        return store.write(lambda unit: _import_all(wish, task, unit))
    return _import_all(wish, task, None)


def _import_all(wish: _Wish, task: Import, unit: Unit | None) -> Summary:
    """Read the file once; in the given transaction, in one for each batch, or in none at all for a dry run."""
    running, store = Running(), wish.store
    if wish.strict and not isinstance(wish.source, Path):
        wish.source.seek(0)
    with closing(Log(wish.source)) as log:
        opened = _opened(log, wish.chosen)
        task = replace(task, source=opened.format.source)
        for records in _batches(_records(opened, wish.context, running)):
            if wish.dry_run:
                with store.reading() as reader:
                    batch = plan_batch(reader.rows, records, task.now)
            elif unit is not None:
                batch = _write(unit, records, task)
            else:
                batch = store.write(lambda own, records=records: _write(own, records, task))  # type: ignore[misc]
            running.done(batch)
            if wish.progress is not None:
                wish.progress(log.done, log.size)
        return running.summary(opened.format.name, dry_run=wish.dry_run)


def _write(unit: Unit, records: Sequence[TokenRecord], task: Import) -> Batch:
    actor = authorise(unit, task.actor, Permission.ADMINISTER, doing=Doing(Action.IMPORT))
    batch = plan_batch(unit.rows, records, task.now)
    save_batch(unit, batch, replace(task, actor=actor))
    return batch


def _refuse_bad(wish: _Wish) -> None:
    """Read everything once without writing; raises BadInput naming the first bad line."""
    running = Running()
    with closing(Log(wish.source)) as log:
        for _ in _records(_opened(log, wish.chosen), wish.context, running):
            pass
        if running.bad_lines:
            line, more = running.bad_lines[0], running.totals["bad"] - 1
            others = f" (and {more:,} more)" if more else ""
            raise BadInput(
                f"{log.name}, line {line.number}: {line.reason}{others}. Nothing was imported.",
                "Mend the file, or leave out --strict to import everything else.",
            )


def _records(opened: _Opened, context: Context, running: Running) -> Iterator[TokenRecord]:
    """Yield the records of a file, each token once; what is wrong with the others is noted."""
    seen: set[int] = set()
    for item in opened.rows:
        if isinstance(item, BadLine):
            running.bad(item)
            continue
        number, values = item
        row: Row | None = None
        try:
            row = Row.of(values, context.now, opened.format.keep)
            for record in opened.format.records(row, number, context):
                # A set of hashes and not of keys: a million of them must fit into memory beside everything else.
                mark = hash(record.key)
                if mark in seen:
                    raise RowError("the same token again; the first one counts")
                seen.add(mark)
                running.read(record)
                yield record
        except RowError as error:
            running.bad(BadLine(number, str(error)))
            running.totals["secrets"] += 0 if row is None else row.secrets


def _batches(records: Iterator[TokenRecord]) -> Iterator[list[TokenRecord]]:
    batch: list[TokenRecord] = []
    for record in records:
        batch.append(record)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _opened(log: Log, chosen: TokenFormat | None) -> _Opened:
    """Find out what a file is. Raises BadInput when it can't be, or it is not what it was said to be."""
    looks_like_json = log.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{")
    kind = chosen.kind if chosen is not None else "json" if looks_like_json else "csv"
    if kind == "csv":
        table = CsvRows(log)
        return _Opened(chosen or _known(log, kind, [frozenset(table.columns)]), _checked(log, chosen, table))
    rows = json_rows(log)
    sample: list[Item | BadLine] = []
    if chosen is None:
        for item in rows:
            sample.append(item)
            if not isinstance(item, BadLine) or len(sample) >= _SAMPLE:
                break
        fields = [frozenset(item[1]) for item in sample if not isinstance(item, BadLine)]
        if not sample:
            raise BadInput(f"{log.name} holds no tokens.", "Give a file with at least one.")
        chosen = _known(log, kind, fields)
    return _Opened(chosen, chain(sample, rows))


def _checked(log: Log, chosen: TokenFormat | None, table: CsvRows) -> Iterator[Item | BadLine]:
    missing = sorted(chosen.known_by - set(table.columns)) if chosen is not None else []
    if missing:
        raise BadInput(f"{log.name} has no column “{missing[0]}”.", "Check that it is this format, or leave out --format.")
    return iter(table)


def _known(log: Log, kind: str, names: Sequence[frozenset[str]]) -> TokenFormat:
    for one in names:
        found = recognise(kind, one)
        if found is not None:
            return found
    formats = ", ".join(known.name for known in FORMATS)
    raise BadInput(f"The format of {log.name} is not recognised.", f"Name it with --format: {formats}.")


def _checked_context(now: datetime, account: str, environment: str) -> Context:
    account = account.strip()
    if len(account) > ID_CAP or not account.isprintable() or looks_like_token(account):
        raise BadInput("The account given can't be an account's id.", f"Use up to {ID_CAP} visible characters.")
    if environment not in ENVIRONMENTS:
        raise BadInput(f"“{environment[:20]}” is not an environment.", f"Use one of {', '.join(ENVIRONMENTS)}.")
    return Context(now, account, environment)
