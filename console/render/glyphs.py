"""The drawing characters we use, and what stands for each on a terminal that has only ASCII."""

from __future__ import annotations

from console.render.widths import width_of

BARS = "▁▂▃▄▅▆▇█"
LEFT_EIGHTHS = "▏▎▍▌▋▊▉█"
BAD = "▚"
"""Fills what is bad of a bar, and marks on the axis below it that there is some: refused requests, a target that was missed."""

_LIKE = (
    ("─━═┄╌╴╶▔", "-"),
    ("│┃║┆╎▏▎┊▕▐▌▍", "|"),
    ("╭╮╰╯┌┐└┘├┤┬┴┼┏┓┗┛┠┨┣┫╋┿╂╔╗╚╝╠╣╪╫╬", "+"),
    ("▋▊▉▀■", "#"),
)
_ONE_FOR_ONE = (
    ("▁▂▃▄▅▆▇█", "_.:-=+*#"),
    ("░▒▓", ":+*"),
    ("…·›‹»«—–−’‘“”", "~.><><---''\"\""),
    ("▲▼◂▸→←↑↓⏎␣", "^v<>><^vJ_"),
    ("✓●◐‖○◆✕⚠∞×≤≥▚•", "v*~=o+x!-x<>x*"),
)
_TABLE = str.maketrans(
    {glyph: like for glyphs, like in _LIKE for glyph in glyphs}
    | {glyph: like for glyphs, likes in _ONE_FOR_ONE for glyph, like in zip(glyphs, likes, strict=True)}
)

ONE_CELL = frozenset(map(chr, _TABLE)) - {"⚠"}
"""Those that a terminal draws in one cell, as it does ASCII; a warning sign may be drawn as a picture, two cells wide."""


def ascii_glyphs(text: str) -> str:
    """Return `text` with our drawing characters as ASCII of the same width; other characters stay."""
    return text if text.isascii() else text.translate(_TABLE)


def ascii_only(text: str) -> str:
    """Return `text` in ASCII alone and in the same number of cells: what has no likeness becomes «?»."""
    text = ascii_glyphs(text)
    return text if text.isascii() else "".join(c if c.isascii() else "?" * width_of(c) for c in text)
