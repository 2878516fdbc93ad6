"""One line of text being typed, with its cursor: what `/`, `:` and every form field edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from unicodedata import category

LONGEST = 1_000
"""More than anybody types; a pasted file ends here."""


@dataclass(slots=True)
class Entry:
    """A line and the cursor in it (0 stands before the first character).

    While it is `selected` what is typed or pasted takes the place of all of it; moving the cursor keeps it.
    """

    text: str = ""
    cursor: int = -1
    selected: bool = False

    def __post_init__(self) -> None:
        if self.cursor < 0:
            self.cursor = len(self.text)

    def set(self, text: str, cursor: int | None = None) -> None:
        """Replace the line; the cursor goes to its end unless told otherwise."""
        self.text, self.selected = text[:LONGEST], False
        self.cursor = len(self.text) if cursor is None else min(cursor, len(self.text))

    def insert(self, text: str) -> None:
        """Put text in at the cursor; what can't be seen is left out, line ends become spaces."""
        self._replace()
        clean = "".join(" " if char in "\r\n\t" else char for char in text)
        clean = "".join(char for char in clean if category(char)[0] != "C")[: LONGEST - len(self.text)]
        self.text = self.text[: self.cursor] + clean + self.text[self.cursor :]
        self.cursor += len(clean)

    def key(self, key: str, character: str | None) -> bool:
        """Take a key; returns False for one that does not edit, so that the owner can use it."""
        edit = _EDITS.get(key)
        if edit is not None:
            if key in _TAKES_AWAY:
                self._replace()
            self.selected = False
            edit(self)
            return True
        if character is not None and character.isprintable() and not key.startswith(("alt+", "ctrl+")):
            self.insert(character)
            return True
        return False

    def _replace(self) -> None:
        if self.selected:
            self.set("")

    def _cut(self, start: int, end: int) -> None:
        start, end = max(0, start), min(end, len(self.text))
        self.text, self.cursor = self.text[:start] + self.text[end:], start

    def _word_start(self) -> int:
        return len(self.text[: self.cursor].rstrip().rpartition(" ")[0]) + (" " in self.text[: self.cursor].rstrip())

    def _move(self, to: int) -> None:
        self.cursor = max(0, min(to, len(self.text)))


_TAKES_AWAY = frozenset({"backspace", "ctrl+h", "delete", "ctrl+u", "ctrl+k", "ctrl+w"})
_EDITS: dict[str, Callable[[Entry], None]] = {
    "backspace": lambda e: e._cut(e.cursor - 1, e.cursor),
    "ctrl+h": lambda e: e._cut(e.cursor - 1, e.cursor),
    "delete": lambda e: e._cut(e.cursor, e.cursor + 1),
    "ctrl+u": lambda e: e._cut(0, e.cursor),
    "ctrl+k": lambda e: e._cut(e.cursor, len(e.text)),
    "ctrl+w": lambda e: e._cut(e._word_start(), e.cursor),
    "left": lambda e: e._move(e.cursor - 1),
    "right": lambda e: e._move(e.cursor + 1),
    "ctrl+left": lambda e: e._move(e._word_start()),
    "home": lambda e: e._move(0),
    "ctrl+a": lambda e: e._move(0),
    "end": lambda e: e._move(len(e.text)),
    "ctrl+e": lambda e: e._move(len(e.text)),
}
