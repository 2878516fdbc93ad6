"""Who called, what for and from where: each endpoint once, and what is left out is said."""

from __future__ import annotations

from console.render.story_pages import SHOWN, callers
from console.render.token_facts import TokenFacts
from console.render.token_pages import MOST_ADDRESSES, usage
from store.rows import AddressRow, PartRow, RequestRow
from store.usage.tally import MOST_REQUESTS
from tests.conftest import NOW
from tests.token_rows import active_row


def said(parts: dict[str, list[PartRow]]) -> list[str]:
    return ["".join(piece.text for piece in line) for line in callers(parts, 7, "", NOW, 120)]


def test_an_endpoint_that_several_programs_call_is_one_line() -> None:
    found = [PartRow("GET /a", name, 10, 1, NOW) for name in ("x", "y", "z")] + [PartRow("GET /b", "x", 15, 0, NOW)]
    lines = said({"endpoint": found})
    first, second = [line for line in lines if line.startswith("  GET ")]
    assert first.split()[:6] == ["GET", "/a", "30", "67%", "3", "refused"]
    assert "3 programs" in first
    assert second.split()[:4] == ["GET", "/b", "15", "33%"]
    assert "  x " in second


def test_what_is_left_out_is_counted_and_is_at_least_so_much_beyond_the_cap() -> None:
    found = [PartRow(f"10.0.0.{number}", "", 9, 0, NOW) for number in range(SHOWN + 3)]
    assert "  and 3 more" in said({"address": found})
    assert "  and at least 4 more" in said({"address": [*found, PartRow("", "", 9, 0, NOW)]})


def test_of_latest_requests_and_addresses_it_is_said_how_many_are_shown_and_kept() -> None:
    request = RequestRow(NOW, "VALID", 200, "10.0.0.1", "x/1", "GET", "/a", "", None, "")
    for number, words in (
        (3, ("Latest requests   3 kept", "Addresses   3 seen")),
        (90, ("Latest requests   30 of 90 kept", "Addresses   20 of 90 seen")),
        (MOST_ADDRESSES, ("Latest requests   30 of 200 kept", "Addresses   20 of 200 kept, those used last")),
    ):
        addresses = [AddressRow(f"10.0.0.{one}", NOW, NOW, 1) for one in range(number)]
        page = usage(TokenFacts(active_row()), [request] * number, addresses, 120, 36)
        lines = ["".join(piece.text for piece in line) for line in page]
        for one in words:
            assert one in lines
    assert MOST_ADDRESSES == MOST_REQUESTS
