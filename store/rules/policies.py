"""What a policy may limit, which limit is in force for an account, and which tokens would be past one: all of it pure.

A policy never ends a token by itself: it bounds what is issued, rotated or given another end from then on (decisions.md,
«Lifecycle»), and says of tokens that exist already since when they are past it. What becomes of those is a choice of its
own (store.rules.policy_choice), made with their number in view.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from store.errors import Refused
from store.rules.expiry import LONGEST as LONGEST_LIFETIME
from store.rules.rotation import LONGEST as LONGEST_OVERLAP

DEFAULT = ""
"""Stands for the account id of the policy that holds for every account."""

IN_USE = timedelta(days=30)
"""A token used within so long is in use: a job that runs once a month is not called idle."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one policy; None leaves a limit to the default policy, and there to the product."""

    max_lifetime_days: int | None = None
    rotate_every_days: int | None = None
    idle_limit_days: int | None = None
    max_overlap_hours: int | None = None
    token_limit: int | None = None

    def value(self, name: str) -> int | None:
        """Return a limit by its name; AttributeError for one that does not exist."""
        value: int | None = getattr(self, name)
        return value

    @property
    def empty(self) -> bool:
        """Say whether nothing is limited."""
        return all(self.value(limit.name) is None for limit in LIMITS)


@dataclass(frozen=True, slots=True)
class Limit:
    """One thing a policy limits: how it is called, what it counts, its highest value, and what the product says without it.

    `does` says what it is good for.
    """

    name: str
    title: str
    unit: str
    most: int
    product: int | None
    does: str

    @property
    def least(self) -> int:
        """Return its lowest value: an overlap may be none at all."""
        return 0 if self.unit == "hours" else 1


