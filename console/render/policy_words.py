"""Policies in words: what each limit says, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.render.moments import ago_words
from console.render.pieces import Line
from console.render.sheet import length, line, wrapped
from store.rules.policies import LIMITS, InForce, Limit, Limits

SOURCES = {"account": "its own policy", "default": "the default policy", "product": "no policy: the product's own"}


def amount(limit: Limit, value: int | None) -> str:
    """Return a limit's value with its unit: `180 days`, `1 day`, `no limit`."""
    if value is None:
        return "no limit"
    return f"{value:,} {limit.unit.removesuffix('s') if value == 1 else limit.unit}"


def short(limit: Limit, value: int | None) -> str:
    """Return a limit's value for a column: `180 d`, `72 h`, `40`, `·`."""
    if value is None:
        return "·"
    return f"{value:,}" if limit.unit == "tokens" else f"{value:,} {limit.unit[0]}"


def sentence(limits: Limits) -> str:
    """Return what a policy limits, in one sentence."""
    said = [
        f"{limit.title.lower()} {amount(limit, limits.value(limit.name))}"
        for limit in LIMITS
        if limits.value(limit.name) is not None
    ]
    return "; ".join(said) or "no limits"


def policy_lines(found: Sequence[InForce], width: int) -> list[Line]:
    """Return each limit in force and where it comes from."""
    lines: list[Line] = []
    for one in found:
        source = SOURCES[one.source] if one.value is not None or one.source != "product" else "no policy sets one"
        words = line((f"  {one.limit.title:<17}", "quiet"), (f"{amount(one.limit, one.value):<9} ", "strong"), (source, "quiet"))
        lines += wrapped(words, width, indent=19) if length(words) > width else [words]
    return lines


def changed_words(at: datetime | None, by: str, now: datetime) -> str:
    """Say when a policy was last changed, and by whom."""
    return "never set" if at is None else f"set by {by} on {at:%Y-%m-%d}, {ago_words(at, now)}"
