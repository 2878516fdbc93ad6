"""What the terminal shows now, so that only what is different is sent: repainting what has not changed costs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rich.cells import cell_len
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip

from console.render.glyphs import ONE_CELL

GAP = 8
"""Cells between two changes that are rather sent again than stepped over, which takes about as many bytes."""

Piece = tuple[int, int, Strip]
"""A column, a line, and what is to be shown from there on."""


def pieces_of(update: LayoutUpdate | ChopsUpdate) -> Iterator[Piece]:
    """Yield what a painting of Textual 8.2.8 puts where."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in line:
                yield x, y, strip
                x += strip.cell_length
        return
    for y, first, last in update.spans:
        for end, (x, piece) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if piece is not None and x < last and end > first:
                yield x, y, piece if end <= last else piece.crop(0, last - x)


class Frame:
    """The strips on the screen, by line and column."""

    def __init__(self) -> None:
        self._lines: dict[int, dict[int, Strip]] = {}

    def forget(self) -> None:
        """Know nothing any more: the size has changed, or somebody else has written on the terminal."""
        self._lines.clear()

    def differing(self, pieces: Iterator[Piece]) -> list[Piece]:
        """Take in what is painted, and return the part of it that the terminal does not show already."""
        return [changed for x, y, strip in pieces for changed in self._put(x, y, strip)]

    def _put(self, x: int, y: int, strip: Strip) -> list[Piece]:
        line = self._lines.setdefault(y, {})
        width = strip.cell_length
        known = line.get(x)
        touched = [start for start, other in line.items() if start < x + width and start + other.cell_length > x]
        if known is None or touched != [x] or known.cell_length < width:
            for start in touched:
                del line[start]
            line[x] = strip
            return [(x, y, strip)]
        before = known.crop(0, width)
        line[x] = strip if known.cell_length == width else Strip.join([strip, known.crop(width)])
        return [(x + start, y, strip.crop(start, end)) for start, end in _differing(before, strip)]


def _differing(before: Strip, after: Strip) -> list[tuple[int, int]]:
    """Return from which cell to which the lines differ, little gaps included.

    Only what every terminal draws in one cell is stepped over; about the width of the rest it may think otherwise.
    """
    if list(before) == list(after):
        return []
    (old, old_sure), (new, new_sure) = _cells(before), _cells(after)
    sure = min(old_sure, new_sure)
    spans: list[tuple[int, int]] = []
    changed = [(at, at + 1) for at in range(sure) if old[at] != new[at]]
    if old[sure:] != new[sure:]:
        changed.append((sure, after.cell_length))
    for start, end in changed:
        if spans and start - spans[-1][1] <= GAP:
            start = spans.pop()[0]
        spans.append((start, end))
    return spans


def _cells(strip: Strip) -> tuple[list[tuple[str, object]], int]:
    """Return the characters with what is seen of their style, and how many cells from the left are sure to be one each."""
    cells: list[tuple[str, object]] = []
    sure: int | None = None
    for text, style, _ in strip:
        if sure is None and not text.isascii():
            odd = next((at for at, char in enumerate(text) if not (char.isascii() or char in ONE_CELL)), None)
            if odd is not None:
                sure = len(cells) + odd
                sure -= bool(sure) and cell_len(text[odd]) == 0  # a mark stands on the character before it
        blank = None if style is None else seen_on_blanks(style)
        cells += [(char, blank if char == " " else style) for char in text]
    return cells, len(cells) if sure is None else sure


@lru_cache(2_048)
def seen_on_blanks(style: Style) -> Style:
    """Return what a blank shows of a style: its ground, and what is drawn under or through it."""
    return style if style.underline or style.reverse or style.strike else Style(bgcolor=style.bgcolor)
