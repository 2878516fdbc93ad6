"""Everything that can be done or opened, found by a few letters: the palette behind ctrl-p."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.dialogs.dialog import Dialog
from console.dialogs.entry import Entry
from console.dialogs.form import typed
from console.render.pieces import Line, Piece
from console.render.sheet import Sheet, cut_line, in_clauses, length, line, wrapped
from console.render.widths import fit
from store.rules.token_form import holds_token

KIND_WIDTH, LABEL_WIDTH, KEY_WIDTH = 8, 19, 7
TOLD, LEAST_OFFERS = 2, 4
"""So many lines at the foot tell what the offer under the cursor is, where it is cut beside it and so many offers are left."""

REST_S = 0.15
"""After so long without a key more is looked for: typing never waits for the store."""

SHORTEST = 2
"""By fewer letters nothing is looked for."""


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to choose: its kind («do», «view», «go to»), its name, what it is, its key, and why it can't be chosen now.

    `refused` is called when it is chosen all the same. `also` holds other words it is found by, which are not shown.
    """

    kind: str
    label: str
    says: str
    do: Callable[[], object]
    key: str = ""
    why_not: str = ""
    refused: Callable[[], None] = _nothing
    also: str = ""


def matching(offers: Sequence[Offer], text: str) -> list[Offer]:
    """Return the offers that have every word of `text`, best first: where it begins the name, is in it, in what it says."""
    words = text.lower().split()
    ranked = []
    for number, offer in enumerate(offers):
        label = offer.label.lower()
        whole = f"{offer.kind} {label} {offer.says} {offer.also}".lower()
        if all(word in whole for word in words):
            also = offer.also.split()
            rank = sum(0 if label.startswith(word) else 1 if word in label or word in also else 2 for word in words)
            ranked.append((rank, number, offer))
    return [offer for _, _, offer in sorted(ranked, key=lambda one: one[:2])]


class Palette(Dialog):
    """Filters offers while one types. The arrows move, Enter does the one under the cursor, Escape leaves."""

    wants_room = True
    takes_letters = True
    alone = True

    def __init__(self, offers: Sequence[Offer], look: Callable[[str], object] = lambda text: None) -> None:
        """`look` is asked for more by what was typed, once typing has rested; it answers with `know`."""
        super().__init__()
        self._offers = tuple(offers)
        self._look = look
        self._looked = ""
        self._more: tuple[Offer, ...] = ()
        self._typed_at: float | None = None
        self._entry = Entry()
        self._at = 0
        self._first = 0
        self._problem = ""

    @property
    def found(self) -> list[Offer]:
        """Return what matches what was typed; what had to be looked for comes last."""
        text = self._entry.text
        return [*matching(self._offers, text), *matching(self._more, text)] if text.strip() else list(self._offers)

    def know(self, offers: Sequence[Offer], text: str) -> None:
        """Offer what was found by `text`; an answer to what was typed before is dropped."""
        if text == self._looked:
            self._more = tuple(offers)

    def next_tick(self, at: float) -> float | None:
        """Return when typing will have rested."""
        return None if self._typed_at is None else self._typed_at + REST_S - at

    def tick(self, at: float) -> None:
        """Look for more by what was typed."""
        if self._typed_at is not None and at >= self._typed_at + REST_S:
            self._typed_at = None
            self._looked = self._entry.text
            if len(self._looked.strip()) >= SHORTEST:
                self._look(self._looked)

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
            self._edited(at)

    def paste(self, text: str, at: float) -> None:
        """Type what was pasted."""
        self._entry.insert(text)
        self._edited(at)

    def _edited(self, at: float) -> None:
        self._at, self._problem, self._typed_at = 0, "", at
        if holds_token(self._entry.text):
            self._entry.set("")
            self._problem = "A token: taken away. F5 looks it up"

    def sheet(self, width: int, height: int) -> Sheet:
        """Draw the line that is typed, and as many offers as fit."""
        found = self.found
        foot = TOLD if height - 1 - TOLD >= LEAST_OFFERS and any(length(_pieces(one)) > width for one in found) else 0
        room = max(1, height - 1 - foot)
        self._at = max(0, min(self._at, len(found) - 1))
        self._first = max(min(self._first, self._at), self._at - room + 1, 0)
        lines: list[Line] = [(Piece("› ", "key"), *typed(self._entry, True))]
        for number, offer in enumerate(found[self._first : self._first + room], self._first):
            lines.append(_drawn(offer, width, chosen=number == self._at, told=bool(foot)))
        if not found:
            lines.append(line(("Nothing here is called that.", "quiet")))
        elif foot and length(_pieces(found[self._at])) > width:
            lines += [()] * (len(lines) < height - foot)
            lines += [(Piece("  "), *one) for one in wrapped(_says(found[self._at]), width - 2)[:foot]]
        title = line(("Palette", "accent"), ("  Enter does it   ↑ ↓ move   Esc leaves", "quiet"))
        note = (
            line((self._problem, "finding"))
            if self._problem
            else line((f"{len(found)} of {len(self._offers) + len(self._more)}", "quiet"))
        )
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
    calm = "quiet" if offer.why_not else ""
    return (
        Piece("▌ " if chosen else "  ", "accent"),
        Piece(fit(offer.kind, KIND_WIDTH), "quiet"),
        Piece(fit(offer.label, LABEL_WIDTH) + " ", calm or "strong"),
        Piece(fit(offer.key, KEY_WIDTH), calm or "key"),
        Piece(_says(offer), calm or "quiet"),
    )


def _drawn(offer: Offer, width: int, *, chosen: bool, told: bool) -> Line:
    """Return the line of an offer; what it is is told in whole clauses where there is a foot that tells the rest."""
    *head, says = _pieces(offer, chosen=chosen)
    room = width - length(head)
    clause = in_clauses((says,), room) if told else (says,)
    drawn = cut_line((*head, *(clause if length(clause) <= room or not told else ())), width)
    return tuple(Piece(piece.text, "cursor") for piece in drawn) if chosen else drawn
