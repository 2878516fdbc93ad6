"""Integrations that do what they should, and what a first look at an account finds."""

from __future__ import annotations

from dataclasses import replace

from store.demo import kinds, rhythms
from store.demo.habits import Caller
from store.demo.kinds import Kind
from store.demo.rhythms import BUSINESS, OFFICE, Rhythm
from store.demo.stories import Story
from store.demo.telling import Teller
from store.moments import DAY_MS, HOUR_MS, MINUTE_MS
from store.rules.actions import Action
from store.rules.usage import Outcome

_FILING = Kind("quarterly tax filing", "tax-filer/2025.4", "billing.export reports.read",
               ("GET /v1/billing/export", "GET /v1/reports/tax"), rhythms.QUARTERLY)  # fmt: skip
_RUNAWAY = Kind("runaway sync", "crux-sync/0.8 (python)", "customers.read orders.read orders.write",
                ("GET /v1/orders", "GET /v1/customers", "PUT /v1/orders/{id}"),
                Rhythm(MINUTE_MS, 5.0, curve=BUSINESS))  # fmt: skip

_ALSO = (
    Caller("storefront-web/4.2", ("GET /v1/products", "GET /v1/orders/{id}"), 0.3),
    Caller("finance-sheet/1.1", ("GET /v1/reports/sales",), 0.08),
)
"""What else calls with the key that three programs share."""


def everyday(tell: Teller) -> list[Story]:
    """Return integrations in good health: every minute, hourly, nightly, weekly, quarterly, and in bursts."""
    scene = tell.scene
    netsuite = tell.token("acme", kinds.NETSUITE, 70, 90)
    netsuite.used(tell.calls(rhythms.EVERY_MINUTE, 70, refused=0.002, day_total=2_880))
    lake = tell.token("tidewater", kinds.LAKE, 140, 365)
    lake.used(tell.calls(rhythms.HOURLY, 139))
    report = tell.token("acme", kinds.REPORTING, 200, 365, owner="tom")
    report.used(tell.calls(rhythms.DASHBOARD, 199))
    report.did(scene.at(days=3, hours=2), Action.LOOK_UP, "dana", "customer asks who uses it", "TKT-3318")
    morning = tell.token("bolt", kinds.MORNING_REPORT, 120, 180, name="morning stock mail")
    morning.used(tell.calls(rhythms.MORNING, 119))
    weekly = tell.token("meridian", kinds.LAKE, 300, 365, name="weekly stock count", scopes="products.read")
    weekly.used(tell.calls(rhythms.WEEKLY, 299))
    start = scene.at(days=94, hours=3) - 4 * 91 * DAY_MS
    filing = tell.token("granite", _FILING, 470, 500, at=start - 2 * DAY_MS, expires_at=start + 365 * DAY_MS)
    filing.did(start + 300 * DAY_MS, Action.EXPIRE, "dana", "runs once a quarter", "REV-2025Q4",
               {"from": start + 365 * DAY_MS, "to": scene.at(days=-150)}, expires_at=scene.at(days=-150))  # fmt: skip
    filing.used(tell.calls(replace(rhythms.QUARTERLY, at=start % (91 * DAY_MS)), 472))
    burst = tell.token("kestrel", kinds.MOBILE, 40, 90, name="load test")
    burst.used(tell.calls(replace(rhythms.BURSTS, at=2 * DAY_MS + 14 * HOUR_MS), 39))
    beta = tell.token("juniper", kinds.MOBILE, 25, 30)
    beta.used(tell.calls(kinds.MOBILE.rhythm, 25, refused=0.03, refusal=Outcome.INSUFFICIENT_SCOPE))
    shop = tell.token("northgate", kinds.SHOPIFY, 65, 90)
    shop.used(tell.calls(rhythms.SHOP, 65, refused=0.01))
    shop.habits = replace(shop.habits, failing=0.03)
    shared = tell.token("acme", kinds.NETSUITE, 110, 180, name="shared backend key", owner="tom",
                        scopes="customers.read invoices.read orders.read orders.write products.read reports.read")  # fmt: skip
    shared.used(tell.calls(rhythms.HALF_HOURLY, 110))
    shared.habits = replace(shared.habits, also=_ALSO)
    return [netsuite, lake, report, morning, weekly, filing, burst, beta, shop, shared]


