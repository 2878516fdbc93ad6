"""Lines of pieces put on a page: fitted to a width, wrapped, set against both edges, framed. No widgets, no colours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from console.render.pieces import Line, Piece
from console.render.plain import plain
from console.render.widths import cut, width_of

FRAME = "frame"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a pane shows: lines from the top, a title on the left of the frame and a note on the right of it.

    `style` colours the frame of the first `strong` lines and the title's edge; the rest of the frame stays quiet.
    """

    lines: Sequence[Line]
    title: Line = ()
    note: Line = ()
    style: str = FRAME
    strong: int = 0


def line(*pieces: Piece | tuple[str, str] | str) -> Line:
    """Return a line of pieces; a bare str is ordinary text."""
    return tuple(Piece(piece) if isinstance(piece, str) else Piece(*piece) for piece in pieces)


def length(pieces: Iterable[Piece]) -> int:
    """Return how many cells a line takes."""
    return sum(width_of(plain(piece.text)) for piece in pieces)


def cut_line(pieces: Line, width: int) -> Line:
    """Return the line in at most `width` cells, ending in «…» when something is missing."""
    if length(pieces) <= width:
        return pieces
    kept: list[Piece] = []
    for piece in pieces:
        text = plain(piece.text)
        room = width - length(kept)
        if width_of(text) >= room:
            kept.append(Piece(cut(text + " …", room), piece.style))
            break
        kept.append(Piece(text, piece.style))
    return tuple(kept)


def fit_line(pieces: Line, width: int) -> Line:
    """Return the line in exactly `width` cells: cut, or filled with spaces."""
    pieces = cut_line(pieces, width)
    return (*pieces, Piece(" " * (width - length(pieces))))


def ends(left: Line, right: Line, width: int) -> Line:
    """Return one line with text at both edges; the left text gives way to the right one."""
    room = width - length(right) - 1
    return cut_line(right, width) if room < 1 else (*fit_line(left, room), Piece(" "), *right)


def centred(pieces: Line, width: int) -> Line:
    """Return the line in the middle of `width` cells."""
    space = max(0, width - length(pieces)) // 2
    return (Piece(" " * space), *pieces)


def wrapped(text: str, width: int, style: str = "", *, first: Line = (), indent: int = 0) -> list[Line]:
    """Return text broken at spaces into lines of at most `width` cells.

    `first` stands before it on the first line; the following lines start `indent` cells in.
    """
    lines: list[Line] = []
    held: list[str] = []
    used = length(first)
    for word in plain(text).split(" "):
        size = width_of(word) + (1 if held else 0)
        if held and used + size > width:
            lines.append((*first, Piece(" ".join(held), style)))
            first, held, used, size = (Piece(" " * indent),), [], indent, width_of(word)
        held.append(word)
        used += size
    lines.append((*first, Piece(" ".join(held), style)))
    return [cut_line(one, width) for one in lines]


def framed(sheet: Sheet, width: int, height: int) -> list[Line]:
    """Return the sheet inside a rounded frame of exactly `width` by `height`; too small for one, the bare lines."""
    if width < 6 or height < 3:
        return [fit_line(one, width) for one in sheet.lines[:height]]
    lines = [edge(sheet.title, sheet.note, width, sheet.style if sheet.strong else FRAME)]
    for number in range(height - 2):
        inside = sheet.lines[number] if number < len(sheet.lines) else ()
        side = Piece("│", sheet.style if number < sheet.strong else FRAME)
        lines.append((side, Piece(" "), *fit_line(inside, width - 4), Piece(" "), side))
    lines.append(edge((), (), width, sheet.style if sheet.strong >= height - 2 else FRAME, "╰", "╯"))
    return lines


def edge(title: Line, note: Line, width: int, style: str = FRAME, left: str = "╭", right: str = "╮") -> Line:
    """Return the edge of a panel with its title on the left and a note on the right; a note that can't fit is left out."""
    room = width - 8
    if note and length(note) > room // 2 + 4:
        note = ()
    title = cut_line(title, room - (length(note) + 2 if note else 0))
    start: Line = (Piece(left + "─", style), Piece(" "), *title, Piece(" ")) if title else (Piece(left + "─", style),)
    end: Line = (Piece(" "), *note, Piece(" "), Piece("─" + right, style)) if note else (Piece("─" + right, style),)
    return (*start, Piece("─" * max(0, width - length(start) - length(end)), style), *end)
