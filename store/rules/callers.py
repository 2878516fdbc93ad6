"""What a request is counted under: its integration, without the version, and its endpoint, without the ids in it."""

from __future__ import annotations

import re
from functools import lru_cache

OTHERS = ""
"""Stands for everything beyond the cap, and for requests that do not say."""

MOST_PARTS = 50
"""So many integrations, addresses, endpoints and scopes of one token are told apart in one day; the rest are counted together."""

PART_CAP = 120
_VERSION = re.compile(r"[/ (;,]")
_BROWSER = re.compile(r"(Firefox|Edg|OPR|Chrome|Safari)/")
_ID = re.compile(r"\d[\w.-]*|[0-9a-fA-F]{8,}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[\w-]*\d[\w-]{7,}|[\w.~-]{25,}")
_API_VERSION = re.compile(r"v\d{1,3}")


@lru_cache(maxsize=5_000)
def integration_of(agent: str) -> str:
    """Return the program's name in a user agent: `netsuite-sync/2.1 (x)` is netsuite-sync; browsers go by their own names."""
    if agent.startswith("Mozilla/"):
        found = _BROWSER.search(agent)
        return {"Edg": "Edge", "OPR": "Opera"}.get(found[1], found[1]) if found else "browser"
    return _VERSION.split(agent, maxsplit=1)[0][:PART_CAP]


@lru_cache(maxsize=5_000)
def endpoint_of(method: str, path: str) -> str:
    """Return `GET /v1/orders/{id}` for a request: numbers, UUIDs and whatever looks like an id become one word."""
    if not path:
        return OTHERS
    # Ids mostly stand at the end, and what comes before them repeats.
    before, slash, last = path.rpartition("/")
    return f"{method} {_without_ids(before)}{slash}{'{id}' if _is_id(last) else last}".strip()[:PART_CAP]


@lru_cache(maxsize=5_000)
def _without_ids(path: str) -> str:
    return "/".join("{id}" if _is_id(part) else part for part in path.split("/"))


def _is_id(part: str) -> bool:
    if part.isdecimal():
        return True
    if len(part) < 8 and part.isalpha():  # with isdecimal, what most parts are: told without looking closer
        return False
    return bool(part) and _ID.fullmatch(part) is not None and _API_VERSION.fullmatch(part) is None
