"""Which tokens were made out of a shared one, and which logs are ahead of the clock: two tables, empty."""

from store.migrations.statements import run

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables, all empty."""
    run("0009_split_and_clocks")
