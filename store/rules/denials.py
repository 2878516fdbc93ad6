"""What is kept of a refusal for want of permission: who asked for what, and what they lack. No reason given, no name typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

AGAIN_AFTER = timedelta(minutes=1)
"""The same refusal of the same operator within this long is counted and not written again; exactly a minute is written."""

MOST_A_MINUTE = 120
"""So many lines one operator can cause within a minute; whatever else they are refused in it is only counted."""

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Doing:
    """What is being tried: an action of the audit log (or a command), and the id of what it is tried on.

    `key` is a token's (account, id), `target` the id of anything else; an account's own is `account`.
    """

    action: str
    key: tuple[str, str] | None = None
    account: str | None = None
    target: str = ""


def target_words(doing: Doing) -> str:
    """Return the id of what is tried as the log keeps it: scrubbed of secrets, visible characters only, at most 80."""
    from store.rules.scrubbing import scrubbed

    text = f"{doing.key[0]}/{doing.key[1]}" if doing.key is not None else doing.target or doing.account or ""
    return "".join(one if one.isprintable() else "·" for one in scrubbed(text))[:_LONGEST]
