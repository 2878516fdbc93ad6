"""What customers are to be told, and were: an outbox of notices, empty at first."""

from store.migrations.statements import run

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table; nothing that happened before is told."""
    run("0006_notices")
