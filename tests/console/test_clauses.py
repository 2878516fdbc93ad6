"""A status line that is too long says whole clauses: what is left out stands in a panel."""

from __future__ import annotations

import pytest

from console.render.sheet import in_clauses, line


@pytest.mark.parametrize(
    ("words", "room", "shown"),
    [
        ("401 rate: Requests answered 401, of all; strings that were never ours", 50, "401 rate: Requests answered 401, of all"),
        (
            "Requests answered 401 in several services at once, since 16 Mar",
            60,
            "Requests answered 401 in several services at once",
        ),
        ("partner feed: accepted 1× after it was revoked by priya 14 Mar", 60, "partner feed: accepted 1× after it was revoked"),
        ("Requests answered 401, of all", 29, "Requests answered 401, of all"),
        ("1,000: alongwordthatcannotbebrokenanywhere", 30, "1,000: alongwordthatcannotbebrokenanywhere"),
    ],
)
def test_as_many_whole_clauses_as_fit_stand_alone(words: str, room: int, shown: str) -> None:
    assert in_clauses(line(words), room) == line(shown)


def test_a_line_of_several_pieces_is_left_alone() -> None:
    pieces = line(("one, ", "key"), "two, three")
    assert in_clauses(pieces, 5) == pieces
