"""What scopes mean together: the tier a token has, whether it is too broad, and which names we refuse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.rules.tiers import Tier as Tier

_RANK = {Tier.READ_ONLY: 0, Tier.READ_WRITE: 1, Tier.ADMIN: 2}


@dataclass(frozen=True, slots=True)
class Scope:
    """One permission in plain words: what it lets a token do, and what it does not (requirement S3)."""

    name: str
    tier: Tier
    can: str
    cannot: str


@dataclass(frozen=True, slots=True)
class RiskyPair:
    """Two scopes that together deserve a second look, and why (requirement S6)."""

    one: str
    other: str
    why: str


CATALOGUE = (
    Scope("orders.read", Tier.READ_ONLY, "read orders", "change, refund or delete one"),
    Scope("orders.write", Tier.READ_WRITE, "create and update orders", "refund a payment or delete one"),
    Scope("customers.read", Tier.READ_ONLY, "read customer names and addresses", "change or delete a customer"),
    Scope("customers.write", Tier.READ_WRITE, "create and update customers", "delete one or see payment cards"),
    Scope("products.read", Tier.READ_ONLY, "read the product catalogue", "change a product or a price"),
    Scope("products.write", Tier.READ_WRITE, "create and update products and prices", "delete a product"),
    Scope("reports.read", Tier.READ_ONLY, "read reports and totals", "see the records behind them"),
    Scope("invoices.read", Tier.READ_ONLY, "read invoices", "send or change an invoice"),
    Scope("invoices.send", Tier.READ_WRITE, "send invoices that exist", "change an amount or who is paid"),
    Scope("webhooks.manage", Tier.READ_WRITE, "create and remove webhooks", "read the data they deliver"),
    Scope("refunds.create", Tier.READ_WRITE, "refund payments", "change where money is paid out"),
    Scope("billing.export", Tier.READ_ONLY, "export billing records", "change a plan or payment method"),
    Scope("billing.manage", Tier.ADMIN, "change plans and payment methods", "manage users or security"),
    Scope("users.manage", Tier.ADMIN, "invite, change and remove users", "change billing"),
    Scope("security.manage", Tier.ADMIN, "change sign-in and security settings", "change billing"),
    Scope("settings.manage", Tier.ADMIN, "change the account's configuration", "change billing or users"),
)
"""The scopes a new store starts with (requirement S4); a store may add its own."""

RISKY_PAIRS = (
    RiskyPair("customers.read", "security.manage", "can read customer data and open the door to it"),
    RiskyPair("customers.write", "security.manage", "can change customer data and the settings that guard it"),
    RiskyPair("refunds.create", "billing.export", "can move money and read the records that would show it"),
)

_INTERNAL = re.compile(r"^(core|internal|tenant|sys|svc)[._:]|_|:|\.v\d+\.|execute")
_TIER_WORDS = (
    ("admin", Tier.ADMIN),
    ("manage", Tier.ADMIN),
    ("write", Tier.READ_WRITE),
    ("create", Tier.READ_WRITE),
    ("update", Tier.READ_WRITE),
    ("delete", Tier.READ_WRITE),
    ("send", Tier.READ_WRITE),
    ("upload", Tier.READ_WRITE),
    ("push", Tier.READ_WRITE),
)


def normal(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes without repeats, in order of name: the one form in which they are stored and compared."""
    return tuple(sorted({scope.strip() for scope in scopes if scope.strip()}))


def is_wildcard(scope: str) -> bool:
    """Say whether a scope stands for everything of some kind (requirement S14)."""
    return "*" in scope or scope in {"all", "full", "full_access", "api"}


def tier_of(scopes: Iterable[str], catalogue: Mapping[str, Scope]) -> Tier:
    """Return the highest tier among `scopes`; no scopes at all is read-only.

    A scope the catalogue does not know (an imported one) is judged by its own words; a wildcard is admin.
    """
    return max((_tier_of_one(scope, catalogue) for scope in scopes), key=_RANK.__getitem__, default=Tier.READ_ONLY)


def _tier_of_one(scope: str, catalogue: Mapping[str, Scope]) -> Tier:
    known = catalogue.get(scope)
    if known is not None:
        return known.tier
    if is_wildcard(scope):
        return Tier.ADMIN
    return next((tier for word, tier in _TIER_WORDS if word in scope.lower()), Tier.READ_ONLY)


def risky_pairs(scopes: Iterable[str], pairs: Iterable[RiskyPair]) -> tuple[RiskyPair, ...]:
    """Return the risky pairs of which both halves are held."""
    held = set(scopes)
    return tuple(pair for pair in pairs if pair.one in held and pair.other in held)


def is_too_broad(scopes: Iterable[str], catalogue: Mapping[str, Scope], pairs: Iterable[RiskyPair]) -> bool:
    """Say whether the view `too-broad` holds a live token with these scopes (decisions.md, «Saved views»)."""
    held = normal(scopes)
    return tier_of(held, catalogue) is Tier.ADMIN or any(map(is_wildcard, held)) or bool(risky_pairs(held, pairs))


def looks_internal(scope: str) -> bool:
    """Say whether a name is internal shorthand nobody outside would understand (requirement S2)."""
    return _INTERNAL.search(scope) is not None
