"""Everything that can be done or opened here, found by a few letters: the palette behind ctrl-p."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.dialogs.dialog import Dialog
from console.dialogs.entry import Entry
from console.dialogs.form import typed
from console.render.pieces import Line, Piece
from console.render.sheet import Sheet, cut_line, length, line, wrapped
from console.render.widths import fit

KIND_WIDTH, LABEL_WIDTH, KEY_WIDTH = 7, 19, 7
TOLD, LEAST_OFFERS = 2, 4
"""So many lines at the foot tell what the offer under the cursor is, where it is cut beside it and so many offers are left."""


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to choose: its kind («do», «view», «go to»), its name, what it is, its key, and why it can't be chosen now.

    `refused` is called when it is chosen all the same.
    """

    kind: str
    label: str
    says: str
    do: Callable[[], object]
    key: str = ""
    why_not: str = ""
    refused: Callable[[], None] = _nothing


def matching(offers: Sequence[Offer], text: str) -> list[Offer]:
    """Return the offers that have every word of `text`, best first: in the name's beginning, in the name, in what it says."""
    words = text.lower().split()
    ranked = []
    for number, offer in enumerate(offers):
        label, whole = offer.label.lower(), f"{offer.kind} {offer.label} {offer.says}".lower()
        if all(word in whole for word in words):
            rank = sum(0 if label.startswith(word) else 1 if word in label else 2 for word in words)
            ranked.append((rank, number, offer))
    return [offer for _, _, offer in sorted(ranked, key=lambda one: one[:2])]


class Palette(Dialog):
    """Filters offers while one types. The arrows move, Enter does the one under the cursor, Escape leaves."""

    wants_room = True
    takes_letters = True

    def __init__(self, offers: Sequence[Offer]) -> None:
        super().__init__()
        self._offers = tuple(offers)
        self._entry = Entry()
        self._at = 0
        self._first = 0
        self._problem = ""

    @property
    def found(self) -> list[Offer]:
        """Return what matches what was typed."""
        return matching(self._offers, self._entry.text)

    def key(self, key: str, character: str | None, at: float) -> None:
        """Type, move, do or leave."""
        if key == "escape" or key.startswith("alt+"):
            self.close()
        elif key == "enter":
            self._go()
        elif key in ("down", "tab", "ctrl+n"):
            self._at += 1
        elif key in ("up", "shift+tab", "ctrl+p"):
            self._at -= 1
        elif self._entry.key(key, character):
            self._at, self._problem = 0, ""

    def paste(self, text: str, at: float) -> None:
        """Type what was pasted."""
        self._entry.insert(text)
        self._at = 0

    def sheet(self, width: int, height: int) -> Sheet:
        """Draw the line that is typed, and as many offers as fit."""
        found = self.found
        foot = TOLD if height - 1 - TOLD >= LEAST_OFFERS and any(length(_pieces(one)) > width for one in found) else 0
        room = max(1, height - 1 - foot)
        self._at = max(0, min(self._at, len(found) - 1))
        self._first = max(min(self._first, self._at), self._at - room + 1, 0)
        lines: list[Line] = [(Piece("› ", "key"), *typed(self._entry, True))]
        for number, offer in enumerate(found[self._first : self._first + room], self._first):
            lines.append(_drawn(offer, width, chosen=number == self._at))
        if not found:
            lines.append(line(("Nothing here is called that.", "quiet")))
        elif foot and length(_pieces(found[self._at])) > width:
            lines += [()] * (len(lines) < height - foot)
            lines += [(Piece("  "), *one) for one in wrapped(_says(found[self._at]), width - 2)[:foot]]
        title = line(("Palette", "accent"), ("  Enter does it   ↑ ↓ move   Esc leaves", "quiet"))
        note = line((self._problem, "finding")) if self._problem else line((f"{len(found)} of {len(self._offers)}", "quiet"))
        return Sheet(lines, title, note)

    def _go(self) -> None:
        found = self.found
        if not found:
            return
        offer = found[self._at]
        if offer.why_not:
            self._problem = offer.why_not
            offer.refused()
        else:
            self.close(offer.do)


def _says(offer: Offer) -> str:
    return f"{offer.says}  ({offer.why_not})" if offer.why_not else offer.says


def _pieces(offer: Offer, *, chosen: bool = False) -> Line:
    calm = "faint" if offer.why_not else ""
    return (
        Piece("▌ " if chosen else "  ", "accent"),
        Piece(fit(offer.kind, KIND_WIDTH), "quiet"),
        Piece(fit(offer.label, LABEL_WIDTH) + " ", calm or "strong"),
        Piece(fit(offer.key, KEY_WIDTH), calm or "key"),
        Piece(_says(offer), calm or "quiet"),
    )


def _drawn(offer: Offer, width: int, *, chosen: bool) -> Line:
    drawn = cut_line(_pieces(offer, chosen=chosen), width)
    return tuple(Piece(piece.text, "cursor") for piece in drawn) if chosen else drawn
