"""The line under the list where filters (`/`) and commands (`:`) are typed: completion, history, and errors with a caret."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.dialogs.dialog import Dialog
from console.dialogs.entry import Entry
from console.dialogs.form import typed
from console.render.pieces import Line, Piece
from console.render.sheet import Sheet, cut_line, line
from console.render.widths import width_of
from store.rules.filters import word_start
from store.rules.token_form import holds_token

SELECTED = "typing takes its place   →, End keep it   ↑ earlier   Esc leaves it"
TAKEN = "A whole token: taken away, kept nowhere. Esc, then F5 looks it up."


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why what was typed can't be used; `at` is the 0-based column where it goes wrong."""

    problem: str
    at: int = 0


Submit = Callable[[str], Wrong | Callable[[], object] | None]


class Prompt(Dialog):
    """One line of typing. Enter submits it: `submit` returns what is wrong, and the line stays, or what to do next.

    Tab steps through the completions, the arrow keys through what was typed before, Escape leaves everything as it was.
    A filter starts with the present one, `text`, selected: the next one takes its place. A whole token is taken away at once.
    """

    wants_line = True

    def __init__(
        self,
        sigil: str,
        submit: Submit,
        complete: Callable[[str, int], list[str]],
        history: Sequence[str],
        text: str = "",
        help_line: str = "",
    ) -> None:
        super().__init__()
        self._sigil, self._submit, self._complete = sigil, submit, complete
        self._history = [*history, text]
        self._place = len(self._history) - 1
        self._help = help_line
        self._wrong: Wrong | None = None
        self._offers: list[str] = []
        self._offer = -1
        self._from = 0
        self.entry = Entry(text, selected=bool(text) and sigil == "/")
        self._look()

    def key(self, key: str, character: str | None, at: float) -> None:
        """Edit, complete, go through the history, submit or leave."""
        if key == "escape" or key.startswith("alt+") or (key == "backspace" and not self.entry.text):
            self.close()
        elif key == "enter":
            self._go()
        elif key in ("tab", "shift+tab"):
            self._step(1 if key == "tab" else -1)
        elif key in ("up", "down"):
            self._recall(-1 if key == "up" else 1)
        elif self.entry.key(key, character):
            self._edited()

    def paste(self, text: str, at: float) -> None:
        """Put it in, never submit it."""
        taken = holds_token(text)
        self.entry.insert("" if taken else text)
        self._edited(taken=taken)

    def aside(self, width: int) -> Line:
        """Return the whole of what is wrong where the line has no room for it."""
        if self._wrong is None or _pointed(self._wrong.problem, self._points_at(width), width)[1]:
            return ()
        return line((self._wrong.problem, "danger"))

    def sheet(self, width: int, height: int) -> Sheet:
        """Draw the line, and under it what is wrong, what could be typed next, or how it works."""
        room, start = max(1, width - 3), self._start(width)
        shown = Entry(self.entry.text[start : start + room], self.entry.cursor - start, self.entry.selected)
        first: Line = (Piece(f" {self._sigil}", "key"), *typed(shown, True))
        return Sheet([first, cut_line(self._below(width), width)])

    def _start(self, width: int) -> int:
        """Return the column of what is typed that stands first on the line."""
        return max(0, self.entry.cursor - max(1, width - 3) + 1)

    def _points_at(self, width: int) -> int:
        return max(0, 2 + self._wrong.at - self._start(width)) if self._wrong is not None else 0

    def _below(self, width: int) -> Line:
        if self._wrong is not None:
            return _pointed(self._wrong.problem, self._points_at(width), width)[0]
        if self.entry.selected:
            return line((f" {_whole(SELECTED, width - 1)}", "quiet"))
        if self._offers and not (len(self._offers) == 1 and self._offer == 0):
            words: list[Piece] = [Piece(" Tab ", "key")]
            for number, offer in enumerate(self._offers):
                words += [Piece(offer, "strong" if number == self._offer else "quiet"), Piece("  ")]
            return tuple(words)
        return line((f" {_whole(self._help, width - 1)}", "quiet"))

    def _edited(self, *, taken: bool = False) -> None:
        if holds_token(self.entry.text):
            self.entry.set("")
            taken = True
        self._wrong = Wrong(TAKEN) if taken else None
        self._look()

    def _look(self) -> None:
        self._from = word_start(self.entry.text, self.entry.cursor)
        self._offers = self._complete(self.entry.text, self.entry.cursor)
        self._offer = -1

    def _step(self, by: int) -> None:
        if not self._offers:
            return
        self._offer = (self._offer + by) % len(self._offers) if self._offer >= 0 else (0 if by > 0 else len(self._offers) - 1)
        word = self._offers[self._offer]
        text = self.entry.text
        self.entry.set(text[: self._from] + word + text[self.entry.cursor :], self._from + len(word))
        self._wrong = None

    def _recall(self, by: int) -> None:
        place = self._place + by
        if not 0 <= place < len(self._history):
            return
        if self._place == len(self._history) - 1:
            self._history[-1] = self.entry.text
        self._place = place
        self.entry.set(self._history[place])
        self._wrong = None
        self._look()

    def _go(self) -> None:
        if self._wrong is not None and self._wrong.problem == TAKEN:
            return
        answer = self._submit(self.entry.text)
        if isinstance(answer, Wrong):
            self._wrong = answer
        else:
            self.close(answer)


def _pointed(problem: str, at: int, width: int) -> tuple[Line, bool]:
    """Return what is wrong on the right or the left of a sign at a column, and whether that is all of it.

    Sentences are left out from the last on until the others fit.
    """
    sentences = problem.split(". ")
    for kept in range(len(sentences), 0, -1):
        told = ". ".join(sentences[:kept]) + ("." if kept < len(sentences) else "")
        size, whole = width_of(told), kept == len(sentences)
        if at + 2 + size <= width:
            return line(" " * at, (f"▲ {told}", "danger")), whole
        if size < at:
            return line(" " * (at - size - 1), (f"{told} ▲", "danger")), whole
    return line((f" ▲ {told}", "danger")), width_of(problem) + 3 <= width


def _whole(help_line: str, width: int) -> str:
    """Return as many parts of a help line as fit, from the left; its parts stand three spaces or more apart."""
    while width_of(help_line) > width and "   " in help_line:
        help_line = help_line.rpartition("   ")[0].rstrip(" ·")
    return help_line
