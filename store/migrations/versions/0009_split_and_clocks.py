"""Which tokens were made out of one that several programs share: one table, empty."""

from store.migrations.statements import run

revision = "0009"
down_revision = "0007"


def upgrade() -> None:
    """Make the table, empty."""
    run("0009_split")
