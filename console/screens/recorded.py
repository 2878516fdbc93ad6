"""One whole file written from a page: record that it begins, write it, record what it holds, put it in its place."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.dialogs.choice import Choice, Option
from console.reports.files import Draft, drafted, place_words
from store.errors import StoreError
from store.writes.exports import ExportOrder, begin_export, finish_export

if TYPE_CHECKING:
    from console.screens.commands import Commands
    from store.reader import Reader


def settle(screen: Commands, path: Path, write: Callable[[bool], Coroutine[Any, Any, None]], description: str) -> None:
    """Have a file written in the background; one that is there is replaced only when that is chosen: then `write` hears True."""

    def begin(replace: bool) -> None:
        screen.in_background(write, replace, description=description)

    if path.exists() or path.is_symlink():
        screen.ask(Choice("There is a file of this name", [Option("r", "replace it", lambda: begin(True), str(path))]))
    else:
        begin(False)


async def write_recorded(
    screen: Commands,
    order: ExportOrder,
    path: Path,
    make: Callable[[Reader], tuple[bytes, int]],
    says: Callable[[int], str],
    *,
    replace: bool,
) -> bool:
    """Write what `make` reads, its bytes and how many rows they are; `says` what that is. Return whether it is there.

    Nothing is read for it before it is on record that it begins; only once what it holds is on record is it put in its place.
    """
    session, now = screen.session, screen.session.now
    draft: Draft | None = None
    try:
        begun = await session.desk.change(lambda unit: begin_export(unit, order, now), order.action_id)
        session.own.add(begun)
        made = draft = await session.desk.ask(
            f"export {order.action_id}", lambda reader: drafted(path, [make(reader)], lambda rows: None)
        )
        seq = await session.desk.change(
            lambda unit: finish_export(unit, order, now, begun=begun, rows=made.rows, sha256=made.sha256)
        )
        session.own.add(seq)
        made.publish(path, replace=replace)
    except StoreError as error:
        screen.explain(error)
        return False
    finally:
        if draft is not None:
            draft.drop()
    say_written(screen, path, f"{says(made.rows)} exported", seq, made.sha256)
    return True


def say_written(screen: Commands, path: Path, said: str, seq: int, sha256: str) -> None:
    """Say where a file is now, what it holds, and what the audit log keeps of it."""
    screen.say(f"{place_words(path)}: ", (said, "good"), (f", audit #{seq}, SHA-256 {sha256[:12]}…", "quiet"))
