"""`tokendesk reviews export`: the evidence of a review as a file, on record before and after."""

from __future__ import annotations

from pathlib import Path

from console.cli.output import say, show
from console.cli.place import Place, now_at
from console.cli.recorded import target, write_recorded
from console.reports.review_fields import review_evidence
from store.opening import Store
from store.reads.reviews import review
from store.writes.exports import ExportOrder


def write_evidence(place: Place, review_id: str, output: Path | None, *, force: bool) -> None:
    """Write the evidence of a review; without a file to standard output, with nothing else there."""
    with place.open() as store:
        path = None if output is None or str(output) == "-" else target(str(output), "csv", (), force=force)
        with store.reading() as reader:
            review(reader, review_id)
        order = ExportOrder(what=f"review {review_id}", form="csv", actor=place.actor(store))
        done = write_recorded(store, order, now_at(store), path, lambda: _evidence(store, review_id), replace=force)
        if path is not None:
            show(f"{path}: {done.rows:,} tokens, SHA-256 {done.sha256}")
    say(f"This export is audit line #{done.seq}, SHA-256 {done.sha256}.")


def _evidence(store: Store, review_id: str) -> tuple[bytes, int]:
    with store.reading() as reader:
        return review_evidence(reader, review_id)
