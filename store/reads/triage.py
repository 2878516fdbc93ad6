"""Triage of leaked text: every token of ours in it with its verdict, in constant memory, and not a word of the text kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import BinaryIO

from store.reader import Reader
from store.reads.identify import judge, proven
from store.reads.imported import AT_ONCE, by_digests, has_imported_digests, plain_digest
from store.reads.tokens import token
from store.rows import Identified
from store.rules.leaks import Suspect, Verdict
from store.rules.places import UNSAID
from store.rules.scanner_reports import Form, Record, recognised, records
from store.rules.scanning import Scan, is_foreign
from store.rules.secrets import Mint, Secret
from store.rules.words import Words

BLOCK = 1024 * 1024
MOST_PLACES = 20
"""So many places of one token are named; how often it stands there is always counted."""

MOST_TRIED = 10_000
"""So many words of other forms of one input are compared with the digests of imported tokens, its first ones."""

MOST_REMEMBERED = 100_000
"""So many different tokens are told apart; of an input with more, later ones are judged each time they come."""


@dataclass(slots=True)
class Sighting:
    """One token of the text: its verdict, how often it stands there, and the first places it stands in, each with how often."""

    found: Identified
    id: str
    times: int = 0
    places: dict[str, int] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    """of a text without a format of its own, counted from 1"""

    @property
    def elsewhere(self) -> int:
        """Return how often it stands in places that are not named."""
        return self.times - sum(self.places.values())

    def count(self, place: str, line: int | None = None) -> None:
        """Count it once more, in a place; so many different ones are named as MOST_PLACES says."""
        self.times += 1
        if line is not None and len(self.lines) < MOST_PLACES:
            self.lines.append(line)
        if place in self.places or len(self.places) < MOST_PLACES:
            self.places[place] = self.places.get(place, 0) + 1


@dataclass(slots=True)
class Triage:
    """What a text holds. `foreign` counts tokens of others and ours of no token here; `duplicates` what was seen before."""

    sightings: list[Sighting] = field(default_factory=list)
    foreign: int = 0
    duplicates: int = 0
    tried: int = 0
    """words of other forms that were compared with the digests of imported tokens; 0 where there are none"""

    cut_short: bool = False
    """whether the words after the first MOST_TRIED were not compared"""

    read: int = 0
    """bytes"""

    def of(self, verdict: Verdict) -> list[Sighting]:
        """Return the tokens of one verdict, in the order they were found."""
        return [one for one in self.sightings if one.found.verdict is verdict]


def triage(reader: Reader, stream: BinaryIO, now: datetime, mint: Mint, form: Form | None = None) -> Triage:
    """Read a stream to its end and judge each token in it once, however often it stands there.

    Bytes of plain text are read as Latin-1: a token is ASCII, and no other byte can make or hide one. A scanner's report is
    recognised by its beginning, or as `form` says; its places are those it names. Raises Refused for one that is broken.
    """
    blocks = _blocks(stream)
    first = next(blocks, (b"", True))
    form = recognised(first[0]) if form is None else form
    look = _Look(reader, now, mint)
    compared = Compared(reader, now, look.result) if has_imported_digests(reader) else None
    words = Words(mint.brand)
    if form is Form.TEXT:
        scan = Scan(mint.brand)
        for block, last in chain((first,), blocks):
            look.result.read += len(block)
            text = block.decode("latin-1")
            for found in scan.feed(text, last=last):
                look.at(found.suspect, f"line {found.line}", found.line)
            if compared is not None and not compared.is_full():
                for word in words.feed(text, last=last):
                    compared.at(word.value, f"line {word.line}", word.line)
                    if compared.is_full():
                        break
        return _ended(look, compared)

    def read() -> Iterator[bytes]:
        for block, _ in chain((first,), blocks):
            look.result.read += len(block)
            yield block

    for record in records(read(), form):
        suspects = _suspects(record, mint.brand)
        for suspect in suspects:
            look.at(suspect, record.place or UNSAID)
        if compared is not None and suspects == [None] and not compared.is_full():
            compared.at_record(record.texts, record.place or UNSAID, mint.brand)
    return _ended(look, compared)


def _ended(look: _Look, compared: Compared | None) -> Triage:
    if compared is not None:
        compared.flush()
        look.result.cut_short = compared.is_full()
    return look.result


def _suspects(record: Record, brand: str) -> list[Suspect | None]:
    """Return the tokens of the first of a record's texts that holds any of ours; [None] for a record of somebody else's."""
    for text in record.texts:
        ours = [found.suspect for found in Scan(brand).feed(text, last=True) if found.suspect is not None]
        if ours:
            return list(ours)
    return [None]


class Compared:
    """Compares words of other forms with the digests of imported tokens, many at once; a word is not kept."""

    def __init__(self, reader: Reader, now: datetime, result: Triage) -> None:
        self._reader, self._now, self._result = reader, now, result
        self._waiting: dict[bytes, list[_Place]] = {}
        self._places = self._taken = 0
        self._known: dict[bytes, Sighting | None] = {}

    def is_full(self) -> bool:
        """Say whether so many words were taken that no more are: finding them takes much longer than finding our own tokens."""
        return self._taken >= MOST_TRIED

    def at(self, word: Secret, place: str, line: int | None = None, *, foreign: bool | None = None) -> None:
        """Take one word. `foreign` says whether it was counted as somebody else's; None: it was if it has such a form."""
        digest = plain_digest(word)
        self._taken += 1
        if digest in self._known:
            sighting = self._known[digest]
            if sighting is not None:
                self._result.duplicates += 1
                self._result.foreign -= is_foreign(word) if foreign is None else foreign
                sighting.count(place, line)
            return
        counted = is_foreign(word) if foreign is None else foreign
        self._waiting.setdefault(digest, []).append((place, line, counted))
        self._places += 1
        if len(self._waiting) >= AT_ONCE or self._places >= _MOST_WAITING:
            self.flush()

    def at_record(self, texts: Sequence[str], place: str, brand: str) -> None:
        """Take each different word of a record that was counted as one token of somebody else's."""
        words = Words(brand)
        different = dict.fromkeys(word.value.reveal() for text in texts for word in words.feed(text + "\n"))
        for number, word in enumerate(different):
            self.at(Secret(word), place, foreign=number == 0)

    def flush(self) -> None:
        """Look the waiting words up."""
        result, waiting = self._result, self._waiting
        self._waiting, self._places = {}, 0
        result.tried += len(waiting)
        held = by_digests(self._reader, waiting)
        for digest, places in waiting.items():
            key = held.get(digest)
            sighting = None if key is None else Sighting(proven(token(self._reader, key, self._now)), key[1])
            if sighting is not None and sighting.found.row is None:
                sighting = None
            if sighting is not None or len(self._known) < MOST_REMEMBERED:
                self._known[digest] = sighting
            if sighting is None:
                continue
            result.sightings.append(sighting)
            result.duplicates += len(places) - 1
            for place, line, foreign in places:
                result.foreign -= foreign
                sighting.count(place, line)


