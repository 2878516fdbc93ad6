"""How a list looks: lines drawn from the rows that are here, and only those sent that differ from before."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from console.render.column import Column
from console.render.pieces import Cell
from console.render.sheet import wrapped
from console.render.widths import width_of
from console.widgets.columns import places
from console.widgets.ink import Ink
from console.widgets.list_lines import SIDES, Look, RowLook, cell_width, empty_runs, header_runs, row_runs
from console.widgets.marks import Marks
from console.widgets.scrolling import kept_in_view, thumb
from console.widgets.window import Total, Window

Row = TypeVar("Row")
RowCells = Sequence[Cell | tuple[str, str]]
Cells = Callable[[Row], RowCells]
PATIENCE_S = 0.12
"""How long a screen may show the rows it showed before, while those it was scrolled to are being read."""


class PaintedList(Widget, Generic[Row]):
    """The state of a list, and its lines."""

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Cells[Row],
        key: Callable[[Row], Hashable],
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns, self._cells, self._key_of = tuple(columns), cells, key
        self._window: Window[Row] = Window(key)
        self._marks = Marks()
        self._cursor, self._top = 0, 0
        self._key: Hashable | None = None
        self._seeking = False
        self._sort: tuple[str, bool] | None = None
        self._nothing = ""
        self._look = Look(())
        self._needs: dict[int, int] = {}
        self._all_measured = False
        self._ink = Ink(self)
        self._strips: dict[int, Strip] = {}
        self._kept: dict[Hashable, RowCells] | None = None
        self._sought = 0
        self._painted: tuple[object, ...] = ()

    @property
    def visible_rows(self) -> tuple[Row, ...]:
        """Return the rows that are on the screen and loaded, from the top."""
        rows = (self._window.row(position) for position in self._visible)
        return tuple(row for row in rows if row is not None)

    @property
    def sort(self) -> tuple[str, bool] | None:
        """Return (field, descending) as given to `show_sort`."""
        return self._sort

    def set_columns(self, columns: Sequence[Column], cells: Cells[Row]) -> None:
        """Show other columns; rows, cursor and marks stay."""
        self._columns, self._cells = tuple(columns), cells
        self._needs = {}
        self._lay_out()

    def show_sort(self, field: str | None, descending: bool = False) -> None:
        """Show ▲ (ascending) or ▼ at the column of that sort field."""
        self._sort = None if field is None else (field, descending)
        self._fit()
        self._draw()

    def show_nothing(self, words: str) -> None:
        """Say in our own words why the list is empty, in its middle, when it is."""
        self._nothing = words
        self._draw()

    def repaint(self) -> None:
        """Draw the visible rows again, since ages or cells have changed; only lines that differ are sent."""
        self._draw()

    def render_line(self, y: int) -> Strip:
        """Return a line as it was drawn last."""
        if self._look.width != self.size.width:
            self._fit()
        strip = self._strips.get(y)
        if strip is None:
            strip = self._strips[y] = self._drawn(y)
        return strip

    def notify_style_update(self) -> None:
        """Draw everything in the new theme's colours."""
        super().notify_style_update()
        look = (self.app.theme, self.app.no_color, self.visual_style)
        if look != self._painted:
            self._painted = look
            self._ink = Ink(self)
            self._strips.clear()
            self.refresh()

    def on_resize(self) -> None:
        """Fit the columns into the new width and keep the cursor in view."""
        if self._look.width != self.size.width:
            self._strips.clear()
        self._lay_out()

    @property
    def _height(self) -> int:
        return max(0, self.size.height - 1)

    @property
    def _visible(self) -> range:
        return range(self._top, self._top + max(1, self._height))

    @property
    def _shown(self) -> range:
        return range(self._top, min(self._visible.stop, max(1, self._window.extent)))

    def _fit(self) -> None:
        width = self.size.width
        needs = {number: max(need, self._title_width(number)) for number, need in self._needs.items()}
        if not self._all_measured:  # there are rows nobody has seen yet: a name keeps its least width for them
            needs = {n: max(need, self._columns[n].width * bool(self._columns[n].flex)) for n, need in needs.items()}
        self._look = Look(places(self._columns, width - SIDES, needs=needs), width)

    def _title_width(self, number: int) -> int:
        column = self._columns[number]
        return width_of(column.title) + column.reserved + 2 * (self._sort is not None and column.sort == self._sort[0])

    def _measure(self, rows: Iterable[Row | None]) -> bool:
        """Learn how wide snug columns have to be for these rows; True: the columns are laid out otherwise now.

        Only grows, so that columns do not move to and fro; where a name may be cut, it is as wide as the first rows ask for.
        """
        snug = [n for n, column in enumerate(self._columns) if column.snug and not (column.flex and self._needs)]
        if not snug:
            return False
        needs, rows = dict(self._needs), list(rows)
        if not needs:
            self._all_measured = self._window.total.exact and len(rows) >= self._window.extent
        for cells in (self._cells_of(row) for row in rows if row is not None):
            for number in snug:
                needs[number] = max(needs.get(number, 0), cell_width(cells[number], self._columns[number]))
        if needs == self._needs:
            return False
        before, self._needs = self._look, needs
        self._fit()
        return self._look != before

    @contextmanager
    def _cells_kept(self) -> Iterator[None]:
        """Work out the cells of each row once for all that is done meanwhile: measuring and drawing."""
        before = self._kept
        self._kept = {} if before is None else before
        try:
            yield
        finally:
            self._kept = before

    def _cells_of(self, row: Row) -> RowCells:
        if self._kept is None:
            return self._cells(row)
        key = self._key_of(row)
        if key not in self._kept:
            self._kept[key] = self._cells(row)
        return self._kept[key]

    def _lay_out(self) -> None:
        self._fit()
        self._top = kept_in_view(self._cursor, self._top, self._height, self._window.extent)
        self._draw()
        self._ask()

    def _ask(self) -> None:
        """Ask for the rows that are to be seen and not here."""

    def _draw_soon(self) -> None:
        """Draw after scrolling; rows that were asked for get a moment to come, so that the lines are not sent twice."""
        if all(self._window.row(position) is not None for position in self._shown):
            self._draw()
        else:
            self.set_timer(PATIENCE_S, self._draw)

    def _draw(self, positions: Iterable[int] | None = None) -> None:
        """Draw lines anew, all of them or those of some positions, and have only those sent that differ."""
        if not self.size or not self.is_mounted:
            return
        with self._cells_kept():
            self._draw_lines(positions)

    def _draw_lines(self, positions: Iterable[int] | None) -> None:
        seen = self._visible if positions is None else (positions := tuple(positions))
        if self._measure(self._window.row(position) for position in seen):
            positions = None
        lines = range(self.size.height) if positions is None else sorted({p - self._top + 1 for p in positions})
        differing = []
        for y in lines:
            if 0 <= y < self.size.height:
                strip = self._drawn(y)
                if self._strips.get(y) != strip:
                    self._strips[y] = strip
                    differing.append(Region(0, y, self.size.width, 1))
        if differing:
            self.refresh(*differing)

    def _drawn(self, y: int) -> Strip:
        if y == 0:
            return self._ink.strip(header_runs(self._look, self._sort), self._look.width)
        if self._window.total == Total(0, exact=True):
            told = wrapped(self._nothing, max(1, self._look.width - 2 * SIDES)) if self._nothing else []
            line = y - max(1, self._height // 3)
            words = "".join(piece.text for piece in told[line]) if 0 <= line < len(told) else ""
            return self._ink.strip(empty_runs(self._look, words), self._look.width)
        position = self._top + y - 1
        row, key = self._window.row(position), self._window.key(position)
        cursor = ""
        if position == self._cursor and (key == self._key or row is None):
            cursor = "cursor" if self.has_focus else "cursor-blurred"
        look = RowLook(
            cells=None if row is None else self._cells_of(row),
            exists=position < self._window.extent,
            marked=key is not None and key in self._marks,
            cursor=cursor,
            thumb=y - 1 in thumb(self._top, self._height, self._window.extent),
        )
        return self._ink.strip(row_runs(self._look, look), self._look.width)
