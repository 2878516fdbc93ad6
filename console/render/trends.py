"""A measured value over time as bars: an axis with its unit, the target as a line across, gaps where nothing was measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import floor, log10

from console.render.axes import marked_axis
from console.render.glyphs import BAD, BARS
from console.render.pieces import Line, Piece
from console.render.sheet import cut_line, ends, joined, line
from console.render.widths import width_of

LEAST_WIDTH, LEAST_HEIGHT = 22, 5
LINE, NOTHING = "╌", "·"


@dataclass(frozen=True, slots=True)
class Course:
    """Values by steps of equal length, oldest first; None where there was nothing to measure.

    `words` writes a value with its unit, `worst` says which of several neighbours stands for them all where there are more
    steps than cells, `missed` which values miss the target.
    """

    start: datetime
    step: timedelta
    values: tuple[float | None, ...]
    words: Callable[[float], str]
    target: float | None = None
    missed: Callable[[float], bool] = lambda value: False
    worst: Callable[[Sequence[float]], float] = max
    floor: float = 0.0


def course_lines(course: Course, width: int, height: int) -> list[Line]:
    """Draw it in exactly `height` lines of at most `width` cells; too little room gives its numbers alone."""
    known = [value for value in course.values if value is not None]
    if not known:
        return [line(("no data: nothing measured yet", "quiet"))]
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return [_heading(course, 1, known, width)]
    rows = height - 3
    low, top = course.floor, _top(max([*known, course.target or 0.0]), course.floor)
    labels = {rows: course.words(top), 1: course.words(low)}
    if course.target is not None and low < course.target < top:
        labels = {place: words for place, words in labels.items() if place != _row_at(course.target, low, top, rows)}
        labels[_row_at(course.target, low, top, rows)] = course.words(course.target)
    left = max(width_of(words) for words in labels.values())
    plot = width - left - 2
    grouping = max(1, -(-len(course.values) // plot))
    bars = _grouped(course, grouping)
    gap = 1 if plot >= 2 * len(bars) - 1 else 0
    edges = _edges(len(bars), plot + gap)
    aim = None if course.target is None else _row_at(course.target, low, top, rows)
    body = [_row(rows - n, rows, labels, left, bars, (edges, gap), course, (low, top), aim) for n in range(rows)]
    widths = (after - before - gap for before, after in pairwise(edges))
    missed = (value is not None and course.missed(value) for value in bars)
    axis = marked_axis(" " * left, zip(widths, missed, strict=True), gap)
    return [_heading(course, grouping, known, width), *body, axis, _times(course, grouping, edges, left + 2, width)]


def _edges(bars: int, room: int) -> list[int]:
    """Return where each bar begins and the last one ends: of two cells or more they share what does not divide."""
    if room < 2 * bars:
        return list(range(bars + 1))
    return [number * room // bars for number in range(bars + 1)]


def _heading(course: Course, grouping: int, known: Sequence[float], width: int) -> Line:
    last = next((value for value in reversed(course.values) if value is not None), known[-1])
    numbers = f"lowest {course.words(min(known))} · highest {course.words(max(known))} · last {course.words(last)}"
    each = f"a bar is {_length(course.step * grouping)}, UTC"
    if width_of(numbers) + width_of(each) + 2 <= width:
        return ends(line((each, "quiet")), line((numbers, "quiet")), width)
    if width_of(numbers) > width:
        numbers = numbers.replace("lowest", "low").replace("highest", "high")
    return cut_line(line((numbers, "quiet")), width)


def _top(highest: float, low: float) -> float:
    """Return the next round number at or above the highest value; the axis ends there."""
    reach = highest - low
    if reach <= 0:
        return low + 1.0
    unit = 10.0 ** floor(log10(reach))
    return low + next(step * unit for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * unit >= reach * 0.999_999)


def _row_at(value: float, low: float, top: float, rows: int) -> int:
    """Return the line of the plot a value ends in; 1 is the lowest."""
    return max(1, min(rows, -int(-(value - low) / (top - low) * rows // 1)))


def _grouped(course: Course, size: int) -> list[float | None]:
    values: list[float | None] = [*(None for _ in range(-len(course.values) % size)), *course.values]
    groups = [[value for value in values[at : at + size] if value is not None] for at in range(0, len(values), size)]
    return [course.worst(group) if group else None for group in groups]


def _row(
    place: int,
    rows: int,
    labels: dict[int, str],
    left: int,
    bars: Sequence[float | None],
    widths: tuple[Sequence[int], int],
    course: Course,
    bounds: tuple[float, float],
    aim: int | None,
) -> Line:
    """Draw one line of the plot; bars stand before the line of the target, so that both can be seen."""
    low, top = bounds
    edges, gap = widths
    label = labels.get(place)
    pieces = [Piece(f"{label or '':>{left}} {'┤' if label else '│'}", "finding" if place == aim and label else "axis")]
    across = LINE if place == aim else " "
    for number, value in enumerate(bars):
        bar = edges[number + 1] - edges[number] - gap
        eighths = 0 if value is None else round((value - low) / (top - low) * rows * 8) - (place - 1) * 8
        if value is not None and value > low and place == 1:
            eighths = max(1, eighths)
        if eighths > 0:
            style = "refused" if value is not None and course.missed(value) else "bar"
            block = BAD if eighths >= 8 and style == "refused" else BARS[min(8, eighths) - 1]
            pieces.append(Piece(block * bar, style))
        elif place == 1 and value is None:
            pieces.append(Piece(NOTHING * bar, "zero"))
        else:
            pieces.append(Piece(across * bar, "axis"))
        if number < len(bars) - 1:
            pieces.append(Piece(across * gap, "axis"))
    return joined(pieces)


def _times(course: Course, grouping: int, edges: Sequence[int], left: int, width: int) -> Line:
    step, bars = course.step * grouping, len(edges) - 1
    first = course.start - course.step * (bars * grouping - len(course.values))
    pattern = "%d %b" if step >= timedelta(days=1) or step * bars > timedelta(days=2) else "%H:%M"
    cells = [" "] * width
    each = max(1, edges[-1] // bars)
    every = next((n for n in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 24, 30) if n * each >= 8), max(1, -(-8 // each)))
    for number in range(0, bars, every):
        label = (first + step * number).astimezone(UTC).strftime(pattern)
        at = left + edges[number]
        if at + len(label) <= width:
            cells[at : at + len(label)] = label
    return line(("".join(cells).rstrip(), "axis"))


def _length(step: timedelta) -> str:
    for unit, word, words in (
        (timedelta(days=1), "a day", "days"),
        (timedelta(hours=1), "an hour", "hours"),
        (timedelta(minutes=1), "a minute", "minutes"),
    ):
        if step >= unit:
            return word if step == unit else f"{step // unit} {words}"
    return f"{step // timedelta(seconds=1)} s"
