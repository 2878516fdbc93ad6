"""What the database itself refuses, whoever asks, and the words it refuses it with."""

from __future__ import annotations

REFUSALS = {
    "token_final": "a revocation is final",
    "token_closed": "a closed token stays closed",
    "token_audited": "no change of a token without its audit line",
    "token_kept": "tokens are never deleted",
    "audit_kept": "audit lines are never changed or deleted",
    "review_signed": "a review that was signed off is final",
    "review_kept": "reviews are never deleted",
    "session_ended": "a session that was ended stays ended",
    "audit_chained": "an audit line must follow the newest one",
}
"""By the name of the guard (store.tables.guards)."""
