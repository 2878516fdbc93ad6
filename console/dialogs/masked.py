"""A box for a secret: what is typed or pasted is never drawn, only how much of it there is, and it leaves at once.

Enter counts only when nothing follows it: lines pasted without brackets would else press keys behind the box.
"""

from __future__ import annotations

from collections.abc import Callable

from console.dialogs.dialog import Dialog
from console.dialogs.guard import ALONE_S
from console.render.sheet import Sheet, line, wrapped
from store.rules.leaks import LONGEST
from store.rules.secrets import Secret

_ELSEWHERE = frozenset(f"f{number}" for number in range(1, 13))


class Masked(Dialog):
    """Hands what was put into it to `submit` as a Secret, and keeps nothing.

    A function key pressed while it is empty goes `elsewhere`: nobody is held here.
    """

    takes_letters = True
    alone = True

    def __init__(self, title: str, about: str, submit: Callable[[Secret], object], elsewhere: Callable[[str], object]) -> None:
        super().__init__()
        self._title, self._about, self._submit, self._elsewhere = title, about, submit, elsewhere
        self._parts: list[str] = []
        self._held = 0
        self._entered: float | None = None

    def key(self, key: str, character: str | None, at: float) -> None:
        """Take a character, submit, empty or close."""
        if self._entered is not None:
            self._take("\n")
            self._entered = None
        if key == "escape" or key.startswith("alt+"):
            self._forget()
            self.close()
        elif key in _ELSEWHERE and not self._held:
            self.close(lambda: self._elsewhere(key))
        elif key == "enter":
            if self._held:
                self._entered = at
        elif key in ("backspace", "ctrl+h"):
            whole = "".join(self._parts)[:-1]
            self._parts, self._held = [whole], len(whole)
        elif key == "ctrl+u":
            self._forget()
        elif character is not None and (character.isprintable() or character == "\t"):
            self._take(character)

    def paste(self, text: str, at: float) -> None:
        """Take a paste whole, line ends and all."""
        self._entered = None
        self._take(text)

    def tick(self, at: float) -> None:
        """Submit once Enter has stayed alone."""
        if self._entered is not None and at >= self._entered + ALONE_S:
            secret = Secret("".join(self._parts))
            self._forget()
            self.close(lambda: self._submit(secret))

    def next_tick(self, at: float) -> float | None:
        """Return how long Enter must still stay alone."""
        return None if self._entered is None else max(0.0, self._entered + ALONE_S - at)

    def sheet(self, width: int, height: int) -> Sheet:
        """Draw the box: how much is in it, and never what."""
        count = f"{self._held:,} character{'s' * (self._held != 1)} received" if self._held else "nothing yet"
        dots = "•" * min(self._held, max(0, width - 40))
        lines = [
            line(("Token  ", "quiet"), (dots, "accent"), (" ", "cursor"), (f"  {count}", "finding" if self._held else "quiet")),
            *wrapped(self._about, width, "quiet"),
            line(("Enter", "key"), " look it up    ", ("ctrl-u", "key"), " empty the box    ", ("Esc", "key"), " leave it"),
        ]
        room = max(1, height)
        return Sheet(lines if len(lines) <= room else [lines[0], *lines[-(room - 1) :]][:room], line((self._title, "accent")))

    def _take(self, text: str) -> None:
        text = text[: LONGEST - self._held]
        self._parts.append(text)
        self._held += len(text)

    def _forget(self) -> None:
        self._parts, self._held, self._entered = [], 0, None
