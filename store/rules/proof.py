"""Whether a revocation held: judged by the calls that came after it, never by their absence (requirement V8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

HOLDS_WITHIN = timedelta(seconds=60)
"""A revoked token must be refused everywhere in less than this."""


class ProofVerdict(StrEnum):
    """What the calls after a revocation show."""

    PASS = "pass"  # noqa: S105  no password
    """refused in less than 60 s, and not accepted later"""

    LATE = "refused at the first call"
    """the first call came later than that and was refused, so how soon it would have been is not known"""

    FAIL = "fail"
    """a call was accepted 60 s or more after the revocation"""

    NONE = "not proven"
    """no call was refused since"""


def proof_verdict(revoked_at: datetime, accepted_at: datetime | None, refused_at: datetime | None) -> ProofVerdict:
    """Judge by the last call accepted later than the revocation and the first one refused since; None for none."""
    if accepted_at is not None and accepted_at - revoked_at >= HOLDS_WITHIN:
        return ProofVerdict.FAIL
    if refused_at is None:
        return ProofVerdict.NONE
    return ProofVerdict.PASS if refused_at - revoked_at < HOLDS_WITHIN else ProofVerdict.LATE
