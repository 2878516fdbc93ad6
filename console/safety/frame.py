"""What the terminal shows now, so that only what is different is sent: repainting what has not changed costs nothing."""

from __future__ import annotations

from collections.abc import Iterator

from rich.segment import Segment
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip

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
        return [changed for x, y, strip in pieces if (changed := self._put(x, y, strip)) is not None]

    def _put(self, x: int, y: int, strip: Strip) -> Piece | None:
        line = self._lines.setdefault(y, {})
        width = strip.cell_length
        known = line.get(x)
        touched = [start for start, other in line.items() if start < x + width and start + other.cell_length > x]
        if known is None or touched != [x] or known.cell_length < width:
            for start in touched:
                del line[start]
            line[x] = strip
            return x, y, strip
        before = known.crop(0, width)
        line[x] = strip if known.cell_length == width else Strip.join([strip, known.crop(width)])
        return _difference(x, y, before, strip)


def _difference(x: int, y: int, before: Strip, after: Strip) -> Piece | None:
    """Return the middle that differs. Only ASCII is stepped over: about the width of the rest a terminal may think otherwise."""
    old, new = list(before), list(after)
    if old == new:
        return None
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start] and new[start].text.isascii():
        x += len(new[start].text)
        start += 1
    old, new = old[start:], new[start:]
    while old and new and old[-1] == new[-1] and _ascii(old) and _ascii(new):
        old.pop()
        new.pop()
    return x, y, Strip(new)


def _ascii(segments: list[Segment]) -> bool:
    return all(segment.text.isascii() for segment in segments)
