"""Exporting a case from its page: record that it begins, write the whole file, record what it holds, put it in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from console.dialogs.form import Field, Form
from console.render.sheet import line
from console.reports.case_export import CASE_FORMS, case_bytes, case_path, form_of
from console.reports.files import checked_path
from console.screens.recorded import settle, write_recorded
from console.screens.refusals import refuse_read_only
from store.errors import BadInput, NotFound
from store.writes.exports import ExportOrder

if TYPE_CHECKING:
    from console.screens.case_file import CaseScreen
    from store.reader import Reader


def ask_case_export(screen: CaseScreen, argument: str) -> None:
    """Ask for the format and the file; a file that is there is replaced only when that is chosen."""
    session = screen.session
    if session.actor is None:
        return
    if refuse_read_only(screen, "Export", "export", "an export is recorded in the audit log"):
        return
    form = form_of(Path(argument)) if argument else CASE_FORMS[0]
    form = form if form in CASE_FORMS else CASE_FORMS[0]
    path = argument or str(case_path(screen.case, form, session.now))

    def check(values: dict[str, str]) -> str | Callable[[], object]:
        try:
            target = checked_path(values["file"], values["format"], CASE_FORMS)
        except (BadInput, OSError) as error:
            return str(error)
        chosen = values["format"]
        return lambda: settle(screen, target, lambda replace: write(screen, chosen, target, replace=replace), "export a case")

    about = line("Steps, tokens, numbers and timeline ", ("· readable by you alone · ticks the post-mortem", "quiet"))
    fields = [Field("format", "Format", form, CASE_FORMS), Field("file", "File", path)]
    asked = Form(f"Export {screen.case}", about, fields, check)
    asked.command = screen.command_of("export-case", lambda: asked.values)
    screen.ask(asked)


async def write(screen: CaseScreen, form: str, path: Path, *, replace: bool) -> None:
    """Write the file."""
    session, case = screen.session, screen.case
    assert session.actor is not None
    order, now = ExportOrder(what="case", form=form, actor=session.actor, case=case), session.now

    def make(reader: Reader) -> tuple[bytes, int]:
        from store.reads.case_file import case_file

        found = case_file(reader, case, now)
        if found is None:
            raise NotFound(f"There is no case {case}.", "")
        return case_bytes(found, form, order.actor.name), len(found.events)

    if await write_recorded(screen, order, path, make, lambda _: case, replace=replace):
        screen.read()
