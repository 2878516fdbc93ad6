"""The executive dashboard: the indicators against their targets, 401s and issuance over time, and what looks suspicious."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from console.render.board import Layout
from console.render.board_parts import Body, Drawing, Target, amount_words, body, finding_sign
from console.render.counts import many
from console.render.courses import share_course
from console.render.digits import HEIGHT, large
from console.render.freshness import recorded_words
from console.render.grid import Columns, Part, Rows, fixed
from console.render.levels import lying
from console.render.measure_words import (
    budget_words,
    burn_words,
    gap_style,
    gap_words,
    gap_words_short,
    target_words,
    value_words,
)
from console.render.pieces import Line, Piece
from console.render.scales import compact
from console.render.sheet import cut_line, ends, line
from console.render.widths import fit
from store.board_rows import Executive
from store.indicator_rows import Measured
from store.rules.views import view_named

TILES = {"M1": "Issuance", "M3": "Validation", "M5": "401 rate"}
_TILE_ROW = Columns((*(Part(name) for name in TILES), Part("suspicious-number")))
LAYOUTS = (
    Layout(150, 46, (
        Rows((
            fixed(_TILE_ROW, 9),
            Part(Columns((Part("unauthorised", 3), Part("suspicious", 2))), 1),
            Part(Columns((Part("issuance", 3), Part("indicators", 4))), 1),
        )),
    ), large=True),
    Layout(110, 30, (
        Rows((
            fixed(_TILE_ROW, 7),
            Part(Columns((Part("unauthorised", 3), fixed("suspicious", 40))), 12),
            fixed("indicators", 13),
        )),
        Rows((Part("issuance"), Part("unauthorised"))),
    )),
    Layout(76, 18, (
        Rows((fixed(_TILE_ROW, 7), Part(Columns((Part("unauthorised"), fixed("suspicious", 30)))))),
        Rows((fixed("indicators", 13), Part("issuance"))),
    )),
    Layout(0, 0, (*TILES, "suspicious", "unauthorised", "issuance", "indicators")),
)  # fmt: skip


def drawings(found: Executive | None, *, large: bool) -> dict[str, Drawing]:
    """Return every panel; without numbers (None) they stand empty while those are read."""
    kinds: dict[str, tuple[str, Callable[[Executive, int, int], Body]]] = {
        name: (title, partial(_tile, name, drawn_large=large)) for name, title in TILES.items()
    }
    kinds |= {
        "suspicious-number": ("Suspicious", partial(_suspicious_number, drawn_large=large)),
        "unauthorised": ("401 rate, last 24 hours", _unauthorised),
        "issuance": ("Issuance success, last 30 days", _issuance),
        "suspicious": ("Suspicious use, now", suspicious),
        "indicators": ("All indicators, last 30 days", indicators),
    }
    return {name: Drawing(title, partial(draw, found) if found is not None else None) for name, (title, draw) in kinds.items()}


def _tile(name: str, found: Executive, width: int, height: int, *, drawn_large: bool) -> Body:
    """Draw one indicator of 30 days: its value, the target, the gap, the budget."""
    row = found.month.named(name)
    words = f"{value_words(row.unit, row.value)}{' !' if row.met is False else ''}"
    style = "quiet" if row.value is None else "danger" if row.met is False else "strong"
    lines = _number(words, style, width, drawn_large=drawn_large and height > HEIGHT + 2)
    target = target_words(row)
    lines.append(line((f"target {target}" if target else "no target", "quiet")))
    gap = gap_words(row)
    lines.append(line((gap if len(gap) <= width else gap_words_short(row), gap_style(row))))
    lines += _wrapped_budget(row, width)
    note = f"30 d, {compact(row.samples)}" if row.samples and width >= 30 else ""
    return Body(tuple(cut_line(one, width) for one in lines[:height]), note=line((note, "quiet")) if note else ())


def _wrapped_budget(row: Measured, width: int) -> list[Line]:
    left, burn = budget_words(row), burn_words(row, "1h")
    if not left:
        return []
    if left.endswith(" over"):
        over = left.removesuffix(" over")
        left = f"overspent {over}" if len(f"overspent {over}") <= width else f"over by {over}"
    else:
        left = f"budget {left}" if len(f"budget {left}") <= width else left.replace("left", "unspent")
    style = "danger" if row.budget_left is not None and row.budget_left < 0 else "quiet"
    whole = line((left, style), (f" · burns {burn} in 1 h", "quiet"))
    return (
        [whole] if sum(len(piece.text) for piece in whole) <= width else [line((left, style)), line((f"burns {burn}/h", "quiet"))]
    )


def _number(words: str, style: str, width: int, *, drawn_large: bool) -> list[Line]:
    """Return a number as a line, or drawn three lines high with its unit behind it."""
    number, space, unit = words.partition(" ")
    shapes = large(number) if drawn_large else None
    if shapes is None or len(shapes[0]) + len(unit) + 1 > width:
        return [line((words, style))]
    *first, last = shapes
    return [*(line((shape, style)) for shape in first), line((last, style), (f"{space}{unit}", style))]


def _suspicious_number(found: Executive, width: int, height: int, *, drawn_large: bool) -> Body:
    number = sum(one.amount.number for one in found.suspicious)
    more = any(one.amount.more for one in found.suspicious)
    style, sign = ("finding", " !") if number else ("strong", "")
    lines = _number(f"{number:,}{'+' if more else ''}{sign}", style, width, drawn_large=drawn_large and height > HEIGHT + 2)
    lines.append(line((f"{many(number, 'token')} to check", "quiet")))
    exposed = found.month.named("M10")
    missed = exposed.met is False
    words = f"{'! ' if missed else ''}{value_words(exposed.unit, exposed.value)} exposed"
    window = ", 30 d"
    lines.append(line((f"{words}{window}" if len(words + window) <= width else words, "danger" if missed else "quiet")))
    return Body(tuple(cut_line(one, width) for one in lines[:height]), note=line(("now", "quiet")) if width >= 20 else ())


def suspicious(found: Executive, width: int, height: int) -> Body:
    """Return each kind of suspicious use with its number; each opens its tokens."""
    highest = max(one.amount.number for one in found.suspicious)
    lines: list[tuple[Line, Target | None]] = []
    for one in found.suspicious:
        view = view_named(one.view)
        sign, style = finding_sign(one.view, one.amount.number)
        left = line((f"{sign} {amount_words(one.amount):>6}  ", style), (view.short, "" if one.amount.number else "quiet"))
        room = width - 30
        bar = (Piece(lying(one.amount.number, highest, room), style),) if room >= 6 else ()
        lines.append(
            (
                ends(left, (*bar, Piece(" " * max(0, room - len(bar[0].text)))) if bar else (), width),
                Target("suspicious", one.view, view.name, says=view.rule),
            )
        )
    return body(lines[:height], "each opens its tokens" if width >= 50 else "", ("! look into it  !! at once", "! look  !! now"))


def indicators(found: Executive, width: int, height: int) -> Body:
    """Return all ten with target, gap, budget and how fast it burns."""
    wide = width >= 92
    title = max(12, min(27, width - (78 if wide else 57)))
    gap = f"{'gap':<22}" if wide else "  "
    head = f"{'':<{title + 4}}{'now':>9}  {'target':<10}{gap}{'budget':<14}{'burn 1 h':>9}{'6 h':>7}"
    lines: list[tuple[Line, Target | None]] = [(cut_line(line((head, "header")), width), None)]
    for row in found.month.rows:
        style = "quiet" if row.value is None else "danger" if row.met is False else ""
        sign = "!" if row.met is False else "✓" if row.met else " "
        pieces: list[tuple[str, str] | str] = [
            (f"{row.name:<4}", "key"), f"{fit(row.indicator.title, title - 1)} ",
            (f"{value_words(row.unit, row.value):>9}", style or "strong"),
            (f"  {target_words(row):<10}", "quiet"),
        ]  # fmt: skip
        pieces.append((f"{gap_words(row):<22}" if wide else f"{sign} ", gap_style(row)))
        burning = row.burn.get("1h") or 0.0
        pieces.append((f"{budget_words(row):<14}", "danger" if (row.budget_left or 0) < 0 else "quiet"))
        if row.budget_left is not None:
            burns = f"{'! ' if burning > 1 else ''}{burn_words(row, '1h')}"
            pieces.append((f"{burns:>9}{burn_words(row, '6h'):>7}", "finding" if burning > 1 else "quiet"))
        note = f" {row.note}" if row.note else ""
        says = f"{row.name} {row.indicator.title}: {row.indicator.about} {row.samples:,} counted in 30 d.{note}"
        lines.append((cut_line(line(*pieces), width), Target("indicators", row.name, says=says)))
    return body(lines[:height], recorded_words(found.freshness, found.at))


def _unauthorised(found: Executive, width: int, height: int) -> Body:
    target = found.month.named("M5").target
    return share_course(found.unauthorised, target, recorded_words(found.freshness, found.at), width, height)


def _issuance(found: Executive, width: int, height: int) -> Body:
    return share_course(found.issuance, found.month.named("M1").target, "", width, height)
