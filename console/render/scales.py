"""Numbers along an axis: round ones, few enough to read, and short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LINES_PER_TICK = (2, 3, 4)


@dataclass(frozen=True, slots=True)
class Scale:
    """From 0 upwards: `step` is a round number and reached every `lines` lines, so that each number stands where it belongs.

    `labels` are the numbers by line, 1 being the lowest of the plot; `width` is that of the longest.
    """

    step: int
    lines: int
    labels: Mapping[int, str]
    width: int

    def eighths(self, value: int) -> int:
        """Return how many eighths of a line `value` is high; anything above zero is at least one."""
        return 0 if value <= 0 else max(1, round(value * 8 * self.lines / self.step))


def scale_for(highest: int, rows: int) -> Scale:
    """Return the tightest scale of round numbers (1, 2 or 5 times a power of ten) for values up to `highest` on `rows` lines."""
    lines, step = min(
        ((lines, _round_up(max(1, highest) * lines, rows)) for lines in LINES_PER_TICK if lines <= max(2, rows)),
        key=lambda each: (each[1] / each[0], each[0]),
    )
    labels = {line: compact(step * (line // lines)) for line in range(lines, rows + 1, lines)}
    return Scale(step, lines, labels, max(len(label) for label in (*labels.values(), "0")))


def _round_up(value: int, rows: int) -> int:
    """Return the least round number that is at least `value` divided by `rows`."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * rows >= value:
                return step
        power *= 10


def compact(value: int) -> str:
    """Write a number in few characters: 950, 1,200, 12k, 3.4M."""
    if value < 10_000:
        return f"{value:,}"
    for size, letter in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if value >= size:
            short = f"{value / size:.1f}".removesuffix(".0")
            return f"{short}{letter}"
    return str(value)
