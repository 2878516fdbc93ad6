"""The whole story of a demo store: every token by its number, and every deed in order of time."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from store.demo.cast import cast
from store.demo.chance import Chance
from store.demo.crowd import Crowd
from store.demo.household import HouseDeed, house_deeds
from store.demo.scene import Scene, make_scene
from store.demo.stories import Story, is_closed
from store.errors import BadInput
from store.keys import FIRST_KEY
from store.rules.secrets import BRAND, Mint

MOST_TOKENS = 2_000_000
_NUMBERS, _DEEDS = 22, 3
"""Bits of a story's number and of a deed's place in it; what is left of 63 holds the moment."""

_STEP = 20_000


@dataclass(frozen=True, slots=True)
class Book:
    """Every story of a store: the cast in memory, the crowd told again whenever it is asked for."""

    scene: Scene
    cast: Sequence[Story]
    crowd: Crowd
    tokens: int
    house: Sequence[HouseDeed]

    def story(self, number: int) -> Story:
        """Return the story of a token by its number."""
        return self.cast[number] if number < len(self.cast) else self.crowd.story(number - len(self.cast))

    def sealed_with(self, mint: Mint) -> Book:
        """Return the book of a store with this key."""
        return replace(self, scene=replace(self.scene, mint=mint))


def open_book(tokens: int, seed: int, now: datetime) -> Book:
    """Return the book of a store of so many tokens; raises BadInput for fewer than there are stories, or too many."""
    mint = Mint(BRAND, FIRST_KEY, Chance(seed).store_key())
    told = len(cast(make_scene(tokens, tokens, seed, now, mint)))
    if not told <= tokens <= MOST_TOKENS:
        raise BadInput(f"A demo store has from {told} to {MOST_TOKENS:,} tokens.", "Give a number between those two.")
    scene = make_scene(tokens, tokens - told, seed, now, mint)
    return Book(scene, cast(scene), Crowd(scene), tokens, house_deeds(scene))


def survey(book: Book, progress: Callable[[int, int], None]) -> tuple[array[int], dict[str, int]]:
    """Return every deed of every story in order of time, each as one number, and the open tokens of each account."""
    deeds, opened = array("q"), dict[str, int]()
    scene, base = book.scene, book.scene.history
    for number in range(book.tokens):
        story = book.story(number)
        for place, deed in enumerate(story.deeds):
            deeds.append((deed.at - base) << _NUMBERS + _DEEDS | number << _DEEDS | place)
        row = story.after(len(story.deeds))
        if not is_closed(row, scene.now):
            opened[row["account_id"]] = opened.get(row["account_id"], 0) + 1
        if number % _STEP == 0:
            progress(number // 5, book.tokens)
    for place, (deed, _) in enumerate(book.house):
        deeds.append((deed.at - base) << _NUMBERS + _DEEDS | book.tokens + place << _DEEDS)
    return array("q", sorted(deeds)), opened


def place_of(key: int) -> tuple[int, int]:
    """Return the story's number and the deed's place in it, from one number of `survey`."""
    return key >> _DEEDS & (1 << _NUMBERS) - 1, key & (1 << _DEEDS) - 1
