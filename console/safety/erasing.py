"""Blanks sent as one order to erase, where a terminal is known to erase in the ground it writes on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rich.style import Style
from textual.strip import Strip

from console.safety.frame import seen_on_blanks

_WITHIN = re.compile(r" {13,}(?=[ -~]|\Z)")
_AT_THE_END = re.compile(" {6,}$")
"""Runs that take more bytes than the orders that do the same: erase and step over, or at the end only erase.

Before anything but plain characters the last blank is written: a mark would stand on it.
"""


def erases_in_ground(environment: Mapping[str, str]) -> bool:
    """Say whether erased cells get the ground that is set, as terminfo's `bce` has it; a terminal it does not know may not.

    kitty does not, whatever TERM says; tmux does, though its terminfo keeps silent about it.
    """
    if environment.get("TMUX"):
        return True
    if environment.get("KITTY_WINDOW_ID") or environment.get("STY"):
        return False
    try:
        import curses
    except ImportError:
        return False
    try:
        curses.setupterm(environment.get("TERM", ""), 2)
    except curses.error:
        return False
    return curses.tigetflag("bce") == 1


def parted(strip: Strip) -> Iterator[tuple[str, Style | None]]:
    """Yield the texts of a strip with their styles, blanks on the same ground together and apart from what is before them."""
    blanks, ground = "", Style.null()
    for text, style, _ in strip:
        words = text.rstrip(" ")
        own = style or Style.null()
        seen = seen_on_blanks(own)
        if blanks and (words or seen != ground):
            yield blanks, ground
            blanks = ""
        if words:
            yield words, style
        if len(words) < len(text):
            blanks, ground = blanks + text[len(words) :], seen
    if blanks:
        yield blanks, ground


def erased(text: str, *, last: bool) -> tuple[str, bool]:
    """Return what is sent for a text whose blanks show nothing but their ground, and whether the cursor stops behind it.

    `last` says that nothing follows where the text ends.
    """
    stops = True
    if last and (run := _AT_THE_END.search(text)):
        text, stops = f"{text[: run.start()]}\x1b[{len(run[0])}X", False
    return _WITHIN.sub(lambda run: f"\x1b[{len(run[0])}X\x1b[{len(run[0])}C", text), stops
