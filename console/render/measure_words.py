"""Measured values in words: with their unit, against their target, and how far off they are."""

from __future__ import annotations

from math import floor

from store.indicator_rows import Measured
from store.rules.indicators import Unit

NO_DATA = "no data"


def share_words(value: float) -> str:
    """Write a share: `99.97 %`, `0.08 %`; never rounded up to 100 and never down to 0."""
    if value in (0.0, 1.0):
        return f"{value * 100:.0f} %"
    hundredths = floor(value * 10_000 + 1e-9) if value > 0.5 else round(value * 10_000)
    return f"{hundredths / 100:.2f} %" if hundredths else "<0.01 %"


def milliseconds_words(value: float | None) -> str:
    """Write milliseconds: `4.5 ms`, `84 ms`, `1.2 s`."""
    if value is None:
        return NO_DATA
    if value >= 1_000:
        return f"{value / 1_000:.1f} s"
    return f"{value:.0f} ms" if value >= 10 or value == int(value) else f"{value:.1f} ms"


def value_words(unit: Unit, value: float | None) -> str:
    """Write a value with its unit."""
    if value is None:
        return NO_DATA
    match unit:
        case Unit.SHARE:
            return share_words(value)
        case Unit.MILLISECONDS:
            return milliseconds_words(value)
        case Unit.SECONDS:
            return f"{value:,.0f} s" if value == int(value) or value >= 10 else milliseconds_words(value * 1_000)
        case Unit.NUMBER:
            return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def target_words(row: Measured) -> str:
    """Write the target: `≥ 99.9 %`, `< 200 ms`, `0`; nothing where there is none."""
    if row.target is None:
        return ""
    words = value_words(row.unit, row.target)
    words = f"{row.target * 100:g} %" if row.unit is Unit.SHARE else words
    if row.indicator.at_least:
        return f"≥ {words}"
    return f"< {words}" if row.indicator.strict else words


def gap_words(row: Measured) -> str:
    """Write how far the value is from the target: `✓ 0.07 points better`, `! 12 ms over`; nothing without both."""
    if row.gap is None:
        return ""
    sign = "✓" if row.met else "!"
    size = abs(row.gap)
    if size == 0:
        return f"{sign} {'on target' if row.met else 'at its limit'}"
    if row.unit is Unit.SHARE:
        points = f"{size * 100:.2f}" if size * 100 >= 0.005 or size == 0 else f"{size * 100:.1g}"
        return f"{sign} {points} points {'better' if row.met else 'worse'}"
    return f"{sign} {value_words(row.unit, round(size, 1))} {'under' if row.met else 'over'}"


def gap_words_short(row: Measured) -> str:
    """Write the same where there is little room: `✓ by 0.07 points`, `! by 12 ms`."""
    if row.gap is not None and row.unit is Unit.SHARE and abs(row.gap) >= 0.1:
        return f"{'✓' if row.met else '!'} by {abs(row.gap) * 100:.1f} points"
    words = gap_words(row)
    return (
        words if "at its limit" in words or "on target" in words or not words else f"{words[0]} by {words[2:].rsplit(' ', 1)[0]}"
    )


def gap_style(row: Measured) -> str:
    """Return the style of a value against its target."""
    return "quiet" if row.met is None else "good" if row.met else "danger"


def budget_words(row: Measured) -> str:
    """Write what is left of the error budget: `71 % left`, `20 % over`; nothing where there is none."""
    if row.budget_left is None:
        return ""
    left = row.budget_left * 100
    return f"{left:.0f} % left" if left >= 0 else f"{-left:,.0f} % over"


def burn_words(row: Measured, window: str) -> str:
    """Write how fast the budget is spent: `0.4×`; `·` where nothing was counted in that window."""
    rate = row.burn.get(window)
    return "·" if rate is None else f"{rate:.1f}×"
