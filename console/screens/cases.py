"""The incidents: the open ones first, with how many of the five steps are done and how many tokens still work."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import work

from console.actions import CASES
from console.render.case_lists import COLUMNS, case_cells, case_sheet
from console.render.column import Column
from console.render.pieces import Cell
from console.render.sheet import Sheet
from console.screens.desktop import bindings_for
from console.screens.listed import Got, Listed
from console.session import Session
from console.widgets.windowed_list import Ask
from store.case_rows import CaseFile, CaseLine

if TYPE_CHECKING:
    from store.reader import Reader


class CasesScreen(Listed[CaseLine]):
    """Lists cases. Opening one does not file anything under it; acting on its page does."""

    PLACE = CASES
    TITLE_WORDS: ClassVar[str] = "Cases"
    BINDINGS = bindings_for(CASES)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._read: CaseFile | None = None

    def columns(self) -> tuple[Sequence[Column], Callable[[CaseLine], Sequence[Cell]]]:
        """Return the columns of cases."""
        return COLUMNS, lambda row: case_cells(row, self.session.now)

    def key_of(self, row: CaseLine) -> Hashable:
        """Return the case's name."""
        return row.id

    def page(self, reader: Reader, ask: Ask) -> Got[CaseLine]:
        """Read a page."""
        from store.reads.cases import case_lines, cases

        rows = case_lines(reader, cases(reader, ask.first, ask.count, self.narrowed), self.session.now)
        return Got(rows, [row.id for row in rows])

    def number(self, reader: Reader) -> int:
        """Count the cases."""
        from store.reads.cases import count_cases

        return count_cases(reader, self.narrowed)

    def place_of(self, reader: Reader, key: Hashable) -> int | None:
        """Return how many cases stand before one."""
        from store.reads.cases import place_of_case

        return place_of_case(reader, str(key), self.narrowed)

    def described(self, row: CaseLine, width: int, height: int) -> Sheet:
        """Say how far the case is."""
        found = self._read if self._read is not None and self._read.row.id == row.id else None
        return case_sheet(row, found, width, height)

    def nothing(self) -> str:
        """Say why there is none."""
        if self.narrowed:
            return f"No case has “{self.narrowed}” in its name or title. Esc shows all."
        return "No case yet. I on a token opens one; so does the first action after :case NAME."

    def open_row(self, row: CaseLine) -> None:
        """Show everything about the case."""
        from console.screens.case_file import CaseScreen

        self.app.push_screen(CaseScreen(self.session, row.id))

    def in_hand(self) -> dict[str, str]:
        """Return the case under the cursor."""
        return {**super().in_hand(), "of_case": self.row.id if self.row is not None else ""}

    def do_join_case(self, argument: str) -> None:
        """File what follows under the case under the cursor."""
        row = self.row
        if row is None:
            self.say(("There is no case under the cursor.", "finding"))
        else:
            self.do_case(row.id)

    def store_changed(self) -> None:
        """Read again, the case under the cursor as well."""
        self._read = None
        super().store_changed()

    def rested(self) -> None:
        """Read the case under the cursor."""
        super().rested()
        row = self.row if self.is_mounted else None
        if row is not None and self.session.ready and (self._read is None or self._read.row.id != row.id):
            self.read_case(row.id)

    @work(exit_on_error=False, description="read the case under the cursor")
    async def read_case(self, case: str) -> None:
        """Read how far a case is."""
        from store.reads.case_file import case_file

        now = self.session.now

        async def read() -> None:
            self._read = await self.session.desk.ask("case inspected", lambda reader: case_file(reader, case, now))
            super(CasesScreen, self).rested()

        await self.tried(read)
