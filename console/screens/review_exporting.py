"""Exporting the evidence of a review from its page: recorded as it begins, written whole, recorded again, put in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from console.dialogs.choice import Choice, Option
from console.dialogs.form import Field, Form
from console.render.counts import counted
from console.render.sheet import line
from console.reports.files import Draft, checked_path, default_path, drafted
from console.reports.review_fields import FIELDS, review_csv
from store.errors import BadInput, StoreError

if TYPE_CHECKING:
    from console.screens.review import ReviewScreen
    from store.reader import Reader

CSV = "csv"


def ask_review_export(screen: ReviewScreen, argument: str) -> None:
    """Ask for the file; one that is there is replaced only when that is chosen."""
    session, found = screen.session, screen.found
    if session.actor is None or found is None:
        return
    if session.actor.read_only:
        screen.say(("Export: read-only, and an export is recorded in the audit log.", "finding"))
        return
    name = "".join(one if one.isalnum() or one in "-_" else "-" for one in screen.review_id)[:60]
    path = argument or str(default_path(f"review-{name}", CSV, session.now))

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        try:
            target = checked_path(values["file"], CSV, (CSV,))
        except (BadInput, OSError) as error:
            return str(error)
        return lambda: _settle(screen, target)

    left = f"not signed off yet, {found.progress.left:,} undecided" if found.signed_at is None else "signed off"
    about = line(
        (counted(len(screen.queue), "token"), "strong"),
        f" · {left}",
        (f" · {len(FIELDS)} fields, CSV · readable by you alone", "quiet"),
    )
    screen.ask(Form(f"Export review {screen.review_id}", about, [Field("file", "File", path)], check))


def _settle(screen: ReviewScreen, path: Path) -> None:
    def begin(replace: bool) -> None:
        screen.run_worker(write(screen, path, replace=replace), description="export a review", exit_on_error=False)

    if path.exists() or path.is_symlink():
        screen.ask(Choice("There is a file of this name", [Option("r", "replace it", lambda: begin(True), str(path))]))
    else:
        begin(False)


async def write(screen: ReviewScreen, path: Path, *, replace: bool) -> None:
    """Write the file; only once what it holds is recorded is it put in its place."""
    from store.writes.exports import ExportOrder, begin_export, finish_export

    session, review_id = screen.session, screen.review_id
    assert session.actor is not None
    order, now = ExportOrder(what=f"review {review_id}", form=CSV, actor=session.actor, case=session.case), session.now
    draft: Draft | None = None

    def make(reader: Reader) -> Draft:
        from store.reads.reviews import review, review_items

        found, items = review(reader, review_id), review_items(reader, review_id)
        data = "".join(f"{row}\r\n" for row in review_csv(found, items)).encode()
        return drafted(path, [(data, len(items))], lambda rows: None)

    try:
        begun = await session.desk.change(lambda unit: begin_export(unit, order, now), order.action_id)
        session.own.add(begun)
        made = draft = await session.desk.ask(f"export {order.action_id}", make)
        seq = await session.desk.change(
            lambda unit: finish_export(unit, order, now, begun=begun, rows=made.rows, sha256=made.sha256)
        )
        session.own.add(seq)
        made.publish(path, replace=replace)
    except StoreError as error:
        screen.explain(error)
    else:
        said = f"to {path.name} in {path.parent}"
        screen.say((f"Exported {made.rows:,} tokens ", "good"), said, (f", audit #{seq}, SHA-256 {made.sha256[:12]}…", "quiet"))
    finally:
        if draft is not None:
            draft.drop()
