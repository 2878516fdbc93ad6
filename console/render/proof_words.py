"""What is proven of a revocation, in one sentence: by the calls that came after it, never by their absence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from console.render.moments import span
from console.render.suspicion import suspicious
from console.render.widths import fit_with_tail, width_of
from store.rules.proof import ProofVerdict

if TYPE_CHECKING:
    from store.indicator_rows import Proof

STYLES = {ProofVerdict.PASS: "good", ProofVerdict.LATE: "good", ProofVerdict.FAIL: "danger", ProofVerdict.NONE: "finding"}


def proof_words(proof: Proof) -> str:
    """Return the verdict, when a call was last accepted and first refused after the revocation, and by which word."""
    accepted = ""
    if proof.accepted_at is not None:
        accepted = f"last accepted +{_after(proof.accepted_at - proof.revoked_at)}"
    refused = ""
    if proof.refused_at is not None:
        refused = f"first refused +{_after(proof.refused_at - proof.revoked_at)} {proof.refused_reason}"
    match proof.verdict:
        case ProofVerdict.NONE:
            return f"not proven: {accepted}, none refused since" if accepted else "not proven: no call since"
        case ProofVerdict.LATE:
            first = f"refused at its first call, +{_after((proof.refused_at or proof.revoked_at) - proof.revoked_at)}"
            return f"{accepted}, {refused}: how soon is not known" if accepted else f"{first} {proof.refused_reason}"
        case ProofVerdict.PASS:
            return f"pass (< 60 s): {', '.join(filter(None, (accepted, refused)))}"
        case ProofVerdict.FAIL:
            return f"FAIL (not < 60 s): {', '.join(filter(None, (accepted, refused or 'none refused')))}"


MARKS = {
    ProofVerdict.PASS: ("✓", "pass"),
    ProofVerdict.LATE: ("✓", "refused at first call"),
    ProofVerdict.FAIL: ("!", "FAIL"),
    ProofVerdict.NONE: ("·", "not proven"),
}
"""The sign of each verdict, and its word where there is no room for the sentence."""


LEGEND = ("✓ proven by a refused call  · not proven  ! FAIL", "✓ proven  · not proven  ! FAIL", "✓ proven  ! FAIL")
"""What the signs mean, in words of several lengths."""


def short_proof(proof: Proof, *, room: bool) -> str:
    """Return sign and verdict for a line of a panel; with `room` what shows it."""
    mark, _ = MARKS[proof.verdict]
    match proof.verdict:
        case ProofVerdict.PASS:
            words = f"refused after {proof.seconds:,.0f} s"
        case ProofVerdict.LATE:
            later = span(proof.refused_at - proof.revoked_at) if proof.refused_at is not None else ""
            words = f"first call refused, {later} after" if room else f"refused, {later}"
        case ProofVerdict.FAIL:
            late = f" {span(proof.accepted_at - proof.revoked_at)}" if proof.accepted_at is not None else ""
            words = f"accepted{late} after"
        case ProofVerdict.NONE:
            words = "not proven: no call since" if room else "not proven"
    return f"{mark} {words}"


def _after(delta: timedelta) -> str:
    """Write up to two minutes to the second, or to the millisecond where it is not whole."""
    if delta < timedelta(minutes=2):
        return f"{delta.total_seconds():g} s"
    return span(delta)


def proven_name(one: Proof, room: int) -> str:
    """Return what the token is called in exactly `room` cells, with its account where there is room for both."""
    name = one.name or "(no name)"
    whole = f"{name} · {one.account_name}"
    name = whole if width_of(whole) + 2 * suspicious(whole) <= room else name
    return fit_with_tail(name, "⚠" if suspicious(name) else "", room)
