"""An inventory and an access log, imported into an empty store, give the views one gets by hand from the two files."""

from __future__ import annotations

import csv
import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from store.address import Address
from store.creation import create_store
from tests.command_line import Ran, run
from tests.conftest import NOW

DAY = timedelta(days=1)
STAMP = "%Y-%m-%dT%H:%M:%SZ"


@dataclass
class Line:
    """One line of the inventory, as a person reads it."""

    id: str
    account: str
    name: str
    scopes: str
    owner: str
    creator: str
    creator_active: bool
    created: datetime
    rotated: datetime | None
    expires: datetime | None
    revoked: datetime | None
    floor: datetime | None

    @property
    def live(self) -> bool:
        return self.revoked is None and (self.expires is None or self.expires > NOW)


def inventory(chance: random.Random) -> list[Line]:
    """Make 240 tokens of 18 accounts, some exactly on the edges of the views."""
    lines = []
    for number in range(240):
        account = f"cust-{chance.choice('abcdefghijklmnopqr')}" if number > 24 else "cust-a"
        age = chance.choice([90 * DAY, 180 * DAY, 91 * DAY, 400 * DAY, timedelta(seconds=chance.randrange(1, 40_000_000))])
        created = NOW - age
        left = chance.random() < 0.15
        lines.append(
            Line(
                id=f"tok{number:04d}",
                account=account,
                name=f"job {number}, “{chance.choice(['sync', 'export', 'feed'])}”",
                scopes=chance.choice(
                    ["orders.read", "orders.read orders.write", "users.manage", "refunds.create billing.export", "*"]
                ),
                owner=chance.choice(["", f"{account}-ann", f"{account}-bob"]),
                creator=f"{account}-gone" if left else f"{account}-ann",
                creator_active=not left,
                created=created,
                rotated=chance.choice([None, None, created + age / 2]),
                expires=chance.choice([None, NOW + 7 * DAY, NOW + 7 * DAY + timedelta(seconds=1), NOW, NOW + 40 * DAY])
                if chance.random() < 0.8
                else None,
                revoked=created + age / 3 if chance.random() < 0.1 else None,
                floor=chance.choice([None, None, NOW - 90 * DAY, NOW - 90 * DAY - timedelta(seconds=1), NOW - 180 * DAY]),
            )
        )
        last = lines[-1]
        if last.floor is not None and last.floor < last.created:
            last.floor = None
        if last.expires is not None and last.expires <= last.created:
            last.expires = None
    return lines


def write_inventory(path: Path, lines: list[Line]) -> None:
    columns = [
        "id",
        "account",
        "account_name",
        "name",
        "environment",
        "scopes",
        "owner",
        "creator",
        "creator_active",
        "created_at",
        "rotated_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
        "revoked_by",
    ]

    def text(moment: datetime | None) -> str:
        return "" if moment is None else moment.strftime(STAMP)

    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(columns)
        for one in lines:
            rows.writerow(
                [
                    *(one.id, one.account, one.account.title(), one.name, "live", one.scopes, one.owner, one.creator),
                    *(str(one.creator_active).lower(), text(one.created), text(one.rotated), text(one.expires)),
                    *(text(one.floor), text(one.revoked), "marco" if one.revoked else ""),
                ]
            )


