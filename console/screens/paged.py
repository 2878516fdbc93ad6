"""A screen of several pages of lines with a cursor on those that can be opened: Enter opens, Tab turns the page."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from textual import events

from console.render.items import Item
from console.render.pieces import Line
from console.render.sheet import Sheet, length, line
from console.screens.scrolled import Scrolled
from console.session import Session


def page_note(pages: Sequence[str], here: str, count: int, seen: range, room: int) -> Line:
    """Return the pages and which of `count` lines are seen; where that is too long, less of the pages, never of the lines."""
    where = f"  {seen.start + 1}-{seen.stop} of {count}" if len(seen) < count else ""
    every = [(f"[{page.title()}]", "key") if page == here else (f" {page.title()} ", "quiet") for page in pages]
    number = f"[{here.title()}] {pages.index(here) + 1} of {len(pages)}" if pages else ""
    for shown in (every, [(number, "key")], []) if len(pages) > 1 else ([],):
        note = line(*shown, *([(where, "quiet")] if where else []))
        if length(note) <= room:
            return note
    return ()


class Paged(Scrolled):
    """Shows the page `page` of PAGES. A subclass says a page's items, the title, and what opening an item means.

    The cursor is on a line that is seen, or nowhere: Enter never acts on what has been scrolled away.
    """

    PAGES: ClassVar[tuple[str, ...]] = ()

    def __init__(self, session: Session, page: str = "") -> None:
        super().__init__(session)
        self.page = page or self.PAGES[0]
        self.cursor = -1
        self._whole = ""

    @property
    def cut_short(self) -> str:
        """Return the name that the line under the cursor had no room for."""
        return self._whole

    @abstractmethod
    def items(self, width: int, height: int) -> list[Item]:
        """Return the lines of the page that is open."""

    @abstractmethod
    def titled(self) -> Line:
        """Return what stands on the left of the upper edge."""

    @abstractmethod
    def open_item(self, opens: tuple[str, ...]) -> None:
        """Open what a line names."""

    # Drawing -----------------------------------------------------------------------------------------------------

    def undock(self) -> None:
        """Draw the part of the page that is scrolled to."""
        pane = self.dock()
        if not pane.is_mounted:
            return
        items = self.items(*pane.room)
        seen = self.kept_in_bounds(len(items))
        self.cursor = self._in_view(items, seen)
        before, self._whole = self._whole, items[self.cursor].whole if self.cursor >= 0 else ""
        lines = [items[number].chosen if number == self.cursor else items[number].line for number in seen]
        pane.show(Sheet(lines, self.titled(), page_note(self.PAGES, self.page, len(items), seen, pane.room[0] // 2)))
        if self._whole != before:
            self.draw_status()

    def _in_view(self, items: list[Item], seen: range) -> int:
        """Return the line the cursor is on: where it was, or the nearest one in view that can be opened, or none (-1)."""
        able = [number for number in seen if items[number].opens]
        return min(able, key=lambda number: abs(number - self.cursor), default=-1)

    # Movement ----------------------------------------------------------------------------------------------------

    def do_down(self, argument: str) -> None:
        """Go to the next line that can be opened, or scroll where there is none in view."""
        self._step(1)

    def do_up(self, argument: str) -> None:
        """Go to the line before that can be opened, or scroll."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if self.dialog is not None:
            return
        items = self.items(*self.dock().room)
        for _ in range(2):
            seen = self.kept_in_bounds(len(items))
            ahead = [number for number in seen if items[number].opens and (number - self.cursor) * by > 0]
            if ahead:
                self.cursor = ahead[0] if by > 0 else ahead[-1]
                break
            self.first += by
        self.undock()

    def do_top(self, argument: str) -> None:
        """Go to the first line."""
        self.cursor = -1
        self.scroll_by(-self.first)

    def do_bottom(self, argument: str) -> None:
        """Go to the last line."""
        self.cursor = 1_000_000
        super().do_bottom(argument)

    def do_open_row(self, argument: str) -> None:
        """Open the line under the cursor."""
        items = self.items(*self.dock().room)
        if not 0 <= self.cursor < len(items):
            self.say(("Nothing on this page can be opened here.", "quiet"))
        else:
            self.open_item(items[self.cursor].opens)

    # Pages -------------------------------------------------------------------------------------------------------

    def turn(self, page: str) -> None:
        """Open a page at its beginning."""
        self.page, self.first, self.cursor = page, 0, -1
        self.undock()

    def do_next_tab(self, argument: str) -> None:
        """Turn to the next page."""
        self.turn(self.PAGES[(self.PAGES.index(self.page) + 1) % len(self.PAGES)])

    def do_last_tab(self, argument: str) -> None:
        """Turn to the page before."""
        self.turn(self.PAGES[(self.PAGES.index(self.page) - 1) % len(self.PAGES)])

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the line that was clicked, open it on a second click, or do the action of a key hint."""
        inside = self.dock().inside
        where = event.get_content_offset(inside) if event.widget is inside and self.dialog is None else None
        if where is None:
            self.click_hint(event)
            return
        items = self.items(*self.dock().room)
        number = self.first + where.y
        if number < len(items) and items[number].opens:
            self.cursor = number
            self.undock()
            if event.chain == 2:
                self.open_item(items[number].opens)
