"""`tokendesk cases export`: a case as a file, on record before and after."""

from __future__ import annotations

from pathlib import Path

from console.cli.case_words import the_case_file
from console.cli.output import print_record, say, show
from console.cli.place import Place, now_at
from console.cli.recorded import target, write_recorded
from console.reports.case_export import CASE_FORMS, case_bytes, case_path, form_of
from store.errors import BadInput
from store.writes.exports import ExportOrder


def export_case(place: Place, case: str, form: str | None, output: Path | None, *, force: bool, as_json: bool) -> None:
    """Export a case; `-` writes it to standard output, with nothing else there."""
    piped = output is not None and str(output) == "-"
    chosen = form or form_of(None if piped else output)
    if chosen not in CASE_FORMS:
        raise BadInput(f"There is no format “{chosen[:20]}”.", f"Use --format {' or '.join(CASE_FORMS)}.")
    if piped and as_json:
        raise BadInput("--json and -o - would both print.", "Name a file, or use --format json -o -.")
    with place.open() as store:
        now = now_at(store)
        path = None if piped else target(str(output or case_path(case, chosen, now)), chosen, (), force=force)
        order = ExportOrder(what="case", form=chosen, actor=place.actor(store), case=case)
        the_case_file(store, case, now)

        def make() -> tuple[bytes, int]:
            found = the_case_file(store, case, now)
            return case_bytes(found, chosen, order.actor.name), len(found.events)

        done = write_recorded(store, order, now, path, make, replace=force)
    if path is None:
        say(f"This export is audit line #{done.seq}, SHA-256 {done.sha256}.")
    elif as_json:
        print_record({"file": str(path), "format": chosen, "case": case, "sha256": done.sha256, "audit": done.seq})
    else:
        show(f"{path}: {case}, {done.rows:,} lines of its timeline, SHA-256 {done.sha256}")
        say(f"This export is audit line #{done.seq}.")
