"""The digests of tokens, apart from everything else: they are read only when an export names them."""

from __future__ import annotations

from store.reader import Reader
from store.rows import TokenKey


def digest(reader: Reader, key: TokenKey) -> str | None:
    """Return a token's digest as an import takes it: the encoded text of argon2id, else hex; None when it has none."""
    row = reader.one("SELECT digest_scheme, digest FROM token WHERE account_id = :account AND id = :id",
                     {"account": key[0], "id": key[1]})  # fmt: skip
    if row is None or row[1] is None:
        return None
    return bytes(row[1]).decode("utf-8", "replace") if row[0] == "argon2id" else bytes(row[1]).hex()
