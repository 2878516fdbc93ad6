"""Counts with their nouns: one token, two tokens; the only place that knows how a noun becomes many."""

from __future__ import annotations

_MANY = {
    "address": "addresses", "ends": "end", "expires": "expire", "has": "have", "holds": "hold", "is": "are", "it": "them",
    "waits": "wait",
}  # fmt: skip


def many(number: int, noun: str) -> str:
    """Return a noun, or the verb behind it, as it stands behind that number: `token` behind 1 only."""
    return noun if number == 1 else _MANY.get(noun, f"{noun}s")


def counted(number: int, noun: str, *, more: bool = False) -> str:
    """Return the number and its noun: `1 token`, `2,880 requests`; with `more` there are at least so many, `1+ tokens`."""
    return f"{number:,}{'+' if more else ''} {many(2 if more else number, noun)}"
