"""Chance that falls the same way for the same seed, on every machine and every Python."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from random import Random
from typing import TypeVar

from store.rules.secrets import ALPHABET, ID_LENGTH, SECRET_LENGTH, Secret, check_characters

T = TypeVar("T")
_BASE62 = bytes(ord(ALPHABET[byte % 62]) for byte in range(256))


class Chance:
    """Everything a demo store would otherwise draw by lot: ids, secrets, salts and streams of random numbers.

    Nothing here is secret: whoever knows the seed knows the demo store's tokens and its key.
    """

    def __init__(self, seed: int) -> None:
        self._seed = blake2b(str(seed).encode(), digest_size=32).digest()

    def bytes(self, label: str, size: int = 32) -> bytes:
        """Return `size` bytes (at most 64) that belong to `label`."""
        return blake2b(label.encode(), digest_size=size, key=self._seed).digest()

    def stream(self, label: str) -> Random:
        """Return a source of random numbers that belongs to `label`; only its `random()` is the same for ever."""
        return Random(int.from_bytes(self.bytes(label, 8), "big"))  # noqa: S311  believable, not unpredictable

    def token_id(self, label: str) -> str:
        """Return the public id of the token called `label`."""
        return self.bytes(f"id/{label}", ID_LENGTH).translate(_BASE62).decode()

    def token(self, environment: str, token_id: str, brand: str) -> Secret:
        """Return the whole token with this id."""
        body = self.bytes(f"secret/{token_id}", SECRET_LENGTH).translate(_BASE62).decode()
        text = f"{brand}_{environment}_{token_id}_{body}"
        return Secret(text + check_characters(text))

    def store_key(self) -> Secret:
        """Return the key of the store."""
        return Secret(self.bytes("store key").hex())

    def action_id(self, at: int, label: str) -> str:
        """Return the id of an action at `at` milliseconds: a version 7 UUID, so that ids grow as the log does."""
        rest = int.from_bytes(self.bytes(f"action/{label}", 10), "big")
        text = f"{at:012x}7{rest >> 68:03x}{0x8000 | (rest >> 52) & 0x3FFF:04x}{rest & 0xFFFFFFFFFFFF:012x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def pick(chance: Random, choices: Sequence[T]) -> T:
    """Return one of `choices`."""
    return choices[int(chance.random() * len(choices))]


def about(chance: Random, mean: float) -> int:
    """Return a whole number near `mean`, from three quarters of it to five quarters; fractions decide by lot."""
    return int(mean * (0.75 + 0.5 * chance.random()) + chance.random())
