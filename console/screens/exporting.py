"""Exporting a list from its screen: a small form, a thread that writes in chunks, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.dialogs.choice import Choice, Option
from console.dialogs.form import Field, Form
from console.render.sheet import line
from console.reports.files import FORMATS, Draft, Stopped, checked_path, default_path, write_draft
from console.screens.recorded import say_written
from console.screens.refusals import refuse_read_only
from store.errors import BadInput, StoreError

if TYPE_CHECKING:
    from console.reports.exports import Export
    from console.screens.listing import Listing
    from store.engine import Unit

SHOW_S = 0.5
"""How often an export says how far it is."""


@dataclass(slots=True)
class Running:
    """An export that is under way: `rows` are written, `stop` ends it at the next chunk."""

    export: Export
    rows: int = 0
    stop: bool = False

    def heard(self, rows: int) -> None:
        """Take note of how far it is; called in the thread that writes."""
        self.rows = rows
        if self.stop:
            raise Stopped

    @property
    def words(self) -> str:
        """Say how far it is."""
        of = f" of {self.export.total:,}" if self.export.total else ""
        return f"exporting {self.export.noun}: {self.rows:,}{of} rows"


@dataclass(frozen=True, slots=True)
class Target:
    """Where an export goes."""

    form: str
    path: Path
    replace: bool = False


def ask_export(screen: Listing, argument: str) -> None:
    """Ask for the format and the file, and begin; a file that is there is replaced only when that is chosen."""
    session = screen.session
    if session.actor is None or screen.running is not None:
        return
    if refuse_read_only(screen, "Export", "export", "an export is recorded in the audit log"):
        return
    export = screen.exported()
    now = session.now
    form = next((one for one in FORMATS if argument.endswith(f".{one}")), FORMATS[0])
    path = argument or str(default_path(export.what, form, now))
    number = f"{export.total:,} " if export.total is not None else ""
    about = line((f"{number}{'marked ' if export.about == 'marked' else ''}{export.noun}", "strong"),
                 (f" · {len(export.fields)} fields · readable by you alone · recorded in the audit log", "quiet"))  # fmt: skip

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        try:
            target = Target(values["format"], checked_path(values["file"], values["format"]))
        except (BadInput, OSError) as error:
            return str(error)
        return lambda: _settle(screen, export, target)

    def words(values: dict[str, str]) -> str:
        ending = Path(values["file"]).suffix.lstrip(".")
        return f"The file's name will end in .{values['format']}." if ending in FORMATS and ending != values["format"] else ""

    fields = [Field("format", "Format", form, FORMATS), Field("file", "File", path)]
    asked = Form(f"Export {export.noun}", about, fields, check, words)
    asked.command = screen.command_of("export") if export.about != "marked" else None
    screen.ask(asked)


def _settle(screen: Listing, export: Export, target: Target) -> None:
    def begin(replace: bool) -> None:
        screen.in_background(write, screen, export, Target(target.form, target.path, replace), description="export a list")

    if target.path.exists() or target.path.is_symlink():
        option = Option("r", "replace it", lambda: begin(True), str(target.path))
        screen.ask(Choice("There is a file of this name", [option]))
    else:
        begin(False)


async def write(screen: Listing, export: Export, target: Target) -> None:
    """Record that it begins, write it, record what it holds, and only then put it in its place."""
    session = screen.session
    running = screen.running = Running(export)
    draft: Draft | None = None

    def show() -> None:
        screen.say((running.words, ""), "   ", ("Esc", "key"), (" stops it", "quiet"))

    show()
    from store.writes.exports import ExportOrder, begin_export, finish_export

    assert session.actor is not None
    order = ExportOrder(what=export.what, form=target.form, actor=session.actor, about=export.about, case=session.case)

    def begin(unit: Unit) -> int:
        return begin_export(unit, order, session.now)

    ticking = screen.set_interval(SHOW_S, show)
    try:
        begun = await session.desk.change(begin, order.action_id)
        session.own.add(begun)
        draft = await session.desk.ask(
            f"export {order.action_id}", lambda reader: write_draft(reader, export, target.form, target.path, running.heard)
        )
        made = draft

        def finish(unit: Unit) -> int:
            return finish_export(unit, order, session.now, begun=begun, rows=made.rows, sha256=made.sha256)

        seq = await session.desk.change(finish)
        session.own.add(seq)
        made.publish(target.path, replace=target.replace)
    except Stopped:
        screen.say(("The export was stopped; ", "finding"), "no file was kept.")
    except StoreError as error:
        screen.explain(error)
    else:
        noun = export.noun.removesuffix("s") if made.rows == 1 else export.noun
        say_written(screen, target.path, f"{made.rows:,} {noun} exported", seq, made.sha256)
    finally:
        ticking.stop()
        screen.running, running.stop = None, True  # where nobody waits any more, the thread ends at its next chunk
        if draft is not None:
            draft.drop()
