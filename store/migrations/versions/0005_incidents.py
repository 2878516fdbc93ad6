"""Where tokens were found, the proof of a revocation, and what the gateway needs: callers, measures, failed checks, alerts.

Cases that audit lines name already become cases of their own, opened by the first of those lines.
"""

from store.migrations.statements import run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables, all empty but for the proofs that the latest requests hold; a token with more of them gets none."""
    run("0005_incidents")
