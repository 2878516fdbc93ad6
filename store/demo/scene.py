"""What every story of one demo store shares: its clock, its chance, its customers and its key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from store.demo.accounts import Customer, Customers, Person
from store.demo.chance import Chance
from store.demo.phases import Times
from store.moments import DAY_MS, EPOCH, to_ms
from store.rules.secrets import Mint

HISTORY = 730 * DAY_MS
"""How far back the log goes."""

NOT_YET_RECORDED = 20_000
"""Usage is known up to so many milliseconds before now."""

LARGE = 5_000
"""From so many tokens on only a realistic share is in use, and little is told of each."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The stage of a demo store at `now` (milliseconds), `tokens` in all."""

    now: int
    tokens: int
    chance: Chance
    customers: Customers
    times: Times
    mint: Mint
    large: bool
    history: int = field(default=0)

    def at(self, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> int:
        """Return the moment so long before now; negative lengths are still to come."""
        return self.now - int(((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000)

    def midnight(self, days: float = 0) -> int:
        """Return the start of the day (UTC) so many days before today's."""
        return self.now - self.now % DAY_MS - int(days * DAY_MS)

    def customer(self, account_id: str) -> Customer:
        """Return one of the named accounts."""
        return self.customers.named(account_id)

    def person(self, account_id: str, member_id: str) -> Person:
        """Return somebody the stories need."""
        return next(person for person in self.customer(account_id).people if person.id == member_id)


def make_scene(tokens: int, crowd: int, seed: int, now: datetime, mint: Mint) -> Scene:
    """Set the stage for `tokens` tokens, `crowd` of them in the crowd; usage is tracked since the year before this one."""
    moment, large, chance = to_ms(now), tokens >= LARGE, Chance(seed)
    history = moment - HISTORY
    tracking = to_ms(EPOCH.replace(year=now.year - 1))
    times = Times(moment, moment - NOT_YET_RECORDED, tracking, 0 if large else 7)
    return Scene(moment, tokens, chance, Customers(chance, moment, history, crowd), times, mint, large, history)
