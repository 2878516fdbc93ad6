"""A box for a passphrase: what is typed is never drawn, and it leaves as a Secret."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.dialogs.dialog import Dialog
from console.render.pieces import Line
from console.render.sheet import Sheet, line, wrapped
from store.rules.secrets import Secret
from store.rules.signing_in import MOST

LONGEST = 4 * MOST
_DOTS = 24


class PassphraseBox(Dialog):
    """Hands what was typed to `submit` and keeps nothing. Esc empties it, and leaves it when it is empty: `left` is called.

    How much was typed is shown by dots up to a point, so that nobody counts them.
    """

    takes_letters = True

    def __init__(
        self,
        title: str,
        label: str,
        about: Sequence[tuple[str, str]],
        submit: Callable[[Secret], object],
        left: Callable[[], object],
    ) -> None:
        super().__init__()
        self._title, self._label, self._about, self._submit, self._left = title, label, about, submit, left
        self._typed = ""

    def key(self, key: str, character: str | None, at: float) -> None:
        """Take a character, submit, empty or leave."""
        if key == "escape" or key.startswith("alt+"):
            empty, self._typed = not self._typed, ""
            if empty:
                self.close(self._left)
        elif key == "enter":
            if self._typed:
                secret, self._typed = Secret(self._typed), ""
                self.close(lambda: self._submit(secret))
        elif key in ("backspace", "ctrl+h"):
            self._typed = self._typed[:-1]
        elif key == "ctrl+u":
            self._typed = ""
        elif character is not None and character.isprintable():
            self._take(character)

    def paste(self, text: str, at: float) -> None:
        """Take a paste, without the line end a copied line has."""
        self._take(text.rstrip("\r\n"))

    def sheet(self, width: int, height: int) -> Sheet:
        """Draw the box: dots for what is typed, never what."""
        lines: list[Line] = []
        for words, style in self._about:
            if words:
                lines += wrapped(words, width, style)
        dots = "•" * min(len(self._typed), _DOTS, max(1, width - len(self._label) - 4))
        box = line((f"{self._label}  ", "quiet"), (dots, "accent"), (" ", "cursor"))
        room = max(1, height)
        return Sheet([box] if room < 3 else [box, (), *lines][:room], line((self._title, "accent")), style="accent")

    def _take(self, text: str) -> None:
        self._typed = (self._typed + text)[:LONGEST]
