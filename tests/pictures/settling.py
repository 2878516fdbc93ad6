"""Waiting until a picture is whole."""

from __future__ import annotations

from tests.at_console import Hand


async def settled(hand: Hand) -> None:
    """Wait until the screen has been the same for a while: whatever is read in the background has arrived."""
    seen, same = "", 0
    while same < 6:
        await hand.pilot.pause(0.04)
        now = hand.screen()
        same = same + 1 if now == seen else 0
        seen = now
