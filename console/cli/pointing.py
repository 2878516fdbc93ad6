"""A filter on the command line that can't be read is shown again with a caret below what is wrong."""

from __future__ import annotations

from collections.abc import Callable

from store.errors import BadFilter


def checked(text: str, parse: Callable[[str], object]) -> str:
    """Return the filter if it can be read; otherwise raise its BadFilter with the filter and a caret below it as a note."""
    from console.render.plain import plain
    from console.render.widths import width_of

    try:
        parse(text)
    except BadFilter as error:
        column = width_of(plain(text[: error.at]))
        error.add_note(f"  {plain(text)}\n  {' ' * column}^")
        raise
    return text
