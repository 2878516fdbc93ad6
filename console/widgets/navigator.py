"""The saved views with their live counts, the one that is open, and the one the keys are on."""

from __future__ import annotations

from collections.abc import Mapping
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

        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    def __init__(self) -> None:
        super().__init__(self._view_lines, id="navigator")
        self._counts: Mapping[str, Counted] = {}
        self._open = ""
        self._cursor: int | None = None
        self._first = 0

    def tell(self, counts: Mapping[str, Counted], open_view: str, cursor: int | None = None) -> None:
        """Show these counts, this view as the open one, and the keys on the view at `cursor`."""
        self._counts, self._open, self._cursor = counts, open_view, cursor
        self.draw()

    def draw(self) -> None:
        """Draw what is known."""
        self.inside.update()
        keyed = self._cursor is not None
        more = len(VIEWS) - self._first - self.room[1] if self.room[1] else 0
        note = line((f"{more} more", "quiet")) if more > 0 else ()
        self.entitle(line(("Views", "title")), note, "accent" if keyed else "frame", self.outer_size.height if keyed else 0)

    def _view_lines(self, width: int, height: int) -> list[Line]:
        follow = self._cursor if self._cursor is not None else self._place_of(self._open)
        self._first = max(0, min(self._first, follow, len(VIEWS) - height))
        self._first = max(self._first, follow - max(1, height) + 1)
        shown = VIEWS[self._first : self._first + height]
        return [self._view_line(view, number + self._first == self._cursor, width) for number, view in enumerate(shown)]

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.draw()

    def on_click(self, event: events.Click) -> None:
        """Open the view that was clicked."""
        line_number = event.screen_y - self.region.y
        number = self._first + line_number - 1
        if 0 < line_number < self.outer_size.height - 1 and number < len(VIEWS):
            self.post_message(self.Chosen(VIEWS[number].name))

    def _view_line(self, view: View, keyed: bool, width: int) -> Line:
        is_open = view.name == self._open
        count = self._counts.get(view.name)
        number = "…" if count is None else f"{count_words(count)}{' accts' if view.by_account else ''}"
        none = count is not None and count.number == 0
        style = "cursor" if keyed else "title" if is_open else "quiet" if none else ""
        label = line((f"{'▌' if is_open else ' '}", "accent"), (f"{view.key or ' '} ", "key"), (view.short, style))
        tail = line((number, "quiet" if none or count is None else "strong" if is_open else ""))
        done = ends(label, tail, width)
        return tuple(Piece(piece.text, "cursor") for piece in done) if keyed else done

    @staticmethod
    def _place_of(name: str) -> int:
        return next((number for number, view in enumerate(VIEWS) if view.name == name), 0)
