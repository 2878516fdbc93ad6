"""What a form is made of: lines that are typed, and a few words to step through. Each judges itself at every key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from console.dialogs.entry import Entry
from console.render.pieces import Line, Piece

Keys = tuple[tuple[str, str], ...]
Judge = Callable[[str], str]


def fine(_: str) -> str:
    """Find nothing wrong, whatever is given."""
    return ""


@dataclass(slots=True)
class Field:
    """One line of a form. With `choices` the arrow keys step through them; without, it is typed.

    `value` is what it starts with. `judge` says what is wrong with what is given, "" when nothing is; `note` what it is for,
    and `tells` more of that in lines under the form while the cursor is there. What is typed first takes the place of a value
    that is only `proposed`. Once the cursor has `left` it, or Enter was pressed there, it says what is wrong even where nothing
    was typed; one that is `demanded` because of what stands elsewhere says so as soon as Enter leads there.
    """

    name: str
    label: str
    value: str = ""
    choices: Sequence[str] = ()
    note: str = ""
    judge: Judge = fine
    tells: Callable[[str], Sequence[Line]] | None = None
    proposed: bool = False
    demanded: bool = False
    entry: Entry = field(init=False)
    left: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.entry = Entry(self.value)

    @property
    def given(self) -> str:
        """Return what is filled in."""
        return self.entry.text.strip()

    @property
    def touched(self) -> bool:
        """Say whether it differs from what it started with."""
        return self.given != self.value.strip()

    def problem(self) -> str:
        """Return what is wrong with it, "" when nothing is."""
        return self.judge(self.given)

    def complaint(self) -> str:
        """Return what is said beside it while it is being filled in."""
        return self.problem()

    def hint(self, here: bool) -> str:
        """Return what it is for, where that is worth the room: under the cursor, and beside words to choose from."""
        return self.note if here or self.choices else ""

    def clear(self) -> None:
        """Empty it."""
        self.entry.set("")

    def key(self, key: str, character: str | None) -> bool:
        """Hear a key; False for one it has no use for."""
        chosen = self.entry.text in self.choices or self.proposed
        self.proposed = False
        if self.choices and (key in ("left", "right") or (key == "space" and chosen)):
            self._step(-1 if key == "left" else 1)
            return True
        if chosen and character is not None and character.isprintable() and not key.startswith(("alt+", "ctrl+")):
            self.entry.set("")  # what is typed takes the place of a choice, or of what was only proposed
        return self.entry.key(key, character)

    def paste(self, text: str) -> None:
        """Put text in."""
        if self.proposed:
            self.proposed = False
            self.entry.set("")
        self.entry.insert(text)

    def enter(self) -> bool:
        """Hear Enter; True when the form can go on from here."""
        return True

    def drawn(self, here: bool) -> Line:
        """Return what is filled in, as a line."""
        if not self.choices:
            return typed(self.entry, here)
        parts: list[Piece] = []
        for choice in self.choices:
            chosen = choice == self.entry.text
            parts += [Piece(f"[{choice}]" if chosen else f" {choice} ", "key" if chosen else "quiet"), Piece(" ")]
        return (*parts, *typed(self.entry, here)) if self.entry.text not in self.choices else tuple(parts)

    def below(self, width: int, height: int) -> list[Line]:
        """Return what is drawn under the form while the cursor is here."""
        return list(self.tells(self.given))[:height] if self.tells is not None else []

    def keys(self) -> Keys:
        """Return the keys it takes beyond those of every field, each with what it does."""
        return (("← →", "choose"),) if self.choices else ()

    def _step(self, by: int) -> None:
        place = self.choices.index(self.entry.text) if self.entry.text in self.choices else 0
        self.entry.set(self.choices[(place + by) % len(self.choices)])


def typed(entry: Entry, here: bool) -> tuple[Piece, ...]:
    """Return what is typed, with the cursor shown by reversed colours where it stands."""
    if not here:
        return (Piece(entry.text or "—", "" if entry.text else "faint"),)
    if entry.selected:
        return (Piece(entry.text, "cursor"),)
    under = entry.text[entry.cursor : entry.cursor + 1] or " "
    return (Piece(entry.text[: entry.cursor]), Piece(under, "cursor"), Piece(entry.text[entry.cursor + 1 :]))
