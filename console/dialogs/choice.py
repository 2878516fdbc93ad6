"""A handful of choices, each with a letter: what to sort by, which overlap, what to do with a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.dialogs.dialog import Dialog
from console.dialogs.guard import closes
from console.render.pieces import Line, Piece
from console.render.sheet import Sheet, length, line


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its letter, its words, and a note beside them. `dim` says why it can't be chosen."""

    key: str
    label: str
    do: Callable[[], object]
    note: str = ""
    dim: str = ""


class Choice(Dialog):
    """Closes on the first letter that is one of its options; Escape and everything else close it without doing anything."""

    def __init__(self, title: str, options: Sequence[Option]) -> None:
        super().__init__()
        self._title = title
        self._options = {option.key: option for option in options}

    @property
    def hints(self) -> Line:
        """Say how to choose, and how to leave it."""
        return line((" The key before a line chooses it   ", "quiet"), ("Esc", "key"), " Close")

    def key(self, key: str, character: str | None, at: float) -> None:
        """Take the option of this letter."""
        option = None if closes(key) else self._options.get(character or "") or self._options.get(key)
        self.close(option.do if option is not None and not option.dim else None)

    def sheet(self, width: int, height: int) -> Sheet:
        """Draw the options in as many columns as it takes."""
        cells = []
        for option in self._options.values():
            words = [(option.key, "quiet" if option.dim else "key"), (f" {option.label}", "quiet" if option.dim else "")]
            if option.dim or option.note:
                words.append((f"  {option.dim or option.note}", "quiet"))
            cells.append(line(*words))
        rows = max(1, height)
        widest = max((length(cell) for cell in cells), default=0) + 3
        columns = max(1, min(width // max(1, widest), -(-len(cells) // rows)))
        per_column = -(-len(cells) // columns)
        lines = []
        for row in range(per_column):
            parts: list[Piece] = []
            for cell in cells[row::per_column]:
                parts += [*cell, Piece(" " * max(0, widest - length(cell)))]
            lines.append(tuple(parts))
        return Sheet(lines, line((self._title, "title"), ("  Esc closes", "quiet")))
