"""What a panel of the dashboard is made of: lines, and which of them lead somewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from console.render.pieces import Line, Piece
from console.render.sheet import line, wrapped
from store.dashboard_rows import Amount, Dashboard
from store.rows import TokenKey

NO_USAGE = "no data: nothing recorded yet"
COUNTING = "counting…"

ALARMS = frozenset({"used-after-revoke"})
CALM = frozenset({"retiring"})
"""Findings that mean somebody got in after a revocation; and such as are only worth knowing."""

SIGN = 2
"""The cells of a finding's sign: `!` to look into, `!!` at once."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a line leads: to a saved view or to the tokens a filter finds. `says` is told while the cursor is on it.

    `token` is the one token a line is about, where it opens that token's own page; with `text` it opens what explains it.
    """

    panel: str
    name: str
    view: str = ""
    filter: str = ""
    says: str = ""
    token: TokenKey | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What a panel shows in its room: lines from the top, which of them lead somewhere, and what stands on the edge.

    `legend` says on the lower edge what the signs in it mean, in words of several lengths, the longest first.
    """

    lines: tuple[Line, ...]
    spots: Mapping[int, Target] = field(default_factory=dict)
    note: Line = ()
    legend: tuple[str, ...] = ()


Draw = Callable[[Dashboard, int, int], Body]
"""What draws the inside of a panel for a width and a height."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A panel of one moment: its title, and what draws its inside for a width and a height; None while it is being read."""

    title: str
    draw: Callable[[int, int], Body] | None


@dataclass(frozen=True, slots=True)
class PanelKind:
    """One panel: its title, and what draws it."""

    title: str
    draw: Draw


def body(lines: list[tuple[Line, Target | None]], note: str = "", legend: tuple[str, ...] = ()) -> Body:
    """Return a body from lines and their targets."""
    spots = {number: target for number, (_, target) in enumerate(lines) if target is not None}
    return Body(tuple(one for one, _ in lines), spots, line((note, "quiet")) if note else (), legend)


def nothing(words: str, width: int = 0) -> Body:
    """Return the body of a panel that has nothing to show, and says why: in several lines where it is narrow."""
    return Body(tuple(wrapped(words, width, "quiet")) if width else (line((words, "quiet")),))


def finding_sign(name: str, number: int) -> Piece:
    """Return the sign of a finding and its style; blank where it holds nothing, or says nothing that must be looked into."""
    if not number:
        return Piece(" " * SIGN, "quiet")
    if name in CALM:
        return Piece(" " * SIGN)
    return Piece("!!", "danger") if name in ALARMS else Piece("! ", "finding")


def amount_words(amount: Amount) -> str:
    """Write a count; one that was not counted to its end has a plus."""
    if not amount.more:
        return f"{amount.number:,}"
    return f"{amount.number // 1000:,}k+" if amount.number >= 1000 else f"{amount.number}+"


def quoted(value: str) -> str:
    """Write a value for the filter language, in quotes where it needs them."""
    if value and all(character.isalnum() or character in "-_." for character in value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
