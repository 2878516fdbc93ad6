"""What a demo store holds besides tokens: accounts and people, policies, cases, saved views, facts, and the deeds on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from store.demo.incidents import case_deeds, case_rows
from store.demo.names import COMPANIES
from store.demo.scene import Scene
from store.demo.stories import Deed
from store.moments import DAY_MS, HOUR_MS
from store.rules.actions import Action
from store.rules.usage import hours_30d, minutes_24h
from store.usage.facts import UsageFact

HouseDeed = tuple[Deed, str | None]
"""Something done to no token, and the account it concerns."""

_POLICIES = (
    ("", 365, 180, 90, 336, None),
    ("acme", 180, 90, 90, 168, None),
    ("eastmere", 90, 90, 30, 72, 40),
    ("meridian", 180, 180, 60, 168, None),
    ("willow", None, None, None, None, 12),
)
_VIEWS = (
    ("", "Q1 review", "idle>60d tier:admin,read-write", "-used", ""),
    ("", "INC-204", "case=INC-204", "-used", ""),
    ("", "busy test tokens", "env:test reqs24h>100", "-requests", ""),
)


def house_rows(scene: Scene, opened: Mapping[str, int]) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Yield the rows of each table, accounts first; `opened` tells how many tokens of an account are not closed."""
    known = scene.customers
    for first in range(0, known.count, 1_000):
        some = [known.customer(number) for number in range(first, min(first + 1_000, known.count))]
        yield "account", [(one.id, one.name, one.plan, one.created_at, opened.get(one.id, 0)) for one in some]
        yield (
            "member",
            [
                (one.id, who.id, who.name, int(who.admin), int(who.active), who.joined_at, who.left_at, who.email(one.id))
                for one in some
                for who in one.people
            ],
        )
    yield "policy", [(*policy, scene.at(days=200), "ingrid") for policy in _POLICIES]
    yield "case_file", case_rows(scene)
    yield "saved_view", [(*view, scene.at(days=40)) for view in _VIEWS]
    facts = {
        UsageFact.RECORDED_TO: scene.times.recorded_to,
        UsageFact.MINUTES_FROM: minutes_24h(scene.now).first,
        UsageFact.HOURS_FROM: hours_30d(scene.now).first,
    }
    yield "fact", [(fact.value, str(value)) for fact, value in facts.items()]


def house_deeds(scene: Scene) -> list[HouseDeed]:
    """Return what was done to no token: people who left the named accounts, weekly exports, shared views, cases."""
    deeds: list[HouseDeed] = [(deed, None) for deed in case_deeds(scene)]
    for company in COMPANIES:
        for who in scene.customer(company.id).people:
            if who.left_at is not None and who.left_at > scene.history:
                detail = {"member": who.id, "active": False}
                deeds.append((Deed(who.left_at, Action.MEMBER, "customer portal", detail=detail), company.id))
    for week in range(1, 87):
        detail = {"format": "csv", "rows": 2_000 + week * 37 % 900, "view": "unused-90d"}
        at = scene.midnight(week * 7) + 8 * HOUR_MS + week * 97_000
        deeds.append((Deed(at, Action.EXPORT, "ingrid" if week % 4 else "priya", detail=detail), None))
    for _, name, *_ in _VIEWS:
        deeds.append((Deed(scene.at(days=40), Action.VIEW, "priya", detail={"view": name}), None))
    return [(deed, account) for deed, account in deeds if scene.history <= deed.at <= scene.now - DAY_MS // 24]
