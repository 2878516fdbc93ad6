"""The saved views with their live counts, the one that is open, and the one the keys are on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from textual import events
from textual.message import Message

from console.render.pieces import Line, Piece
from console.render.sheet import ends, line
from console.widgets.frame import Panel
from store.rules.views import VIEWS, View


class Counted(Protocol):
    """A number, or with `more` the least it is."""

    @property
    def number(self) -> int:
        """Return the number."""

    @property
    def more(self) -> bool:
        """Say whether counting stopped there."""


def count_words(count: Counted) -> str:
    """Write a count; a long one that was not counted to its end has a plus."""
    if not count.more:
        return f"{count.number:,}"
    return f"{count.number // 1000:,}k+" if count.number >= 1000 else f"{count.number}+"


class Navigator(Panel):
    """Lists the views. A click posts `Chosen`; `cursor` (None: the keys are elsewhere) is where the keys are."""

    class Chosen(Message):
        """A view was clicked."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    def __init__(self) -> None:
        super().__init__(self._view_lines, id="navigator")
        self._counts: Mapping[str, Counted] = {}
        self._open = ""
        self._cursor: int | None = None
        self._first = 0
        self._views: Sequence[View] = VIEWS

    def tell(
        self, counts: Mapping[str, Counted], open_view: str, cursor: int | None = None, views: Sequence[View] = VIEWS
    ) -> None:
        """Show these views with these counts by their ids, the id of the open one, and the keys on the view at `cursor`."""
        self._counts, self._open, self._cursor, self._views = counts, open_view, cursor, views
        self.draw()

    def draw(self) -> None:
        """Draw what is known."""
        self.inside.update()
        keyed = self._cursor is not None
        more = len(self._rows()) - self._first - self.room[1] if self.room[1] else 0
        note = line((f"{more} more", "quiet")) if more > 0 else ()
        self.entitle(line(("Views", "title")), note, "accent" if keyed else "frame", self.outer_size.height if keyed else 0)

    def _rows(self) -> list[int | str]:
        """Return what stands on each line: the number of a view, or a heading over the saved ones."""
        rows: list[int | str] = []
        kind = "built-in"
        for number, view in enumerate(self._views):
            if view.kind != kind:
                kind = view.kind
                rows.append(kind)
            rows.append(number)
        return rows

    def _view_lines(self, width: int, height: int) -> list[Line]:
        rows = self._rows()
        here = self._cursor if self._cursor is not None else self._place_of(self._open)
        follow = rows.index(here) if here in rows else 0
        self._first = max(0, min(self._first, follow, len(rows) - height))
        self._first = max(self._first, follow - max(1, height) + 1)
        return [
            self._heading(row, width) if isinstance(row, str) else self._view_line(self._views[row], row == self._cursor, width)
            for row in rows[self._first : self._first + height]
        ]

    @staticmethod
    def _heading(word: str, width: int) -> Line:
        return line((f" ─ {word} {'─' * width}"[: width - 1], "quiet"))

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.draw()

    def on_click(self, event: events.Click) -> None:
        """Open the view that was clicked."""
        line_number = event.screen_y - self.region.y
        rows, number = self._rows(), self._first + line_number - 1
        row = rows[number] if 0 < line_number < self.outer_size.height - 1 and number < len(rows) else ""
        if isinstance(row, int):
            self.post_message(self.Chosen(self._views[row]))

    def _view_line(self, view: View, keyed: bool, width: int) -> Line:
        is_open = view.id == self._open
        count = self._counts.get(view.id)
        number = "…" if count is None else count_words(count)
        if view.by_account and count is not None:
            number += " acct" if number == "1" else " accts"
        none = count is not None and count.number == 0
        style = "cursor" if keyed else "title" if is_open else "quiet" if none else ""
        label = line((f"{'▌' if is_open else ' '}", "accent"), (f"{view.key or ' '} ", "key"), (view.short, style))
        tail = line((number, "quiet" if none or count is None else "strong" if is_open else ""))
        done = ends(label, tail, width)
        return tuple(Piece(piece.text, "cursor") for piece in done) if keyed else done

    def _place_of(self, view_id: str) -> int:
        return next((number for number, view in enumerate(self._views) if view.id == view_id), 0)
