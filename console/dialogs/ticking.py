"""A field of several choices out of a list: Space ticks the one under the cursor, what is typed narrows the list."""

from __future__ import annotations

from dataclasses import dataclass

from console.dialogs.fields import Judge, Keys, fine, typed
from console.dialogs.picking import Offer, Pick
from console.render.pieces import Line, Piece


@dataclass(slots=True)
class Ticks(Pick):
    """Several of many: Space ticks the one under the cursor. `refuse` judges words that are nowhere in the list."""

    refuse: Judge = fine

    @property
    def many(self) -> bool:
        """Say that several can be chosen."""
        return True

    def problem(self) -> str:
        """Return what is wrong with the words typed, where nothing has them, else with what is ticked."""
        text = self.entry.text.strip()
        if text and not self._found:
            return self.refuse(text.split()[0].strip(",")) or self.empty
        return self.judge(self.given)

    def key(self, key: str, character: str | None) -> bool:
        """Tick, move or narrow."""
        if key == "space":
            self._tick()
            return True
        return Pick.key(self, key, character)

    def enter(self) -> bool:
        """Tick what was searched for; with nothing typed, go on."""
        if not self.entry.text:
            return True
        if self.under is not None and self.under.id not in self.chosen:
            self._tick()
        elif self._found:
            self._cleared()
        return False

    def drawn(self, here: bool) -> Line:
        """Return what is ticked, by name, and what is typed."""
        words = Piece(" ".join(sorted(self.chosen)), "" if here else "strong")
        if not here and not self.entry.text:
            return (words,) if self.chosen else (Piece("—", "faint"),)
        return (words, Piece(" " if self.chosen else ""), *typed(self.entry, here))

    def keys(self) -> Keys:
        """Return the keys of a list of ticks."""
        return (("Space", "tick"), *Pick.keys(self))

    def _mark(self, one: Offer) -> str:
        return " [x] " if one.id in self.chosen else " [ ] "

    def _tick(self) -> None:
        under = self.under
        if under is None:
            return
        self.chosen = [one for one in self.chosen if one != under.id] if under.id in self.chosen else [*self.chosen, under.id]
        self._cleared()

    def _cleared(self) -> None:
        if self.entry.text:
            under = self.under
            self.entry.set("")
            self._narrow()
            self.at = next((number for number, one in enumerate(self._found) if one is under), 0)
