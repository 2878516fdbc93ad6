"""SSH keys: the fingerprint of one, and which of them sshd says this session was opened with."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from store.errors import BadInput

_MOST = 64 * 1024


def fingerprint(line: str) -> tuple[str, str]:
    """Return the fingerprint of a public key, as ssh-keygen prints it, and its comment; raises BadInput for anything else."""
    words = line.strip().split(None, 2)
    if len(words) < 2 or not words[0].isascii() or words[0].startswith("-----"):
        raise BadInput("This is no public SSH key.", "Give the file that ends in .pub, one line: its type, the key, a comment.")
    try:
        blob = base64.b64decode(words[1], validate=True)
    except (binascii.Error, ValueError):
        raise BadInput("This is no public SSH key.", "Give the file that ends in .pub.") from None
    length = int.from_bytes(blob[:4], "big")
    if blob[4 : 4 + length] != words[0].encode() or len(blob) <= 4 + length:
        raise BadInput("This public SSH key is damaged.", "Copy the file that ends in .pub again.")
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return f"SHA256:{digest}", words[2] if len(words) > 2 else ""


def used_keys(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the fingerprints of the keys that opened this session, from the file sshd names in SSH_USER_AUTH.

    It counts only under a forced command that fixes the operator's name: who has a shell here could write such a file.
    sshd writes it when `ExposeAuthInfo yes` is set. One that others can write, or that is not this user's, counts nothing.
    """
    named = environment.get("SSH_USER_AUTH", "")
    if not named or "SSH_CONNECTION" not in environment:
        return ()
    try:
        handle = os.open(Path(named), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (OSError, ValueError):
        return ()
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_uid not in (0, os.getuid()) or found.st_mode & 0o022:
            return ()
        text = file.read(_MOST).decode("ascii", "replace")
    keys = []
    for line in text.splitlines():
        method, _, key = line.partition(" ")
        if method == "publickey":
            try:
                keys.append(fingerprint(key)[0])
            except BadInput:
                continue
    return tuple(keys)
