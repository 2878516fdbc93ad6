"""What becomes of tokens that would be past a new limit: left as they are, given an earlier end, or revoked where unused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    """One choice; `days` is how long a cap leaves at least, 0 for the others."""

    fate: Fate = Fate.GRANDFATHER
    days: int = 0

    def __str__(self) -> str:
        return f"{self.fate}={self.days}d" if self.fate is Fate.CAP else self.fate.value

    @property
    def title(self) -> str:
        """Return it as screens and commands say it."""
        match self.fate:
            case Fate.GRANDFATHER:
                return "new tokens only"
            case Fate.CAP:
                return f"cap at now + {self.days} day{'s' * (self.days != 1)}"
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
    """Read `grandfather`, `idle`, `cap` (30 days) or `cap=14d`; raises Refused for anything else."""
    name, _, days = words.strip().lower().partition("=")
    number = days.strip().removesuffix("d").strip()
    if name == Fate.CAP:
        if not number:
            return Choice(Fate.CAP, USUAL)
        if number.isascii() and number.isdigit() and len(number) <= 3 and SHORTEST <= int(number) <= LONGEST:
            return Choice(Fate.CAP, int(number))
    elif not days and name in (Fate.GRANDFATHER, Fate.IDLE):
        return Choice(Fate(name))
    raise Refused(
        f"“{words[:20]}” says nothing about tokens past a limit.", f"Say grandfather, cap={USUAL}d (1 to 365 days), or idle."
    )


def effects(choice: Choice, outside: Iterable[Outside], now: datetime) -> tuple[Effect, ...]:
    """Return what a choice does, to which tokens.

    A cap gives those whose lifetime is too long the end the limit allows, but never one sooner than the days it leaves, and
    never a later one than they have. `idle` revokes what is past any limit already and was not used within 30 days.
    """
    soonest = now + timedelta(days=choice.days)
    found = []
    for one in outside:
        match choice.fate:
            case Fate.GRANDFATHER:
                continue
            case Fate.CAP:
                if one.until is None:
                    continue
                end = max(one.until, soonest)
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
