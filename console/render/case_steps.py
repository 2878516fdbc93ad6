"""The five steps of a case: each on lines of its own with what ticked it, or all of them shortly."""

from __future__ import annotations

from console.render.case_words import SIGNS
from console.render.moments import at
from console.render.pieces import Line, Piece
from console.render.sheet import length, line, wrapped
from store.case_rows import CaseFile
from store.rules.checklist import State, Ticked, done

MOST_TICKS = 4
"""So many pieces of evidence of a step are shown; the timeline has them all."""

_INDENT = "    "
_APART = "   "


def short_steps(steps: tuple[Ticked, ...], width: int) -> list[Line]:
    """Return the steps beside each other, as many on a line as there is room for; none is broken."""
    lines: list[list[Piece]] = [[]]
    for step in steps:
        sign, style = SIGNS[step.state]
        pieces = line((f"{sign} ", style), step.step.value)
        if lines[-1] and length(tuple(lines[-1])) + len(_APART) + length(pieces) > width:
            lines.append([])
        lines[-1] += [*line(_APART if lines[-1] else ""), *pieces]
    return [tuple(one) for one in lines]


def steps_lines(found: CaseFile, width: int) -> list[Line]:
    """Return the steps under a title, each with its evidence, or with what is missing."""
    lines = [line(("Steps", "title"), (f"   {done(found.steps)} of {len(found.steps)} done, by what is on record", "quiet"))]
    for step in found.steps:
        lines += _step(step, width)
    return lines


def _step(step: Ticked, width: int) -> list[Line]:
    sign, style = SIGNS[step.state]
    lines = [
        line(
            (f"{sign} ", style), (step.step.value, "strong"), ("" if step.state is State.DONE else f"  {step.state.value}", style)
        )
    ]
    for tick in step.ticks[-MOST_TICKS:]:
        by = f" · {tick.who}" if tick.who else ""
        number = f" · #{tick.seq:,}" if tick.seq is not None else ""
        said = line((tick.words, "" if tick.whole else "finding"), (f"{by} {at(tick.at)}{number}", "quiet"))
        lines += indented(said, width)
    if len(step.ticks) > MOST_TICKS:
        lines.append(line((f"{_INDENT}and {len(step.ticks) - MOST_TICKS:,} before, in the timeline", "quiet")))
    if step.missing:
        lines += indented(line(("missing: ", "finding"), step.missing), width)
    return lines


def indented(said: Line, width: int) -> list[Line]:
    """Return what belongs to the line above it, a little further in."""
    return [(Piece(_INDENT), *one) for one in wrapped(said, max(20, width - len(_INDENT)), indent=2)]
