"""Panels that draw an indicator over time against its target: shares such as the 401 rate, and latencies."""

from __future__ import annotations

from datetime import timedelta

from console.render.board_parts import Body, Target
from console.render.glyphs import BAD
from console.render.measure_words import milliseconds_words, share_words
from console.render.sheet import line
from console.render.trends import LINE, Course, course_lines
from store.indicator_rows import Trend
from store.rules.indicators import indicator_named

LEGEND = (f"{BAD} misses the target  {LINE} the target", f"{BAD} misses the target")


def share_course(trend: Trend, target: float | None, fresh: str, width: int, height: int) -> Body:
    """Draw M1, M3 or M5 over time; where nearly all should succeed the axis begins just below the lowest value."""
    about = indicator_named(trend.name)
    values = [value for value in trend.values if value is not None]
    low, aim = 0.0, target if target is not None else 1.0
    if about.at_least and values:
        low = max(0.0, 1.0 - 2 * (1.0 - min([*values, aim])))
    course = Course(
        trend.start, timedelta(seconds=trend.step_s), trend.values, share_words, target,
        missed=lambda value: about.met(value, target) is False, worst=min if about.at_least else max,
        floor=low if low < 1.0 else 0.99,
    )  # fmt: skip
    sign = "≥" if about.at_least else "<"
    said = [f"target {sign} {target * 100:g} %" if target is not None else "", fresh]
    spot = Target(trend.name, trend.name, filter="denied<24h" if trend.name == "M5" else "", says=f"{about.title}: {about.about}")
    note = line((" · ".join(filter(None, said)), "quiet"))
    return Body(tuple(course_lines(course, width, height)), {0: spot}, note, LEGEND if target is not None else ())


def latency_course(trend: Trend, target: float | None, width: int, height: int) -> Body:
    """Draw how long checks take, by the minute, against the target of M4."""
    course = Course(
        trend.start, timedelta(seconds=trend.step_s), trend.values, milliseconds_words, target,
        missed=lambda value: target is not None and value > target,
    )  # fmt: skip
    hours = len(trend.values) * trend.step_s // 3_600
    says = f"95 of 100 checks of a minute took less than this; {sum(trend.samples):,} were timed in {hours} hours."
    note = f"p95, below so much · target < {target:g} ms" if target is not None else "p95, below so much"
    legend = LEGEND if target is not None else ()
    spots = {0: Target("latency", "p95", says=says)}
    return Body(tuple(course_lines(course, width, height)), spots, line((note, "quiet")), legend)
