"""Exporting a case from its page: record that it begins, write the whole file, record what it holds, put it in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from console.dialogs.choice import Choice, Option
from console.dialogs.form import Field, Form
from console.render.sheet import line
from console.reports.case_export import CASE_FORMS, case_bytes, case_path, form_of
from console.reports.files import Draft, checked_path, drafted
from store.errors import BadInput, NotFound, StoreError
from store.writes.exports import ExportOrder, begin_export, finish_export

if TYPE_CHECKING:
    from console.screens.case_file import CaseScreen
    from store.reader import Reader


def ask_case_export(screen: CaseScreen, argument: str) -> None:
    """Ask for the format and the file; a file that is there is replaced only when that is chosen."""
    session = screen.session
    if session.actor is None:
        return
    if session.actor.read_only:
        screen.say(("Export: read-only, and an export is recorded in the audit log.", "finding"))
        return
    form = form_of(Path(argument)) if argument else CASE_FORMS[0]
    form = form if form in CASE_FORMS else CASE_FORMS[0]
    path = argument or str(case_path(screen.case, form, session.now))

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        try:
            target = checked_path(values["file"], values["format"], CASE_FORMS)
        except (BadInput, OSError) as error:
            return str(error)
        return lambda: _settle(screen, values["format"], target)

    about = line("Steps, tokens, numbers and timeline ", ("· readable by you alone · ticks the post-mortem", "quiet"))
    fields = [Field("format", "Format", form, CASE_FORMS), Field("file", "File", path)]
    asked = Form(f"Export {screen.case}", about, fields, check)
    asked.command = screen.command_of("export-case", lambda: asked.values)
    screen.ask(asked)


def _settle(screen: CaseScreen, form: str, path: Path) -> None:
    def begin(replace: bool) -> None:
        screen.run_worker(write(screen, form, path, replace=replace), description="export a case", exit_on_error=False)

    if path.exists() or path.is_symlink():
        screen.ask(Choice("There is a file of this name", [Option("r", "replace it", lambda: begin(True), str(path))]))
    else:
        begin(False)


async def write(screen: CaseScreen, form: str, path: Path, *, replace: bool) -> None:
    """Write the file; only once what it holds is recorded is it put in its place."""
    session, case = screen.session, screen.case
    assert session.actor is not None
    order, now = ExportOrder(what="case", form=form, actor=session.actor, case=case), session.now
    draft: Draft | None = None

    def make(reader: Reader) -> Draft:
        from store.reads.case_file import case_file

        found = case_file(reader, case, now)
        if found is None:
            raise NotFound(f"There is no case {case}.", "")
        return drafted(path, [(case_bytes(found, form, order.actor.name), len(found.events))], lambda rows: None)

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
        screen.say((f"Exported {case} ", "good"), said, (f", audit #{seq}, SHA-256 {made.sha256[:12]}…", "quiet"))
        screen.read()
    finally:
        if draft is not None:
            draft.drop()
