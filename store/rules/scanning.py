"""Finding our tokens in text of any size, a block at a time: in logs, diffs, chats, JSON, URLs, wrapped lines and base64.

Nothing is looked up here. What was read is held no longer than one block; a `Found` carries the token as a Secret.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from store.rules.leaks import Suspect
from store.rules.secrets import CHECK_LENGTH, ID_LENGTH, SECRET_LENGTH, Secret
from store.rules.squeezing import Span, Squeezed, Squeezing, encoded_beginnings, meet
from store.rules.token_form import ENVIRONMENTS

KEPT = 1_024
"""So many characters are kept from one block to the next: more than the longest token in any of its forms."""

_REST = SECRET_LENGTH + CHECK_LENGTH
_UNDERSCORE = "(?:_|%5[Ff])"
_EDGE = "(?:(?<![0-9A-Za-z_]{0})|(?<=%[0-9A-Fa-f]{{2}}{0})|(?<=\\\\[nrt]{0})|(?<=\\\\u00[0-9A-Fa-f]{{2}}{0}))"
"""What stands in front of the word {0}: no other word, but an escaped character of a URL or of JSON may.

It is looked back at behind the word, so that the search can jump from one such word to the next: ten times as fast.
"""

_WRAP = re.compile(r"(?:\\n|=?\r?\n)[ \t>|+]*")
_WRAPS = 3
_FOREIGN = tuple(
    re.compile(rf"{word}(?<![0-9A-Za-z_]{word}){rest}(?![0-9A-Za-z_])")
    for word, rest in (
        ("gh", "[pousr]_[0-9A-Za-z]{36}"),
        ("github_pat_", "[0-9A-Za-z_]{22,}"),
        ("glpat-", "[0-9A-Za-z_-]{20}"),
        ("AKIA", "[0-9A-Z]{16}"),
        ("xox", "[abprs]-[0-9A-Za-z-]{10,}"),
        ("sk_", "(?:live|test)_[0-9A-Za-z]{24,}"),
    )
)
"""Tokens of others that people paste along with ours: GitHub, GitLab, AWS, Slack, Stripe."""


def is_foreign(word: Secret) -> bool:
    """Say whether a whole word has one of these forms."""
    return any(form.fullmatch(word.reveal()) is not None for form in _FOREIGN)


@dataclass(frozen=True, slots=True)
class Found:
    """A token in the text: the suspect, None for one of somebody else's, and the line it stands in, counted from 1."""

    suspect: Suspect | None
    line: int


class Scan:
    """Takes a text in blocks and yields the tokens of one brand in it, each as often as it stands there.

    A token cut by the end of a block is found with the next one, so the same text gives the same tokens whatever the blocks.
    Memory is one block and KEPT characters.
    """

    def __init__(self, brand: str) -> None:
        environments = "|".join(ENVIRONMENTS)
        self._ours = re.compile(
            rf"{brand}{_EDGE.format(brand)}{_UNDERSCORE}({environments}){_UNDERSCORE}([0-9A-Za-z]{{{ID_LENGTH}}})"
            rf"(?:{_UNDERSCORE}([0-9A-Za-z]{{0,60}}))?(?![0-9A-Za-z])"
        )
        self._brand = brand
        self._hidden = [re.compile("|".join(map(re.escape, texts))) for texts in encoded_beginnings(brand)]
        self._squeezing = Squeezing(brand)
        self._kept = ""
        self._from = 0
        self._line = 1

    def feed(self, block: str, *, last: bool = False) -> Iterator[Found]:
        """Yield what is found in the text up to this block; the newest KEPT characters wait for the next, or for `last`."""
        text = self._kept + block
        end = len(text) if last else max(self._from, len(text) - KEPT)
        line, counted = self._line, self._from
        done = end
        for start, stop, suspect in self._all(text):
            if start >= end:
                break
            line += text.count("\n", counted, start)
            counted = start
            done = max(done, stop)
            yield Found(suspect, line)
        self._line = line + text.count("\n", counted, done)
        # One character more, so that the next look knows what stood in front of it.
        cut = max(0, done - 1)
        self._kept, self._from = text[cut:], done - cut

    def _all(self, text: str) -> list[tuple[int, int, Suspect | None]]:
        squeezed = Squeezed(text, self._from, self._squeezing)
        found = list(self._as_it_stands(text, hidden=squeezed.hides))
        more = squeezed.beyond(found)
        if more:
            found = [one for one in found if not any(_is_piece(one, whole) for whole in more)]
        return sorted([*found, *more], key=lambda one: one[:2])

    def _as_it_stands(self, text: str, *, hidden: bool) -> Iterator[tuple[int, int, Suspect | None]]:
        for match in self._ours.finditer(text, self._from):
            suspect, stop = self._whole(text, match)
            yield match.start(), stop, suspect
        for foreign in _FOREIGN:
            for match in foreign.finditer(text, self._from):
                yield match.start(), match.end(), None
        for form in self._hidden if hidden else ():
            for match in form.finditer(text, self._from):
                start, stop = _run(text, match.start(), match.end(), self._from)
                for inner in self._ours.finditer(_decoded(text[start:stop])):
                    yield start, stop, _suspect(self._brand, inner)

    def _whole(self, text: str, match: re.Match[str]) -> tuple[Suspect, int]:
        """Return the token of a match, joined again where lines were wrapped in it, and where it ends."""
        if len(match[3] or "") >= _REST:
            return _suspect(self._brand, match), match.end()
        stretch = text[match.start() : match.start() + 200]
        for wraps in range(1, _WRAPS + 1):
            joined = _WRAP.sub("", stretch, count=wraps)
            again = self._ours.match(joined)
            if again is not None and len(again[3] or "") == _REST:
                return _suspect(self._brand, again), match.start() + again.end() + _removed(stretch, wraps)
        return _suspect(self._brand, match), match.end()


def _is_piece(one: tuple[int, int, Suspect | None], whole: Span) -> bool:
    """Say whether what was found is a piece of a whole token, such as its beginning in front of a wrap."""
    start, stop, suspect = one
    same = suspect is not None and suspect.id == whole[2].id
    return whole[0] <= start < whole[1] or (same and meet((start, stop), whole[:2]))


def _suspect(brand: str, match: re.Match[str]) -> Suspect:
    rest = match[3]
    value = f"{brand}_{match[1]}_{match[2]}" + ("" if rest is None else f"_{rest}")
    return Suspect(Secret(value), match[2], len(rest or "") == _REST)


def _removed(stretch: str, wraps: int) -> int:
    found = [len(match[0]) for match in _WRAP.finditer(stretch)]
    return sum(found[:wraps])


_RUN = re.compile(r"[0-9A-Za-z+/]+")


def _run(text: str, start: int, stop: int, first: int) -> tuple[int, int]:
    """Return the run of base64 characters around a place, at most KEPT to each side."""
    begin = start
    while begin > max(first, start - KEPT) and _RUN.match(text[begin - 1]):
        begin -= 1
    match = _RUN.match(text, start, stop + KEPT)
    return begin, match.end() if match else stop


def _decoded(run: str) -> str:
    try:
        return base64.b64decode(run + "=" * (-len(run) % 4)).decode("latin-1")
    except (binascii.Error, ValueError):
        return ""
