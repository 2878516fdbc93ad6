"""What goes wrong: a leaked token, a job that fell silent, a caller from somewhere new, too many tokens."""

from __future__ import annotations

from dataclasses import replace

from store.demo import kinds, rhythms
from store.demo.incidents import INCIDENT as CASE
from store.demo.rhythms import Rhythm
from store.demo.stories import Story
from store.demo.telling import Teller
from store.moments import HOUR_MS, MINUTE_MS
from store.rules.actions import Action
from store.rules.usage import Outcome

_SETTINGS = "settings.manage"


def incident(tell: Teller) -> list[Story]:
    """Return the leak of INC-204: found in a public repository, suspended, revoked, replaced, and its finder still knocking."""
    scene = tell.scene
    found, ended = scene.at(days=4, hours=6, minutes=18), scene.at(days=4, hours=5, minutes=46)
    leaked = tell.token("harbor", kinds.SHOPIFY, 58, 90, name="mobile backend", creator="pete", owner="grace")
    leaked.did(found - 4 * MINUTE_MS, Action.LOOK_UP, "marco", "reported by a researcher", CASE)
    leaked.seen(found - 2 * MINUTE_MS, "marco", "github.com/harbor-finch/app", "config/prod.env, commit 4f1c2aa", 2,
                found - 9 * MINUTE_MS, CASE)  # fmt: skip
    leaked.suspended(found, "marco", "Exposed in a public repository; a new token is on its way.", None, CASE)
    leaked.did(found + 3 * MINUTE_MS, Action.LOOK_UP, "marco", "", CASE, {"did": "usage"})
    leaked.revoked(ended, "priya", "posted in a public repository", CASE)
    leaked.used(
        tell.calls(rhythms.SHOP, 58, (scene.now - found) / 86_400_000),
        tell.knocks(Rhythm(HOUR_MS, 1.0), ended + 9_000, Outcome.REVOKED, first=True),
    )
    leaked.habits = replace(leaked.habits, agent="shop-bridge/5.2", addresses=("198.51.100.7", "203.0.113.9", "203.0.113.77"))
    replacement = tell.token("harbor", kinds.SHOPIFY, 0, 90, at=ended - 6 * MINUTE_MS, name="mobile backend", actor="priya",
                             owner="grace", creator="grace")  # fmt: skip
    replacement.used(tell.calls(rhythms.SHOP, 4.2))
    until = scene.at(days=2)
    exposed = tell.token("harbor", kinds.LAKE, 31, 90, name="analytics notebook", creator="yuki", owner="yuki")
    exposed.seen(found + 20 * MINUTE_MS, "marco", "github.com/harbor-finch/app", "notebooks/load.ipynb, line 12", 1, None, CASE)
    exposed.suspended(found + 21 * MINUTE_MS, "marco", "Found next to an exposed token; checking.", until, CASE)
    exposed.used(
        tell.calls(rhythms.HALF_HOURLY, 31, 4.25), tell.knocks(rhythms.MORNING, found + 30 * MINUTE_MS, Outcome.SUSPENDED)
    )
    sibling = tell.token("harbor", kinds.DEPLOY, 45, 90, name="release pipeline", creator="pete", owner="grace")
    sibling.did(found + 25 * MINUTE_MS, Action.LOOK_UP, "marco", "made by the same person", CASE)
    sibling.used(tell.calls(rhythms.PIPELINE, 45))
    return [leaked, replacement, exposed, sibling]


def oddities(tell: Teller) -> list[Story]:
    """Return what changed its ways: silent jobs, and callers from a new address."""
    scene = tell.scene
    export = tell.token("tidewater", kinds.EXPORT, 190, 365)
    export.used(tell.calls(rhythms.NIGHTLY, 190, 6.3))
    prices = tell.token("bluefen", kinds.LAKE, 75, 90, name="tariff feed")
    prices.used(tell.calls(rhythms.HOURLY, 75, 0.4))
    scanner = tell.token("meridian", kinds.SCANNER, 88, 180)
    scanner.used(tell.calls(rhythms.HALF_HOURLY, 88))
    scanner.habits = replace(scanner.habits, new_address=("198.51.100.201", scene.at(days=1, hours=5)))
    notebook = tell.token("yarrow", kinds.REPORTING, 20, 30, name="trial notebook")
    notebook.used(tell.calls(rhythms.MORNING, 20))
    notebook.habits = replace(notebook.habits, new_address=("2001:db8:bad:cafe::1", scene.at(days=3)))
    return [export, prices, scanner, notebook]


def sprawl(tell: Teller) -> list[Story]:
    """Return accounts with many tokens that do the same: an account far above ten."""
    return [
        tell.token("meridian", kinds.TERRAFORM, 60 + number, 180, recent=20, scopes=_SETTINGS,
                   name=f"Terraform workspace {number:02d}")
        .used(tell.calls(rhythms.MORNING, 60))
        for number in range(1, 15)
    ]  # fmt: skip