def write_log(path: Path, lines: list[Line], chance: random.Random) -> list[tuple[str, datetime, int]]:
    """Write a combined access log of 30 days and return its requests as (token, moment, status)."""
    requests: list[tuple[str, datetime, int]] = []
    for one in chance.sample(lines, 90):
        for _ in range(chance.randrange(1, 40)):
            at = NOW - timedelta(seconds=chance.randrange(0, 30 * 86_400))
            if at >= one.created:
                dead = (one.revoked is not None and at > one.revoked) or (one.expires is not None and at >= one.expires)
                requests.append((one.id, at, 401 if dead else chance.choice([200, 200, 200, 201, 404, 500, 403, 429])))
    # Both edges of «more than 10,000 requests in the last 24 hours», and of the window: its first minute is 09:01.
    over, at_most, outside = lines[0], lines[1], lines[2]
    first = NOW - DAY + timedelta(minutes=1)
    busy = (over, at_most, outside)
    for one in busy:
        one.created, one.expires, one.revoked, one.rotated, one.floor = NOW - 60 * DAY, None, None, None, None
        requests = [request for request in requests if request[0] != one.id]
    for number in range(10_000):
        at = first + timedelta(seconds=number * 8)
        requests += [(one.id, at, 200) for one in busy]
    requests.append((over.id, first, 200))
    requests.append((outside.id, first - timedelta(seconds=1), 200))
    requests.sort(key=lambda request: request[1])
    with path.open("w", encoding="utf-8") as file:
        for token, at, status in requests:
            when = at.strftime("%d/%b/%Y:%H:%M:%S +0000")
            file.write(
                f'203.0.113.{len(token) + int(token[-1])} - {token} [{when}] "GET /v1/orders?page=2 HTTP/1.1" {status} 512 '
                '"-" "sync-job/2.1 (+https://example.com)"\n'
            )
    return requests


def by_hand(lines: list[Line], requests: list[tuple[str, datetime, int]]) -> dict[str, set[str]]:
    """Work out the views from the two files alone."""
    last = {one.id: one.floor for one in lines}
    day: Counter[str] = Counter()
    refused: set[str] = set()
    for token, at, status in requests:
        if last[token] is None or at > last[token]:  # type: ignore[operator]
            last[token] = at
        if NOW - DAY + timedelta(minutes=1) <= at < NOW + timedelta(minutes=1):
            day[token] += 1
        if status in (401, 403, 429) and at >= datetime(2026, 3, 9, 10, tzinfo=NOW.tzinfo):
            refused.add(token)
    live = [one for one in lines if one.live]
    idle = {one.id: NOW - (last[one.id] or one.created) for one in lines}
    secret = {one.id: NOW - (one.rotated or one.created) for one in lines}
    per_account = Counter(one.account for one in live)
    broad = {"users.manage", "refunds.create billing.export", "*"}
    return {
        "live": {one.id for one in live},
        "unused-90d": {one.id for one in live if idle[one.id] > 90 * DAY},
        "unused-180d": {one.id for one in live if idle[one.id] >= 180 * DAY},
        "orphaned": {one.id for one in live if not one.creator_active},
        "no-owner": {one.id for one in live if not one.owner},
        "high-volume": {token for token, count in day.items() if count > 10_000},
        "sprawl": {one.id for one in live if per_account[one.account] > 10},
        "expiring-7d": {one.id for one in live if one.expires is not None and one.expires - NOW <= 7 * DAY},
        "never-expires": {one.id for one in live if one.expires is None},
        "too-broad": {one.id for one in live if one.scopes in broad},
        "unrotated-90d": {one.id for one in live if secret[one.id] > 90 * DAY},
        "unrotated-180d": {one.id for one in live if secret[one.id] > 180 * DAY},
        "knocking": {one.id for one in lines if not one.live and one.id in refused},
    }


def command(store: Address, *arguments: str | Path) -> Ran:
    ran = run(*arguments, store=store)
    assert ran.code == 0, ran
    return ran


def test_the_views_after_an_import_are_those_worked_out_by_hand(address: Address, tmp_path: Path) -> None:
    chance = random.Random(11)
    lines = inventory(chance)
    requests = write_log(tmp_path / "access.log", lines, chance)
    write_inventory(tmp_path / "inventory.csv", lines)
    expected = by_hand(lines, requests)
    assert all(expected.values()), "every view is put to the test"
    assert expected["high-volume"] == {"tok0000"}

    create_store(address, NOW, demo_now=NOW).close()
    command(address, "import", "tokens", tmp_path / "inventory.csv")
    command(address, "import", "usage", tmp_path / "access.log")

    def found(view: str) -> set[str]:
        listed = command(address, "tokens", "list", "--view", view, "--limit", "1000", "--json").json
        return {record["id"] for record in listed}

    assert {view: found(view) for view in expected} == expected
