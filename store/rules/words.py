"""Words of a text that could be tokens of another system: what an imported token looks like, since only its digest is kept.

Nothing is looked up here. The shapes are wide, as those tokens are of any make; what a person or a program writes otherwise
(words of one case, numbers, paths) is left out, so that few are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from store.rules.secrets import Secret
from store.rules.token_form import ENVIRONMENTS

SHORTEST, LONGEST = 16, 255
"""Of so many characters is a token that is looked for in a text: shorter ones can be guessed, and hide in everything."""

_RUN = re.compile(r"(?<![0-9A-Za-z_\-.~+/=])[0-9A-Za-z_\-.~+/=]{16,}")
_SHAPES = (
    re.compile(r"[0-9A-Za-z_-]{16,255}(?![0-9A-Za-z_-])"),
    re.compile(r"[0-9A-Za-z_~-]+(?:\.[0-9A-Za-z_~-]+)+"),
    re.compile(r"[0-9A-Za-z+/]{16,}={1,2}|(?<![0-9A-Za-z])[0-9A-Za-z]+(?:[+/][0-9A-Za-z]+)+"),
)
"""Words of letters, digits, - and _; the same with dots in them; base64 with what only that has."""

_PLAIN = re.compile("[0-9A-Za-z_-]*")
_DIGIT = re.compile("[0-9]")
_ESCAPES = ("n", "r", "t")
_MOST_SLASHES = 8
"""One slash in so many characters is more than base64 has; it is a path."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word that could be a token, and the line it stands in, counted from 1."""

    value: Secret
    line: int


class Words:
    """Takes a text in blocks and yields its words, each as often as it stands there; memory is one block and one word."""

    def __init__(self, brand: str) -> None:
        self._own = tuple(f"{brand}_{environment}_" for environment in ENVIRONMENTS)
        self._kept, self._line = "", 1

    def feed(self, block: str, *, last: bool = False) -> Iterator[Word]:
        """Yield the words up to this block; one that its end cuts waits for the next, or for `last`."""
        text = self._kept + block
        end = len(text) if last else _last_end(text)
        line, counted = self._line, 0
        for match in _RUN.finditer(text, 0, end):
            before = text[max(0, match.start() - 1) : match.start()]
            for word in self.of_run(match[0], before):
                line += text.count("\n", counted, match.start())
                counted = match.start()
                yield Word(Secret(word), line)
        self._line = line + text.count("\n", counted, end)
        self._kept = text[end:]

    def of_run(self, run: str, before: str = "") -> list[str]:
        """Return the words of a run of their characters; `before` is the character in front of it."""
        if before == "\\" and run.startswith(_ESCAPES):
            run = run[1:]
        elif before == "%":
            run = run[2:]
        if _PLAIN.fullmatch(run):
            return [run] if self._could_be(run) else []
        found = dict.fromkeys(match[0] for shape in _SHAPES for match in shape.finditer(run))
        return [word for word in found if self._could_be(word)]

    def _could_be(self, word: str) -> bool:
        lower, upper = word.lower(), word.upper()
        return (
            SHORTEST <= len(word) <= LONGEST
            and lower != upper
            and (word not in (lower, upper) or _DIGIT.search(word) is not None)
            and word.count("/") * _MOST_SLASHES <= len(word)
            and not word.startswith(self._own)
        )


_TAIL = re.compile(r"[0-9A-Za-z_\-.~+/=%\\]*\Z")
_LONGEST_RUN = 4_096


def _last_end(text: str) -> int:
    """Return where the word begins that the end of the text cuts; one of no token's length is not waited for."""
    tail = _TAIL.search(text, max(0, len(text) - _LONGEST_RUN))
    assert tail is not None
    return tail.start() if tail.start() > len(text) - _LONGEST_RUN else len(text)
