"""Exporting the evidence of a review from its page: recorded as it begins, written whole, recorded again, put in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from console.dialogs.form import Field, Form
from console.render.counts import counted
from console.render.sheet import line
from console.reports.files import checked_path, default_path
from console.reports.freshness import FRESHNESS
from console.reports.review_fields import FIELDS, review_evidence
from console.screens.recorded import settle, write_recorded
from console.screens.refusals import refuse_read_only
from store.errors import BadInput
from store.writes.exports import ExportOrder

if TYPE_CHECKING:
    from console.screens.review import ReviewScreen

CSV = "csv"


def ask_review_export(screen: ReviewScreen, argument: str) -> None:
    """Ask for the file; one that is there is replaced only when that is chosen."""
    session, found = screen.session, screen.found
    if session.actor is None or found is None:
        return
    if refuse_read_only(screen, "Export", "export", "an export is recorded in the audit log"):
        return
    name = "".join(one if one.isalnum() or one in "-_" else "-" for one in screen.review_id)[:60]
    path = argument or str(default_path(f"review-{name}", CSV, session.now))

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        try:
            target = checked_path(values["file"], CSV, (CSV,))
        except (BadInput, OSError) as error:
            return str(error)
        return lambda: settle(screen, target, lambda replace: write(screen, target, replace=replace), "export a review")

    left = f"not signed off yet, {found.progress.left:,} undecided" if found.signed_at is None else "signed off"
    about = line(
        (counted(len(screen.queue), "token"), "strong"),
        f" · {left}",
        (f" · {len(FIELDS) + len(FRESHNESS)} fields, CSV · readable by you alone", "quiet"),
    )
    screen.ask(Form(f"Export review {screen.review_id}", about, [Field("file", "File", path)], check))


async def write(screen: ReviewScreen, path: Path, *, replace: bool) -> None:
    """Write the file."""
    session, review_id = screen.session, screen.review_id
    assert session.actor is not None
    order = ExportOrder(what=f"review {review_id}", form=CSV, actor=session.actor, case=session.case)
    await write_recorded(
        screen, order, path, lambda reader: review_evidence(reader, review_id), lambda rows: f"{rows:,} tokens", replace=replace
    )
