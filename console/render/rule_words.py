"""The rules of a policy in plain words: what each says, whose it is, and what a change of it means from when on."""

from __future__ import annotations

from console.render.counts import counted
from store.rules.policies import InForce
from store.rules.policy_rules import NOTHING, RuleInForce, notice_days
from store.rules.second_person import Kind, bulk_over, wants_second

SOURCES = {
    "account": "its own policy",
    "default": "the default policy",
    "both": "its own and the default together",
    "product": "no policy: the product's own",
}

DIGEST_WORDS = {
    "": "as the setting «digest» says; without one a mail for each token",
    "off": "a mail for each token",
    "day": "a person's warnings go in one mail, at most one a day",
    "week": "a person's warnings go in one mail, at most one a week",
}


def hours_words(hours: int) -> str:
    """Return hours as people say them: `14 days`, `36 hours`, `1 day`."""
    number, unit = (hours // 24, "day") if hours and hours % 24 == 0 else (hours, "hour")
    return f"{counted(number, unit)}"


def listed(words: list[str]) -> str:
    """Return words as a list in a sentence: `30, 7 and 1`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def rule_words(name: str, value: str, idle_days: int | None = None, overlap: int | None = None) -> str:
    """Say what a rule in force means; an empty value is «anything».

    `idle_days` is after how many days without a call a token is unused too long, `overlap` the policy's limit in hours.
    """
    if name.startswith("overlap_"):
        hours = int(value) if overlap is None else min(int(value), overlap)
        return f"an old token may go on {hours_words(hours)} beside its replacement" if hours else "an old token stops at once"
    match name:
        case "idle_action":
            return _idle(value, idle_days)
        case "allowed_scopes":
            return (
                "any scope of the catalogue" if not value else "none: the two lists share no scope" if value == NOTHING else value
            )
        case "allowed_addresses":
            return "any address" if not value else "nowhere: the two lists share no network" if value == NOTHING else value
        case "two_people":
            return second_person_words(value)
        case "digest":
            return DIGEST_WORDS[value]
        case _:
            days = value.split()
            return f"people are told {listed([counted(int(day), 'day') for day in days])} before a token ends"


def second_person_words(rule: str) -> str:
    """Say what waits until another operator has approved it."""
    said = {
        Kind.ADMIN_TIER: "issuing an admin token", Kind.OPERATORS: "changing operators",
        Kind.RETENTION: "how long usage is kept",
    }  # fmt: skip
    most = bulk_over(rule)
    parts = [f"ending more than {counted(most, 'token')} together"] if most is not None else []
    parts += [words for kind, words in said.items() if wants_second(rule, kind)]
    return f"another operator approves first: {listed(parts)}" if parts else "nothing waits for a second person"


def _idle(value: str, idle_days: int | None) -> str:
    days = notice_days(value)
    does = "proposed to a person" if days is None else f"given notice, and revoked {days} days later unless it is used"
    if idle_days is None:
        return f"no token is too long unused: no limit is set (then: {does})"
    return f"after {counted(idle_days, 'day')} without a call it is {does}"


def holds_words(name: str) -> str:
    """Say from when on a changed rule holds, and for what."""
    if name.startswith("overlap_"):
        return "holds for rotations from now on; overlaps that run keep their end"
    return {
        "idle_action": "holds for what is due from now on; notices that run keep their day",
        "allowed_scopes": "holds for what is issued or rotated from now on",
        "allowed_addresses": "the gateway holds to it at once, for every token",
        "two_people": "holds for what is done from now on",
        "warn_days": "holds for warnings from now on; nobody is told twice of the same day",
        "digest": "holds for warnings from now on; what is held back already goes at its time",
    }[name]


def idle_days_of(limits: tuple[InForce, ...]) -> int | None:
    """Return after how many days a token is unused too long."""
    return next(one.value for one in limits if one.limit.name == "idle_limit_days")


def overlap_of(limits: tuple[InForce, ...]) -> int | None:
    """Return the policy's limit of an overlap, in hours."""
    return next(one.value for one in limits if one.limit.name == "max_overlap_hours")


def whose(one: RuleInForce, overlap: InForce) -> str:
    """Return whose a rule is, and where the policy's limit of an overlap is the tighter one, that."""
    if one.rule.name.startswith("overlap_") and overlap.value is not None and overlap.value < int(one.value):
        return f"the limit «{overlap.limit.title.lower()}»"
    return SOURCES[one.source]
