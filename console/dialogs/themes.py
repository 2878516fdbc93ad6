"""Choosing the colours by looking at them: whatever the keys are on is what the whole console wears at that moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.dialogs.dialog import Dialog
from console.render.pieces import Line, Piece
from console.render.sheet import Sheet, line
from console.render.widths import width_of


class ThemeChoice(Dialog):
    """Moves through the themes with the arrow keys, j and k or a digit, and wears each at once.

    Enter keeps the one the keys are on; Escape and everything else put the one back that was worn before.
    """

    def __init__(
        self,
        themes: Sequence[tuple[str, str]],
        worn: str,
        wear: Callable[[str], None],
        keep: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._themes, self._worn = tuple(themes), worn
        self._wear, self._keep = wear, keep
        self._at = next((number for number, (name, _) in enumerate(self._themes) if name == worn), 0)
        self._rows = 1

    @property
    def hints(self) -> Line:
        """Return the keys that keep one, try others and put the old one back."""
        return line((" ⏎", "key"), " Keep  ", ("j k", "key"), " Try  ", ("Esc", "key"), f" Back to {self._worn}")

    def key(self, key: str, character: str | None, at: float) -> None:
        """Wear another, keep it, or put the old one back."""
        count = len(self._themes)
        across = {"l": self._rows, "right": self._rows, "h": -self._rows, "left": -self._rows}.get(key)
        step = {"j": 1, "down": 1, "tab": 1, "k": -1, "up": -1, "shift+tab": -1}.get(key)
        if character is not None and character.isdecimal() and 0 < int(character) <= min(9, count):
            self._go(int(character) - 1)
        elif step is not None:
            self._go((self._at + step) % count)
        elif across is not None:
            self._go(min(count - 1, max(0, self._at + across)))
        elif key == "enter":
            name = self._themes[self._at][0]
            self.close(lambda: self._keep(name))
        else:
            self._wear(self._worn)
            self.close()

    def sheet(self, width: int, height: int) -> Sheet:
        """Draw the names in as many columns as it takes, whom the present one is for, and the keys."""
        name, about = self._themes[self._at]
        title = line(("Theme", "title"), (f"  {name}", "accent"))
        keys = line(("⏎", "key"), " keep    ", ("j k", "key"), " try    ", ("Esc", "key"), f" back to {self._worn}")
        if height < 3:
            return Sheet([keys], title)
        wide = max(width_of(name) for name, _ in self._themes) + 5
        columns = max(1, min(width // wide, len(self._themes)))
        self._rows = -(-len(self._themes) // columns)
        room = height - 2
        first = max(0, min(self._at % self._rows - room // 2, self._rows - room))
        lines = [self._row(row, wide) for row in range(first, min(self._rows, first + room))]
        return Sheet([*lines, line((about, "quiet")), keys], title)

    def _row(self, row: int, wide: int) -> Line:
        return tuple(piece for at in range(row, len(self._themes), self._rows) for piece in self._option(at, wide))

    def _option(self, at: int, wide: int) -> Line:
        digit, name = str(at + 1) if at < 9 else " ", self._themes[at][0]
        if at == self._at:
            return (Piece(f" {digit} {name} ", "cursor"), Piece(" " * (wide - width_of(name) - 4)))
        return (Piece(f" {digit}", "key"), Piece(f" {name}".ljust(wide - 2)))

    def _go(self, at: int) -> None:
        self._at = at
        self._wear(self._themes[at][0])
