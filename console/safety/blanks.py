"""Blanks by the dozen, told to the terminal as a number instead of being sent one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WITHIN = 12
"""Blanks that are as long as erasing them and stepping over them: two codes."""

_AT_THE_END = 6
"""The same where nothing has to be stepped over."""

_RUN = re.compile(f" {{{_WITHIN},}}(?=[ -~\\x1b]|\\Z)")
"""Before anything but plain characters the last blank is written: a mark would stand on it."""

_KNOWN = ("xterm", "tmux", "linux", "alacritty", "foot", "konsole", "rxvt", "vte", "putty", "wezterm", "ghostty")
"""Terminals that fill what is erased with the ground they write on (terminfo: ech with bce). That of `screen` does not."""


def erases(environment: Mapping[str, str]) -> bool:
    """Say whether a terminal is known to fill erased cells with the ground that is set."""
    return environment.get("TERM", "").startswith(_KNOWN) and "STY" not in environment


class Blanks:
    """What is sent for one piece of a line, its long runs of blanks erased where the terminal can.

    `behind` says afterwards that the cursor stands before the blanks at the end, not after them.
    """

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self._parts: list[tuple[str, bool]] = []
        self.behind = False

    def add(self, text: str, *, marked: bool) -> None:
        """Take in what is sent for a part; `marked`: its blanks show more than their ground and have to be written."""
        if self._parts and self._parts[-1][1] == marked:
            text = self._parts.pop()[0] + text
        self._parts.append((text, marked))

    def text(self) -> str:
        """Return all of it, and see where the cursor is left."""
        if not self._wanted:
            return "".join(text for text, _ in self._parts)
        last = len(self._parts) - 1
        return "".join(text if marked else self._shortened(text, at == last) for at, (text, marked) in enumerate(self._parts))

    def _shortened(self, text: str, last: bool) -> str:
        tail = ""
        if last:
            kept = text.rstrip(" ")
            number = len(text) - len(kept)
            if number >= _AT_THE_END:
                text, tail, self.behind = kept, f"\x1b[{number}X", True
        return _RUN.sub(_stepped, text) + tail


def _stepped(run: re.Match[str]) -> str:
    number = len(run[0])
    return f"\x1b[{number}X\x1b[{number}C"
