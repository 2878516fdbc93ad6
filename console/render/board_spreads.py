"""The panels of the dashboard that say how live tokens are spread: over ages, tiers and environments."""

from __future__ import annotations

from console.render.board_parts import COUNTING, Body, Target, body, nothing
from console.render.counts import counted
from console.render.levels import Level, level_lines
from console.render.scales import compact
from store.dashboard_rows import Dashboard, Spread, Stretch

OLD = 180
"""Days from which on an age is a finding, as in the views unused-180d and unrotated-180d."""

LEGENDS = {
    "idle": (f"! not used for {OLD} d or more", f"! {OLD} d or more"),
    "secrets": (f"! not rotated for {OLD} d or more", f"! {OLD} d or more"),
}


def idle(board: Dashboard, width: int, height: int) -> Body:
    """Return how long live tokens have not been used."""
    return _spread(board.idle, "idle", "idle", width, height)


def secrets(board: Dashboard, width: int, height: int) -> Body:
    """Return how old the secrets of live tokens are."""
    return _spread(board.secrets, "secrets", "rot", width, height)


def _spread(spread: Spread | None, panel: str, field: str, width: int, height: int) -> Body:
    if spread is None:
        return nothing(COUNTING)
    total = sum(stretch.amount.number for stretch in spread.stretches)
    levels = [_level(one) for one in spread.stretches]
    targets = [
        Target(
            panel,
            age_words(one),
            filter=_age_filter(one, field),
            says=_says(one, field),
        )
        for one in spread.stretches
    ]
    more = any(stretch.amount.more for stretch in spread.stretches)
    drawn = level_lines(levels[:height], width, total=0 if more else total, least_label=12)
    return body(list(zip(drawn, targets, strict=False)), counted(total, "live token", more=more), LEGENDS[panel])


def age_words(one: Stretch) -> str:
    """Write the bounds of a stretch of ages."""
    if one.above is None:
        return f"≤ {one.upto} d"
    return f"> {one.above} d" if one.upto is None else f"{one.above}–{one.upto} d"


def _level(one: Stretch) -> Level:
    old = one.above is not None and one.above >= OLD
    label = f"{'!' if old and one.amount.number else ' '} {age_words(one)}"
    return Level(label, one.amount.number, one.amount.more, "finding" if old else "bar")


def _age_filter(one: Stretch, field: str) -> str:
    terms = ["status:live"]
    if one.above is not None:
        terms.append(f"{field}>{one.above}d")
    if one.upto is not None:
        terms.append(f"{field}<={one.upto}d")
    return " ".join(terms)


def _says(one: Stretch, field: str) -> str:
    what = "not used for" if field == "idle" else "secret made or rotated"
    behind = "" if field == "idle" else " ago"
    if one.above is None:
        return f"Live tokens, {what} at most {one.upto} d{behind}."
    upto = "" if one.upto is None else f", at most {one.upto} d"
    return f"Live tokens, {what} more than {one.above} d{upto}{behind}."


def mix(board: Dashboard, width: int, height: int) -> Body:
    """Return tiers and environments."""
    if board.mix is None:
        return nothing(COUNTING)
    if not board.mix.kinds:
        return nothing("No live token.", width)
    styles = {"admin": "admin"}
    levels = [Level(f"{one.tier} · {one.environment}", one.tokens, style=styles.get(one.tier, "bar")) for one in board.mix.kinds]
    targets = [
        Target(
            "mix", f"{one.tier} {one.environment}", filter=f"status:live tier:{one.tier} env:{one.environment}",
            says=f"Live tokens that are {one.tier}, in the {one.environment} environment.",
        )
        for one in board.mix.kinds
    ]  # fmt: skip
    of = f"of {compact(board.mix.looked_at)} used last" if board.mix.more else counted(board.mix.looked_at, "live token")
    drawn = level_lines(levels[:height], width, total=board.mix.looked_at, least_label=17)
    return body(list(zip(drawn, targets, strict=False)), of)
