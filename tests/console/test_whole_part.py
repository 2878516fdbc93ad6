"""A sentence that is too long for its place ends with a clause, not in the middle of a word, where that is possible."""

from __future__ import annotations

import pytest

from console.render.widths import whole_part, width_of

RUNBOOK = "The error budget will not last, since 16 Mar 08:19Z: Find the service with most failures and plan the repair."


@pytest.mark.parametrize(
    ("text", "width", "said"),
    [
        (RUNBOOK, 200, RUNBOOK),
        (RUNBOOK, len(RUNBOOK), RUNBOOK),
        (RUNBOOK, 61, "The error budget will not last, since 16 Mar 08:19Z."),
        (RUNBOOK, 52, "The error budget will not last, since 16 Mar 08:19Z."),
        (RUNBOOK, 51, "The error budget will not last."),
        (RUNBOOK, 30, "The error budget will not las…"),
        ("Requests answered 401, of all; strings that were never ours are told apart.", 60, "Requests answered 401, of all."),
        ("08:59:40Z expired: POST /v1/orders from 192.0.2.1, token x", 55, "08:59:40Z expired: POST /v1/orders from 192.0.2.1."),
        ("a\x1b[31m, b", 4, "a\\x…"),
        ("名前の長い顧客の名前が続く, and more", 20, "名前の長い顧客の名…"),
    ],
)  # fmt: skip
def test_what_fits_of_a_sentence(text: str, width: int, said: str) -> None:
    found = whole_part(text, width)
    assert found == said
    assert width_of(found) <= width
