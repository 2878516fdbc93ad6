"""Going from area to area, and from any screen to a list or an account: each area keeps what was opened there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions import shown
from console.areas import AREAS, HOME_AREA
from console.screens.desktop import Desktop

if TYPE_CHECKING:
    from console.screens.place import Place


class Going(Desktop, part=True):
    """A screen one can go away from."""

    def open_view(self, name: str) -> None:
        """Open a saved view in the token list."""
        here = self.session.trail.here
        first = self._first_of(HOME_AREA)
        first.open_view(name)
        first.opened_from(here)

    def go_to(self, area: str, argument: str = "") -> None:
        """Go to an area, and there to what `argument` says."""
        here = self.session.trail.here
        self.session.trail.go(area)
        self._show_area(argument)
        if isinstance(self.app.screen, Going):
            self.app.screen.opened_from(here if argument else area)

    def _show_area(self, argument: str = "") -> None:
        if argument:
            self._first_of(self.session.trail.here).arrive(argument)
        else:
            self.app.switch_mode(self.session.trail.here)

    def first_of(self, area: str) -> Going:
        """Go to the first screen of an area, from where Escape comes back, and return it."""
        here = self.session.trail.here
        first = self._first_of(area)
        first.opened_from(here)
        return first

    def _first_of(self, area: str) -> Going:
        """Go to an area, close what was opened there, and return its first screen."""
        self.session.trail.go(area)
        self.app.switch_mode(area)
        while len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        first = self.app.screen
        assert isinstance(first, Going)
        return first

    def show_tokens(self, filter_text: str, view: str) -> None:
        """Go to the token list: a saved view, narrowed by a filter."""
        from console.screens.place import Place

        self.open_place(Place(view, filter_text))

    def open_place(self, place: Place) -> None:
        """Go to a place of the token list."""
        from console.screens.placing import Placing

        here = self.session.trail.here
        first = self._first_of(HOME_AREA)
        assert isinstance(first, Placing)
        first.go(place)
        first.opened_from(here)

    def show_account(self, account_id: str) -> None:
        """Go to everything about one account."""
        from console.screens.account import AccountScreen

        here = self.session.trail.here
        self._first_of("accounts")
        opened = AccountScreen(self.session, account_id)
        opened.opened_from(here)
        self.app.push_screen(opened)

    def opened_from(self, area: str) -> None:
        """Keep the area that something was opened from."""
        self.came_from = area if area != self.session.trail.here else ""

    def do_notices(self, argument: str) -> None:
        """Show what customers are told."""
        from console.screens.notices import NoticesScreen

        self.app.push_screen(NoticesScreen(self.session, argument))

    def do_areas(self, argument: str) -> None:
        """Choose an area by its letter, or go to the one named."""
        if argument:
            self.go_to(argument)
            return
        from console.dialogs.choice import Choice, Option

        here = self.session.trail.here
        options = [
            Option(area.letter, area.title, lambda area=area: self.go_to(area.id), "here" if area.id == here else shown(area.key))  # type: ignore[misc]
            for area in AREAS
        ]
        self.ask(Choice("Go to", options))

    def do_back_in_time(self, argument: str) -> None:
        """Go back to the area before."""
        self.step_area(-1)

    def do_forward(self, argument: str) -> None:
        """Go forward again."""
        self.step_area(1)

    def do_last(self, argument: str) -> None:
        """Change between the last two areas."""
        self.go_to(self.session.trail.last())

    def step_area(self, by: int) -> None:
        """Go back or forward through the areas one has been to."""
        if self.session.trail.step(by) is None:
            self.say((f"There is nothing further {'back' if by < 0 else 'forward'}.", "quiet"))
        else:
            self._show_area()

    def leave(self) -> None:
        """Go back to where one came from: what opened this, else the screen before, else the area before; from home out."""
        app, came_from = self.app, self.came_from
        self.came_from = ""
        first = len(app.screen_stack) == 1
        if not first:
            app.pop_screen()
        if came_from:
            self._go_back_to(came_from)
        elif first and self.session.trail.here == HOME_AREA:
            app.exit()
        elif first:
            self._go_back_to(self.session.trail.last())

    def _go_back_to(self, area: str) -> None:
        trail = self.session.trail
        if trail.last() == area:
            trail.step(-1)
        else:
            trail.go(area)
        self.app.switch_mode(area)
