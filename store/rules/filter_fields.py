"""The fields of the filter language: one table that the parser, the completion and the help read (interfaces.md)."""

from __future__ import annotations

from enum import StrEnum

from store.record import record
from store.rules.status import LIVE, Status
from store.rules.tiers import Tier
from store.rules.token_form import ENVIRONMENTS


class Kind(StrEnum):
    """What a field can be compared with."""

    TEXT = "text"
    WORD = "one of a few words"
    FLAG = "yes or no"
    CLOCK = "a duration or a date"
    NUMBER = "a number"


@record
class Field:
    """One field: what it means, one example, and the words it knows (for text and clocks: words with a meaning of their own)."""

    name: str
    kind: Kind
    about: str
    example: str
    words: tuple[str, ...] = ()


NEVER = "never"
NONE = "none"
UNKNOWN = "unknown"
STATUS_WORDS: dict[str, tuple[str, ...]] = {
    **{status.value: (status.value,) for status in Status},
    "live": tuple(status.value for status in Status if status in LIVE),
}
"""What may stand after `status:`; `live` means active or retiring (decisions.md, «Words»)."""

FLAG_WORDS = {"yes": True, "no": False, "true": True, "false": False}

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("id", Kind.TEXT, "the token's public id", "id:7Kq2"),
        Field("hint", Kind.TEXT, "the last characters of the token", "hint:9f3c"),
        Field("acct", Kind.TEXT, "the account's name or id", "acct:acme"),
        Field("acct.id", Kind.TEXT, "the account's id, and no other account's name", "acct.id=ACME"),
        Field("name", Kind.TEXT, "the token's name", 'name:"CI deploy"'),
        Field("status", Kind.WORD, "its state; live means active or retiring", "status:live", tuple(STATUS_WORDS)),
        Field("scope", Kind.TEXT, "a permission it holds", "scope:orders.write"),
        Field("tier", Kind.WORD, "the most it may do", "tier:admin", tuple(tier.value for tier in Tier)),
        Field("env", Kind.WORD, "live or test", "env:test", ENVIRONMENTS),
        Field("owner", Kind.TEXT, "the owner's name or id, or none", "owner:leo", (NONE,)),
        Field("owner.active", Kind.FLAG, "whether its owner is still there", "owner.active:no"),
        Field("creator", Kind.TEXT, "the name or id of who made it, or none", "creator:raj", (NONE,)),
        Field("creator.active", Kind.FLAG, "whether who made it is still there", "creator.active:no"),
        Field("created", Kind.CLOCK, "how long ago it was made", "created<7d"),
        Field("used", Kind.CLOCK, "how long ago it was last called with, even in vain; never, or unknown if older than tracking",
              "used:never", (NEVER, UNKNOWN)),
        Field("idle", Kind.CLOCK, "how long it has not been used, or existed unused", "idle>90d"),
        Field("exp", Kind.CLOCK, "how soon it expires, if that is still to come", "exp<=7d", (NEVER,)),
        Field("rot", Kind.CLOCK, "how long ago its secret was made", "rot>180d", (NEVER,)),
        Field("revoked", Kind.CLOCK, "how long ago it was revoked", "revoked<24h", (NEVER,)),
        Field("denied", Kind.CLOCK, "how long ago a request of it was last refused", "denied<7d", (NEVER,)),
        Field("reqs24h", Kind.NUMBER, "requests in the last 24 hours", "reqs24h>10000"),
        Field("reqs30d", Kind.NUMBER, "requests in the last 30 days", "reqs30d:0"),
        Field("fails", Kind.NUMBER, "refused requests in the last 7 days", "fails>0"),
        Field("ip", Kind.TEXT, "an address it was used from", "ip:203.0.113."),
        Field("case", Kind.TEXT, "a case one of its actions is filed under", "case=INC-4821"),
        Field("broad", Kind.FLAG, "whether it may do too much: admin, a wildcard or a risky pair", "broad:yes"),
        Field("sprawl", Kind.FLAG, "whether its account has more than 10 live tokens", "sprawl:yes"),
        Field("silent", Kind.FLAG, "whether it has missed its own usual rhythm", "silent:yes"),
        Field("new-address", Kind.FLAG, "whether a new address used it in the last 7 days", "new-address:yes"),
        Field("used-after-revoke", Kind.FLAG, "whether a request was accepted after it was revoked", "used-after-revoke:yes"),
    )
}  # fmt: skip
