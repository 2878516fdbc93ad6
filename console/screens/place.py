"""Where the list is: a view, a filter and a sort; and the way back to where it was before."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from store.reads.sorting import Sort, parse_sort
from store.record import open_record, record
from store.rules.views import View, view_named

if TYPE_CHECKING:
    from store.reads.questions import Question

HOME = "live"
EVERYTHING = "all"


@record
class Place:
    """A list that can be shown: `view` is the id of its view, `saved` the view itself where somebody saved it.

    `sort` None is the view's own order.
    """

    view: str = HOME
    filter: str = ""
    sort: Sort | None = None
    saved: View | None = None

    @classmethod
    def on(cls, view: View) -> Place:
        """Return the place that shows a view."""
        return cls(view.id, saved=None if view.operator is None else view)

    @property
    def of(self) -> View:
        """Return the saved view."""
        return self.saved or view_named(self.view)

    @property
    def question(self) -> Question:
        """Return what to ask the store."""
        from store.reads.questions import Question

        return Question(view=self.saved or self.view, filter=self.filter, sort=self.sort)

    def sorted_by(self) -> Sort:
        """Return the order it is in."""
        return self.sort or parse_sort(self.of.sort)

    def filtered(self, text: str) -> Place:
        """Return it narrowed by a filter; raises BadFilter.

        Words typed at home look through every token, whatever its status: a customer who asks about «shopify» means the
        token that no longer works (scenario A1).
        """
        from store.rules.filters import parse, words_of

        text = text.strip()
        found = parse(text)
        if self.view == HOME and words_of(found.root):
            return Place(EVERYTHING, text)
        return replace(self, filter=text)


@open_record
class History:
    """The places one has been to. Going somewhere new forgets what was ahead."""

    places: list[Place] = field(default_factory=lambda: [Place()])
    at: int = 0
    before: int = 0

    @property
    def here(self) -> Place:
        """Return the present place."""
        return self.places[self.at]

    def go(self, place: Place) -> None:
        """Go to a place, unless one is there."""
        if place == self.here:
            return
        self.before = self.at
        self.places = [*self.places[: self.at + 1], place][-100:]
        self.at = len(self.places) - 1
        self.before = min(self.before, self.at)

    def step(self, by: int) -> bool:
        """Go back or forward; False at either end."""
        if not 0 <= self.at + by < len(self.places):
            return False
        self.before, self.at = self.at, self.at + by
        return True

    def swap(self) -> None:
        """Go to where one was last, and from there back again."""
        self.before, self.at = self.at, min(self.before, len(self.places) - 1)
