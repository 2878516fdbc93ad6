"""`tokendesk cases export`: record that it begins, write the whole file, record what it holds, then put it in its place."""

from __future__ import annotations

import sys
from pathlib import Path

from console.cli.case_words import the_case_file
from console.cli.output import print_record, say, show
from console.cli.place import Place, now_at
from console.reports.case_export import CASE_FORMS, case_bytes, case_path, form_of
from console.reports.files import checked_path, drafted
from store.errors import BadInput, Refused
from store.opening import Store
from store.writes.exports import ExportOrder, begin_export, finish_export


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
        path = None if piped else checked_path(str(output or case_path(case, chosen, now)), chosen, ())
        if path is not None and not force and (path.exists() or path.is_symlink()):
            raise Refused(f"{path} is there already.", "Choose another name, or say --force to replace it.")
        order = ExportOrder(what="case", form=chosen, actor=place.actor(store), case=case)
        the_case_file(store, case, now)
        begun = store.write(lambda unit: begin_export(unit, order, now), order.action_id)
        found = the_case_file(store, case, now)
        data, lines = case_bytes(found, chosen, order.actor.name), len(found.events)
        if path is None:
            _print(store, order, data, begun, lines)
            return
        draft = drafted(path, [(data, lines)], lambda rows: None)
        try:
            seq = store.write(
                lambda unit: finish_export(unit, order, now, begun=begun, rows=draft.rows, sha256=draft.sha256)
            )  # fmt: skip
            draft.publish(path, replace=force)
        finally:
            draft.drop()
    if as_json:
        print_record({"file": str(path), "format": chosen, "case": case, "sha256": draft.sha256, "audit": seq})
    else:
        show(f"{path}: {case}, {lines:,} lines of its timeline, SHA-256 {draft.sha256}")
        say(f"This export is audit line #{seq}.")


def _print(store: Store, order: ExportOrder, data: bytes, begun: int, lines: int) -> None:
    from hashlib import sha256

    now = now_at(store)
    digest = sha256(data).hexdigest()
    seq = store.write(lambda unit: finish_export(unit, order, now, begun=begun, rows=lines, sha256=digest))
    sys.stdout.write(data.decode())
    say(f"This export is audit line #{seq}, SHA-256 {digest}.")
