"""Where panels stand: a page is cut into rows and columns, and each part gets its share of the cells. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle of cells."""

    x: int
    y: int
    width: int
    height: int

    def holds(self, x: int, y: int) -> bool:
        """Say whether a cell is inside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(frozen=True, slots=True)
class Part:
    """A panel, or rows or columns of further parts. `size` is a number of cells, or with `flexible` a share of what is left."""

    of: Union[str, Rows, Columns]  # noqa: UP007  named before they are defined
    size: int = 1
    flexible: bool = True


@dataclass(frozen=True, slots=True)
class Rows:
    """Parts below one another."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Parts side by side."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel and where it stands."""

    panel: str
    rect: Rect


def fixed(of: str | Rows | Columns, size: int) -> Part:
    """Return a part of exactly so many cells."""
    return Part(of, size, flexible=False)


def placed(of: str | Rows | Columns, rect: Rect) -> Iterator[Placed]:
    """Yield every panel with its place; together they fill the rectangle without a gap."""
    if isinstance(of, str):
        yield Placed(of, rect)
        return
    down = isinstance(of, Rows)
    at = rect.y if down else rect.x
    for part, size in zip(of.parts, shares(of.parts, rect.height if down else rect.width), strict=True):
        yield from placed(part.of, Rect(rect.x, at, rect.width, size) if down else Rect(at, rect.y, size, rect.height))
        at += size


def shares(parts: Sequence[Part], room: int) -> list[int]:
    """Return how many of `room` cells each part gets; what does not divide goes to the first ones."""
    left = max(0, room - sum(part.size for part in parts if not part.flexible))
    weights = sum(part.size for part in parts if part.flexible) or 1
    sizes = [left * part.size // weights if part.flexible else part.size for part in parts]
    over = room - sum(sizes)
    for number, part in enumerate(parts):
        if over > 0 and part.flexible:
            sizes[number] += 1
            over -= 1
    return sizes
