"""Which columns the token list has, without what they show: enough to draw it before there is a token."""

from __future__ import annotations

from console.render.column import LAST, Column

NARROW_SPARK, WIDE_SPARK = 8, 24


def titles(spark_width: int = NARROW_SPARK) -> tuple[Column, ...]:
    """Return the token list's columns, from the left; a list that is too narrow drops them by their priority."""
    return (
        Column("name", "Name", 16, 3, 44, sort="name", likes=26, snug=True),
        Column("account", "Account", 10, 2, 28, priority=2, sort="account", likes=18, snug=True),
        Column("env", "Env", 4, priority=LAST),
        Column("access", "Access", 12, priority=4, snug=True),
        Column("status", "Status", 11, snug=True),
        Column("spark", "24 hours", max(8, spark_width), priority=6, sort="requests"),
        Column("used", "Used", 12, align="right", sort="used", snug=True, signed=True),
        Column("expires", "Expires", 11, priority=3, sort="expires", snug=True, signed=True, apart=True),
        Column("tail", "Last 4", 6),
    )
