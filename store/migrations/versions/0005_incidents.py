"""Where tokens were found, the proof of a revocation, and what the gateway needs: callers, measures, failed checks, alerts."""

from store.migrations.statements import run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables, all empty but for the proofs that the latest requests hold; a token with more of them gets none."""
    run("0005_incidents")
