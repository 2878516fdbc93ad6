"""What the help says first: what one screen is for, and what its columns, signs and numbers mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def purpose_lines(place: str, parts: Sequence[str]) -> list[tuple[Line, int]]:
    """Return what a screen is for, and the parts of its help, which Tab goes through in this order."""
    contents = line("  ", ("Below: ", "quiet"), ", ".join(parts), (".  ", "quiet"), ("Tab", "key"), " goes on to the next.")
    return [(line(("What this screen is for", "title")), 0), (line("  ", about_of(place).purpose), 2), ((), 0), (contents, 2)]


def meaning_lines(place: str) -> list[tuple[Line, int]]:
    """Return what the columns, signs and numbers of a screen mean: lines of any length, and how far in each goes on."""
    means = about_of(place).means
    return [(line((f"  {word:<{WORD}}", "strong"), " ", meaning), WORD + 3) for word, meaning in means]
