"""Triage of leaked text: every token of ours in it with its verdict, in constant memory, and not a word of the text kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from store.reader import Reader
from store.reads.identify import judge
from store.rows import Identified
from store.rules.leaks import Verdict
from store.rules.scanning import Scan
from store.rules.secrets import Mint

BLOCK = 1024 * 1024
MOST_PLACES = 20
"""So many places of one token are named; how often it stands there is always counted."""

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
    read: int = 0
    """bytes"""

    def of(self, verdict: Verdict) -> list[Sighting]:
        """Return the tokens of one verdict, in the order they were found."""
        return [one for one in self.sightings if one.found.verdict is verdict]


def triage(reader: Reader, stream: BinaryIO, now: datetime, mint: Mint) -> Triage:
    """Read a stream to its end and judge each token in it once, however often it stands there.

    Bytes are read as Latin-1: a token is ASCII, and no other byte can make or hide one.
    """
    result, seen = Triage(), dict[bytes, Sighting | None]()
    scan = Scan(mint.brand)
    for block, last in _blocks(stream):
        result.read += len(block)
        for found in scan.feed(block.decode("latin-1"), last=last):
            if found.suspect is None:
                result.foreign += 1
                continue
            mark = hashlib.blake2b(found.suspect.value.reveal().encode("latin-1"), digest_size=16).digest()
            if mark in seen:
                result.duplicates += 1
                earlier = seen[mark]
                if earlier is not None:
                    earlier.count(f"line {found.line}", found.line)
                continue
            judged = judge(reader, found.suspect, now, mint)
            sighting = Sighting(judged, found.suspect.id) if judged.row is not None else None
            if len(seen) < MOST_REMEMBERED:
                seen[mark] = sighting
            if sighting is None:
                result.foreign += 1
            else:
                sighting.count(f"line {found.line}", found.line)
                result.sightings.append(sighting)
    return result


def _blocks(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    block = stream.read(BLOCK)
    while block:
        following = stream.read(BLOCK)
        yield block, not following
        block = following
