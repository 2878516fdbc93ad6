"""What tokens are called by every three letters in a row, so that a word is found at once among a million tokens."""

from store.migrations.statements import run

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the index and what keeps it, and fill it with the tokens there are."""
    run("0004_texts")
