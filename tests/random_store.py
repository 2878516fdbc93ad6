"""Small stores full of edges, and what is true of their tokens worked out by hand: the other side of every comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from store.moments import HOUR_MS, MINUTE_MS, to_ms
from store.opening import Store
from store.rows import TokenKey, TokenRow
from store.rules.filters import Extras
from store.rules.scopes import Tier
from store.rules.signals import hours_7d
from store.rules.status import LIVE, Moments, status_of
from store.rules.usage import Outcome, hours_30d, minutes_24h
from store.writes.people import MemberFacts
from tests.conftest import NOW
from tests.patterns import filled
from tests.rowmaker import Use, put_people, put_tokens, put_usage, track_since

MS = timedelta(milliseconds=1)
TRACKING = NOW - timedelta(days=200)
ACCOUNTS = {"ACME": "Acme", "globex": "Glo%bex_", "init\\ech": "É Initech"}
MEMBERS = tuple(
    MemberFacts(account, member, name, active=left is None, left_at=left)
    for account in ACCOUNTS
    for member, name, left in (
        ("leo", "Leo O_Hara", None),
        ("raj", "Raj", NOW - timedelta(days=40)),
        ("zoë", "Zoë", NOW - timedelta(hours=2)),
    )
)
NAMES = (
    "CI deploy bot",
    "NetSuite sync",
    "100% done",
    "under_score",
    "back\\slash",
    "ÉCLAIR",
    "éclair",
    "",
    '"quoted"',
    "(old) import",
)
SCOPES = ("orders.read", "orders.read orders.write", "users.manage", "", "admin.*", "orders.reader")
DISTANCES = (
    timedelta(0), MS, timedelta(seconds=1), timedelta(hours=1), timedelta(hours=24), timedelta(days=6), timedelta(days=7),
    timedelta(days=7) - MS, timedelta(days=7) + MS, timedelta(days=30), timedelta(days=90), timedelta(days=90) - MS,
    timedelta(days=90) + MS, timedelta(days=180), timedelta(days=180) + MS, timedelta(days=200), timedelta(days=400),
)  # fmt: skip


@dataclass(slots=True)
class Known:
    """A random store: its tokens' columns and the requests made with them."""

    tokens: list[dict[str, Any]] = field(default_factory=list)
    uses: dict[TokenKey, list[Use]] = field(default_factory=dict)
    _judged: dict[tuple[datetime, bool], list[tuple[TokenRow, Extras]]] = field(default_factory=dict)

    def judged(self, now: datetime, *, past: bool) -> list[tuple[TokenRow, Extras]]:
        """Return every token that is shown at `now`, with what is known beyond its row."""
        if (now, past) not in self._judged:
            shown = [token for token in self.tokens if not past or token["created_at"] <= now]
            self._judged[now, past] = [(self.row(token, now, past=past), self.extras(token, now, past=past)) for token in shown]
        return self._judged[now, past]

    def row(self, token: dict[str, Any], now: datetime, *, past: bool) -> TokenRow:
        """Return the row of a token at `now`, with the exact numbers."""
        key = TokenKey((token["account_id"], token["id"]))
        made = {one["id"]: one["created_at"] for one in self.tokens if one["account_id"] == key[0]}
        gone = {name: token.get(name) for name in ("revoked_at", "suspended_at", "exposed_at", "rotated_at", "new_address_at")}
        replaced = token.get("replaced_by")
        if past:
            gone = {name: moment if moment is not None and moment <= now else None for name, moment in gone.items()}
            replaced = replaced if replaced is not None and made.get(replaced, token["created_at"]) <= now else None
        retires = token.get("retires_at") if replaced or not past else None
        revoked, suspended = gone["revoked_at"], gone["suspended_at"]
        until = token.get("suspended_until") if suspended else None
        moments = Moments(revoked, token.get("expires_at"), retires, suspended, until, gone["exposed_at"])
        people = {(member.account_id, member.id): member for member in MEMBERS}

        def active(person: str | None, flag: bool) -> bool:
            left = people[key[0], person].left_at if person else None
            return flag or (past and left is not None and left > now)

        uses = self.uses.get(key, [])
        accepted = [use.at for use in uses if use.outcome is Outcome.VALID]
        denied = [use for use in uses if use.outcome is not Outcome.VALID]
        owner, creator = token.get("owner_id"), token.get("creator_id")
        creator_left = people[key[0], creator].left_at if creator else None
        return TokenRow(
            account_id=key[0], account_name=ACCOUNTS[key[0]], id=key[1], name=token["name"],
            environment=token["environment"], scopes=tuple(token["scopes"].split()), tier=Tier(token["tier"]),
            broad=token["broad"], status=status_of(moments, now), owner=owner,
            owner_name=people[key[0], owner].name if owner else "", owner_active=active(owner, token["owner_active"]),
            creator=creator, creator_name=people[key[0], creator].name if creator else "",
            creator_active=active(creator, token["creator_active"]),
            creator_left_at=None if past and creator_left is not None and creator_left > now else creator_left,
            rationale="", source="issued", hint=token["hint"], digest_scheme="none", created_at=token["created_at"],
            rotated_at=gone["rotated_at"], expires_at=token.get("expires_at"), retires_at=retires, replaces=None,
            replaced_by=replaced, suspended_at=suspended, suspended_until=until,
            suspended_by=token.get("suspended_by") if suspended else None, suspend_message="",
            exposed_at=gone["exposed_at"], revoked_at=revoked, revoked_by=token.get("revoked_by") if revoked else None,
            revoke_reason="", last_used_at=max((use.at for use in uses), default=None),
            last_success_at=max(accepted, default=None), last_denied_at=max((use.at for use in denied), default=None),
            last_denied_reason=denied[-1].outcome.value if denied else "", requests_24h=self.requests_24h(key, now),
            requests_30d=self._hourly(key, hours_30d(to_ms(now)).first, now),
            silent_after=token.get("silent_after"), new_address_at=gone["new_address_at"], audit_seq=0,
        )  # fmt: skip

    def requests_24h(self, key: TokenKey, now: datetime) -> int:
        """Count the requests of the 1,440 minutes that end with the current one."""
        window = minutes_24h(to_ms(now))
        return sum(window.first <= to_ms(use.at) // MINUTE_MS <= window.last for use in self.uses.get(key, []))

    def extras(self, token: dict[str, Any], now: datetime, *, past: bool) -> Extras:
        """Return what the filter can ask that is not on the row."""
        key = TokenKey((token["account_id"], token["id"]))
        live = sum(
            self.row(one, now, past=past).status in LIVE
            for one in self.tokens
            if one["account_id"] == key[0] and not (past and one["created_at"] > now)
        )
        refused = self._hourly(key, hours_7d(to_ms(now)).first, now, refused=True)
        uses = [use for use in self.uses.get(key, []) if use.at <= now or not past]
        cases = frozenset(case for case in [token.get("case")] if case)
        return Extras(TRACKING, live, refused, frozenset(use.address for use in uses if use.address), cases)

    def _hourly(self, key: TokenKey, first: int, now: datetime, *, refused: bool = False) -> int:
        uses = [use for use in self.uses.get(key, []) if not refused or use.outcome is not Outcome.VALID]
        return sum(first <= to_ms(use.at) // HOUR_MS <= to_ms(now) // HOUR_MS for use in uses)


def fill_random(store: Store, seed: int, many: int = 40) -> Known:
    """Fill an empty store with `many` random tokens and their usage, and return what is known about them."""
    return filled(store, f"random {seed} {many}", lambda store: _fill(store, seed, many))


def _fill(store: Store, seed: int, many: int) -> Known:
    random = Random(seed)
    known = Known()
    put_people(store, ACCOUNTS, MEMBERS)
    track_since(store, TRACKING)
    known.tokens = [_token(random, number) for number in range(many)]
    _replace_some(random, known.tokens)
    kept = {"silent_after", "new_address_at"}
    put_tokens(store, [{name: value for name, value in token.items() if name not in kept} for token in known.tokens])
    for token in known.tokens:
        key = TokenKey((token["account_id"], token["id"]))
        known.uses[key] = sorted(_uses(random, key, token["created_at"]), key=lambda use: use.at)
    put_usage(store, sorted((use for uses in known.uses.values() for use in uses), key=lambda use: use.at), NOW)
    _set_signals(store, known.tokens)
    return known


def _token(random: Random, number: int) -> dict[str, Any]:
    account = random.choice(["ACME", "ACME", "ACME", *ACCOUNTS])
    owner, creator = (random.choice([None, "leo", "leo", "raj", "zoë"]) for _ in range(2))
    created = NOW - random.choice(DISTANCES[3:])
    token: dict[str, Any] = {
        "account_id": account,
        "id": f"Id{number:02}{random.choice(['abc', 'ABC', '_%'])}",
        "name": random.choice(NAMES),
        "environment": random.choice(["live", "live", "test"]),
        "scopes": random.choice(SCOPES),
        "tier": random.choice([tier.value for tier in Tier]),
        "broad": random.random() < 0.3,
        "owner_id": owner,
        "owner_active": owner == "leo",
        "creator_id": creator,
        "creator_active": creator in (None, "leo"),
        "hint": random.choice(["9f3c", "AbCd", "00_0"]),
        "created_at": created,
        "silent_after": _near(random, 0.4),
        "new_address_at": _near(random, 0.4, ahead=False),
        "case": random.choice([None, None, "INC-1", "inc-12"]),
    }
    if random.random() < 0.3:
        token["rotated_at"] = NOW - random.choice(DISTANCES)
    if random.random() < 0.6:
        token["expires_at"] = _near(random, 1.0)
    if random.random() < 0.3:
        token |= {"suspended_at": NOW - timedelta(hours=random.choice([0, 3, 30])), "suspended_by": "priya"}
        token["suspended_until"] = random.choice([None, NOW, NOW - MS, NOW + MS, NOW + timedelta(days=9)])
        if token["suspended_until"] is not None and token["suspended_until"] <= token["suspended_at"]:
            token["suspended_until"] = None
        token["exposed_at"] = random.choice([None, None, NOW - timedelta(hours=1)])
    if random.random() < 0.2:
        token |= {"revoked_at": NOW - random.choice(DISTANCES), "revoked_by": "priya", "closed": True}
    return token


def _near(random: Random, chance: float, *, ahead: bool = True) -> datetime | None:
    if random.random() >= chance:
        return None
    distance = random.choice(DISTANCES)
    return NOW + distance if ahead and random.random() < 0.6 else NOW - distance


def _replace_some(random: Random, tokens: Sequence[dict[str, Any]]) -> None:
    for token in tokens:
        if random.random() < 0.2:
            other = random.choice(tokens)
            token["replaced_by"] = other["id"] if other["account_id"] == token["account_id"] else "gone"
            token["retires_at"] = _near(random, 1.0)


def _uses(random: Random, key: TokenKey, created: datetime) -> list[Use]:
    edges = [0, 1, 59, 60, 61, 300, 1438, 1439, 1440, 1441, 1500]
    days = [1, 6, 7, 8, 29, 30, 31, 89, 90, 91, 180]
    ago = [timedelta(minutes=minute) for minute in edges] + [timedelta(days=day) for day in days]
    ago += [timedelta(hours=hour) for hour in (167, 168, 169, 719, 720, 721)]
    if random.random() < 0.25:
        return []
    chosen = random.choices(ago, k=random.choice([1, 2, 6, 12]))
    moments = [NOW - one - random.choice([timedelta(0), MS, -MS, timedelta(seconds=30)]) for one in chosen]
    outcomes = [Outcome.VALID, Outcome.VALID, Outcome.EXPIRED]
    addresses = ["203.0.113.7", "203.0.113.70", "2001:DB8::1", ""]
    return [
        Use(key, at, random.choice(outcomes), random.choice(addresses))
        for at in moments
        if datetime(2025, 1, 1, tzinfo=UTC) < at <= NOW
    ]


def _set_signals(store: Store, tokens: Sequence[dict[str, Any]]) -> None:
    """Overwrite what usage derives, so that both edges of those two rules are there."""
    sql = "UPDATE token SET silent_after = :silent, new_address_at = :address WHERE account_id = :account AND id = :id"
    values = [
        {
            "silent": None if token["silent_after"] is None else to_ms(token["silent_after"]),
            "address": None if token["new_address_at"] is None else to_ms(token["new_address_at"]),
            "account": token["account_id"],
            "id": token["id"],
        }
        for token in tokens
    ]
    store.write(lambda unit: unit.run_each(sql, values))
