"""Lines of pieces put on a page: fitted to a width, wrapped, set against both edges, framed. No widgets, no colours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from console.render.pieces import Line, Piece
from console.render.plain import plain
from console.render.widths import cut, width_of
from store.record import record

FRAME = "frame"
_CLAUSE = re.compile(r"[.;:,] | (?=(?:after|by|from|of|since|until) )")
"""Where a sentence may end early."""


@record
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


def in_clauses(pieces: Line, room: int, least: int | None = None) -> Line:
    """Return as many whole clauses of a sentence as fit into `room` cells, without the comma or colon behind them.

    For a line that says in short what a panel says in full. A line of several pieces, or whose first clauses would take less
    than `least` cells (half of the room unless told), is returned as it is.
    """
    if len(pieces) != 1 or length(pieces) <= room:
        return pieces
    text = plain(pieces[0].text)
    fewest = room // 2 if least is None else least
    clauses = [text[: found.start()] for found in _CLAUSE.finditer(text)]
    fitting = [one for one in clauses if fewest <= width_of(one) <= room and one.count("(") == one.count(")")]
    return (Piece(fitting[-1], pieces[0].style),) if fitting else pieces


def ends(left: Line, right: Line, width: int) -> Line:
    """Return one line with text at both edges; the left text gives way to the right one."""
    room = width - length(right) - 1
    return cut_line(right, width) if room < 1 else (*fit_line(left, room), Piece(" "), *right)


def centred(pieces: Line, width: int) -> Line:
    """Return the line in the middle of `width` cells."""
    space = max(0, width - length(pieces)) // 2
    return (Piece(" " * space), *pieces)


def wrapped(pieces: Line | str, width: int, style: str = "", *, indent: int = 0) -> list[Line]:
    """Return text broken at spaces into lines of at most `width` cells; lines after the first start `indent` cells in.

    No line ends behind a key: what it does stands beside it.
    """
    lines: list[Line] = []
    held: list[Piece] = []
    used = 0
    for number, word in enumerate(_beside_keys(_words((Piece(pieces, style),) if isinstance(pieces, str) else pieces))):
        size = sum(width_of(part.text) for part in word)
        gap = 1 if number else 0
        if gap and used > indent and used + gap + size > width:
            lines.append(tuple(held))
            held, used, gap = [Piece(" " * indent)], indent, 0
        held += [Piece(" " * gap, word[0].style if word else ""), *word]
        used += gap + size
    lines.append(tuple(held))
    return [cut_line(joined(one), width) for one in lines]


def folded(pieces: Line, width: int, *, indent: int = 0) -> list[Line]:
    """Return a line on as many lines as it takes, none of it missing: broken behind a space or a slash, else anywhere."""
    cells = [Piece(char, piece.style) for piece in pieces for char in plain(piece.text)]
    lines: list[Line] = []
    while cells:
        start = indent if lines else 0
        used = end = 0
        while end < len(cells) and start + used + width_of(cells[end].text) <= width:
            used += width_of(cells[end].text)
            end += 1
        end = max(1, end)
        if end < len(cells):
            end = next((at for at in range(end, end // 2, -1) if cells[at - 1].text in " /"), end)
        lines.append(joined((Piece(" " * start), *cells[:end])))
        cells = cells[end:]
    return lines or [()]


def _words(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Cut text at its spaces; a word may run on from one piece into the next, as a full stop behind a number does."""
    words: list[list[Piece]] = [[]]
    for piece in pieces:
        first, *others = plain(piece.text).split(" ")
        if first:
            words[-1].append(Piece(first, piece.style))
        words += [[Piece(other, piece.style)] for other in others]
    return words


def _beside_keys(words: Iterable[list[Piece]]) -> list[list[Piece]]:
    """Join a key with the word that says what it does: a line never ends between them."""
    together: list[list[Piece]] = []
    for word in words:
        if word and together and together[-1] and together[-1][-1].style == "key":
            together[-1] += [Piece(" ", word[0].style), *word]
        else:
            together.append(word)
    return together


def joined(pieces: Iterable[Piece]) -> Line:
    """Return the line with neighbours of one style as one piece."""
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].style == piece.style:
            found[-1] = Piece(found[-1].text + piece.text, piece.style)
        elif piece.text:
            found.append(piece)
    return tuple(found)


def edge(title: Line, note: Line, width: int, style: str = FRAME, left: str = "╭", right: str = "╮") -> Line:
    """Return the edge of a panel with its title on the left and a note on the right; a note that can't fit is left out."""
    room = width - 8
    if note and length(note) > room // 2 + 4:
        note = ()
    title = cut_line(title, room - (length(note) + 2 if note else 0))
    start: Line = (Piece(left + "─", style), Piece(" "), *title, Piece(" ")) if title else (Piece(left + "─", style),)
    end: Line = (Piece(" "), *note, Piece(" "), Piece("─" + right, style)) if note else (Piece("─" + right, style),)
    return (*start, Piece("─" * max(0, width - length(start) - length(end)), style), *end)
