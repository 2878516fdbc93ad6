"""How often a refusal came again since it was put on the audit log, so that nobody can flood the log with them."""

from store.migrations.statements import run

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the table."""
    run("0012_denials")
