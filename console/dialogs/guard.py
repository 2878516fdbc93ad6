"""Keeps a question from being answered by anything but one deliberate key (ux.md 3.5, security.md finding 3).

The guard never looks at a clock: every event carries the moment it came, in seconds of a clock that only goes forward.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto

DEAF_S = 0.400
"""How long a question hears nothing after it opened, and after any stray key."""

SILENCE_S = 0.250
"""How long no key may have come before the answer."""

ALONE_S = 0.060
"""How long nothing may follow the answer: what does is a paste or a burst."""

LASTS_S = 60.0
"""How long a question waits before it answers itself with «keep»."""


class Verdict(Enum):
    """What became of the question."""

    OPEN = auto()
    KEPT = auto()
    EXPIRED = auto()
    ANSWERED = auto()


UNSEEN = "<unseen>"
"""Stands for any key that came before the question was on the screen."""


def closes(key: str) -> bool:
    """Say whether a key closes a question at any time."""
    return key == "escape" or key.startswith("alt+")


@dataclass(slots=True)
class Guard:
    """A question that opened at `opened`. Feed it every key and paste, and `tick` it at `next_tick`.

    `answers` are the keys that count, `answer` the one that was given. Escape and anything with Alt close the question:
    a terminal reports Escape followed quickly by `y` as Alt+y (ux.md fact 5).
    """

    opened: float
    answers: Collection[str] = ("y",)
    verdict: Verdict = Verdict.OPEN
    answer: str = ""
    _last: float = float("-inf")
    _deaf_until: float = 0.0
    _pending: tuple[str, float] | None = None

    def __post_init__(self) -> None:
        self._deaf_until = self.opened + DEAF_S

    def shown(self, at: float) -> None:
        """Begin the deaf moment when the question is on the screen: what was typed before cannot have been meant for it."""
        self._deaf_until = max(self._deaf_until, at + DEAF_S)

    def key(self, key: str, at: float) -> Verdict:
        """Hear a key, named as Textual names it."""
        self.tick(at)
        if self.verdict is not Verdict.OPEN:
            return self.verdict
        silent_for = at - self._last
        self._last = at
        if closes(key) or self._pending is not None:
            self.verdict = Verdict.KEPT
        elif key in self.answers and at >= self._deaf_until and silent_for >= SILENCE_S:
            self._pending = (key, at)
        else:
            self._deaf_until = max(self._deaf_until, at + DEAF_S)
        return self.verdict

    def paste(self, at: float) -> Verdict:
        """Hear a paste: it never answers, whatever it holds."""
        return self.key("<paste>", at)

    def tick(self, at: float) -> Verdict:
        """Let time pass: an answer that stayed alone counts, an old question closes."""
        if self.verdict is not Verdict.OPEN:
            return self.verdict
        if self._pending is not None:
            key, since = self._pending
            if at - since >= ALONE_S:
                self.answer, self.verdict = key, Verdict.ANSWERED
        elif at - self.opened >= LASTS_S:
            self.verdict = Verdict.EXPIRED
        return self.verdict

    def next_tick(self, at: float) -> float | None:
        """Return how many seconds from `at` it wants to be ticked; None once it is over."""
        if self.verdict is not Verdict.OPEN:
            return None
        due = self.opened + LASTS_S if self._pending is None else self._pending[1] + ALONE_S
        return max(0.0, due - at)
