"""Who asks the gateway's own questions: HTTP Basic or form fields (RFC 6749 2.3.1), proven by digest as tokens are."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from store.reader import Reader
from store.reads.gateway_access import caller_proof
from store.rules.gateway_callers import caller_digest
from store.rules.secrets import Mint, Secret, same_digest

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Proven:
    """A caller that has shown its secret."""

    name: str
    may_revoke: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A name and a secret as they were sent."""

    name: str
    secret: Secret


def claimed(authorization: str, form: Mapping[str, str]) -> Claim | None:
    """Return who somebody says they are; None when nothing, something damaged, or two ways at once were used."""
    basic = _basic(authorization) if authorization else None
    posted = (
        Claim(form["client_id"], Secret(form["client_secret"])) if form.get("client_id") and form.get("client_secret") else None
    )
    if authorization and (basic is None or posted is not None):
        return None
    return basic or posted


def proven(reader: Reader, claim: Claim | None, mint: Mint) -> Proven | None:
    """Return the caller a claim proves; unknown names take the same path as wrong secrets."""
    if claim is None or len(claim.name) > _LONGEST or len(claim.secret.reveal()) > _LONGEST:
        return None
    digest = caller_digest(claim.name, claim.secret, mint)
    kept = caller_proof(reader, claim.name)
    scheme, value, may_revoke = kept if kept is not None else ("", digest[::-1], False)
    right = same_digest(value, digest)
    return Proven(claim.name, may_revoke) if right and scheme == f"hmac-sha256:{mint.key_id}" else None


def _basic(authorization: str) -> Claim | None:
    kind, _, rest = authorization.strip().partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, colon, secret = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return Claim(unquote_plus(name), Secret(unquote_plus(secret))) if colon and name else None
