"""The customers of a demo store and the people in them; any number of them, each the same whenever it is asked for."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from store.demo.chance import Chance, pick
from store.demo.names import COMPANIES, FIRST_NAMES, FORMS, FRONTS, LAST_NAMES, PLANS, TRADES
from store.moments import DAY_MS

MOST_ACCOUNTS = len(FRONTS) * len(TRADES) * len(FORMS)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of an account; `left_at` is None while they are active."""

    id: str
    name: str
    admin: bool
    joined_at: int
    left_at: int | None = None

    def email(self, account_id: str) -> str | None:
        """Return their address under a domain that nobody can own (RFC 2606); of every ninth person none is on record."""
        return None if sum(map(ord, self.id + account_id)) % 9 == 0 else f"{self.id}@{account_id}.example"

    @property
    def active(self) -> bool:
        """Say whether they are still a member."""
        return self.left_at is None


@dataclass(frozen=True, slots=True)
class Customer:
    """An account with its people, the admin first."""

    id: str
    name: str
    plan: str
    created_at: int
    people: tuple[Person, ...]


_REGULARS: dict[str, tuple[tuple[str, str, int | None], ...]] = {
    "acme": (("mia", "Mia Sorensen", None), ("raj", "Raj Patel", 134), ("tom", "Tom Weber", None)),
    "bolt": (("leo", "Leo Moreau", None), ("sofia", "Sofia Duarte", None), ("karl", "Karl Laine", 61)),
    "crux": (("nadia", "Nadia Haddad", None), ("jo", "Jo Visser", 240)),
    "delta": (("samir", "Samir Kaur", None), ("elena", "Elena Popescu", None)),
    "harbor": (("grace", "Grace Okafor", None), ("pete", "Pete Novak", 19), ("yuki", "Yuki Tanaka", None)),
    "larkspur": (("wes", "Wes [link=https://192.0.2.66]Olsen[/]", None),),
}
"""Who the stories need: id, name and how many days ago they left."""


class Customers:
    """Every account of a demo store: the named ones first, then as many invented ones as `tokens` call for."""

    def __init__(self, chance: Chance, now: int, history: int, tokens: int) -> None:
        self._chance = chance
        self._now = now
        self._history = history
        self.count = min(max(len(COMPANIES), tokens // 50), MOST_ACCOUNTS)
        self._starts = _starts(self.count, tokens)
        self.customer = lru_cache(maxsize=25_000)(self._customer)

    def holder(self, place: int) -> int:
        """Return the number of the account that holds the token at this place in the crowd."""
        return bisect_right(self._starts, place) - 1

    def is_last(self, place: int) -> bool:
        """Say whether the next place in the crowd is another account's."""
        return self.holder(place + 1) != self.holder(place)

    def named(self, account_id: str) -> Customer:
        """Return one of the named accounts."""
        return self.customer(next(number for number, company in enumerate(COMPANIES) if company.id == account_id))

    def _customer(self, number: int) -> Customer:
        chance = self._chance.stream(f"account/{number}")
        if number < len(COMPANIES):
            company = COMPANIES[number]
            account_id, name, plan = company.id, company.name, company.plan
        else:
            words = _words(number)
            account_id = "-".join(words).lower().replace("&-", "")
            name, plan = " ".join(words), pick(chance, PLANS)
        created_at = self._history - int(chance.random() * 900) * DAY_MS - int(chance.random() * DAY_MS)
        people = [
            Person(member_id, name, place == 0, created_at, None if left is None else self._now - left * DAY_MS + 8_100_000)
            for place, (member_id, name, left) in enumerate(_REGULARS.get(account_id, ()))
        ]
        taken = {person.id for person in people}
        for _ in range(3 + int(chance.random() * 4)):
            first = pick(chance, FIRST_NAMES)
            if first.lower() in taken:
                continue
            taken.add(first.lower())
            left = chance.random() < 0.16 and bool(people)
            days = 12 + int(chance.random() * 420)
            people.append(
                Person(
                    first.lower(),
                    f"{first} {pick(chance, LAST_NAMES)}",
                    not people,
                    created_at + int(chance.random() * 200) * DAY_MS,
                    self._now - days * DAY_MS - int(chance.random() * DAY_MS) if left else None,
                )
            )
        return Customer(account_id, name, plan, created_at, tuple(people))


def _words(number: int) -> list[str]:
    """Return the words of an invented name; every number below MOST_ACCOUNTS has its own."""
    form, rest = divmod(number, len(FRONTS) * len(TRADES))
    front, trade = divmod(rest * 997 % (len(FRONTS) * len(TRADES)), len(TRADES))
    return [word for word in (FRONTS[front], TRADES[trade], *FORMS[form].split()) if word]


def _starts(count: int, tokens: int) -> list[int]:
    """Return at which place in the crowd each account's tokens start: a few hold very many, most hold few."""
    shares = [company.share for company in COMPANIES]
    shares += [6.0 / (place + 4) ** 0.8 for place in range(count - len(COMPANIES))]
    whole, so_far, starts = sum(shares), 0.0, []
    for share in shares:
        starts.append(int(so_far / whole * tokens))
        so_far += share
    return starts
