"""A short form in the inspector's place: a few lines to fill in, then on to the question that does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from console.dialogs.dialog import Dialog
from console.dialogs.entry import Entry
from console.render.pieces import Line, Piece
from console.render.sheet import Sheet, cut_line, line


@dataclass(slots=True)
class Field:
    """One line of a form. With `choices` the arrow keys step through them; without, it is typed."""

    name: str
    label: str
    value: str = ""
    choices: Sequence[str] = ()
    note: str = ""
    entry: Entry = field(init=False)

    def __post_init__(self) -> None:
        self.entry = Entry(self.value)


class Form(Dialog):
    """Some fields. Tab and the arrows move between them; Enter hands the values to `check`.

    `check` returns a sentence saying what is wrong, which stays on the form, or what to do next.
    `below` may say something under the field that is being filled in: it gets its name, what is typed, and the column at which
    that begins, so that it can point at it.
    Nothing is changed by a form itself: what stops a customer is asked by a guarded question after it.
    """

    def __init__(
        self,
        title: str,
        about: Line,
        fields: Sequence[Field],
        check: Callable[[dict[str, str]], str | Callable[[], object]],
        words: Callable[[dict[str, str]], str] | None = None,
        below: Callable[[str, str, int], Line | None] | None = None,
    ) -> None:
        super().__init__()
        self._title, self._about, self._fields, self._check = title, about, list(fields), check
        self._words, self._below = words, below
        self._at = 0
        self._problem = ""

    @property
    def values(self) -> dict[str, str]:
        """Return what is filled in."""
        return {field.name: field.entry.text.strip() for field in self._fields}

    def clear(self, name: str) -> None:
        """Empty a field."""
        next(one for one in self._fields if one.name == name).entry.set("")

    def key(self, key: str, character: str | None, at: float) -> None:
        """Edit, move, go on or close."""
        here = self._fields[self._at]
        if key == "escape" or key.startswith("alt+"):
            self.close()
        elif key == "enter":
            self._go_on()
        elif key in ("tab", "down"):
            self._at = (self._at + 1) % len(self._fields)
        elif key in ("shift+tab", "up"):
            self._at = (self._at - 1) % len(self._fields)
        elif here.choices and key in ("left", "right", "space"):
            self._step(here, -1 if key == "left" else 1)
        elif here.entry.key(key, character):
            self._problem = ""

    def paste(self, text: str, at: float) -> None:
        """Put the text into the field."""
        self._fields[self._at].entry.insert(text)

    def sheet(self, width: int, height: int) -> Sheet:
        """Draw the fields, what they mean together, and what is wrong."""
        widest = max(len(field.label) for field in self._fields) + 2
        lines = [self._about] if height > len(self._fields) + 1 else []
        here = 0
        for number, one in enumerate(self._fields):
            lines.append(self._drawn(one, number == self._at, widest, width))
            if number == self._at:
                lines += self._under(one, widest, width)
                here = len(lines)
        told: list[Line] = []
        if self._problem:
            told.append(line((self._problem, "danger")))
        elif self._words is not None:
            told.append(line((self._words(self.values), "finding")))
        first = max(0, here + len(told) - height)  # with little room: what is being filled in, and what is wrong
        told.append(line(("Enter", "key"), " go on    ", ("Tab", "key"), " next field    ", ("Esc", "key"), " leave it as it is"))
        lines = lines[first : first + max(1, height - len(told) + 1)]
        return Sheet([*lines, *told][:height], line((self._title, "accent")))

    def _under(self, one: Field, widest: int, width: int) -> list[Line]:
        said = None if self._below is None else self._below(one.name, one.entry.text, widest - _start(one.entry, width - widest))
        return [] if said is None else [cut_line(said, width)]

    def _drawn(self, one: Field, here: bool, widest: int, width: int) -> Line:
        label = Piece(one.label.ljust(widest), "strong" if here else "quiet")
        if one.choices:
            parts: list[Piece] = [label]
            for choice in one.choices:
                chosen = choice == one.entry.text
                parts += [Piece(f"[{choice}]" if chosen else f" {choice} ", "key" if chosen else "quiet"), Piece(" ")]
            if one.entry.text not in one.choices:
                parts += typed(one.entry, here)
            return (*parts, Piece(f" {one.note}" if one.note else "", "quiet"))
        start = _start(one.entry, width - widest) if here else 0
        shown = Entry(one.entry.text[start:], one.entry.cursor - start)
        return (label, *typed(shown, here), Piece(f"  {one.note}" if one.note else "", "quiet"))

    def _step(self, one: Field, by: int) -> None:
        place = one.choices.index(one.entry.text) if one.entry.text in one.choices else 0
        one.entry.set(one.choices[(place + by) % len(one.choices)])
        self._problem = ""

    def _go_on(self) -> None:
        answer = self._check(self.values)
        if isinstance(answer, str):
            self._problem = answer
        else:
            self.close(answer)


def _start(entry: Entry, room: int) -> int:
    """Return from which character on an entry is shown, so that its cursor is seen."""
    return max(0, entry.cursor - max(1, room - 1))


def typed(entry: Entry, here: bool) -> tuple[Piece, ...]:
    """Return what is typed, with the cursor shown by reversed colours where it stands."""
    if not here:
        return (Piece(entry.text or "—", "" if entry.text else "faint"),)
    under = entry.text[entry.cursor : entry.cursor + 1] or " "
    return (Piece(entry.text[: entry.cursor]), Piece(under, "cursor"), Piece(entry.text[entry.cursor + 1 :]))
