"""A terminal's reply that spells keys presses none; a person's keys all count."""

from __future__ import annotations

import pytest

from console.replies import BURST_S, Part, Replies
from store.opening import Store
from tests.at_console import at_console


def parts(*keys: tuple[float, str]) -> list[Part]:
    """Return what each key is taken for."""
    replies = Replies()
    return [replies.hear(key, at) for at, key in keys]


@pytest.mark.parametrize("start", ["alt+right_square_bracket", "left_square_bracket", "alt+P", "circumflex_accent"])
def test_what_follows_the_beginning_of_a_sequence_at_once_is_dropped(start: str) -> None:
    found = parts((1.0, start), (1.0001, "x"), (1.0002, "y"), (1.019, "enter"))
    assert found == [Part.BEGINNING, Part.REPLY, Part.REPLY, Part.REPLY]


def test_the_beginning_of_a_reply_is_dropped_with_it() -> None:
    replies = Replies()
    replies.hear("left_square_bracket", 1.0)
    replies.hear("x", 1.0001)
    assert not replies.alone()


def test_a_bracket_that_stays_alone_counts_after_all() -> None:
    replies = Replies()
    replies.hear("left_square_bracket", 1.0)
    assert replies.alone()
    assert replies.hear("x", 1.0 + BURST_S + 0.001) is Part.KEY


def test_ordinary_keys_count_however_fast_they_come() -> None:
    assert parts((1.0, "j"), (1.0, "j"), (1.0, "escape"), (1.0001, "x")) == [Part.KEY] * 4


async def test_a_bracket_goes_back_through_the_lists_a_moment_later(store: Store) -> None:
    async with at_console(store) as hand:
        await hand.press("2")
        await hand.press("left_square_bracket")
        await hand.until(lambda: hand.tokens.here.view == "live")
