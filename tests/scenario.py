"""The 34 tokens the acceptance scenarios speak of, with their usage, as of NOW; every number is the scenarios' own."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from store.opening import Store
from store.rows import TokenKey, TokenLine
from store.rules.roles import Actor, Role
from store.rules.secrets import ALPHABET, SECRET_LENGTH, Secret, check_characters, digest_of, hint_of
from store.rules.usage import Outcome
from store.writes.ending import revoke
from store.writes.orders import RevokeOrder
from store.writes.people import MemberFacts
from tests.conftest import NOW
from tests.patterns import filled
from tests.rowmaker import Use, put_people, put_tally, put_tokens, tally_of, track_since

TRACKING_SINCE = datetime(2025, 1, 1, tzinfo=UTC)
WINDOW_FROM = datetime(2026, 3, 15, 9, 1, tzinfo=UTC)
"""The first of the 1,440 minutes that end with NOW."""

REVOKED_AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
ACCOUNTS = {"ACME": "Acme", "BOLT": "Bolt", "CRUX": "Crux", "DELT": "Delt"}
MEMBERS = (
    MemberFacts("ACME", "mia", "Mia", admin=True),
    MemberFacts("ACME", "raj", "Raj", active=False, left_at=datetime(2025, 11, 2, tzinfo=UTC)),
    MemberFacts("BOLT", "leo", "Leo", admin=True),
    MemberFacts("CRUX", "kim", "Kim", admin=True),
    MemberFacts("DELT", "ned", "Ned", admin=True),
)
_OWNER = {"ACME": "mia", "BOLT": "leo", "CRUX": "kim", "DELT": "ned"}
_SCOPES = {
    "read-only": "orders.read",
    "read-write": "orders.read orders.write",
    "admin": "settings.manage users.manage",
}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Known:
    """One row of the scenarios' table; `more` holds what only some tokens have."""

    short: str
    account: str
    name: str
    tier: str
    created: str
    expires: str | None
    more: tuple[tuple[str, Any], ...] = ()

    @property
    def key(self) -> TokenKey:
        """Return what names it in the store."""
        return TokenKey((self.account, f"{self.short}Scenario1"))


_NAMED = (
    Known("T01", "ACME", "billing sync for NetSuite", "read-write", "2026-01-05", "2026-04-05"),
    Known("T02", "ACME", "old import", "read-write", "2025-06-01", None),
    Known("T03", "ACME", "edge boundary", "read-only", "2025-10-10", "2026-05-01"),
    Known("T04", "BOLT", "Zapier 2025", "read-only", "2025-02-01", None),
    Known("T05", "BOLT", "reporting pull", "read-only", "2026-02-21T09:00", "2026-03-23T09:00"),
    Known("T06", "ACME", "CI deploy bot", "admin", "2025-10-01", "2026-06-01",
          (("creator_id", "raj"), ("creator_active", False), ("broad", True), ("rationale", "deploys the shop"))),
    Known("T07", "BOLT", "webhook test (24 h)", "read-only", "2026-03-15T21:00", "2026-03-16T21:00"),
    Known("T08", "CRUX", "runaway sync", "read-write", "2026-01-15", "2026-07-01"),
    Known("T09", "CRUX", "busy but fine", "read-write", "2026-01-15", "2026-07-01"),
    Known("T10", "ACME", "orders app v1", "read-write", "2025-12-20", "2026-06-18",
          (("retires_at", _at("2026-03-17T10:14")), ("replaced_by", "T11Scenario1"))),
    Known("T11", "ACME", "orders app v2", "read-write", "2026-03-10T10:14", "2026-06-08T10:14",
          (("replaces", "T10Scenario1"),)),
    Known("T12", "BOLT", "shopify bridge", "read-write", "2025-12-10", "2026-03-10"),
    Known("T13", "DELT", "partner feed", "read-only", "2025-12-01", "2026-06-01"),
    Known("T14", "BOLT", "never used, new", "read-only", "2026-03-01", "2026-05-30"),
    Known("T15", "BOLT", "never used, old", "read-only", "2025-11-01", "2026-04-30"),
)  # fmt: skip
_FILLERS = tuple(
    Known(f"{letter}{number:02}", account, f"filler {number:02}", "read-only", "2026-01-15", "2026-07-01")
    for letter, account, many in (("C", "CRUX", 9), ("D", "DELT", 10))
    for number in range(1, many + 1)
)
TOKENS: dict[str, Known] = {known.short: known for known in (*_NAMED, *_FILLERS)}
"""Every token by the short name the scenarios give it."""


def key_of(short: str) -> TokenKey:
    """Return what names a token of the scenarios in the store."""
    return TOKENS[short].key


def shorts(rows: Sequence[TokenLine]) -> list[str]:
    """Return the short names of rows, in their order."""
    return [row.id.removesuffix("Scenario1") for row in rows]


