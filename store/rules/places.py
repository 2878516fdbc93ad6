"""Where something was seen, in words that may be kept for ever: no query, no password and nothing that could be a secret."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LONGEST = 300
"""So many characters of a place or a source are kept."""

ELSEWHERE = "elsewhere in it"
"""The place of whatever stands beyond those that are named one by one."""

UNSAID = "no place given"
MASK = "…"

_TOKEN = re.compile(r"([a-z0-9]{2,12}_(?:live|test)_[0-9A-Za-z]{12})_[0-9A-Za-z]+")
_WORD = re.compile(r"[0-9A-Za-z_]{20,}")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")


def clean_place(text: str) -> str:
    """Return a place as it may be kept: control characters out, URLs without user, query and fragment, secrets masked.

    Tokens of ours keep their public id; a word of 20 and more characters that mixes capitals, small letters and digits
    is masked, because it may be anybody's secret (a commit's number never does). "" stays "".
    """
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    shown = _URL.sub(lambda match: _bare(match[0]), shown)
    shown = _TOKEN.sub(rf"\1_{MASK}", shown)
    shown = _WORD.sub(lambda match: MASK if _secretive(match[0]) else match[0], shown)
    shown = " ".join(shown.split())
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}{MASK}"


def _bare(url: str) -> str:
    """Return a URL without what may hold a token (RFC 6750, 2.3): user and password, query, fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return MASK
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _secretive(word: str) -> bool:
    """Say whether a word looks like chance made it: all three kinds of letters, and not a token's public id."""
    if re.fullmatch(r"[a-z0-9]{2,12}_(?:live|test)_[0-9A-Za-z]{12}_?", word):
        return False
    return all(re.search(kind, word) for kind in ("[0-9]", "[a-z]", "[A-Z]"))
