"""Counts over time as a bar chart of lines of text: a title, an axis with numbers, times below, and what is highest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from console.render.axes import marked_axis
from console.render.counts import counted
from console.render.glyphs import BAD, BARS
from console.render.moments import since
from console.render.pieces import Line, Piece
from console.render.scales import Scale, compact, scale_for
from console.render.sparks import grouped
from console.render.widths import cut, fit, width_of
from store.rows import Series

LEAST_WIDTH, LEAST_HEIGHT = 24, 6


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn: steps of equal length, oldest first. `values` include `refused`, which is drawn at their foot.

    A line of the plot is drawn as refused from half of it on; that there was less than that is marked on the axis.

    `under_way`: the last step is not over yet, so its number is less than it will be.
    """

    title: str
    unit: str
    start: datetime
    step: timedelta
    values: tuple[int, ...]
    refused: tuple[int, ...] = ()
    under_way: bool = False


def chart_of(title: str, unit: str, series: Series) -> Chart:
    """Return the chart of a series of counts."""
    return Chart(title, unit, series.start, timedelta(seconds=series.step_s), series.requests, series.refused, under_way=True)


def chart_lines(chart: Chart, width: int, height: int) -> tuple[Line, ...]:
    """Draw a chart in exactly `height` lines of at most `width` cells; too little room gives its numbers alone.

    Where there are more steps than cells, neighbouring steps are added up, and the title says how long a bar is.
    """
    if not chart.values or width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return _numbers_alone(chart, width, height)
    rows = height - 3
    rough = scale_for(max(chart.values), rows)
    grouping = _grouping(len(chart.values), width - rough.width - 2)
    bars = -(-len(chart.values) // grouping)
    values, refused = grouped(chart.values, grouping), grouped(chart.refused or (0,) * len(chart.values), grouping)
    scale = scale_for(max(values), rows)
    plot = width - scale.width - 2
    bar, gap = _widths(plot, bars)
    heading = _heading(chart, grouping, values, refused, width)
    body = tuple(_row(number, rows, scale, values, refused, bar, gap) for number in range(rows))
    return (
        heading,
        *body,
        marked_axis(f"{'0':>{scale.width}}", ((bar, bool(bad)) for bad in refused), gap),
        _times(chart, grouping, bars, bar + gap, scale.width + 2, width),
    )


def place_of(chart: Chart, moment: datetime, width: int, height: int) -> int | None:
    """Return the cell, from the left, of the bar a moment falls into; None outside the chart, or where no bars are drawn."""
    if not chart.values or width < LEAST_WIDTH or height < LEAST_HEIGHT or not chart.start <= moment:
        return None
    rows = height - 3
    grouping = _grouping(len(chart.values), width - scale_for(max(chart.values), rows).width - 2)
    bars = -(-len(chart.values) // grouping)
    scale = scale_for(max(grouped(chart.values, grouping)), rows)
    bar, gap = _widths(width - scale.width - 2, bars)
    step = (moment - chart.start) // chart.step + bars * grouping - len(chart.values)
    if step >= bars * grouping:
        return None
    return scale.width + 2 + step // grouping * (bar + gap)


def _grouping(steps: int, room: int) -> int:
    """Return how many steps make one bar."""
    return max(1, -(-steps // max(1, room)))


def _widths(plot: int, bars: int) -> tuple[int, int]:
    """Return the width of a bar and of the gap behind it; the last one needs no gap."""
    gap = 0 if plot < 2 * bars - 1 else 1 if plot < 9 * bars else 2
    return max(1, (plot + gap) // bars - gap), gap


def _heading(chart: Chart, grouping: int, values: Sequence[int], refused: Sequence[int], width: int) -> Line:
    """Write the title and as many of the numbers as there is room for."""
    title = Piece(chart.title, "title")
    bad: Line = ()
    if any(refused):
        bad = (Piece(f"  {BAD}", "refused"), Piece(f" {sum(refused):,} refused", "quiet"))
    total = f"  {_total(chart)}"
    counted_since = f"{total} since {_since(chart)}"
    most, last = f"max {compact(max(values))}", f"last{' so far' * chart.under_way} {compact(values[-1])}"
    both, every = f"{most} · {last}", f"min {compact(min(values))} · {most} · {last}"
    whole = (title, Piece(counted_since, "quiet"), *bad)
    short = (title, Piece(f"  since {_since(chart)}", "quiet"), *bad)
    long = (title, Piece(f"{counted_since}, one bar is {_length(chart.step * grouping)}, UTC", "quiet"), *bad)
    for left, numbers in (  # since when comes before the extremes: other numbers of a day end with the minute, not with the hour
        *((long, every), (whole, every), (whole, both), (whole, most)),
        *((short, every), (short, both), (short, most), (short, "")),
        *(((title, *bad), numbers) for numbers in (every, both, most, "")),  # what the sign in the plot means is said last of all
    ):
        room = width - sum(width_of(piece.text) for piece in left) - len(numbers)
        if room >= 2:
            return (*left, Piece(" " * room), Piece(numbers, "quiet")) if numbers else left
    return (Piece(cut(chart.title, width), "title"),)


def _since(chart: Chart) -> str:
    step = timedelta(days=1) if len(chart.values) * chart.step > timedelta(days=2) else chart.step
    return since(chart.start, step, chart.start + (len(chart.values) - 1) * chart.step)


def _length(step: timedelta) -> str:
    for unit, name, word in (
        (timedelta(days=1), "days", "a day"),
        (timedelta(hours=1), "hours", "an hour"),
        (timedelta(minutes=1), "minutes", "a minute"),
    ):
        if step >= unit:
            return word if step == unit else f"{step // unit} {name}"
    return f"{step // timedelta(seconds=1)} s"


def _row(number: int, rows: int, scale: Scale, values: Sequence[int], refused: Sequence[int], bar: int, gap: int) -> Line:
    """Draw one line of the plot; line 0 is the highest, and a line is eight eighths high."""
    floor = (rows - 1 - number) * 8
    label = scale.labels.get(rows - number)
    left = Piece(f"{label or '':>{scale.width}} {'┤' if label else '│'}", "axis")
    pieces = [left]
    for value, bad in zip(values, refused, strict=True):
        block, style = _block(scale.eighths(value), scale.eighths(bad), floor)
        pieces += [Piece(block * bar, style), Piece(" " * gap)]
    return _joined(pieces[:-1])


def _block(height: int, foot: int, floor: int) -> tuple[str, str]:
    """Return the character of a bar `height` eighths high, its lowest `foot` refused, in the line that starts at `floor`."""
    top, low = min(8, max(0, height - floor)), min(8, max(0, foot - floor))
    if not top:
        return " ", ""
    if 2 * low < top:
        return BARS[top - 1], "bar"
    return BAD if top == 8 else BARS[top - 1], "refused"


def _times(chart: Chart, grouping: int, bars: int, each: int, left: int, width: int) -> Line:
    """Write times below the bars they start, as many as fit without touching."""
    step = chart.step * grouping
    first = chart.start - chart.step * (bars * grouping - len(chart.values))
    pattern = "%d %b" if step >= timedelta(days=1) or step * bars > timedelta(days=2) else "%H:%M"
    line = [" "] * width
    every = next((n for n in (1, 2, 3, 4, 6, 7, 8, 12, 14, 24) if n * each >= 8), max(1, -(-8 // each)))
    for number in range(0, bars, every):
        label = (first + step * number).astimezone(UTC).strftime(pattern)
        start = left + number * each
        if start + len(label) <= width:
            line[start : start + len(label)] = label
    return (Piece("".join(line).rstrip(), "axis"),)


def _total(chart: Chart) -> str:
    """Return all of it with its unit, as `1 token` or `12 refused`."""
    whole = sum(chart.values)
    return counted(whole, chart.unit.removesuffix("s")) if chart.unit.endswith("s") else f"{whole:,} {chart.unit}"


def _numbers_alone(chart: Chart, width: int, height: int) -> tuple[Line, ...]:
    words = f"{_total(chart)}, {sum(chart.refused):,} refused" if chart.values else f"no {chart.unit}"
    lines: tuple[Line, ...] = ((Piece(fit(chart.title, width).rstrip(), "title"),), (Piece(fit(words, width).rstrip(), "quiet"),))
    return (lines + ((),) * height)[:height]


def _joined(pieces: Sequence[Piece]) -> Line:
    """Join neighbours of one style; blanks go with what is before them."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and (joined[-1].style == piece.style or piece.text.isspace()):
            joined[-1] = Piece(joined[-1].text + piece.text, joined[-1].style)
        elif piece.text:
            joined.append(piece)
    return tuple(joined)
