"""Whether a report of leaked tokens is GitHub's own: its ECDSA signature, checked before anything is read out of it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from store.errors import BadInput, Refused

LONGEST = 64_000_000
"""A signed report on standard input is held in memory, up to so many bytes: it is kept in no file."""

_BLOCK = 1024 * 1024


def checked(stream: BinaryIO, signature: str, key_id: str, keys: Path) -> BinaryIO:
    """Return the stream from its beginning once its signature is right; raises Refused or BadInput otherwise.

    `keys` is a file of what GitHub publishes: `{"public_keys": [{"key_identifier": ..., "key": PEM}]}`. Nothing is fetched.
    """
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric import ec, utils
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError:
        raise Refused("Signatures can't be checked here.", "Install it with: uv tool install 'tokendesk[signatures]'") from None
    try:
        key = load_pem_public_key(_pem(keys, key_id).encode())
    except ValueError:
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise BadInput(f"The key {key_id[:80]} in {keys} is no ECDSA P-256 key.", "Take the keys as GitHub publishes them.")
    digest = hashlib.sha256()
    source = stream if stream.seekable() else BytesIO(stream.read(LONGEST + 1))
    while block := source.read(_BLOCK):
        digest.update(block)
    if not stream.seekable() and source.tell() > LONGEST:
        raise Refused("The signed report is too large for standard input.", "Save it to a file first.")
    try:
        given = base64.b64decode(signature, validate=True)
        key.verify(given, digest.digest(), ec.ECDSA(utils.Prehashed(SHA256())))
    except (binascii.Error, ValueError, InvalidSignature):
        raise Refused(
            "The signature is wrong: this report is not what was signed with that key. Nothing was read out of it.",
            "Don't act on it; ask the sender for the report and its signature again.",
        ) from None
    source.seek(0)
    return source


def _pem(keys: Path, key_id: str) -> str:
    try:
        listed = json.loads(keys.read_text())["public_keys"]
        found = [str(one["key"]) for one in listed if one["key_identifier"] == key_id]
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(f"{keys} can't be read as GitHub's public keys.", "Save what GitHub publishes as a JSON file.") from None
    if not found:
        raise Refused(f"The key {key_id[:80]} is not among those in {keys}.", "Get GitHub's keys again; they change.")
    return found[0]
