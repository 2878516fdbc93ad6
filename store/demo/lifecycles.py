"""Tokens on their way: rotated, about to end, ended, suspended, resumed, revoked."""

from __future__ import annotations

from store.demo import kinds, rhythms
from store.demo.rhythms import BUSINESS, OFFICE, Rhythm
from store.demo.stories import Story
from store.demo.telling import Teller
from store.moments import HOUR_MS, MINUTE_MS
from store.rules.actions import Action
from store.rules.usage import Outcome

_ORDERS = Rhythm(2 * MINUTE_MS, 2.9, curve=BUSINESS)
_STALE = "stale in the review of the fourth quarter"


def rotations(tell: Teller) -> list[Story]:
    """Return rotations: one with its traffic moving over, one nobody has moved, one about to end, one chain of three."""
    scene = tell.scene
    at = scene.at(days=5, hours=22, minutes=46)
    first = tell.token("acme", kinds.MOBILE, 86, 180, name="orders app", environment="live")
    second = tell.token("acme", kinds.MOBILE, 0, 90, at=at, name="orders app", environment="live")
    first.replaced(second, scene.at(hours=-25, minutes=-14), "dana")
    first.used(
        tell.calls(_ORDERS, 86, 3),
        tell.calls(Rhythm(6 * MINUTE_MS, 0.6, curve=OFFICE), 3, 20 / 1_440, last=True, day_total=120),
    )
    second.used(tell.calls(Rhythm(30 * MINUTE_MS, 0.4), 5.8, 3), tell.calls(_ORDERS, 3, day_total=1_320))
    waiting = tell.token("saffron", kinds.ZAPIER, 60, 90, name="menu sync")
    unmoved = tell.token("saffron", kinds.ZAPIER, 2, 90, name="menu sync")
    waiting.replaced(unmoved, scene.at(days=-1), "customer portal").used(tell.calls(rhythms.HALF_HOURLY, 60))
    ending = tell.token("quayside", kinds.REPORTING, 83, 90, name="occupancy board")
    moved = tell.token("quayside", kinds.REPORTING, 6.972, 90, name="occupancy board")
    ending.replaced(moved, scene.at(minutes=-40), "tomas").used(tell.calls(rhythms.DASHBOARD, 83, 5))
    moved.used(tell.calls(rhythms.DASHBOARD, 5))
    oldest, middle, newest = (tell.token("tessera", kinds.TERRAFORM, made, 90) for made in (214, 128, 42))
    oldest.replaced(middle, scene.at(days=127), "customer portal").used(tell.calls(rhythms.PIPELINE, 213, 127.4))
    middle.replaced(newest, scene.at(days=41), "customer portal").used(tell.calls(rhythms.PIPELINE, 127.4, 41.5))
    newest.used(tell.calls(rhythms.PIPELINE, 41.5))
    return [first, second, waiting, unmoved, ending, moved, oldest, middle, newest]


def ends(tell: Teller) -> list[Story]:
    """Return what ends soon or has ended: a cliff of one day next week, the edges of seven days, and callers still knocking."""
    scene = tell.scene
    cliff = [
        tell.token("northgate", kinds.SCANNER, 170, 0, name=f"store {number:02d} till", expires_at=scene.midnight(-7),
                   scopes="orders.read orders.write", recent=20)
        .used(tell.calls(Rhythm(20 * MINUTE_MS, 2.0, curve=OFFICE), 60))
        for number in range(1, 24)
    ]  # fmt: skip
    pull = tell.token("bolt", kinds.REPORTING, 23, 30, name="reporting pull")
    pull.used(tell.calls(Rhythm(8 * HOUR_MS, 1.0, at=6 * HOUR_MS), 23, day_total=3))
    short = tell.token("bolt", kinds.MOBILE, 0.5, 1, name="webhook test (24 h)", scopes="webhooks.manage")
    short.used(tell.calls(rhythms.HOURLY, 0.5, 1 / 24, last=True, day_total=11))
    late = tell.token("copperline", kinds.EXPORT, 30.2, 30, name="roastery labels")
    late.used(
        tell.calls(rhythms.QUARTER_HOURLY, 30, 0.2), tell.knocks(rhythms.QUARTER_HOURLY, scene.at(days=0.2), Outcome.EXPIRED)
    )
    ended = scene.midnight(6)
    bridge = tell.token("bolt", kinds.SHOPIFY, 96, 0, name="shopify bridge", expires_at=ended)
    bridge.used(
        tell.calls(rhythms.SHOP, 96, 6.7),
        tell.calls(Rhythm(15 * MINUTE_MS, 3.0), 6.7, (scene.now - ended + 15 * MINUTE_MS) / 86_400_000, last=True),
        tell.knocks(Rhythm(15 * MINUTE_MS, 1.0), ended + 12_000, Outcome.EXPIRED, first=True, total=611),
    )
    bridge.did(scene.at(days=5, hours=1), Action.LOOK_UP, "dana", "is it still used", "TKT-3318")
    return [*cliff, pull, short, late, bridge]