LIMITS = (
    Limit("max_lifetime_days", "Longest lifetime", "days", LONGEST_LIFETIME.days, LONGEST_LIFETIME.days,
          "no token may be given a later end"),
    Limit("rotate_every_days", "Rotate every", "days", 3_650, None, "an older secret is overdue; nothing stops"),
    Limit("idle_limit_days", "Unused at most", "days", 3_650, None, "longer unused is overdue; nothing stops"),
    Limit("max_overlap_hours", "Longest overlap", "hours", LONGEST_OVERLAP // timedelta(hours=1),
          LONGEST_OVERLAP // timedelta(hours=1), "how long an old token goes on after rotation"),
    Limit("token_limit", "Most tokens", "tokens", 1_000_000, None, "no more tokens are issued than this"),
)  # fmt: skip
"""In the order they are shown."""

assert [limit.name for limit in LIMITS] == [one.name for one in fields(Limits)]


def limit_named(name: str) -> Limit:
    """Return a limit by its name; KeyError for one that does not exist."""
    return _BY_NAME[name]


_BY_NAME = {limit.name: limit for limit in LIMITS}


@dataclass(frozen=True, slots=True)
class InForce:
    """A limit as it holds for an account: None for «no limit», and whose it is: `account`, `default` or `product`."""

    limit: Limit
    value: int | None
    source: str


def in_force(own: Limits, default: Limits) -> tuple[InForce, ...]:
    """Return every limit of an account: the tighter of its own and the default's, else the product's (requirement C2)."""
    found = []
    for limit in LIMITS:
        both = ((own.value(limit.name), "account"), (default.value(limit.name), "default"))
        values = [(value, source) for value, source in both if value is not None]
        value, source = min(values, key=lambda one: one[0], default=(limit.product, "product"))
        found.append(InForce(limit, value, source))
    return tuple(found)


def tightest(own: Limits, default: Limits) -> Limits:
    """Return the limits in force of an account, without the product's own."""
    return Limits(**{one.limit.name: None if one.source == "product" else one.value for one in in_force(own, default)})


def altered(before: Limits, after: Limits) -> Limits:
    """Return only those limits of `after` that differ: what tokens are newly judged by."""
    values = {limit.name: after.value(limit.name) for limit in LIMITS}
    return Limits(**{name: None if before.value(name) == value else value for name, value in values.items()})


def checked(values: Mapping[str, str]) -> Limits:
    """Read limits as typed, by their names; an empty text sets none. Raises Refused, naming the limit and what it may be."""
    found: dict[str, int | None] = {}
    for limit in LIMITS:
        text = values.get(limit.name, "").strip().lower().removesuffix(limit.unit[0]).strip()
        if not text or text == "none":
            found[limit.name] = None
            continue
        if not (text.isascii() and text.isdigit() and len(text) <= 7 and limit.least <= int(text) <= limit.most):
            raise Refused(
                f"{limit.title}: “{values[limit.name][:20]}” is no number of {limit.unit} from {limit.least} to {limit.most:,}.",
                "Leave it empty for no limit of its own.",
            )
        found[limit.name] = int(text)
    return Limits(**found)


@dataclass(frozen=True, slots=True)
class Held:
    """A live token as a preview needs it."""

    account_id: str
    id: str
    name: str
    hint: str
    created_at: datetime
    rotated_at: datetime | None
    expires_at: datetime | None
    retires_at: datetime | None
    last_used_at: datetime | None
    audit_seq: int | None = None

    @property
    def ends_at(self) -> datetime | None:
        """Return when it ends: its expiry or the end of its overlap, whichever is first; None for never."""
        return min((end for end in (self.expires_at, self.retires_at) if end is not None), default=None)

    def in_use(self, now: datetime) -> bool:
        """Say whether it was used within IN_USE."""
        return self.last_used_at is not None and now - self.last_used_at < IN_USE


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit a token does not keep, and from which moment on; one that is still to come counts only when its end is later."""

    limit: Limit
    since: datetime


def breaches(token: Held, limits: Limits, now: datetime) -> tuple[Breach, ...]:
    """Return which limits a live token would be past, the earliest first.

    Lifetime counts from its creation and is broken by an end that is later, or by none: then also when that moment is
    still to come. Rotation counts from when its secret was made, disuse from its last use, else its creation; both count
    from the whole step on (`>=`).
    """
    found = []
    if limits.max_lifetime_days is not None:
        until = token.created_at + timedelta(days=limits.max_lifetime_days)
        if token.ends_at is None or token.ends_at > until:
            found.append(Breach(limit_named("max_lifetime_days"), until))
    for name, start in (
        ("rotate_every_days", token.rotated_at or token.created_at),
        ("idle_limit_days", token.last_used_at or token.created_at),
    ):
        days = limits.value(name)
        if days is not None and now - start >= timedelta(days=days):
            found.append(Breach(limit_named(name), start + timedelta(days=days)))
    return tuple(sorted(found, key=lambda one: one.since))


@dataclass(frozen=True, slots=True)
class Judged:
    """A token that would not keep a policy: what it breaks, and whether it is in use."""

    token: Held
    breaches: tuple[Breach, ...]
    in_use: bool

    @property
    def since(self) -> datetime:
        """Return from when on it is past its first limit."""
        return self.breaches[0].since


@dataclass(frozen=True, slots=True)
class Outside:
    """A token that would not keep a policy, as short as a choice about it allows.

    `since` is from when on it is past its first limit, `until` the end its lifetime may have (None: it breaks another limit).
    """

    account_id: str
    id: str
    audit_seq: int | None
    since: datetime
    until: datetime | None
    ends_at: datetime | None
    in_use: bool


def _outside(one: Judged) -> Outside:
    until = next((broken.since for broken in one.breaches if broken.limit.name == "max_lifetime_days"), None)
    token = one.token
    return Outside(token.account_id, token.id, token.audit_seq, one.since, until, token.ends_at, one.in_use)


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of a preview that are confirmed with a policy: past a limit already, of those in use, and later on."""

    past: int
    in_use: int
    later: int


@dataclass(slots=True)
class Preview:
    """What a policy would mean for tokens that exist: how many were looked at, and those that would not keep it.

    `past` are past a limit already, `in_use` of them in use, `later` will be before they end. At most `kept` of
    both are named, those in use first, and as many of those that keep it; `outside` holds all of both, in short.
    """

    looked_at: int = 0
    past: int = 0
    later: int = 0
    in_use: int = 0
    named: list[Judged] = field(default_factory=list)
    keeping: list[Held] = field(default_factory=list)
    kept: int = 500
    outside: list[Outside] = field(default_factory=list)

    @property
    def unchanged(self) -> int:
        """Return how many tokens keep the policy as they are."""
        return self.looked_at - self.past - self.later

    @property
    def counts(self) -> Counts:
        """Return what is confirmed with the policy."""
        return Counts(self.past, self.in_use, self.later)

    def add(self, tokens: Iterable[Held], limits: Limits, now: datetime) -> None:
        """Look at more tokens under these limits."""
        for token in tokens:
            self.looked_at += 1
            broken = breaches(token, limits, now)
            if not broken:
                self.keeping += [token] if len(self.keeping) < self.kept else []
                continue
            judged = Judged(token, broken, token.in_use(now))
            self.past += judged.since <= now
            self.later += judged.since > now
            self.in_use += judged.in_use and judged.since <= now
            self.named.append(judged)
            self.outside.append(_outside(judged))
        self.named.sort(key=lambda one: (not one.in_use, one.since, one.token.account_id, one.token.id))
        del self.named[self.kept :]
