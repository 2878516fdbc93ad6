"""The only way words become something a widget shows: Content with spans, never a str that Textual would read as markup."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from console.render.pieces import Piece
from console.render.plain import plain
from console.render.styles import markup_of


def words(text: str, style: str = "") -> Content:
    """Return `text`, whoever wrote it, as harmless Content in the style of that name (console.render.styles)."""
    return Content.styled(plain(text), markup_of(style)) if style else Content(plain(text))


def line_of(pieces: Iterable[Piece | tuple[str, str] | str]) -> Content:
    """Put pieces side by side; each is made plain. A bare str is ordinary text, never markup."""
    return Content.assemble(*(words(piece) if isinstance(piece, str) else words(*piece) for piece in pieces))


def lines_of(lines: Iterable[Iterable[Piece | tuple[str, str] | str]]) -> Content:
    """Put lines of pieces below each other."""
    return Content("\n").join([line_of(pieces) for pieces in lines])
