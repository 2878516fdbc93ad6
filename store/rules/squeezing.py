"""Whole tokens in what is left of a text without all but letters, digits and _: however it was wrapped, quoted or coloured.

A wrap may stand anywhere in a token, also in base64, and so may the marks of a quotation, of a diff or of a chat. Words that are
joined that way could look like a token by chance, so only what has the right check characters is one.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate

from store.rules.leaks import Suspect
from store.rules.secrets import CHECK_LENGTH, ID_LENGTH, SECRET_LENGTH, Secret, check_characters
from store.rules.token_form import ENVIRONMENTS

_REST = SECRET_LENGTH + CHECK_LENGTH
_LEFT = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
_DROPPED = bytes(set(range(256)) - set(_LEFT))
_STEP = 256
"""Characters that are counted at a time to find a place again."""

Span = tuple[int, int, Suspect]
"""Where a token begins and where it ends in a text, and the token."""


class Squeezing:
    """How the tokens of one brand look in a squeezed text."""

    def __init__(self, brand: str) -> None:
        environments = "|".join(ENVIRONMENTS)
        self.whole = re.compile(rf"{brand}_(?:{environments})_([0-9A-Za-z]{{{ID_LENGTH}}})_[0-9A-Za-z]{{{_REST}}}".encode())
        # The environments of one place begin alike, so that the search jumps from one such beginning to the next for all.
        self.hidden = [
            (before, re.compile("|".join(map(re.escape, texts)).encode()))
            for before, texts in enumerate(encoded_beginnings(brand))
        ]
        longest = max(len(f"{brand}_{environment}_") for environment in ENVIRONMENTS) + ID_LENGTH + 1 + _REST
        self.encoded = -(-(longest + 2) // 3) * 4


def encoded_beginnings(brand: str) -> Iterator[list[str]]:
    """Yield how the beginnings of tokens look inside base64, at each of the three places in a group of three bytes."""
    for before in range(3):
        texts = []
        for environment in ENVIRONMENTS:
            beginning = f"{brand}_{environment}_".encode()
            encoded = base64.b64encode(b"\0" * before + beginning).decode().rstrip("=")
            texts.append(encoded[first_own(before) : (before + len(beginning)) * 8 // 6])
        yield texts


def first_own(before: int) -> int:
    """Return which base64 character of a group is the first that depends on nothing in front of the token."""
    return -(-before * 8 // 6)


class Squeezed:
    """A text from one place on, squeezed; places are those of the text itself."""

    def __init__(self, text: str, start: int, squeezing: Squeezing) -> None:
        # One byte for each character, whatever it is: only ASCII is left.
        self._raw, self._start, self._how = text[start:].encode("ascii", "replace"), start, squeezing
        self._left = self._raw.translate(None, _DROPPED)
        self._counts: list[int] = []
        self.hides = any(form.search(self._left) for _, form in squeezing.hidden)
        """Whether anything in it begins as a token in base64 does; if not, nothing in the text itself does."""

    def beyond(self, found: Sequence[tuple[int, int, Suspect | None]]) -> list[Span]:
        """Return the whole tokens that are here and not among those found in the text as it stands, in any order."""
        known = Counter(one.value.reveal() for _, _, one in found if one is not None and one.whole)
        places = [*self._plain(), *self._encoded()]
        here = Counter(suspect.value.reveal() for _, _, suspect in places)
        more = {value for value, times in here.items() if times > known[value] and _is_sound(value)}
        spans = []
        for start, stop, suspect in places if more else ():
            value = suspect.value.reveal()
            if value not in more:
                continue
            span = self._place(start), self._place(stop - 1) + 1
            if not any(one is not None and one.value == suspect.value and meet(span, (a, b)) for a, b, one in found):
                spans.append((*span, suspect))
        return spans

    def _plain(self) -> Iterator[Span]:
        for match in self._how.whole.finditer(self._left):
            yield match.start(), match.end(), _suspect(match)

    def _encoded(self) -> Iterator[Span]:
        for before, form in self._how.hidden if self.hides else ():
            for match in form.finditer(self._left):
                own = first_own(before)
                begin = match.start() - min(own, 1)
                group = b"A" * max(0, own - 1) + self._left[begin : begin + self._how.encoded].replace(b"_", b"A") + b"AAA"
                decoded = base64.b64decode(group[: len(group) // 4 * 4])
                inner = self._how.whole.match(decoded, before)
                if inner is not None:
                    yield match.start(), match.start() - own + -(-inner.end() * 8 // 6), _suspect(inner)

    def _place(self, left: int) -> int:
        """Return where a character that is left stands in the text."""
        if not self._counts:
            steps = range(0, len(self._raw), _STEP)
            self._counts = list(
                accumulate((len(self._raw[at : at + _STEP].translate(None, _DROPPED)) for at in steps), initial=0)
            )
        step = bisect_right(self._counts, left) - 1
        chunk = self._raw[step * _STEP : (step + 1) * _STEP]
        kept = [at for at, byte in enumerate(chunk) if byte in _LEFT]
        return self._start + step * _STEP + kept[left - self._counts[step]]


def meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Say whether two spans have a character in common."""
    return one[0] < other[1] and other[0] < one[1]


def _suspect(match: re.Match[bytes]) -> Suspect:
    return Suspect(Secret(match[0].decode()), match[1].decode(), whole=True)


def _is_sound(value: str) -> bool:
    return check_characters(value[:-CHECK_LENGTH]) == value[-CHECK_LENGTH:]
