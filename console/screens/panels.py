"""A screen of panels on one pane: which page is shown, and the cursor that goes from number to number."""

from __future__ import annotations

from collections.abc import Iterable
from operator import is_

from textual import events
from textual.widget import Widget

from console.dialogs.dialog import Dialog
from console.render.board import Board, Spot, framed, moved, next_panel
from console.render.board_parts import Target
from console.render.pieces import Line
from console.screens.commands import Commands
from console.session import Session
from console.widgets.pane import Pane


class Panels(Commands):
    """Draws panels for the size of the window; the cursor is on a line that leads somewhere, and keeps to it."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.board: Board | None = None
        self.at: Target | None = None
        self._room: tuple[int, int] = (0, 0)
        self._of: tuple[object, ...] = ()

    @property
    def drawn_of(self) -> tuple[object, ...]:
        """Return what the panels are drawn from: they are drawn again when any of it is another one."""
        raise NotImplementedError

    def draw_board(self, width: int, height: int) -> Board:
        """Return the panels drawn for a size."""
        raise NotImplementedError

    def open_spot(self, spot: Spot) -> None:
        """Show what is behind a number."""
        raise NotImplementedError

    def middle(self) -> Iterable[Widget]:
        """Yield the one pane that all panels are drawn on."""
        yield Pane(id="board")

    # Drawing -----------------------------------------------------------------------------------------------------

    @property
    def cursor(self) -> int:
        """Return which spot the cursor is on: the first one until it has been moved, or when its own has gone."""
        spots = self.board.spots if self.board is not None else ()
        same = (number for number, spot in enumerate(spots) if spot.target == self.at)
        alike = (number for number, spot in enumerate(spots) if self.at and _name(spot.target) == _name(self.at))
        return next(same, next(alike, 0))

    @property
    def spot(self) -> Spot | None:
        """Return where the cursor is; None while there is nothing to be on."""
        return self.board.spots[self.cursor] if self.board is not None and self.board.spots else None

    def undock(self) -> None:
        """Draw the page the cursor is on."""
        pane = self.query_one("#board", Pane)
        if pane.is_mounted and pane.size:
            pane.show(self._lines())
            self.draw_status()

    @property
    def _is_drawn(self) -> bool:
        return len(self._of) == len(self.drawn_of) and all(map(is_, self._of, self.drawn_of))

    def _lines(self) -> list[Line]:
        size = self.query_one("#board", Pane).size
        if self.board is None or self._room != size or not self._is_drawn:
            self._room, self._of = (size.width, size.height), self.drawn_of
            self.board = self.draw_board(size.width, size.height)
        spot = self.spot
        return self.board.shown(spot.page if spot is not None else 0, spot)

    def _draw_docked(self, dialog: Dialog) -> None:
        pane = self.query_one("#board", Pane)
        width, height = pane.size
        over = framed(dialog.sheet(width - 4, max(1, min(14, height - 2))), width)
        pane.show([*over, *self._lines()[len(over) :]])

    # Moving ------------------------------------------------------------------------------------------------------

    def _go(self, number: int) -> None:
        if self.board is not None and self.board.spots:
            self.at = self.board.spots[number].target
            if self.dialog is None:
                self.undock()

    def _step(self, by: int) -> None:
        self._go(moved(self.board.spots if self.board is not None else (), self.cursor, by))

    def _page(self, by: int) -> None:
        spots = self.board.spots if self.board is not None else ()
        if spots:
            pages = sorted({spot.page for spot in spots})
            here = pages.index(spots[self.cursor].page)
            wanted = pages[max(0, min(len(pages) - 1, here + by))]
            self._go(next(number for number, spot in enumerate(spots) if spot.page == wanted))

    def do_down(self, argument: str) -> None:
        """Go to the next number."""
        self._step(1)

    def do_up(self, argument: str) -> None:
        """Go to the number before."""
        self._step(-1)

    def do_page_down(self, argument: str) -> None:
        """Go to the next page of panels."""
        self._page(1)

    def do_page_up(self, argument: str) -> None:
        """Go to the page before."""
        self._page(-1)

    def do_half_down(self, argument: str) -> None:
        """Go five numbers down."""
        self._step(5)

    def do_half_up(self, argument: str) -> None:
        """Go five numbers up."""
        self._step(-5)

    def do_top(self, argument: str) -> None:
        """Go to the first number."""
        self._go(0)

    def do_bottom(self, argument: str) -> None:
        """Go to the last number."""
        self._go(-1)

    def do_next_panel(self, argument: str) -> None:
        """Go to the next panel."""
        self._go(next_panel(self.board.spots if self.board is not None else (), self.cursor, 1))

    def do_last_panel(self, argument: str) -> None:
        """Go to the panel before."""
        self._go(next_panel(self.board.spots if self.board is not None else (), self.cursor, -1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Go down with the wheel."""
        self._step(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Go up with the wheel."""
        self._step(-1)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the number that was clicked; open it when it is there already."""
        if event.widget is not self.query_one("#board") or self.dialog is not None or self.board is None:
            self.click_hint(event)
            return
        here = self.spot
        for number, spot in enumerate(self.board.spots):
            if here is not None and spot.page == here.page and spot.rect.holds(event.x, event.y):
                if spot == here:
                    self.open_spot(spot)
                else:
                    self._go(number)


def _name(target: Target) -> tuple[str, str]:
    return target.panel, target.name
