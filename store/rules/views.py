"""The saved views every store has: each is one expression in the filter language (decisions.md, «Saved views»)."""

from __future__ import annotations

from dataclasses import dataclass

from store.errors import NotFound


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: its name in commands, its titles, its rule in words and as a filter, and how it is sorted at first.

    `sort` is a field of store.reads.tokens.SORTS, with a leading «-» for the largest or latest first; `key` is the digit
    that opens the view, empty for those without one. `by_account` says that its number counts accounts, not tokens.
    """

    name: str
    title: str
    short: str
    rule: str
    filter: str
    sort: str
    key: str = ""
    by_account: bool = False


VIEWS = (
    View("live", "All live tokens", "All live", "Active or retiring.", "status:live", "-used", "1"),
    View("unused-90d", "Unused > 90 days", "Unused 90 d", "Live, and not used for more than 90 days.",
         "status:live idle>90d", "used", "2"),
    View("orphaned", "Orphaned", "Orphaned", "Live, and who made it is no longer an active member of its account.",
         "status:live creator.active:no", "used", "3"),
    View("high-volume", "High volume", "High volume", "More than 10,000 requests in the last 24 hours.",
         "reqs24h>10000", "-requests", "4"),
    View("sprawl", "Sprawl", "Sprawl", "The live tokens of accounts that have more than 10 of them.",
         "status:live sprawl:yes", "account", "5", by_account=True),
    View("expiring-7d", "Expiring within 7 days", "Expiring 7 d", "Active, and expires within the next 7 days.",
         "status:active exp<=7d", "expires", "6"),
    View("never-expires", "Never expires", "Never expires", "Live, and has no expiry.",
         "status:live exp:never", "used", "7"),
    View("unrotated-180d", "Unrotated > 180 days", "Unrotated 180 d", "Live, and its secret is older than 180 days.",
         "status:live rot>180d", "rotated", "8"),
    View("retiring", "Retiring", "Retiring", "Replaced, and still accepted until its overlap ends.",
         "status:retiring", "retires", "9"),
    View("knocking", "Knocking", "Knocking", "Not live, and refused at least once in the last 7 days.",
         "-status:live fails>0", "-denied"),
    View("silent", "Silent", "Silent", "Live, and overdue by more than three of its own usual intervals.",
         "status:live silent:yes", "silent"),
    View("unused-180d", "Unused for 180 days", "Unused 180 d", "Live, and not used for 180 days or more.",
         "status:live idle>=180d", "used"),
    View("never-used", "Never used", "Never used", "Live, and never used, with its whole life tracked.",
         "status:live used:never", "created"),
    View("no-owner", "No owner", "No owner", "Live, and its owner is missing or no longer active.",
         "status:live owner.active:no", "used"),
    View("too-broad", "Too broad", "Too broad", "Live, and holds admin rights, a wildcard scope or a risky pair of scopes.",
         "status:live broad:yes", "used"),
    View("unrotated-90d", "Unrotated > 90 days", "Unrotated 90 d", "Live, and its secret is older than 90 days.",
         "status:live rot>90d", "rotated"),
    View("new-address", "New address", "New address", "Live, and first used from a new address in the last 7 days.",
         "status:live new-address:yes", "-address"),
    View("used-after-revoke", "Used after revoke", "After revoke", "A request was accepted later than its revocation.",
         "used-after-revoke:yes", "-success"),
    View("all", "All tokens", "All tokens", "Every token, whatever its status.", "", "-used"),
)  # fmt: skip
"""In the order of the navigator: first the nine with a digit, then the others."""

_BY_NAME = {view.name: view for view in VIEWS}


def view_named(name: str) -> View:
    """Return a saved view by its name; raises NotFound with the nearest name."""
    view = _BY_NAME.get(name.strip().lower())
    if view is None:
        from store.rules.filter_values import nearest

        raise NotFound(f"There is no view “{name[:40]}”.", nearest(name, list(_BY_NAME), "`tokendesk views` lists them."))
    return view
