"""Choosing a saved view with the keys: the navigator's own dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.dialogs.dialog import Dialog
from console.dialogs.guard import closes
from console.render.pieces import Line
from console.render.sheet import Sheet, line
from store.rules.views import VIEWS, View


class ViewChoice(Dialog):
    """Moves through the views with the arrow keys, j and k, or to the next one that begins with a letter.

    Enter or a view's own digit opens one, Escape and q leave it; no other key does anything, here or behind it.
    """

    def __init__(
        self, at: int, moved: Callable[[int | None], None], choose: Callable[[View], None], views: Sequence[View] = VIEWS
    ) -> None:
        super().__init__()
        self.at = at
        self._moved, self._choose, self._views = moved, choose, views
        moved(at)

    @property
    def hints(self) -> Line:
        """Return the keys that open a view, move and leave it."""
        return line((" ⏎", "key"), " Open  ", ("j k", "key"), " Move  ", ("Esc", "key"), " Stay here")

    def key(self, key: str, character: str | None, at: float) -> None:
        """Move, choose or close."""
        step = {"j": 1, "down": 1, "tab": 1, "k": -1, "up": -1, "shift+tab": -1}.get(key)
        if step is not None:
            self.at = (self.at + step) % len(self._views)
            self._moved(self.at)
            return
        chosen = next((view for view in self._views if view.key and view.key == character), None)
        if key == "enter":
            chosen = self._views[self.at]
        if chosen is not None or closes(key) or key == "q":
            self._moved(None)
            self.close(None if chosen is None else lambda: self._choose(chosen))
        elif character is not None and character.isalpha():
            self._find(character.lower())

    def _find(self, letter: str) -> None:
        count = len(self._views)
        order = [(self.at + step) % count for step in range(1, count + 1)]
        self.at = next((place for place in order if self._views[place].title.lower().startswith(letter)), self.at)
        self._moved(self.at)

    def sheet(self, width: int, height: int) -> Sheet:
        """Draw the rule of the view the keys are on."""
        view = self._views[self.at]
        lines = [
            line((view.title, "strong"), "   ", (f":view {view.name}", "quiet")),
            line(view.rule),
            line((view.filter or "everything", "accent")),
            line(("⏎", "key"), " open    ", ("j k", "key"), " move    ", ("Esc", "key"), " stay here"),
        ]
        return Sheet(lines, line(("Saved views", "title")))
