"""How a token is named where its name alone won't do: the public start of it and its last four characters."""

from __future__ import annotations

from store.rows import TokenLine
from store.rules.secrets import ID_LENGTH


def token_words(row: TokenLine, brand: str) -> str:
    """Return `tkd_live_7Kq2…9f3c`: nothing of the secret but the four characters the customer sees.

    An imported token has no form of ours; its own id is shown, cut in the middle when it is long.
    """
    if len(row.id) != ID_LENGTH:
        return row.id if len(row.id) <= 20 else f"{row.id[:8]}…{row.id[-8:]}"
    return f"{brand}_{row.environment}_{row.id[:4]}…{row.hint or row.id[-4:]}"


def name_words(row: TokenLine) -> str:
    """Return the token's name, or that it has none."""
    return row.name.strip() or "(no name)"
