"""The store key: what token digests are made under, kept outside the database (decisions.md, «Secrets»)."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from platformdirs import user_config_path

from store.dialect import create_private_folder
from store.errors import Refused
from store.rules.secrets import Secret

FIRST_KEY = "k1"


def key_file(store_id: str, key_id: str) -> Path:
    """Return where a store's key is looked for: TOKENDESK_KEY_FILE, or a file in the user's configuration folder."""
    named = os.environ.get("TOKENDESK_KEY_FILE")
    return Path(named) if named else user_config_path("tokendesk") / "keys" / f"{store_id}.{key_id}"


def make_key(store_id: str, key_id: str = FIRST_KEY, key: Secret | None = None) -> None:
    """Keep a fresh key of 256 bits, readable by its owner alone; raises Refused when the file can't be made.

    `key` is kept instead where one is given: a demo store's follows from its seed, and is worth nothing.
    """
    value = secrets.token_hex(32) if key is None else key.reveal()
    path = key_file(store_id, key_id)
    try:
        create_private_folder(path.parent)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(value + "\n")
    except OSError as error:
        raise Refused(
            f"The store key can't be written to {path}: {error.strerror}.",
            "Set TOKENDESK_KEY_FILE to a new file in a folder you may write to.",
        ) from None


def load_key(store_id: str, key_id: str) -> Secret:
    """Return the key from TOKENDESK_KEY or its file.

    Raises Refused when it is missing, empty or readable by others; revoking by id works without it.
    """
    given = os.environ.get("TOKENDESK_KEY")
    if given:
        return Secret(given.strip())
    path = key_file(store_id, key_id)
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Refused(f"Other users can read the store key {path}.", f"Close it with `chmod 600 {path}`.")
        value = path.read_text().strip()
    except FileNotFoundError:
        raise Refused(
            f"The store key {key_id} is not at {path}.",
            "Copy it there, or set TOKENDESK_KEY_FILE. Without it tokens can be revoked by id, but not issued or proven.",
        ) from None
    except OSError as error:
        raise Refused(f"The store key {path} can't be read: {error.strerror}.", "Check its permissions.") from None
    except UnicodeDecodeError:
        raise Refused(f"The store key {path} is damaged.", "Restore it from its safe copy.") from None
    if not value:
        raise Refused(f"The store key {path} is empty.", "Restore it from its safe copy.")
    return Secret(value)
