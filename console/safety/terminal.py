"""What the terminal can show, found out before it is touched, and putting it back as it was."""

from __future__ import annotations

import codecs
import os
import sys
import termios
import threading
from collections.abc import Mapping
from typing import Any

from store.record import record

INSTEAD = "Use the command line instead, for example: tokendesk tokens list"
_LEFT_AS_FOUND = (
    b"\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l\x1b[0m"
)
_PATIENCE_S = 0.3


@record
class TerminalFacts:
    """`glyphs` False: only ASCII is drawn. `utf8` False: nothing else can be sent at all. `colour` False: NO_COLOR is set.

    `refusal` is one sentence when the console cannot run here at all (exit code 2), else empty.
    """

    glyphs: bool = True
    utf8: bool = True
    colour: bool = True
    refusal: str = ""


def terminal_facts(environment: Mapping[str, str], *, is_terminal: bool, encoding: str) -> TerminalFacts:
    """Judge a terminal by its environment. `encoding` is that of standard error, which is what Textual draws on."""
    term = environment.get("TERM", "")
    refusal = ""
    if not is_terminal:
        refusal = f"The console needs a terminal to draw on and keys to read. {INSTEAD}"
    elif term in ("", "dumb", "unknown"):
        refusal = f"This terminal (TERM={term or 'not set'}) cannot show the console. {INSTEAD}"
    utf8 = _is_utf8(encoding)
    colour = not environment.get("NO_COLOR")
    return TerminalFacts(glyphs=utf8 and term != "linux", utf8=utf8, colour=colour, refusal=refusal)


def this_terminal() -> TerminalFacts:
    """Judge the terminal this process has."""
    streams = (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    is_terminal = all(stream is not None and not stream.closed and stream.isatty() for stream in streams)
    encoding = getattr(sys.__stderr__, "encoding", None) or "ascii"
    return terminal_facts(os.environ, is_terminal=is_terminal, encoding=encoding)


def _is_utf8(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name == "utf-8"
    except LookupError:
        return False


class TerminalState:
    """How the terminal was found, to be put back when Textual no longer can."""

    def __init__(self) -> None:
        self._attributes: list[Any] | None = None
        try:
            self._attributes = termios.tcgetattr(2)
        except termios.error:
            return

    def restore(self) -> None:
        """Leave the alternate screen, mouse reports and raw mode; gives up on a terminal that does not answer."""
        writer = threading.Thread(target=self._restore, name="restore", daemon=True)
        writer.start()
        writer.join(_PATIENCE_S)

    def _restore(self) -> None:
        if self._attributes is None:
            return
        try:
            os.write(2, _LEFT_AS_FOUND)
            termios.tcsetattr(2, termios.TCSANOW, self._attributes)
        except (OSError, termios.error):
            return
