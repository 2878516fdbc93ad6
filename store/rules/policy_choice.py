"""What becomes of tokens that would be past a new limit: left as they are, given an earlier end, or revoked where unused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from store.errors import Refused
from store.rules.policies import Outside

SHORTEST, LONGEST = 1, 365
"""The days a cap may leave; none at all would be a revocation without saying so."""

USUAL = 30
"""The days a cap leaves unless another number is given."""


class Fate(StrEnum):
    """The three choices, the harmless one first; it is what holds when nobody chooses."""

    GRANDFATHER = "grandfather"
    CAP = "cap"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice; `days` is how long a cap leaves at least, `spread` over how many days more those ends are spread; else 0."""

    fate: Fate = Fate.GRANDFATHER
    days: int = 0
    spread: int = 0

    def __str__(self) -> str:
        spread = f"+{self.spread}d" if self.spread else ""
        return f"{self.fate}={self.days}d{spread}" if self.fate is Fate.CAP else self.fate.value

    @property
    def title(self) -> str:
        """Return it as screens and commands say it."""
        match self.fate:
            case Fate.GRANDFATHER:
                return "new tokens only"
            case Fate.CAP:
                over = f", over {self.spread} more" if self.spread else ""
                return f"cap at now + {self.days} day{'s' * (self.days != 1)}{over}"
            case Fate.IDLE:
                return "revoke idle only"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a choice does to one token: its new end, or None for a revocation now."""

    account_id: str
    id: str
    audit_seq: int | None
    ends_at: datetime | None
    in_use: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tokens a choice changes, how many of these end today (within 24 hours), and how many of each are in use."""

    changed: int
    changed_in_use: int
    today: int
    today_in_use: int


def choice_of(words: str) -> Choice:
    """Read `grandfather`, `idle`, `cap` (30 days), `cap=14d` or, spread, `cap=14d+7d`; raises Refused for anything else."""
    name, _, days = words.strip().lower().partition("=")
    if name == Fate.CAP:
        first, plus, more = days.partition("+")
        number, spread = _number(first) if days else USUAL, _number(more) if plus else 0
        if number is not None and spread is not None:
            return Choice(Fate.CAP, number, spread)
    elif not days and name in (Fate.GRANDFATHER, Fate.IDLE):
        return Choice(Fate(name))
    raise Refused(
        f"“{words[:20]}” says nothing about tokens past a limit.",
        f"Say grandfather, cap={USUAL}d (1 to 365 days), cap={USUAL}d+14d, or idle.",
    )


def _number(words: str) -> int | None:
    number = words.strip().removesuffix("d").strip()
    able = number.isascii() and number.isdigit() and len(number) <= 3 and SHORTEST <= int(number) <= LONGEST
    return int(number) if able else None


def effects(choice: Choice, outside: Sequence[Outside], now: datetime) -> tuple[Effect, ...]:
    """Return what a choice does, to which tokens.

    A cap gives those whose lifetime is too long the end the limit allows, but never one sooner than the days it leaves, and
    never a later one than they have. Those that would all end on its last day are spread over the days after it where the
    choice says so, a day each in turn, what is in use last. `idle` revokes what is past any limit already and was not used
    within 30 days.
    """
    soonest = now + timedelta(days=choice.days)
    found = []
    ends = _spread_ends(choice, outside, soonest) if choice.spread else {}
    for one in outside:
        match choice.fate:
            case Fate.GRANDFATHER:
                continue
            case Fate.CAP:
                if one.until is None:
                    continue
                end = ends.get((one.account_id, one.id), max(one.until, soonest))
                if one.ends_at is not None and one.ends_at <= end:
                    continue
                found.append(Effect(one.account_id, one.id, one.audit_seq, end, one.in_use))
            case Fate.IDLE:
                if one.since <= now and not one.in_use:
                    found.append(Effect(one.account_id, one.id, one.audit_seq, None, in_use=False))
    return tuple(found)


def tally(found: Iterable[Effect], now: datetime) -> Tally:
    """Count what a choice does."""
    changed = changed_in_use = today = today_in_use = 0
    for one in found:
        soon = one.ends_at is None or one.ends_at <= now + timedelta(days=1)
        changed += 1
        changed_in_use += one.in_use
        today += soon
        today_in_use += soon and one.in_use
    return Tally(changed, changed_in_use, today, today_in_use)


@dataclass(frozen=True, slots=True)
class Cliff:
    """A day on which too many tokens would end at once, how many, how many of them in use, and what would spread them."""

    day: date
    tokens: int
    in_use: int
    instead: Choice


FEW = 10
"""So many ends on one day are no cliff, and so many a day are what a spreading proposes."""

SHARE = 5
"""A cliff is a day that holds more than a fifth of the ends."""


def cliff(choice: Choice, found: Sequence[Effect]) -> Cliff | None:
    """Return the worst day of what a choice does, if it is a cliff: more than ten ends, and more than a fifth of all.

    Revocations now are none: they are meant to be at once.
    """
    days: dict[date, list[Effect]] = {}
    for one in found:
        if one.ends_at is not None:
            days.setdefault(one.ends_at.date(), []).append(one)
    if not days:
        return None
    day, ends = max(days.items(), key=lambda pair: (len(pair[1]), pair[0]))
    if len(ends) <= FEW or len(ends) * SHARE <= len(found):
        return None
    instead = Choice(Fate.CAP, choice.days, min(LONGEST, max(SHARE + 1, -(-len(ends) // FEW))))
    return Cliff(day, len(ends), sum(one.in_use for one in ends), instead)


def _spread_ends(choice: Choice, outside: Sequence[Outside], soonest: datetime) -> dict[tuple[str, str], datetime]:
    """Return the ends of those tokens whose lifetime was over by `soonest`: a day each in turn from then on."""
    crowd = [one for one in outside if one.until is not None and one.until <= soonest]
    crowd.sort(key=lambda one: (one.in_use, one.account_id, one.id))
    days = choice.spread
    return {(one.account_id, one.id): soonest + timedelta(days=number * days // len(crowd)) for number, one in enumerate(crowd)}
