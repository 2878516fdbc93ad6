"""What a policy says besides its limits: overlap by tier, what becomes of idle tokens, scopes, addresses, warnings.

Each rule is kept as a word or a list of words; where an account and the default both have one, the tighter holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from store.errors import Refused
from store.rules.rotation import LONGEST as LONGEST_OVERLAP
from store.rules.scopes import Tier, normal
from store.rules.second_person import read_second_person, stricter

NOTHING = "(none)"
"""What two lists without a common member come to: nothing is allowed."""

PROPOSE = "propose"
DIGESTS = ("off", "day", "week")
"""How warnings may be taken together, the one by which people hear the soonest first (store.rules.digests)."""

_NOTICE = range(1, 91)
_WARNING = range(1, 181)
_MOST_HOURS = LONGEST_OVERLAP // timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: how it is called, what holds without it, how it is read, and which of two is the tighter.

    `read` raises ValueError with what it may be.
    """

    name: str
    title: str
    product: str
    does: str
    read: Callable[[str], str]
    tighter: Callable[[str, str], str]


def _hours(text: str) -> str:
    number = text.removesuffix("h").strip()
    if not (number.isascii() and number.isdigit() and len(number) < 5 and int(number) <= _MOST_HOURS):
        raise ValueError(f"a number of hours from 0 to {_MOST_HOURS}")
    return str(int(number))


def _idle(text: str) -> str:
    word, _, days = text.partition("=")
    number = days.strip().removesuffix("d").strip()
    if word == PROPOSE and not days:
        return PROPOSE
    if word != "revoke" or not (number.isascii() and number.isdigit() and len(number) < 4 and int(number) in _NOTICE):
        raise ValueError("propose, or revoke=14d: after a notice of 1 to 90 days")
    return f"revoke={int(number)}d"


def _scopes(text: str) -> str:
    names = normal(text.replace(",", " ").split())
    if any("*" in name or not name.isprintable() for name in names) or not names:
        raise ValueError("names of scopes, apart by spaces")
    return " ".join(names)


def _addresses(text: str) -> str:
    from ipaddress import ip_network

    try:
        found = {ip_network(word, strict=False) for word in text.replace(",", " ").split()}
    except ValueError:
        raise ValueError("networks such as 203.0.113.0/24, apart by spaces") from None
    return " ".join(sorted(map(str, found)))


def _days(text: str) -> str:
    words = text.replace(",", " ").split()
    numbers = [word.removesuffix("d") for word in words]
    if not words or not all(one.isascii() and one.isdigit() and len(one) < 4 and int(one) in _WARNING for one in numbers):
        raise ValueError("days before the end, 1 to 180, such as 30 7 1")
    return " ".join(map(str, sorted({int(one) for one in numbers}, reverse=True)))


def _digest(text: str) -> str:
    if text not in DIGESTS:
        raise ValueError("off, day or week")
    return text


def _sooner(one: str, other: str) -> str:
    return min(one, other, key=DIGESTS.index)


def _fewer_hours(one: str, other: str) -> str:
    return min(one, other, key=int)


def _sterner(one: str, other: str) -> str:
    return min(one, other, key=lambda rule: notice_days(rule) or 1_000)


def _both(one: str, other: str) -> str:
    return " ".join(name for name in one.split() if name in other.split()) or NOTHING


def _all(one: str, other: str) -> str:
    return _days(f"{one} {other}")


def common_addresses(one: str, other: str) -> str:
    """Return the networks that two lists both allow."""
    from ipaddress import ip_network

    found = set()
    for mine in map(ip_network, one.split()):
        for theirs in map(ip_network, other.split()):
            if mine.version == theirs.version and mine.overlaps(theirs):
                found.add(str(max(mine, theirs, key=lambda network: network.prefixlen)))
    return " ".join(sorted(found)) or NOTHING


