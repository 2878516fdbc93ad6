"""Large numbers: three lines high, drawn with blocks, for the few that are read from across the room."""

from __future__ import annotations

HEIGHT = 3
_SHAPES = {
    "0": ("█▀█", "█ █", "▀▀▀"),
    "1": ("▀█ ", " █ ", "▀▀▀"),
    "2": ("▀▀█", "█▀▀", "▀▀▀"),
    "3": ("▀▀█", " ▀█", "▀▀▀"),
    "4": ("█ █", "▀▀█", "  ▀"),
    "5": ("█▀▀", "▀▀█", "▀▀▀"),
    "6": ("█▀▀", "█▀█", "▀▀▀"),
    "7": ("▀▀█", "  █", "  ▀"),
    "8": ("█▀█", "█▀█", "▀▀▀"),
    "9": ("█▀█", "▀▀█", "▀▀▀"),
    ",": (" ", "▄", "▀"),
    ".": (" ", " ", "▀"),
    "+": ("   ", "▀█▀", "   "),
    "k": ("█ ▄", "█▀▄", "▀ ▀"),
    "M": ("█▄ ▄█", "█ ▀ █", "▀   ▀"),
    "G": ("█▀▀", "█ ▄", "▀▀▀"),
}


def large(text: str) -> tuple[str, str, str] | None:
    """Return a number as three lines; None when it holds a character that has no shape."""
    shapes = [_SHAPES[character] for character in text if character in _SHAPES]
    if not text or len(shapes) < len(text):
        return None
    first, second, third = (" ".join(shape[number] for shape in shapes) for number in range(HEIGHT))
    return first, second, third
