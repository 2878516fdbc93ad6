"""Usage by the day and by its parts, totals of accounts, rhythms, retention; and monthly partitions on PostgreSQL."""

from store.migrations.statements import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables, and fill them with what the hours already hold."""
    run("0002_usage_days")
