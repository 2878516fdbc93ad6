"""How long the line to the terminal takes: on a slow one over SSH the console suggests `--slow`, once (ux.md 3.9).

The terminal is asked whether it knows synchronized output, which Textual asks it as well and whose answer presses no key.
One that does not answer is never called slow.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

QUESTION = "\x1b[?2026$p"
SETTLED_S = 2.0
"""After so long the first pictures are through, and the line is free to be measured."""

SLOW_S = 0.150
"""A round trip longer than this is felt at every key."""


class RoundTrip:
    """Asks once, over SSH only; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float], environment: Mapping[str, str] = os.environ) -> None:
        self._clock = clock
        self._over_ssh = bool(environment.get("SSH_CONNECTION"))
        self._asked_at: float | None = None

    def ask(self, write: Callable[[str], object]) -> None:
        """Ask the terminal, if it is at the other end of a line."""
        if self._over_ssh:
            self._asked_at = self._clock()
            write(QUESTION)

    def answered(self) -> float | None:
        """Return how many seconds the answer took when that is slow; None when it is not, or nothing was asked."""
        if self._asked_at is None:
            return None
        took, self._asked_at = self._clock() - self._asked_at, None
        return took if took > SLOW_S else None

    def suggestion(self) -> tuple[tuple[str, str] | str, ...]:
        """Return what to say about a slow line, in pieces; nothing about any other."""
        took = self.answered()
        if took is None:
            return ()
        return (
            (f"The line takes {took * 1_000:,.0f} ms there and back. ", "finding"),
            "tokendesk --slow ",
            ("sends less.", "quiet"),
        )
