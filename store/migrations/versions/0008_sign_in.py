"""How operators sign in, their sessions and keys, and what waits for a second person: four tables, all empty."""

from store.migrations.statements import run

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables, all empty."""
    run("0008_sign_in")
