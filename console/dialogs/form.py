"""A form: lines to fill in, each judged as it is typed, then on to the question that does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.dialogs.dialog import Dialog
from console.dialogs.fields import Field, typed
from console.render.pieces import Line, Piece
from console.render.sheet import Sheet, cut_line, fit_line, length, line, wrapped

__all__ = ["Field", "Form", "typed"]

LOSE = "Leave it and lose what was typed? Esc again leaves, any other key stays."
TWO_COLUMNS, LEAST_HEIGHT = 100, 14
NOT_PUT_IN = "That holds a whole token, so it was not put in. Treat it as leaked."


class Form(Dialog):
    """Some fields. Tab moves between them; Enter goes on: to the first field that is wrong, else to `check`.

    `check` returns a sentence saying what is wrong, which stays on the form, or what to do next. `words` say what the values
    mean together. `other` hears the keys that mean nothing here, `after` is called after every key, and `left` when it is left.
    Nothing is changed by a form itself: what stops a customer is asked by a guarded question after it.
    """

    def __init__(
        self,
        title: str,
        about: Line,
        fields: Sequence[Field],
        check: Callable[[dict[str, str]], str | Callable[[], object]],
        words: Callable[[dict[str, str]], str] | None = None,
        *,
        other: Callable[[str], object] | None = None,
        after: Callable[[], object] | None = None,
        left: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._title, self._about, self._fields, self._check = title, about, list(fields), check
        self._words, self._other, self._after, self._left = words, other, after, left
        self._at = 0
        self._problem = ""
        self._tried = False
        self._leaving = False

    @property
    def values(self) -> dict[str, str]:
        """Return what is filled in."""
        return {field.name: field.given for field in self._fields}

    @property
    def touched(self) -> bool:
        """Say whether something was filled in that leaving would lose."""
        return any(field.touched for field in self._fields)

    def field(self, name: str) -> Field:
        """Return a field by its name."""
        return next(one for one in self._fields if one.name == name)

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
        title, last = line((self._title, "accent")), [*self._told(width), self._key_line(width)]
        here = self._fields[self._at]
        rest = height - len(last)
        if width >= TWO_COLUMNS and height >= LEAST_HEIGHT:
            left = min(width * 3 // 5, 78)
            right = width - left - 3
            rows, list_rows = self._rows(left, rest, roomy=True), here.below(right, rest - 2)
            rows = [self._about, (), *rows] if self._about else rows
            both = max(len(rows), len(list_rows) + 2 if list_rows else 0)
            beside = [(), (), *list_rows] if self._about else list_rows
            lines = [(*fit_line(_at(rows, n), left), Piece("   "), *_at(beside, n)) for n in range(min(both, rest - 1))]
            return Sheet([*lines, (), *last][:height], title)
        rows = self._rows(width, rest, roomy=False)
        if self._about and rest > len(rows):
            rows = [self._about, *rows]
        spare = rest - len(rows)
        if spare > 0:
            list_rows = here.below(width, spare - (spare > 6))
            rows += [*([()] if spare > 6 and list_rows else []), *list_rows]
        return Sheet([*rows[:rest], *last], title)

    # Drawing -----------------------------------------------------------------------------------------------------

    def _rows(self, width: int, height: int, *, roomy: bool) -> list[Line]:
        widest = max(len(field.label) for field in self._fields) + 2
        blocks = [self._row(one, number == self._at, widest, width) for number, one in enumerate(self._fields)]
        while sum(map(len, blocks)) > height and any(len(block) > 1 for block in blocks):
            longest = max(range(len(blocks)), key=lambda number: len(blocks[number]))
            blocks[longest] = blocks[longest][:-1]
        spread = roomy and sum(len(block) + 1 for block in blocks) + 3 <= height
        return [row for block in blocks for row in (*block, *([()] if spread else []))]

    def _row(self, one: Field, here: bool, widest: int, width: int) -> list[Line]:
        mark = Piece("▌" if here else " ", "accent")
        whole: Line = (mark, Piece(one.label.ljust(widest), "strong" if here else "quiet"), *one.drawn(here))
        problem = one.complaint() if one.touched or self._tried else ""
        if problem:
            says: Line = (Piece("! ", "finding"), Piece(problem, "finding"))
        elif one.note and (here or one.choices):
            says = (Piece(one.note, "quiet"),)
        else:
            says = (Piece("✓", "good"),) if one.given and not one.problem() else ()
        if length(whole) + length(says) + 2 <= width:
            return [(*whole, *((Piece("  "), *says) if says else ()))]
        if not here:
            short = cut_line(whole, width - 4) if says else cut_line(whole, width)
            return [(*short, Piece("  "), *says[:1]) if says else short]
        indent = widest + 1
        return [cut_line(whole, width), *[(Piece(" " * indent), *row) for row in wrapped(says, max(10, width - indent))]]

    def _told(self, width: int) -> list[Line]:
        if self._leaving:
            return [line((LOSE, "danger"))]
        if self._problem:
            return wrapped(self._problem, width, "danger")[:2]
        words = self._words(self.values) if self._words is not None else ""
        return wrapped(words, width, "finding")[:2] if words else []

    def _key_line(self, width: int) -> Line:
        keys: list[tuple[str, str] | str] = []
        own = self._fields[self._at].keys()
        for key, does in (
            *own,
            ("Enter", "go on"),
            *((("Tab", "next field"),) if len(self._fields) > 1 else ()),
            ("Esc", "leave it"),
        ):
            keys += [(key, "key"), f" {does}    "]
        return cut_line(line(*keys), width)

    # Going on ----------------------------------------------------------------------------------------------------

    def _move(self, by: int) -> None:
        self._at = (self._at + by) % len(self._fields)

    def _go_on(self) -> None:
        self._tried = True
        for number, one in enumerate(self._fields):
            if one.problem():
                self._at = number
                return
        answer = self._check(self.values)
        if isinstance(answer, str):
            self._problem = answer
        else:
            self.close(answer)


def _at(lines: Sequence[Line], number: int) -> Line:
    return lines[number] if number < len(lines) else ()
