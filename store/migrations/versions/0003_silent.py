"""The silent tokens without those that stay suspended: these have the longest silence, and no list of live ones holds them."""

from store.migrations.statements import run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the index anew."""
    run("0003_silent")
