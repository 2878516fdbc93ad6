"""A number and its noun agree: one token, two tokens, and never «1 tokens»."""

from __future__ import annotations

import pytest

from console.render.counts import counted, many


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "token", "0 tokens"), (1, "token", "1 token"), (2, "token", "2 tokens"), (2_880, "request", "2,880 requests"),
        (1, "address", "1 address"), (3, "address", "3 addresses"), (1, "live token", "1 live token"),
    ],
)  # fmt: skip
def test_a_noun_is_one_only_behind_a_one(number: int, noun: str, words: str) -> None:
    assert counted(number, noun) == words


def test_at_least_one_may_be_many() -> None:
    assert counted(1, "live token", more=True) == "1+ live tokens"


@pytest.mark.parametrize(
    ("number", "verb", "words"), [(1, "is", "is"), (2, "is", "are"), (1, "ends", "ends"), (0, "ends", "end")]
)
def test_the_verb_agrees_as_well(number: int, verb: str, words: str) -> None:
    assert many(number, verb) == words
