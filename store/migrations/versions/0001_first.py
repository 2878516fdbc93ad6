"""The first schema."""

from store.migrations.statements import run

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table, index and guard."""
    run("0001_first")
