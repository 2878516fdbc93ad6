"""How wide text is on a terminal, and cutting or filling it to an exact number of cells."""

from __future__ import annotations

from console.render.plain import plain


def width_of(text: str) -> int:
    """Return the terminal cells `text` takes: 2 for a wide character, 0 for a combining mark; the measure Textual uses."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, width: int) -> str:
    """Return plain(text) in at most `width` cells, with «…» as the last one when something is missing."""
    text = plain(text)
    if width_of(text) <= width:
        return text
    if width <= 0:
        return ""
    if text.isascii():
        return text[: width - 1] + "…"
    from rich.cells import set_cell_size

    return set_cell_size(text, width - 1).rstrip(" ") + "…"


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Return plain(text) in exactly `width` cells: cut with «…» or filled with spaces, on the left for `right`."""
    text = cut(text, width)
    space = " " * (width - width_of(text))
    return space + text if right else text + space


def fit_with_tail(text: str, tail: str, width: int) -> str:
    """Like `fit`, with `tail` kept whole behind the text however much of that must go."""
    room = width - width_of(tail) - 1
    if not tail or room < 1:
        return fit(text, width)
    return fit(f"{cut(text, room)} {tail}", width)


def width_with_tail(text: str, tail: str, reserved: int = 0) -> int:
    """Return the cells that show `text` and the sign behind it whole; so many are `reserved` for one at least."""
    return width_of(plain(text)) + max(reserved, width_of(tail) + 1 if tail else 0)


def fit_with_sign(text: str, sign: str, width: int, *, right: bool = False) -> str:
    """Like `fit`, with `sign` in the last cell: below the signs of other rows, and never what is cut.

    Where there is none a text set to the left may take its cell; to the `right` every text ends before it.
    """
    if not sign and not right:
        return fit(text, width)
    return f"{fit(text, max(0, width - 2), right=right)} {sign or ' '}"[-width:] if width > 0 else ""
