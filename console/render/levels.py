"""Numbers as bars that lie: a label, a bar in eighths of a cell against the largest, the number, its share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.render.glyphs import LEFT_EIGHTHS
from console.render.pieces import Line, Piece
from console.render.scales import compact
from console.render.sparks import spark
from console.render.widths import fit, fit_with_tail, width_of

LEAST_BAR, SHORT_BAR, SPARK = 6, 3, 12
"""A bar gives way to the names down to the second of these; then its share in per cent goes, then its hours."""


@dataclass(frozen=True, slots=True)
class Level:
    """One bar. `more` says that the number is the least it can be; `hours` are drawn as a line of blocks where there is room.

    `short` is what it is called where its label has no room; empty, the label is cut.
    """

    label: str
    number: int
    more: bool = False
    style: str = "bar"
    tail: str = ""
    hours: tuple[int, ...] = ()
    short: str = ""


def lying(value: int, highest: int, width: int) -> str:
    """Return a bar of at most `width` cells, to the eighth; anything above zero is at least one eighth."""
    eighths = 0 if value <= 0 else max(1, round(value * 8 * width / max(1, highest)))
    whole, rest = divmod(min(eighths, 8 * width), 8)
    return LEFT_EIGHTHS[7] * whole + (LEFT_EIGHTHS[rest - 1] if rest else "")


def level_lines(levels: Sequence[Level], width: int, *, total: int = 0, least_label: int = 8) -> list[Line]:
    """Draw bars below one another; with a `total` each has its share of it in per cent."""
    if not levels:
        return []
    highest = max(level.number for level in levels)
    numbers = [_number(level, width) for level in levels]
    number_width = max(len(number) for number in numbers)
    share_width = 6 if total and width >= 30 else 0
    spark_width = SPARK + 2 if width >= 58 and any(level.hours for level in levels) else 0
    full = (LEAST_BAR, share_width, spark_width)
    tries = (full, (SHORT_BAR, share_width, spark_width), (SHORT_BAR, 0, spark_width), (SHORT_BAR, 0, 0))
    names = width - number_width - 2 - max(map(_named, levels))
    least_bar, share_width, spark_width = next((one for one in tries if sum(one) <= names), tries[1])
    rest = width - number_width - share_width - spark_width - 2
    longest = max(map(_needed, levels))
    label = max(min(longest, rest - least_bar), min(least_label, rest))
    bar = max(0, rest - label)
    return [
        _line(level, number, highest, (label, bar, number_width, spark_width), _share(level, total) if share_width else "")
        for level, number in zip(levels, numbers, strict=True)
    ]


def _needed(level: Level) -> int:
    return width_of(level.label) + (2 if level.tail else 0)


def _named(level: Level) -> int:
    """Return the cells of the shortest a level can be called without being cut."""
    return width_of(level.short or level.label) + (2 if level.tail else 0)


def _line(level: Level, number: str, highest: int, widths: tuple[int, int, int, int], share: str) -> Line:
    label, bar, number_width, spark_width = widths
    filled = lying(level.number, highest, bar)
    name = level.short if level.short and _needed(level) > label else level.label
    pieces = [Piece(fit_with_tail(name, level.tail, label), "" if level.number else "quiet"), Piece(" ")]
    pieces += [Piece(filled, level.style), Piece(" " * (bar - len(filled) + 1))]
    pieces.append(Piece(f"{number:>{number_width}}", "strong" if level.number else "quiet"))
    if share:
        pieces.append(Piece(f"{share:>6}", "quiet"))
    if spark_width:
        pieces += [Piece("  "), Piece(spark(level.hours, SPARK) if level.hours else fit("", SPARK), level.style)]
    return tuple(pieces)


def _number(level: Level, width: int) -> str:
    return (f"{level.number:,}" if width >= 36 else compact(level.number)) + ("+" if level.more else "")


def _share(level: Level, total: int) -> str:
    return percent(level.number, total)


def percent(part: int, whole: int) -> str:
    """Return a share in few characters: `0 %`, `<1 %`, `37 %`; nothing where there is no whole."""
    if whole <= 0:
        return ""
    if part and part * 100 < whole:
        return "<1 %"
    return f"{part * 100 / whole:.0f} %"
