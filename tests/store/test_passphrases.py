"""Passphrases are kept as argon2id with the parameters of security.md 2, and unknown names take as long to refuse."""

from __future__ import annotations

import re

from argon2 import extract_parameters
from argon2.low_level import Type

from store.passphrases import NOBODY, hashed, matches, outdated
from store.rules.secrets import Secret


def test_the_parameters_are_those_of_rfc_9106_for_little_memory() -> None:
    encoding = hashed(Secret("four words about clouds"))
    for one in (encoding, NOBODY):
        found = extract_parameters(one)
        assert (found.type, found.time_cost, found.memory_cost, found.parallelism) == (Type.ID, 3, 64 * 1024, 4)
        assert (found.hash_len, found.salt_len) == (32, 16)
        assert not outdated(one)
    assert matches(encoding, Secret("four words about clouds"))
    assert not matches(encoding, Secret("four words about cloud"))
    assert not matches("", Secret("four words about clouds"))
    assert hashed(Secret("four words about clouds")) != encoding


def test_what_can_not_be_read_matches_nothing() -> None:
    assert not matches("not an encoding", Secret("four words about clouds"))


def test_a_letter_written_in_two_ways_is_the_same_passphrase() -> None:
    assert matches(hashed(Secret("caf\u00e9 au lait sur Mars")), Secret("cafe\u0301 au lait sur Mars"))


def test_who_does_not_exist_costs_the_same_hash() -> None:
    assert re.fullmatch(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}", NOBODY)