def secret_of(short: str) -> Secret:
    """Return the whole token: the same in every store, with good check characters."""
    number = int.from_bytes(hashlib.sha256(short.encode()).digest(), "big")
    letters = []
    for _ in range(SECRET_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    text = f"tkd_live_{TOKENS[short].key[1]}_{''.join(letters)}"
    return Secret(text + check_characters(text))


def forged(secret: Secret) -> str:
    """Return another secret for the id of a token, with check characters that fit."""
    start = secret.reveal()[:-38] + "A" * 32
    return start + check_characters(start)


def damaged(secret: Secret) -> str:
    """Return a token with one character of its secret changed."""
    whole = secret.reveal()
    return whole[:-20] + ("A" if whole[-20] != "A" else "B") + whole[-19:]


def fill_scenario(store: Store) -> None:
    """Put accounts, people, the 34 tokens and their usage into an empty store."""
    filled(store, "scenario", _fill)


def _fill(store: Store) -> None:
    put_people(store, ACCOUNTS, MEMBERS)
    track_since(store, TRACKING_SINCE)
    mint = store.mint()
    for known in sorted(TOKENS.values(), key=lambda one: one.created):
        token = secret_of(known.short)
        row = {
            "account_id": known.account,
            "id": known.key[1],
            "name": known.name,
            "scopes": _SCOPES[known.tier],
            "tier": known.tier,
            "owner_id": _OWNER[known.account],
            "owner_active": True,
            "creator_id": _OWNER[known.account],
            "hint": hint_of(token),
            "digest_scheme": f"hmac-sha256:{mint.key_id}",
            "digest": digest_of(token, mint.key),
            "created_at": _at(known.created),
            "expires_at": None if known.expires is None else _at(known.expires),
            **dict(known.more),
        }
        put_tokens(store, [row], _at(known.created))
    order = RevokeOrder(key=key_of("T13"), actor=Actor("priya", Role.ADMIN), reason="partner left")
    store.write(lambda unit: revoke(unit, order, REVOKED_AT), order.action_id)
    put_tally(store, pickle.loads(_added_up()), NOW)


@cache
def _added_up() -> bytes:
    """Return what all requests add up to: counted once, since every test begins with it."""
    return pickle.dumps(tally_of(sorted(usage(), key=lambda use: use.at)))


def usage() -> Iterator[Use]:
    """Yield every request of the scenarios."""
    yield from _spread("T01", 2_880, WINDOW_FROM, _at("2026-03-16T08:58"))
    yield Use(key_of("T02"), _at("2025-12-16T08:59:59"))
    yield Use(key_of("T03"), _at("2025-12-16T09:00:00"))
    yield Use(key_of("T04"), _at("2025-09-17T08:59:00"))
    yield from _spread("T05", 3, _at("2026-03-15T18:00"), _at("2026-03-16T06:00"))
    yield from _spread("T06", 96, WINDOW_FROM, _at("2026-03-16T08:30"))
    yield from _spread("T07", 11, _at("2026-03-15T21:00"), _at("2026-03-16T08:00"))
    yield from _spread("T08", 10_001, WINDOW_FROM, _at("2026-03-16T08:59"))
    yield from _spread("T09", 10_000, WINDOW_FROM, _at("2026-03-16T08:59"))
    yield from _spread("T10", 120, WINDOW_FROM, _at("2026-03-16T08:40"))
    yield from _spread("T11", 1_320, WINDOW_FROM, _at("2026-03-16T08:59"))
    yield from _spread("T12", 40, _at("2026-03-08"), _at("2026-03-09T23:45"))
    yield from _spread("T12", 611, _at("2026-03-10"), _at("2026-03-15T08:30"), Outcome.EXPIRED)
    yield from _spread("T13", 30, _at("2026-03-13"), _at("2026-03-14T12:00:21"))
    yield from _spread("T13", 12, _at("2026-03-14T12:00:24"), _at("2026-03-14T13:00"), Outcome.REVOKED)
    for filler in _FILLERS:
        for day in range(10):
            for hours in (0, 5, 10, 15, 20):
                yield Use(filler.key, _at("2026-03-16T07:00") - timedelta(days=day, hours=hours), address="198.51.100.20")


def _spread(short: str, many: int, first: datetime, last: datetime, outcome: Outcome = Outcome.VALID) -> Iterator[Use]:
    """Yield `many` requests at even distances, the first and the last exactly where they are said to be."""
    step = (last - first) / (many - 1)
    address = f"203.0.113.{int(short[1:])}"
    for number in range(many):
        at = first + step * number if number < many - 1 else last
        yield Use(key_of(short), at, outcome, address, f"{TOKENS[short].account.lower()}-app/1.0")
