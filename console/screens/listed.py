"""A list of something else than tokens: accounts, audit lines, scopes. Windowed like the token list, with an inspector."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from textual import events, on, work
from textual.widget import Widget

from console.render.column import Column
from console.render.pieces import Cell, Line
from console.render.sheet import Sheet, line
from console.screens.narrowing import Narrowing
from console.widgets.frame import Frame, Panel
from console.widgets.ground import Ground
from console.widgets.windowed_list import Ask, WindowedList

if TYPE_CHECKING:
    from store.reader import Reader

Row = TypeVar("Row")


class Got(NamedTuple, Generic[Row]):
    """Rows read for a list, and where each stands: what the store needs to go on before or behind it."""

    rows: Sequence[Row]
    anchors: Sequence[object]


class Listed(Narrowing, Generic[Row]):
    """A screen with one list. A subclass says its columns and cells, reads a page and a count, and describes a row."""

    AUTO_FOCUS = "#list"
    # What a subclass says ----------------------------------------------------------------------------------------

    @abstractmethod
    def columns(self) -> tuple[Sequence[Column], Callable[[Row], Sequence[Cell]]]:
        """Return the columns and what makes a row's cells."""

    @abstractmethod
    def key_of(self, row: Row) -> Hashable:
        """Return what names a row wherever it is."""

    @abstractmethod
    def page(self, reader: Reader, ask: Ask) -> Got[Row]:
        """Read the rows that are asked for; called in a thread."""

    @abstractmethod
    def number(self, reader: Reader) -> int:
        """Count the rows; called in a thread."""

    @abstractmethod
    def place_of(self, reader: Reader, key: Hashable) -> int | None:
        """Return how many rows stand before the one of a key; None when it isn't in the list. Called in a thread."""

    @abstractmethod
    def described(self, row: Row, width: int, height: int) -> Sheet:
        """Return what the inspector shows of the row under the cursor."""

    @abstractmethod
    def nothing(self) -> str:
        """Say why the list is empty, and what to do."""

    def noun(self) -> str:
        """Return what one row is called, such as «account»."""
        return self.TITLE_WORDS.lower().removesuffix("s")

    def rested(self) -> None:
        """Describe the row under the cursor; override to read more about it first."""
        if self.is_mounted and (self.dialog is None or self.dialog.wants_line):
            self.draw_list_edge()
            self.undock()

    # Parts -------------------------------------------------------------------------------------------------------

    @property
    def row(self) -> Row | None:
        """Return the row under the cursor, if it is known."""
        row: Row | None = self.table.cursor_row
        return row

    def middle(self) -> Iterable[Widget]:
        """Yield the list and the inspector."""
        columns, cells = self.columns()
        table: WindowedList[Row] = WindowedList(columns, cells, self.key_of, id="list")
        with Ground(id="work"):
            yield Frame(table, id="middle")
            yield Panel(id="inspector")

    def on_mount(self) -> None:
        """Read the first rows."""
        self.undock()
        self._read_all(keep=False)

    def show_store(self) -> None:
        """Read the first rows, now that the store is open."""
        self.read_again(keep=False)
        self.draw_all()

    def undock(self) -> None:
        """Describe the row under the cursor."""
        pane = self.dock()
        if not pane.is_mounted:
            return
        row = self.row
        if row is None:
            words = f"No {self.noun()} is under the cursor." if self.session.ready else "Opening the store…"
            pane.show(Sheet([line((words, "quiet"))], line(("Inspector", "quiet"))))
        else:
            pane.show(self.described(row, *pane.room))

    def draw_all(self) -> None:
        """Draw everything that is not the list's own."""
        super().draw_all()
        if self.is_mounted:
            self.draw_list_edge()

    def draw_list_edge(self) -> None:
        """Draw the edge over the list: what it is, what it is narrowed to, and how many."""
        words: list[tuple[str, str] | str] = [(self.TITLE_WORDS, "title")]
        if self.narrowed:
            words += [("  / ", "key"), (self.narrowed, "accent")]
        total = self.table.total
        number = "…" if total.rows is None else f"{total.rows:,}{'' if total.exact else '+'}"
        self.query_one("#middle", Frame).entitle(line(*words), self.edge_note(number))

    def edge_note(self, number: str) -> Line:
        """Return what stands on the right of the upper edge; `number` is how many rows there are."""
        return line((number, "strong"))

    # Reads -------------------------------------------------------------------------------------------------------

    def store_changed(self) -> None:
        """Read again; the old rows stay until the new ones are here."""
        self.read_again()

    def read_again(self, *, keep: bool = True) -> None:
        """Read everything that is shown. With `keep` the old rows stay until the new ones are here."""
        if self.is_mounted:
            self._read_all(keep=keep)

    def _read_all(self, *, keep: bool) -> None:
        self.draw_list_edge()
        if not self.session.ready:
            return
        if not keep:
            self.table.show_nothing("")
        stamp = self.table.reload(keep=keep)
        self.count(stamp)
        self.look_closer()

    @on(WindowedList.RowsWanted)
    def _rows_wanted(self, event: WindowedList.RowsWanted) -> None:
        if self.session.ready:
            self.fetch(event.ask)
        else:
            self.table.failed(event.ask.stamp, event.ask.first)

    @on(WindowedList.KeyWanted)
    def _key_wanted(self, event: WindowedList.KeyWanted) -> None:
        self.seek(event.stamp, event.key)

    @work(exit_on_error=False, description="find the cursor's row")
    async def seek(self, stamp: int, key: Hashable) -> None:
        """Say where the row of a key is now."""

        async def read() -> None:
            found = await self.session.desk.ask(f"{self.PLACE} seek", lambda reader: self.place_of(reader, key))
            self.table.found(stamp, key, found)

        await self.tried(read)

    @work(exit_on_error=False, description="fetch rows")
    async def fetch(self, ask: Ask) -> None:
        """Answer the list's ask."""
        self._begin()

        async def read() -> None:
            got: Got[Any] = await self.session.desk.ask(f"{self.PLACE} rows {ask.first}", lambda reader: self.page(reader, ask))
            if self.table.put(ask.stamp, ask.first, got.rows, got.anchors):
                self._read_well()
                self.look_closer()

        if not await self.tried(read):
            self.table.failed(ask.stamp, ask.first)

    @work(exit_on_error=False, description="count rows")
    async def count(self, stamp: int) -> None:
        """Count the list."""

        async def read() -> None:
            rows = await self.session.desk.ask(f"{self.PLACE} count", self.number)
            self.table.set_total(rows, stamp=stamp)
            self.show_number(rows)

        await self.tried(read)

    def show_number(self, rows: int) -> None:
        """Show how many rows there are; where there are none, why."""
        self.draw_list_edge()
        if rows == 0:
            self.table.show_nothing(self.nothing())
            self.look_closer()

    # Actions -----------------------------------------------------------------------------------------------------

    def do_refresh(self, argument: str) -> None:
        """Read everything again."""
        self.read_again()

    def do_open_row(self, argument: str) -> None:
        """Show everything about the row under the cursor."""
        row = self.row
        if row is None:
            self.say((f"There is no {self.noun()} under the cursor.", "finding"))
        else:
            self.open_row(row)

    def open_row(self, row: Row) -> None:
        """Open a row; override where there is more to show than the inspector does."""
        self.say((f"The inspector shows all there is about this {self.noun()}.", "quiet"))

    @on(WindowedList.Opened)
    def _opened(self, event: WindowedList.Opened) -> None:
        self.do_open_row("")

    def on_click(self, event: events.Click) -> None:
        """Do the action whose key hint was clicked."""
        self.click_hint(event)