def volumes(tell: Teller) -> list[Story]:
    """Return what calls very often: one far above 10,000 requests a day, one just above, one at 10,000 exactly."""
    scene = tell.scene
    runaway = tell.token("crux", _RUNAWAY, 60, 180, creator="nadia")
    runaway.used(
        tell.calls(_RUNAWAY.rhythm, 60, 1.4),
        tell.calls(Rhythm(MINUTE_MS, 14.0), 1.4, 0.8),
        tell.calls(Rhythm(MINUTE_MS, 26.0), 0.8, 0.3, refused=0.01),
        tell.calls(Rhythm(MINUTE_MS, 49.0), 0.3, refused=0.03),
    )
    runaway.did(scene.at(hours=6), Action.LOOK_UP, "tomas", "far above its usual volume", "TKT-3402")
    above = tell.token("crux", kinds.SHOPIFY, 60, 180, name="storefront cache warmer", scopes="products.read")
    above.used(tell.calls(Rhythm(MINUTE_MS, 10.0, curve=BUSINESS), 60, day_total=10_001))
    busy = tell.token("crux", kinds.LAKE, 60, 180, name="busy but fine")
    busy.used(tell.calls(Rhythm(MINUTE_MS, 10.0, curve=BUSINESS), 60, day_total=10_000))
    return [runaway, above, busy]


def idlers(tell: Teller) -> list[Story]:
    """Return what is not used any more, never was, never ends, or sits exactly on an edge."""
    scene = tell.scene
    digest = scene.chance.bytes("old import")
    old = tell.token("acme", kinds.ZAPIER, 288, None, name="old import", source="csv", hint="k2Qd",
                     digest_scheme="sha256", digest=digest)  # fmt: skip
    old.used(tell.calls(rhythms.HALF_HOURLY, 288, 91), tell.calls(rhythms.ONCE, 91, 90 + 1 / 86_400, last=True))
    edge = tell.token("acme", kinds.REPORTING, 157, 203, name="edge boundary")
    edge.used(tell.calls(rhythms.MORNING, 157, 91), tell.calls(rhythms.ONCE, 91, 90, last=True))
    zapier = tell.token("bolt", kinds.ZAPIER, 408, None, name="Zapier 2025", scopes="orders.read", source="csv")
    zapier.used(tell.calls(rhythms.QUARTER_HOURLY, 408, 182), tell.calls(rhythms.ONCE, 182, 180 + 1 / 1_440, last=True))
    new = tell.token("bolt", kinds.EXPORT, 15, 90, name="never used, new", scopes="orders.read")
    unused = tell.token("bolt", kinds.EXPORT, 135, 180, name="never used, old", scopes="orders.read")
    older = tell.token("granite", kinds.STATEMENTS, 620, None, name="statements 2023", source="csv")
    floor = tell.token("granite", kinds.LAKE, 900, None, name="warehouse dump", source="csv", last_used_at=scene.at(days=520))
    asleep = tell.token("northgate", kinds.REPORTING, 300, 365, name="investor dashboard", owner=None)
    asleep.used(tell.calls(rhythms.DASHBOARD, 299, 140))
    return [old, edge, zapier, new, unused, older, floor, asleep]


def people(tell: Teller) -> list[Story]:
    """Return what people left behind: creators and owners who have gone, and what does too much."""
    deploy = tell.token("acme", kinds.DEPLOY, 166, 243, creator="raj", owner="tom")
    deploy.used(tell.calls(Rhythm(10 * MINUTE_MS, 2.0, curve=OFFICE, weekend=0.2), 166, day_total=96))
    etl = tell.token("crux", kinds.LAKE, 310, 365, name="Jo's ETL", creator="jo", owner="jo")
    etl.used(tell.calls(rhythms.HOURLY, 310))
    pete = tell.token("harbor", kinds.TERRAFORM, 75, 180, name="Terraform (Pete)", creator="pete", owner="pete")
    pete.used(tell.calls(rhythms.PIPELINE, 75, 19.2))
    nobody = tell.token("bolt", kinds.ZAPIER, 44, 90, name="courier hook", owner=None, creator="karl")
    nobody.used(tell.calls(rhythms.QUARTER_HOURLY, 61 - 17))
    given = tell.token("bolt", kinds.SCANNER, 80, 180, owner="karl", creator="leo")
    given.did(tell.scene.at(days=58), Action.REOWN, "dana", "Karl has left", None, {"from": "karl", "to": "sofia"},
              owner_id="sofia", owner_active=1)  # fmt: skip
    given.used(tell.calls(rhythms.SCANNERS, 80))
    refunds = tell.token("eastmere", kinds.STATEMENTS, 28, 90, name="refund reconciliation",
                         scopes="billing.export refunds.create orders.read",
                         rationale="One job refunds and books; to be split by May.")  # fmt: skip
    refunds.used(tell.calls(rhythms.HALF_HOURLY, 28))
    door = tell.token("vantage", kinds.TERRAFORM, 35, 90, name="identity set-up", scopes="customers.read security.manage",
                      rationale="Single sign-on roll-out, ends with the project.")  # fmt: skip
    door.used(tell.calls(rhythms.PIPELINE, 35))
    every = tell.token("brightwater", kinds.LAKE, 520, None, name="meter bridge (all rights)", scopes="*", source="csv")
    every.used(tell.calls(rhythms.HALF_HOURLY, 440))
    admin = tell.token("eastmere", kinds.TERRAFORM, 50, 90)
    admin.used(tell.calls(rhythms.PIPELINE, 50))
    return [deploy, etl, pete, nobody, given, refunds, door, every, admin]