def pauses(tell: Teller) -> list[Story]:
    """Return suspensions: for four hours, until further notice, over by itself, and resumed by hand."""
    scene = tell.scene
    hours = tell.token("tidewater", kinds.SCANNER, 90, 180, name="berth planner")
    hours.suspended(scene.at(hours=1), "marco", "Paused until noon: it floods the order service.", scene.at(hours=-3), "TKT-3402")
    hours.used(
        tell.calls(Rhythm(MINUTE_MS, 3.0), 90, 1 / 24), tell.knocks(rhythms.HALF_HOURLY, scene.at(minutes=59), Outcome.SUSPENDED)
    )
    open_end = tell.token("isobar", kinds.LAKE, 120, 180, name="forecast feed")
    open_end.suspended(scene.at(days=12), "dana", "Suspended at the customer's request.")
    open_end.used(tell.calls(rhythms.HOURLY, 120, 12), tell.knocks(rhythms.MORNING, scene.at(days=11.9), Outcome.SUSPENDED))
    over = tell.token("zephyr", kinds.LAKE, 100, 180, name="parts feed")
    over.suspended(scene.at(days=9), "tomas", "Paused over the weekend.", scene.at(days=7), None)
    over.used(tell.calls(rhythms.HOURLY, 100, 9), tell.calls(rhythms.HOURLY, 7))
    back = tell.token("xenia", kinds.ZAPIER, 75, 90, name="booking mails")
    back.suspended(scene.at(days=33), "marco", "Sends each mail twice; please check your workflow.", case="TKT-3318")
    back.resumed(scene.at(days=32, hours=20), "dana").did(
        scene.at(days=32), Action.RENAME, "dana", "", None, {"from": "booking mails", "to": "booking mails (fixed)"},
        name="booking mails (fixed)",
    )  # fmt: skip
    back.used(tell.calls(rhythms.QUARTER_HOURLY, 75, 33), tell.calls(rhythms.QUARTER_HOURLY, 32.8))
    return [hours, open_end, over, back]


def revocations(tell: Teller) -> list[Story]:
    """Return revocations: one that held only 21 s later, one of this morning, one nobody noticed, and a review's worth."""
    scene = tell.scene
    cut = scene.at(days=1, hours=21)
    feed = tell.token("delta", kinds.ZAPIER, 105, 180, name="partner feed", scopes="products.read")
    feed.revoked(cut, "priya", "partner has left")
    feed.used(
        tell.calls(Rhythm(MINUTE_MS, 1.4, curve=BUSINESS), 105, (scene.now - cut - 21_000) / 86_400_000, last=True),
        tell.knocks(Rhythm(20 * MINUTE_MS, 1.0), cut + 24_000, Outcome.REVOKED, first=True),
    )
    morning = tell.token("pinnacle", kinds.ZAPIER, 50, 90, name="newsletter bridge")
    morning.revoked(scene.at(minutes=14), "dana", "customer asked", "TKT-3318")
    morning.used(tell.calls(rhythms.EVERY_MINUTE, 50, 14 / 1_440),
                 tell.knocks(rhythms.EVERY_MINUTE, scene.at(minutes=13.9), Outcome.REVOKED))  # fmt: skip
    quiet = tell.token("redwood", kinds.EXPORT, 140, 180, name="showroom tablet").revoked(
        scene.at(days=8), "tomas", "device lost"
    )
    quiet.used(tell.calls(rhythms.MORNING, 140, 20))
    review = [
        tell.token(account, kinds.ZAPIER, 260, 365, name=name, recent=20)
        .revoked(scene.at(days=74, minutes=-2 * place), "priya", _STALE, "REV-2025Q4")
        .used(tell.calls(rhythms.MORNING, 260, 190 - place))
        for place, (account, name) in enumerate(
            (("yarrow", "lab orders (old)"), ("yarrow", "lab orders 2"), ("vantage", "claims test"), ("foxglove", "sampler"),
             ("isobar", "buoy 7"), ("quayside", "old door locks"), ("granite", "fax gateway"), ("xenia", "flight prices 2024"))
        )
    ]  # fmt: skip
    return [feed, morning, quiet, *review]
