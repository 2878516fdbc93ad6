"""What a terminal writes with at the moment, and the least that must be sent for it to write with something else."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color, ColorSystem
from rich.style import Style

_CODES = {"bold": "1", "dim": "2", "italic": "3", "underline": "4", "blink": "5", "reverse": "7", "conceal": "8", "strike": "9"}
_ENDS = {
    "bold": "22",
    "dim": "22",
    "italic": "23",
    "underline": "24",
    "blink": "25",
    "reverse": "27",
    "conceal": "28",
    "strike": "29",
}
_SEEN_ON_BLANKS = frozenset({"underline", "reverse", "strike"})
_PLAIN = Style.null()

Ink = tuple[frozenset[str], str, str]
"""Attributes, and the codes of the colour and of the ground; "" for the terminal's own."""


class Pen:
    """Follows the style through one painting, which begins and ends in the terminal's own."""

    def __init__(self, system: ColorSystem | None) -> None:
        self._system = system or ColorSystem.TRUECOLOR
        self._ink: Ink = (frozenset(), "", "")

    def written(self, text: str, style: Style | None) -> str:
        """Return what is sent for `text` in a style: the colour of blanks is not seen, so it stays what it is."""
        attributes, colour, ground = ink = _ink(style or _PLAIN, self._system)
        held, held_colour, held_ground = self._ink
        if ink == self._ink:
            return text
        if text.isspace() and not (attributes | held) & _SEEN_ON_BLANKS:
            if ground == held_ground:
                return text
            attributes, colour = held, held_colour
        gone = {_ENDS[name] for name in held - attributes}
        begun = attributes - (held - {"bold", "dim"} if "22" in gone else held)
        codes = [*sorted(gone), *sorted(_CODES[name] for name in begun)]
        codes += [colour or "39"] * (colour != held_colour) + [ground or "49"] * (ground != held_ground)
        self._ink = attributes, colour, ground
        return f"\x1b[{';'.join(codes)}m{text}"

    @property
    def marks_blanks(self) -> bool:
        """Say whether a blank written now shows more than its ground: a line through or under it, or its colour."""
        return bool(self._ink[0] & _SEEN_ON_BLANKS)

    def ended(self) -> str:
        """Return what leaves the terminal as it was before the painting."""
        return "" if self._ink == (frozenset(), "", "") else "\x1b[0m"


@lru_cache(2_048)
def _ink(style: Style, system: ColorSystem) -> Ink:
    attributes = frozenset(name for name in _CODES if getattr(style, name))
    return attributes, _code(style.color, system, foreground=True), _code(style.bgcolor, system, foreground=False)


def _code(colour: Color | None, system: ColorSystem, *, foreground: bool) -> str:
    if colour is None or colour.is_default:
        return ""
    return ";".join(colour.downgrade(system).get_ansi_codes(foreground=foreground))
