"""The latest requests without their second index: their key begins with the same columns, and each was kept twice for it."""

from store.migrations.statements import run

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Remove the index."""
    run("0010_recent")
