"""Going from list to list: saved views, filters, sorts, and the way back."""

from __future__ import annotations

from dataclasses import replace

from textual import on

from console.actions import Action
from console.screens.commands import Commands
from console.screens.place import EVERYTHING, HOME, Place
from console.screens.reading import Reading
from console.widgets.navigator import Navigator
from console.widgets.windowed_list import WindowedList
from store.reads.sorting import SORTS, Sort, parse_sort
from store.rules.views import VIEWS, view_named

SORT_LETTERS = {"u": "used", "n": "name", "a": "account", "e": "expires", "r": "rotated", "c": "created", "q": "requests"}


class Placing(Reading, Commands, part=True):
    """The part of the token list that decides what is listed."""

    _landed = Place()

    def go(self, place: Place) -> None:
        """Show another place; a view every store has is sorted again as it last was, a saved one as it was saved."""
        remembered = self.session.memory.sorts.get(place.view)
        if place.sort is None and remembered and place.saved is None:
            place = replace(place, sort=parse_sort(remembered))
        if place.view != self._landed.view:
            self.came_from = ""
        self.history.go(place)
        self.show_place()

    def show_place(self) -> None:
        """Show the place the history is at."""
        self.show_columns(self.here.of.columns)
        self.show_order()
        self.read_again(keep=False)
        self.draw_all()

    def filter_to(self, text: str) -> None:
        """Narrow the list; raises BadFilter and leaves it as it is."""
        self.go(self.here.filtered(text))

    def do_filter(self, argument: str) -> None:
        """Type a filter, or take the one that was given to `:tokens`."""
        if argument:
            self.filter_to(argument)
        else:
            self.ask_filter(self.here.filter)

    def do_view(self, argument: str) -> None:
        """Open a saved view by its digit or its name."""
        view = next((view for view in VIEWS if view.key and view.key == argument), None)
        self.go(Place.on(view or view_named(argument, self.session.saved)))

    @property
    def wide(self) -> bool:
        """Say whether the wide columns are shown."""
        raise NotImplementedError

    def show_columns(self, columns: str) -> None:
        """Show the columns a saved view was saved with: `wide`, `narrow`, or empty for what the person last chose."""
        raise NotImplementedError

    def do_save_view(self, argument: str) -> None:
        """Keep the present filter, sort and columns as a view of one's own."""
        from console.screens.view_saving import save_here

        save_here(self, argument)

    def open_view(self, name: str) -> None:
        """Open a saved view by its name."""
        self.do_view(name)

    def do_views(self, argument: str) -> None:
        """Choose a view in the navigator, which appears where it was left out."""
        from console.dialogs.views import ViewChoice

        views = self.views
        at = next((number for number, view in enumerate(views) if view.id == self.here.view), 0)
        self.add_class("-views")
        self.ask(ViewChoice(at, self._view_cursor, lambda view: self.go(Place.on(view)), views))

    def _view_cursor(self, at: int | None) -> None:
        self.query_one(Navigator).tell(self.all_counts, self.here.view, at, self.views)
        if at is None:
            self.remove_class("-views")

    @on(Navigator.Chosen)
    def _view_clicked(self, event: Navigator.Chosen) -> None:
        self.go(Place.on(event.view))

    def do_sort(self, argument: str) -> None:
        """Choose a sort by its letter; the same one again turns it round."""
        if argument:
            self.sort_by(parse_sort(argument))
            return
        from console.dialogs.choice import Choice, Option

        now = self.here.sorted_by()
        options = []
        for letter, name in SORT_LETTERS.items():
            field = SORTS[name]
            turned = now.field == name and not now.descending
            note = field.descending if turned else field.ascending
            options.append(Option(letter, field.about, lambda name=name, turned=turned: self.sort_by(Sort(name, turned)), note))  # type: ignore[misc]
        self.ask(Choice("Sort by", options))

    def sort_by(self, order: Sort) -> None:
        """Sort the list; remembered for this view."""
        here = self.here
        self.session.memory.sorts[here.view] = order.text
        self.history.go(replace(here, sort=order))
        self.table.show_sort(order.field, order.descending)
        self.read_again()
        self.draw_all()

    @on(WindowedList.SortWanted)
    def _sort_clicked(self, event: WindowedList.SortWanted) -> None:
        self.sort_by(Sort(event.field, event.descending))

    def check_command(self, action: Action, argument: str) -> None:
        """Raise for an argument that can't be used, so that the command line can point at it."""
        super().check_command(action, argument)
        if not argument:
            return
        if action.id == "filter":
            from store.rules.filters import parse

            parse(argument)
        elif action.id == "view" and not any(view.key and view.key == argument for view in VIEWS):
            view_named(argument, self.session.saved)
        elif action.id == "save-view":
            from console.screens.view_saving import name_of

            name_of(argument, self.session)
        elif action.id == "sort":
            parse_sort(argument)

    def do_back_in_time(self, argument: str) -> None:
        """Go back to the list before."""
        self._step(-1)

    def do_forward(self, argument: str) -> None:
        """Go forward again."""
        self._step(1)

    def do_last(self, argument: str) -> None:
        """Change between the last two lists, or, with only one, between the last two areas."""
        if len(self.history.places) < 2:
            super().do_last(argument)
            return
        self.history.swap()
        self.show_place()

    def arrive(self, argument: str) -> None:
        """Show every token that a filter finds."""
        self.go(Place(EVERYTHING).filtered(argument))

    def _step(self, by: int) -> None:
        if self.history.step(by):
            self.show_place()
        else:
            self.step_area(by)

    def opened_from(self, area: str) -> None:
        """Keep the area that opened this place, and which place that is."""
        super().opened_from(area)
        self._landed = self.here

    def do_close(self, argument: str) -> None:
        """Go back to what opened the list, if something did; else clear the filter, then go home; never leave the console."""
        here, landed = self.here, self._landed
        if self.came_from and here.view == landed.view and here.filter == landed.filter:
            self.leave()
        elif self.came_from and here.view == landed.view:
            self.go(landed)
        elif self.here.filter:
            self.go(replace(self.here, filter="", sort=None))
        elif self.here.view != HOME:
            self.go(Place())
