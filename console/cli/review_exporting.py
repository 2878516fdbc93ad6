"""`tokendesk reviews export`: record that it begins, write the evidence, record what it holds, then put it in its place."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

from console.cli.output import say, show
from console.cli.place import Place, now_at
from console.reports.files import checked_path, drafted
from console.reports.review_fields import review_evidence
from store.errors import Refused
from store.reads.reviews import review
from store.writes.exports import ExportOrder, begin_export, finish_export


def write_evidence(place: Place, review_id: str, output: Path | None, *, force: bool) -> None:
    """Write the evidence of a review; without a file to standard output, with nothing else there."""
    with place.open() as store:
        now = now_at(store)
        path = None if output is None or str(output) == "-" else checked_path(str(output), "csv", ())
        if path is not None and not force and (path.exists() or path.is_symlink()):
            raise Refused(f"{path} is there already.", "Choose another name, or say --force to replace it.")
        with store.reading() as reader:
            review(reader, review_id)
        order = ExportOrder(what=f"review {review_id}", form="csv", actor=place.actor(store))
        begun = store.write(lambda unit: begin_export(unit, order, now), order.action_id)
        with store.reading() as reader:
            data, rows = review_evidence(reader, review_id)
        digest = sha256(data).hexdigest()
        if path is None:
            seq = store.write(lambda unit: finish_export(unit, order, now, begun=begun, rows=rows, sha256=digest))
            sys.stdout.write(data.decode())
        else:
            draft = drafted(path, [(data, rows)], lambda rows: None)
            try:
                seq = store.write(lambda unit: finish_export(unit, order, now, begun=begun, rows=draft.rows, sha256=draft.sha256))
                draft.publish(path, replace=force)
            finally:
                draft.drop()
            show(f"{path}: {rows:,} tokens, SHA-256 {digest}")
    say(f"This export is audit line #{seq}, SHA-256 {digest}.")
