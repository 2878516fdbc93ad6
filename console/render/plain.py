"""Text of customers made harmless: every character that does something, or hides, is spelt out as what it is.

This is the boundary of security.md finding 1 (layer one). Nothing a customer chose reaches a terminal without it.
"""

from __future__ import annotations

import unicodedata

MARKS_KEPT = 3
"""Combining marks shown on one base character; more (a «zalgo» name) would climb over the neighbouring lines."""

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
_SPACES = {"\u00a0": " ", "\u202f": " ", "\u3000": "\u3000"}
_ACTIVE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_REMEMBERED = 4_096


class _Visible(dict[int, str]):
    """What each character is shown as, worked out when first met; forgets rather than grow without end."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        shown = self[code] = _shown(chr(code))
        return shown


def is_active(character: str) -> bool:
    """Say whether a character acts on a terminal, reorders or hides: it is never sent as itself."""
    code = ord(character)
    return (
        unicodedata.category(character) in _ACTIVE
        or character in _UNSEEN
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0100 <= code <= 0xE01EF
    )


def _shown(character: str) -> str:
    if is_active(character):
        return _SHORT.get(character) or _spelt(character)
    if unicodedata.category(character) == "Zs":
        return _SPACES.get(character, " ")
    return character


def _spelt(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_VISIBLE = _Visible()


def plain(text: str) -> str:
    """Return `text` with every active or hidden character written out (`\\x1b`, `\\u202e`, `\\n`), on one line.

    Joined emoji and scripts that need joiners are spelt out too: a look-alike is worse than an ugly name (ux.md 1.2).
    More than three marks on one character, and marks without a character to stand on, are spelt out or cut to «…».
    Applying it twice changes nothing.
    """
    if text.isascii() and text.isprintable():
        return text
    shown = text.translate(_VISIBLE)
    return shown if shown.isascii() else _cap_marks(shown)


def _cap_marks(text: str) -> str:
    kept: list[str] = []
    marks, based = 0, False
    for character in text:
        if unicodedata.category(character) not in ("Mn", "Me"):
            marks, based = 0, True
            kept.append(character)
            continue
        marks += 1
        if not based:
            kept.append(_spelt(character))
        elif marks <= MARKS_KEPT:
            kept.append(character)
        elif marks == MARKS_KEPT + 1:
            kept.append("…")
    return "".join(kept)
