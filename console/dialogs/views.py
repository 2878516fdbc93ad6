"""Choosing a saved view with the keys: the navigator's own dialog."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.dialogs.dialog import Dialog
from console.render.sheet import Sheet, line
from store.rules.views import VIEWS, View


class ViewChoice(Dialog):
    """Moves through the views with the arrow keys, j and k; Enter or a view's own digit opens one, anything else closes."""

    def __init__(
        self, at: int, moved: Callable[[int | None], None], choose: Callable[[View], None], views: Sequence[View] = VIEWS
    ) -> None:
        super().__init__()
        self.at = at
        self._moved, self._choose, self._views = moved, choose, views
        moved(at)

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
        self._moved(None)
        self.close(None if chosen is None else lambda: self._choose(chosen))

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
