"""The drawing characters we use, and what stands for each on a terminal that has only ASCII."""

from __future__ import annotations

from console.render.widths import width_of

BARS = "▁▂▃▄▅▆▇█"
LEFT_EIGHTHS = "▏▎▍▌▋▊▉█"

_ASCII = {
    **dict.fromkeys("─━═┄╌╴╶▔", "-"),
    **dict.fromkeys("│┃║┆╎▏▎┊▕▐▌▍", "|"),
    **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼┏┓┗┛┠┨┣┫╋┿╂╔╗╚╝╠╣╪╫╬", "+"),
    **dict(zip("▁▂▃▄▅▆▇█", "_.:-=+*#", strict=True)),
    **dict.fromkeys("▋▊▉▀■", "#"),
    **dict.fromkeys("░▒▓", ":"),
    **{"…": "~", "·": ".", "›": ">", "‹": "<", "»": ">", "«": "<", "—": "-", "–": "-", "−": "-", "’": "'", "‘": "'"},
    **{"▲": "^", "▼": "v", "◂": "<", "▸": ">", "→": ">", "←": "<", "↑": "^", "↓": "v", "⏎": "J", "␣": "_"},
    **{"✓": "x", "●": "*", "◐": "~", "‖": "=", "○": "o", "✕": "x", "⚠": "!", "∞": "-", "×": "x", "≤": "<", "≥": ">"},
}
_TABLE = str.maketrans(_ASCII)


def ascii_glyphs(text: str) -> str:
    """Return `text` with our drawing characters as ASCII of the same width; other characters stay."""
    return text if text.isascii() else text.translate(_TABLE)


def ascii_only(text: str) -> str:
    """Return `text` in ASCII alone and in the same number of cells: what has no likeness becomes «?»."""
    text = ascii_glyphs(text)
    return text if text.isascii() else "".join(c if c.isascii() else "?" * width_of(c) for c in text)
