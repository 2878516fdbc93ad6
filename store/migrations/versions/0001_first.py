"""The first schema."""

from alembic import op

from store.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the schema here."""
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    """Go back."""
    metadata.drop_all(op.get_bind())
