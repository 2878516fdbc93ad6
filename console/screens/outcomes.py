"""What the status line says after an action: what happened, when, and the number of its audit line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.render.moments import at, clock
from store.rows import TokenLine

if TYPE_CHECKING:
    from store.writes.orders import Changed, Revoked

Words = tuple[tuple[str, str] | str, ...]

_DONE = {
    "suspend": "SUSPENDED", "resume": "RESUMED", "rename": "RENAMED", "expire": "EXPIRY CHANGED", "reown": "RE-OWNED",
    "addresses": "ADDRESSES CHANGED",
}  # fmt: skip


def revoked_line(proof: Revoked) -> Words:
    """Say that a token is revoked, or that somebody else had done it before."""
    if proof.already:
        return (("Already revoked ", "finding"), f"…{proof.hint} {at(proof.at)} by {proof.by}; nothing done.")
    return (
        ("REVOKED ", "danger"),
        f"…{proof.hint} {clock(proof.at)} audit #{proof.seq}, refused everywhere by {clock(proof.refused_by)}",
    )


def changed_line(verb: str, row: TokenLine, proof: Changed) -> Words:
    """Say that a token was changed."""
    return ((f"{_DONE[verb]} ", "good"), f"…{row.hint or row.id[-4:]} {clock(proof.at)} audit #{proof.seq}")


def kept_line(row: TokenLine, why: str) -> Words:
    """Say that nothing was done."""
    return (f"Kept: …{row.hint or row.id[-4:]} is as it was.{why}",)
