"""Tells a terminal's reply from a person's keys: a reply nobody asked for comes as a burst of keys that begins in a known way.

Textual hands on a sequence it does not know as the keys it spells, sometimes without its escape. A customer's text once
made a terminal send one, and it pressed keys (security.md finding 1). No person types two keys within a fiftieth of a
second with a bracket first, so a bracket is held for that long before it counts.
"""

from __future__ import annotations

from enum import Enum, auto

from store.record import open_record

BURST_S = 0.020

_BEGINNINGS = frozenset(
    {
        "right_square_bracket", "left_square_bracket", "circumflex_accent", "alt+right_square_bracket",
        "alt+left_square_bracket", "alt+P", "alt+upper_p", "alt+underscore", "alt+X", "alt+upper_x", "alt+circumflex_accent",
        "alt+O", "alt+upper_o",
    }
)  # fmt: skip
"""How OSC, CSI, DCS, APC, SOS, PM and SS3 begin once they are keys; an escape that is not understood may become «^»."""


class Part(Enum):
    """What a key is taken for."""

    KEY = auto()
    BEGINNING = auto()
    REPLY = auto()


@open_record
class Replies:
    """Follows the keys as they come, by the moments they were read (seconds)."""

    _until: float = float("-inf")
    _held: bool = False

    def hear(self, key: str, at: float) -> Part:
        """Say what a key is: one to act on, one to hold until `alone`, or part of a reply and to be dropped."""
        if at <= self._until:
            self._until, self._held = at + BURST_S, False
            return Part.REPLY
        if key in _BEGINNINGS:
            self._until, self._held = at + BURST_S, True
            return Part.BEGINNING
        self._held = False
        return Part.KEY

    def alone(self) -> bool:
        """Say, once the burst is over, whether the key that was held came alone: then it counts after all."""
        held, self._held = self._held, False
        return held