_OVERLAP = f"{_MOST_HOURS}"
RULES = (
    *(
        Rule(f"overlap_{tier.value.replace('-', '_')}", f"Overlap, {tier.value}", _OVERLAP,
             "hours an old token of this tier may go on beside its replacement", _hours, _fewer_hours)
        for tier in Tier
    ),
    Rule("idle_action", "Unused too long", PROPOSE, "only proposed, or revoked after a notice on record", _idle, _sterner),
    Rule("allowed_scopes", "Allowed scopes", "", "no token is issued or rotated with another scope", _scopes, _both),
    Rule("allowed_addresses", "Allowed addresses", "", "from where its tokens may be used", _addresses, common_addresses),
    Rule("two_people", "Second person", "", "what waits until another operator has approved it", read_second_person, stricter),
    Rule("warn_days", "Warnings", "30 7 1", "days before the end on which its people are told", _days, _all),
    Rule("digest", "Warnings together", "", "whether warnings to one person go in one mail", _digest, _sooner),
)  # fmt: skip
"""In the order they are shown."""

BY_NAME = {rule.name: rule for rule in RULES}


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A rule as it holds for an account: an empty value is «anything», and whose it is."""

    rule: Rule
    value: str
    source: str


def rules_in_force(own: Mapping[str, str], default: Mapping[str, str]) -> tuple[RuleInForce, ...]:
    """Return every rule of an account: the tighter of its own and the default's, else the product's.

    The source is `account`, `default`, `both` where neither alone says it, or `product`.
    """
    found = []
    for rule in RULES:
        mine, theirs = own.get(rule.name), default.get(rule.name)
        if mine is not None and theirs is not None:
            value = rule.tighter(mine, theirs)
            source = "account" if value == mine else "default" if value == theirs else "both"
        elif mine is not None or theirs is not None:
            value, source = (mine, "account") if mine is not None else (theirs or "", "default")
        else:
            value, source = rule.product, "product"
        found.append(RuleInForce(rule, value, source))
    return tuple(found)


def in_force_by_name(own: Mapping[str, str], default: Mapping[str, str]) -> dict[str, str]:
    """Return the same as values by their names."""
    return {one.rule.name: one.value for one in rules_in_force(own, default)}


def checked_rule(name: str, text: str) -> tuple[str, str]:
    """Return a rule's name and value in their one form, an empty value for none; raises Refused, naming what it may be."""
    known = name.strip().lower().replace("-", "_")
    rule = BY_NAME.get(known)
    if rule is None:
        raise Refused(f"There is no rule “{name[:30]}”.", f"There are: {', '.join(BY_NAME)}.")
    words = text.strip()
    if not words or words.lower() == "none":
        return known, ""
    try:
        return known, rule.read(words.lower() if known != "allowed_scopes" else words)
    except ValueError as error:
        raise Refused(f"{rule.title}: “{words[:40]}” is not {error}.", "Give none to take the rule away.") from None


def notice_days(idle_action: str) -> int | None:
    """Return how many days of notice a revocation needs; None where idle tokens are only proposed."""
    word, _, days = idle_action.partition("=")
    return int(days.removesuffix("d")) if word == "revoke" else None


def overlap_cap(rules: Mapping[str, str], tier: Tier, hours: int | None) -> timedelta | None:
    """Return the longest overlap for a tier: the tighter of its own rule and the policy's limit; None for the product's."""
    own = int(rules[f"overlap_{tier.value.replace('-', '_')}"])
    least = own if hours is None else min(own, hours)
    return None if least >= _MOST_HOURS else timedelta(hours=least)


def outside_scopes(allowed: str, scopes: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes that a policy does not allow; an empty list allows every one."""
    able = allowed.split()
    return tuple(scope for scope in scopes if able and scope not in able)


def refuse_outside(allowed: str, scopes: Iterable[str], remedy: str) -> None:
    """Raise Refused for a scope that a policy does not allow."""
    outside = outside_scopes(allowed, scopes)
    if outside:
        raise Refused(f"The account's policy does not allow the scope {outside[0][:60]}.", remedy)
