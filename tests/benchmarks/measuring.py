"""Measures ratios: both sides in one run, taking turns, as medians; and says of each bar whether it holds.

What a bar asks is written in performance.md, section 6. An exact bar counts something (bytes, steps, statements) and is
insisted on everywhere; a timed one is only printed, and a test asks no more than that it is not absurd.
"""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

ROUNDS, FEW_ROUNDS = 9, 3


@dataclass(frozen=True, slots=True)
class Result:
    """What was found for one bar. `found` None: it could not be measured here, and `note` says why.

    `least` turns the bar round: the target is the smallest that will do. `insist` is what a test asks for where that is
    less than the target; `slack` is how far from its target a timed bar may be before a test calls it absurd.
    """

    bar: str
    what: str
    target: float
    found: float | None
    unit: str = "x"
    least: bool = False
    exact: bool = False
    slack: float = 5.0
    insist: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Say whether the target is reached; True for what could not be measured."""
        return self._within(self.target)

    @property
    def sane(self) -> bool:
        """Say whether a test may pass: an exact bar holds, a timed one is not absurd."""
        if self.insist is not None:
            return self._within(self.insist)
        return self._within(self.target if self.exact else self._absurd)

    @property
    def words(self) -> tuple[str, str, str, str, str]:
        """Return the cells of the table: bar, what, target, found, verdict."""
        sign = ">=" if self.least else "<="
        verdict = "not measured" if self.found is None else "holds" if self.holds else "falls short"
        found = "-" if self.found is None else f"{_short(self.found)} {self.unit}"
        return self.bar, self.what, f"{sign} {_short(self.target)} {self.unit}", found, _join(verdict, self.note)

    @property
    def _absurd(self) -> float:
        return self.target / self.slack if self.least else self.target * self.slack

    def _within(self, limit: float) -> bool:
        if self.found is None:
            return True
        return self.found >= limit if self.least else self.found <= limit


def kept_busy() -> bool:
    """Say whether others keep the machine so busy that a time says nothing."""
    return os.getloadavg()[0] > 2 * (os.cpu_count() or 1)


def unmeasured(bar: str, what: str, target: float, why: str, *, unit: str = "x", least: bool = False) -> Result:
    """Return a result that says why there is none."""
    return Result(bar, what, target, None, unit, least, note=why)


@dataclass(frozen=True, slots=True)
class Timed:
    """The seconds each round of one side took."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Return the middle one."""
        return statistics.median(self.seconds)

    def slowest(self, share: float = 0.95) -> float:
        """Return the time that this share of the rounds stayed within."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def interleaved(rounds: int, *sides: Callable[[], object], warm: bool = True) -> tuple[Timed, ...]:
    """Run the sides in turn so many times, and return how long each took; `warm` runs each once before it counts."""
    if warm:
        for side in sides:
            side()
    times: list[list[float]] = [[] for _ in sides]
    gc.collect()
    for turn in range(rounds):
        order = range(len(sides)) if turn % 2 == 0 else reversed(range(len(sides)))
        for number in order:
            start = time.perf_counter()
            sides[number]()
            times[number].append(time.perf_counter() - start)
    return tuple(Timed(tuple(side)) for side in times)


def measured_by(rounds: int, *sides: Callable[[], float]) -> tuple[Timed, ...]:
    """Like `interleaved`, for sides that measure themselves and return seconds."""
    times: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for number, side in enumerate(sides):
            times[number].append(side())
    return tuple(Timed(tuple(side)) for side in times)


def repeated(work: Callable[[], object], times: int) -> Callable[[], None]:
    """Return a side that does the work several times, for what is too short to be timed alone."""

    def side() -> None:
        for _ in range(times):
            work()

    return side


def table(results: Iterable[Result]) -> str:
    """Return the results as a table of plain text."""
    rows = [("bar", "what", "target", "found", "verdict"), *(result.words for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)) + f"  {row[4]}" for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def shortfalls(results: Iterable[Result]) -> str:
    """Return the sentence that names the bars which do not hold, each as the table has it."""
    short = [f"{result.bar} {_join(result.what, result.note)}" for result in results if not result.holds]
    return f"Short of their targets: {'; '.join(short)}." if short else "Every bar that was measured holds."


def _short(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _join(verdict: str, note: str) -> str:
    return f"{verdict} ({note})" if note else verdict
