"""What policies say besides their limits, the notices they gave, and reviews of tokens: four tables, all empty."""

from store.migrations.statements import run

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables, all empty."""
    run("0007_governance")
