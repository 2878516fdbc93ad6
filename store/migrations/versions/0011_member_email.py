"""An e-mail address for the people in accounts, so that notices go to somebody and not to what may look like an address."""

from store.migrations.statements import run

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column; nobody has an address yet."""
    run("0011_member_email")
