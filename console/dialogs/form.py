"""A form: lines to fill in, each judged as it is typed, then on to the question that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from console.dialogs.dialog import Dialog
from console.dialogs.fields import Field, typed
from console.dialogs.form_sheet import form_sheet
from console.render.pieces import Line
from console.render.sheet import Sheet

__all__ = ["Field", "Form", "typed"]

LOSE = "Leave it and lose what was typed? Esc again leaves, any other key stays."
NOT_PUT_IN = "That holds a whole token, so it was not put in. Treat it as leaked."


class Form(Dialog):
    """Some fields. Tab moves between them; Enter goes on: to the first field that is wrong, else to `check`.

    `check` returns a sentence saying what is wrong, which stays on the form, or what to do next. `words` say what the values
    mean together. `other` hears the keys that mean nothing here, `after` is called after every key, and `left` when it is left.
    Where `saved` values are given, what differs from them counts as typed. On a `page` of its own it keeps its last lines
    at the foot.
    Nothing is changed by a form itself: what stops a customer is asked by a guarded question after it.
    """

    takes_letters = True

    def __init__(
        self,
        title: str,
        about: Line,
        fields: Sequence[Field],
        check: Callable[[dict[str, str]], str | Callable[[], object]],
        words: Callable[[dict[str, str]], str] | None = None,
        *,
        saved: Mapping[str, str] | None = None,
        other: Callable[[str], object] | None = None,
        after: Callable[[], object] | None = None,
        left: Callable[[], object] | None = None,
        page: bool = False,
    ) -> None:
        super().__init__()
        self._title, self._about, self._fields, self._check = title, about, list(fields), check
        self._words, self._other, self._after, self._left = words, other, after, left
        self._page, self._saved = page, saved
        self._at = 0
        self._problem = ""
        self._leaving = False

    @property
    def values(self) -> dict[str, str]:
        """Return what is filled in."""
        return {field.name: field.given for field in self._fields}

    @property
    def touched(self) -> bool:
        """Say whether something was filled in that leaving would lose."""
        if self._saved is not None:
            return any(self._saved.get(name, "") != value for name, value in self.values.items())
        return any(field.touched for field in self._fields)

    def field(self, name: str) -> Field:
        """Return a field by its name."""
        return next(one for one in self._fields if one.name == name)

    def tell(self, about: Line) -> None:
        """Say something else above the fields, when more is known."""
        self._about = about

    def clear(self, name: str) -> None:
        """Empty a field."""
        self.field(name).clear()

    def go_to(self, name: str) -> None:
        """Put the cursor into a field."""
        self._at = next(number for number, one in enumerate(self._fields) if one.name == name)

    def reopen(self) -> Form:
        """Return the form as it was filled in, to be asked again."""
        self.closed, self.then, self._leaving = False, None, False
        return self

    def key(self, key: str, character: str | None, at: float) -> None:
        """Edit, move, go on or close; what was typed is never lost without asking."""
        here = self._fields[self._at]
        leaves = key == "escape" or key.startswith("alt+")
        if self._leaving and not leaves:
            self._leaving = False
        elif leaves and (self._leaving or not self.touched):
            self.close(self._left)
        elif leaves:
            self._leaving = True
        elif key == "enter":
            self._problem = ""
            if here.enter():
                self._go_on()
        elif key in ("tab", "shift+tab"):
            self._move(1 if key == "tab" else -1)
        elif here.key(key, character):
            self._problem = ""
        elif key in ("down", "up"):
            self._move(1 if key == "down" else -1)
        elif self._other is not None:
            self._other(key)
        if self._after is not None and not self.closed:
            self._after()

    def paste(self, text: str, at: float) -> None:
        """Put the text into the field; a whole token is kept out of every form."""
        from store.rules.secrets import looks_like_token

        if self._leaving:
            self._leaving = False
        elif looks_like_token(text):
            self._problem = NOT_PUT_IN
        else:
            self._fields[self._at].paste(text)
            self._problem = ""
            if self._after is not None:
                self._after()

    def sheet(self, width: int, height: int) -> Sheet:
        """Draw the fields, the list of the one the cursor is in, what they mean together, and what is wrong."""
        return form_sheet(self._title, self._about, self._fields, self._at, self._told(), width, height,
                          page=self._page)  # fmt: skip

    def _told(self) -> tuple[str, str]:
        if self._leaving:
            return LOSE, "danger"
        if self._problem:
            return self._problem, "danger"
        words = self._words(self.values) if self._words is not None else ""
        return words, "strong" if self._page else "finding"

    # Going on ----------------------------------------------------------------------------------------------------

    def _move(self, by: int) -> None:
        self._fields[self._at].left = True
        self._at = (self._at + by) % len(self._fields)

    def _go_on(self) -> None:
        here, self._fields[self._at].left = self._at, True
        for number, one in enumerate(self._fields):
            if one.problem():
                self._at = number
                one.left |= one.demanded or number <= here  # one that was not reached yet is not reproached
                return
        answer = self._check(self.values)
        if isinstance(answer, str):
            self._problem = answer
        else:
            self.close(answer)
