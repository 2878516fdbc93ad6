"""`tokendesk audit verify`, `export` and `checkpoint`: the log against what is kept of it outside, and keeping it."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from console.audit.comparing import compared, key_from
from console.audit.exporting import export_pieces, head_words
from console.cli.output import print_record, say, show
from console.cli.place import Place, now_at
from console.cli.progress import counting
from console.reports.cells import Value
from console.reports.files import checked_path, drafted
from store.errors import BadInput, Refused
from store.reads.audit import head
from store.reads.verify import verify
from store.writes.exports import ExportOrder, begin_export, finish_export

if TYPE_CHECKING:
    from store.opening import Store


def verify_log(place: Place, against: Path | None, key_file: Path | None, *, as_json: bool) -> None:
    """Check the log, and `against` what was kept of it when the log itself is whole; exits with 1 for what is wrong."""
    if key_file is not None and against is None:
        raise BadInput("--key checks the seals of a kept file.", "Name it with --against.")
    key = key_from(key_file)
    with place.open() as store, store.reading() as reader:
        with counting("audit lines checked") as progress:
            verdict = verify(reader, progress)
        kept = None
        if against is not None:
            with counting("kept lines compared") as heard:
                kept = compared(reader, verdict.lines, against, key, heard) if verdict.broken_at is None else None
    problem = " ".join(filter(None, (verdict.problem, kept.problem if kept else "")))
    if as_json:
        record: dict[str, Value] = {
            "whole": not problem,
            "lines": verdict.lines,
            "head": verdict.head,
            "broken_at": verdict.broken_at,
            "problem": problem or None,
        }
        more: dict[str, Value] = {
            "against": str(against),
            "known": kept.known if kept else 0,
            "known_to": kept.newest if kept else 0,
        }
        print_record(record | more if against is not None else record)
    elif not problem:
        show(f"The audit log is whole: {verdict.lines:,} lines, head {verdict.head}.")
        if against is not None and kept is not None:
            show(f"It holds everything {against.name} knows: {kept.known:,} known, the newest #{kept.newest}.")
    if problem:
        say(f"{problem} Keep a copy of the store as it is and find out who could write to it.")
        raise typer.Exit(1)


def print_checkpoint(place: Place, key_file: Path | None) -> None:
    """Print one line that later shows whether the log still begins as it does now."""
    key = key_from(key_file)
    with place.open() as store:
        with store.reading() as reader:
            newest = head(reader)
        show(f"audit-head: {head_words(newest, store.facts.store_id, now_at(store), key)}")
    if key is None:
        say("Not sealed: whoever can change where you keep it can make another. Seal it with --key FILE.")


def export_log(place: Place, first: int, output: Path | None, key_file: Path | None, *, force: bool) -> None:
    """Write the log from line `first`, its own line «began» the last; recorded before the first line is read, and after."""
    key = key_from(key_file)
    with place.open() as store:
        path = None if output is None or str(output) == "-" else checked_path(str(output), "jsonl", ())
        if path is not None and not force and (path.exists() or path.is_symlink()):
            raise Refused(f"{path} is there already.", "Choose another name, or say --force to replace it.")
        with store.reading() as reader:
            newest, _ = head(reader)
        if first > newest + 1:
            raise BadInput(f"The audit log has no line {first:,} yet.", f"Its newest is {newest:,}.")
        order = ExportOrder(what="audit", form="jsonl", actor=place.actor(store), about=f"from line {first}")
        now = now_at(store)
        begun = store.write(lambda unit: begin_export(unit, order, now), order.action_id)
        if path is None:
            _print(store, order, first, begun, key)
            return
        with store.reading() as reader, counting("audit lines written") as heard:
            pieces = export_pieces(reader, store.facts.store_id, now, first=first, until=begun, key=key)
            draft = drafted(path, pieces, heard)
        try:
            seq = _finish(store, order, begun, draft.rows, draft.sha256)
            draft.publish(path, replace=force)
        finally:
            draft.drop()
    show(f"{path}: audit lines {first:,} to {begun:,}, SHA-256 {draft.sha256}")
    say(f"This export is audit line #{seq}; the next one begins with --from {begun + 1}.")


def _print(store: Store, order: ExportOrder, first: int, begun: int, key: bytes | None) -> None:
    digest = sha256()
    with store.reading() as reader:
        pieces = export_pieces(reader, store.facts.store_id, now_at(store), first=first, until=begun, key=key)
        for data, _ in pieces:
            digest.update(data)
            sys.stdout.write(data.decode("ascii"))
    seq = _finish(store, order, begun, begun - first + 1, digest.hexdigest())
    say(f"This export is audit line #{seq}, SHA-256 {digest.hexdigest()}; the next one begins with --from {begun + 1}.")


def _finish(store: Store, order: ExportOrder, begun: int, rows: int, digest: str) -> int:
    now = now_at(store)
    return store.write(lambda unit: finish_export(unit, order, now, begun=begun, rows=rows, sha256=digest))