_Place = tuple[str, int | None, bool]
_MOST_WAITING = 5_000


class _Look:
    """Judges tokens one after the other, each different one once."""

    def __init__(self, reader: Reader, now: datetime, mint: Mint) -> None:
        self.result = Triage()
        self._reader, self._now, self._mint = reader, now, mint
        self._seen: dict[bytes, Sighting | None] = {}

    def at(self, suspect: Suspect | None, place: str, line: int | None = None) -> None:
        """Take one token of the text, None for somebody else's."""
        result = self.result
        if suspect is None:
            result.foreign += 1
            return
        mark = hashlib.blake2b(suspect.value.reveal().encode("utf-8", "replace"), digest_size=16).digest()
        if mark in self._seen:
            result.duplicates += 1
            sighting = self._seen[mark]
        else:
            judged = judge(self._reader, suspect, self._now, self._mint)
            sighting = Sighting(judged, suspect.id) if judged.row is not None else None
            if len(self._seen) < MOST_REMEMBERED:
                self._seen[mark] = sighting
            if sighting is None:
                result.foreign += 1
            else:
                result.sightings.append(sighting)
        if sighting is not None:
            sighting.count(place, line)


def _blocks(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    block = stream.read(BLOCK)
    while block:
        following = stream.read(BLOCK)
        yield block, not following
        block = following
