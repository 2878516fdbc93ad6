"""A session that goes on between commands: what recognises it is in a file only its owner can read, its digest in the store."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_state_path

from store.errors import Refused
from store.reads.sessions import session, session_proof

if TYPE_CHECKING:
    from store.opening import Store


def session_file(store: Store) -> Path:
    """Return where the session at a store is kept."""
    return user_state_path("tokendesk") / "sessions" / store.facts.store_id


def kept_session(store: Store, operator: str) -> str | None:
    """Return the id of the session that was kept for this operator and still holds; None without one.

    A file that others can read counts nothing.
    """
    path = session_file(store)
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_mode & 0o077 or found.st_uid != os.getuid():
            return None
        words = file.read(400).decode("ascii", "replace").split()
    if len(words) != 2:
        return None
    name, secret = words
    with store.reading() as reader:
        row, proof = session(reader, name), session_proof(reader, name)
    if row is None or proof is None or row.operator != operator or row.times.over(store.wall()):
        return None
    return name if hmac.compare_digest(proof, hashlib.sha256(secret.encode()).digest()) else None


def new_session() -> tuple[str, str, bytes]:
    """Return the id of a session that is to be kept, what recognises it, and the digest of that."""
    secret = secrets.token_urlsafe(32)
    return secrets.token_hex(6), secret, hashlib.sha256(secret.encode()).digest()


def keep(store: Store, name: str, secret: str) -> None:
    """Keep a session for the commands that follow; raises Refused when the file can't be written."""
    path = session_file(store)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(f"{name} {secret}\n")
        draft.replace(path)
    except OSError as error:
        raise Refused(f"The session can't be kept in {path}: {error.strerror}.", "Make room there, or use the console.") from None


def forget(store: Store) -> None:
    """Forget the session that was kept."""
    session_file(store).unlink(missing_ok=True)
