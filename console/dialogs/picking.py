"""A field chosen from a list: what is typed narrows it, the arrow keys move in it, Enter takes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from console.dialogs.fields import Field, Keys, typed
from console.render.pieces import Line, Piece
from console.render.sheet import cut_line, fit_line, length, line
from console.render.widths import cut, fit, width_of

LEAST_ROWS, MARK = 3, 3
READING_PEOPLE = "Reading who is in the account…"
SEARCHING = "Still searching: Enter takes one in a moment."


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to choose: `id` is what is meant, `words` what is read, `note` beside it, `says` what it means in sentences.

    `style` colours the note.
    """

    id: str
    words: str
    note: str = ""
    says: tuple[Line, ...] = ()
    style: str = "quiet"


@dataclass(slots=True)
class Pick(Field):
    """One of many. `look` is told what is typed, where the offers must be searched elsewhere; they come by `offer`.

    `empty` says why there is nothing to choose from.
    """

    offers: Sequence[Offer] = ()
    look: Callable[[str], object] | None = None
    empty: str = "Nothing has these words in it."
    chosen: list[str] = field(default_factory=list)
    at: int = 0
    _found: Sequence[Offer] = field(init=False, default=())
    _known: dict[str, str] = field(init=False, default_factory=dict)
    _offered_for: str | None = field(init=False, default=None)
    _moved: bool = field(init=False, default=False)
    _early: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        Field.__post_init__(self)
        self.entry.set("")
        self.chosen = self.value.split() if self.many else [self.value] if self.value else []
        self.offer(self.offers, "" if self.look is None else None)

    @property
    def many(self) -> bool:
        """Say whether several can be chosen."""
        return False

    @property
    def given(self) -> str:
        """Return the ids chosen."""
        return " ".join(sorted(self.chosen)) if self.many else "".join(self.chosen)

    @property
    def touched(self) -> bool:
        """Say whether something else is chosen than at the start, or something is typed."""
        return bool(self.entry.text) or sorted(self.chosen) != sorted(
            self.value.split() if self.many else [self.value] * bool(self.value)
        )

    @property
    def under(self) -> Offer | None:
        """Return the offer under the cursor; None while the offers are still those of other words."""
        waits = self.look is not None and self._offered_for != self.entry.text
        return None if waits or not self._found else self._found[min(self.at, len(self._found) - 1)]

    def offer(self, offers: Sequence[Offer], text: str | None) -> None:
        """Offer these; `text` are the words they were searched by."""
        self.offers, self._offered_for = offers, text
        self._known |= {one.id: one.words for one in offers}
        if self._early:
            self.left = self._early = False  # what Enter had to wait for is here
        self._narrow()

    def know_words(self, id: str, words: str) -> None:  # noqa: A002
        """Learn what one is called that may not be among the offers."""
        self._known[id] = words

    def problem(self) -> str:
        """Return what is wrong: with what is typed, where nothing has it, else with what is chosen."""
        if self.entry.text.strip() and not self._found and self._offered_for in (None, self.entry.text, ""):
            return self.empty
        return self.judge(self.given)

    def complaint(self) -> str:
        """Say nothing while a search is under way that has found something; why Enter took nothing where it could not."""
        if self._early:
            return SEARCHING if self._waits() else self.empty
        return "" if self.entry.text and self._found else self.problem()

    def hint(self, here: bool) -> str:
        """Return what it is for, until one is chosen."""
        return "" if self.chosen and not self.entry.text and not self.many else self.note * here

    def clear(self) -> None:
        """Choose nothing."""
        self.entry.set("")
        self.chosen = []

    def key(self, key: str, character: str | None) -> bool:
        """Move in the list, or narrow it."""
        step = {"down": 1, "up": -1, "pagedown": 5, "pageup": -5}.get(key)
        if step is not None:
            self.at = max(0, min(len(self._found) - 1, self.at + step))
            self._moved = True
            return True
        if key == "space" and not self.entry.text.strip() and not self.many:  # where Space ticks elsewhere, here it takes one
            self.entry.set("")
            self.enter()
            return True
        if key == "backspace" and not self.entry.text and self.chosen and not self.many:
            self.chosen = []
        elif not self.entry.key(key, character):
            return False
        self._typed()
        return True

    def paste(self, text: str) -> None:
        """Narrow by it; a paste chooses nothing."""
        self.entry.insert(text)
        self._typed()

    def enter(self) -> bool:
        """Take the one under the cursor; what was chosen before stands until words are typed or the cursor is moved."""
        if self.chosen and not self.entry.text and not self._moved:
            return True
        taken = self.under
        if taken is None:
            self.left = self._early = True
            return False
        self.chosen = [taken.id]
        self.entry.set("")
        self._typed()
        return True

    def drawn(self, here: bool) -> Line:
        """Return what is chosen, and what is typed to choose another."""
        words = Piece(", ".join(self._known.get(one, one) for one in self.chosen), "strong" if not here else "")
        if not here and not self.entry.text:
            return (words,) if self.chosen else (Piece("—", "faint"),)
        return (words, Piece("  " if self.chosen else ""), *typed(self.entry, here))

    def below(self, width: int, height: int) -> list[Line]:
        """Draw the offers around the cursor, and what the one under it means."""
        under = self.under
        says = [cut_line(one, width) for one in under.says] if under is not None else []
        says = says[: max(0, height - LEAST_ROWS)]
        rows = max(1, height - len(says))
        if not self._found:
            return [line(("  ", ""), ("…" if self._waits() else self.empty, "quiet"))]
        first = max(0, min(self.at - rows // 2, len(self._found) - rows))
        before, after = first, max(0, len(self._found) - first - rows)
        notes = max(width_of(one.note) for one in self._found)
        longest = max(width_of(one.words) for one in self._found) + 2
        widest = min(longest, max(12, width // 2, width - MARK - notes))
        lines = []
        for number, one in enumerate(self._found[first : first + rows], first):
            row = line(self._mark(one), fit(cut(one.words, widest - 1), widest), (one.note, one.style))
            if number == first and before:
                row = _with_more(row, f" ↑ {before:,} more", width)
            elif rows > 1 and number == first + rows - 1 and after:
                row = _with_more(row, f" ↓ {after:,} more", width)
            here = number == self.at
            lines.append(tuple(Piece(piece.text, "cursor") for piece in fit_line(row, width)) if here else cut_line(row, width))
        return [*lines, *says]

    def keys(self) -> Keys:
        """Return the keys of a list."""
        return (("↑ ↓", "move"), ("letters", "search"))

    def _mark(self, one: Offer) -> str:
        return " ✓ " if one.id in self.chosen else "   "

    def _waits(self) -> bool:
        return self.look is not None and self._offered_for != self.entry.text

    def _typed(self) -> None:
        self.at, self._moved, self._early = 0, False, False
        if self.look is not None:
            self.look(self.entry.text)
        self._narrow()

    def _narrow(self) -> None:
        wanted = self.entry.text.lower().split() if self.look is None else []
        self._found = [one for one in self.offers if all(word in f"{one.id} {one.words} {one.note}".lower() for word in wanted)]
        self.at = max(0, min(self.at, len(self._found) - 1))


def _with_more(row: Line, words: str, width: int) -> Line:
    """Return a row that says at its end how many more there are beyond it; its note goes where there is no room for both."""
    room = max(0, width - width_of(words))
    return (*fit_line(row if length(row) <= room else row[:2], room), Piece(words, "quiet"))
