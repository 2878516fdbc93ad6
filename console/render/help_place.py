"""What the help says first: what one screen is for, and what its columns, signs and numbers mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.render.pieces import Line
from console.render.sheet import line

WORD = 14


@dataclass(frozen=True, slots=True)
class About:
    """One screen: what it is for, and each column, part or number of it with what it means."""

    purpose: str
    means: tuple[tuple[str, str], ...] = ()


def about_of(place: str) -> About:
    """Return what there is to say about a screen. Raises KeyError for one that is not in the tables."""
    from console.render.help_lists import LISTS
    from console.render.help_pages import PAGES

    tables: Mapping[str, About] = {**LISTS, **PAGES}
    return tables[place]


def about_lines(place: str) -> list[tuple[Line, int]]:
    """Return the lines about a screen: each of any length, and how far in it goes on when it is broken."""
    about = about_of(place)
    lines: list[tuple[Line, int]] = [(line(("What this screen is for", "title")), 0), (line("  ", about.purpose), 2)]
    lines += [(line((f"  {word:<{WORD}}", "strong"), " ", means), WORD + 3) for word, means in about.means]
    return [*lines, ((), 0)]
