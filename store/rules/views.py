"""Saved views: those every store has, and those somebody saved. Each is one expression in the filter language.

The first kind is decisions.md, «Saved views»; what anybody saved is kept in the store and looked up the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from store.errors import BadInput, NotFound
from store.record import record


@record
class View:
    """A saved view: its name in commands, its titles, its rule in words and as a filter, and how it is sorted at first.

    `sort` is a field of store.reads.tokens.SORTS, with a leading «-» for the largest or latest first; `key` is the digit
    that opens the view, empty for those without one. `by_account` says that its number counts accounts, not tokens.
    `operator` is None for a view every store has, empty for one that somebody saved for everybody, else whose own it is;
    `columns` says how such a view shows its list (`wide`, `narrow`, or empty for as it is).
    """

    name: str
    title: str
    short: str
    rule: str
    filter: str
    sort: str
    key: str = ""
    by_account: bool = False
    operator: str | None = None
    columns: str = ""

    @property
    def id(self) -> str:
        """Return what names it among all that one person sees: `live`, `mine/Q4 review`, `shared/Q4 review`."""
        return self.name if self.operator is None else f"{self.kind}/{self.name}"

    @property
    def kind(self) -> str:
        """Return whose it is in a word."""
        return "built-in" if self.operator is None else "mine" if self.operator else "shared"


VIEWS = (
    View("live", "All live tokens", "All live", "Active or retiring.", "status:live", "-used", "1"),
    View("unused-90d", "Unused > 90 days", "Unused 90 d", "Live, and not used for more than 90 days.",
         "status:live idle>90d", "used", "2"),
    View("orphaned", "Orphaned", "Orphaned", "Live, and who made it is no longer active.",
         "status:live creator.active:no", "used", "3"),
    View("high-volume", "High volume", "High volume", "More than 10,000 requests in the last 24 h.",
         "reqs24h>10000", "-requests", "4"),
    View("sprawl", "Sprawl", "Sprawl", "Live, of an account with over 10 tokens.",
         "status:live sprawl:yes", "account", "5", by_account=True),
    View("expiring-7d", "Expiring within 7 days", "Expiring 7 d", "Active, and expires within the next 7 days.",
         "status:active exp<=7d", "expires", "6"),
    View("never-expires", "Never expires", "Never expires", "Live, and has no expiry.",
         "status:live exp:never", "used", "7"),
    View("unrotated-180d", "Unrotated > 180 days", "Unrotated 180 d", "Live, and its secret is over 180 days old.",
         "status:live rot>180d", "rotated", "8"),
    View("retiring", "Retiring", "Retiring", "Replaced, and accepted until overlap ends.",
         "status:retiring", "retires", "9"),
    View("knocking", "Knocking", "Knocking", "Not live, and refused in the last 7 days.",
         "-status:live fails>0", "-denied"),
    View("silent", "Silent", "Silent", "Live, and overdue by over three intervals.",
         "status:live silent:yes", "silent"),
    View("unused-180d", "Unused for 180 days", "Unused 180 d", "Live, and not used for 180 days or more.",
         "status:live idle>=180d", "used"),
    View("never-used", "Never used", "Never used", "Live, never used, its whole life tracked.",
         "status:live used:never", "created"),
    View("no-owner", "No owner", "No owner", "Live, and its owner is missing or inactive.",
         "status:live owner.active:no", "used"),
    View("too-broad", "Too broad", "Too broad", "Live, with admin, wildcard or risky scopes.",
         "status:live broad:yes", "used"),
    View("unrotated-90d", "Unrotated > 90 days", "Unrotated 90 d", "Live, and its secret is over 90 days old.",
         "status:live rot>90d", "rotated"),
    View("new-address", "New address", "New address", "Live, and a new address in the last 7 days.",
         "status:live new-address:yes", "-address"),
    View("used-after-revoke", "Used after revoke", "After revoke", "Accepted after its revocation.",
         "used-after-revoke:yes", "-success"),
    View("all", "All tokens", "All tokens", "Every token, whatever its status.", "", "-used"),
)  # fmt: skip
"""In the order of the navigator: first the nine with a digit, then the others."""

_BY_NAME = {view.name: view for view in VIEWS}
LONGEST_NAME = 40


def saved_view(operator: str, name: str, filter: str, sort: str, columns: str) -> View:  # noqa: A002
    """Return what somebody saved as a view."""
    rule = "Saved by you, for yourself." if operator else "Saved for everybody."
    return View(name, name, name, rule, filter, sort or "-used", operator=operator, columns=columns)


def view_named(name: str, saved: Sequence[View] = ()) -> View:
    """Return a view by its name, in any case; raises NotFound with the nearest name.

    `saved` are those that the person sees besides: an own one comes before one for everybody. This is the one place where
    names of views are looked up, for the console and for the command line.
    """
    wanted = name.strip().lower()
    view = _BY_NAME.get(wanted)
    if view is not None:
        return view
    own_first = sorted(saved, key=lambda one: not one.operator)
    view = next((one for one in own_first if wanted in (one.name.lower(), one.id.lower())), None)
    if view is None:
        from store.rules.filter_values import nearest

        known = {one.name.lower(): one.name for one in saved}
        remedy = nearest(name, [*_BY_NAME, *known], "`tokendesk views` lists them.")
        raise NotFound(f"There is no view “{name[:40]}”.", remedy)
    return view


def the_view(view: str | View) -> View:
    """Return a view that may be given by the name of one every store has; raises NotFound."""
    return view if isinstance(view, View) else view_named(view)


def checked_view_name(name: str, taken: Iterable[View] = ()) -> str:
    """Return the name a view may be saved under; raises BadInput for any other, and for one of those `taken`."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput("This can't be the name of a view.", f"Use 1 to {LONGEST_NAME} visible characters.")
    if name[0] == "-" or "/" in name or name.isdigit():
        raise BadInput(f"“{name}” can't be the name of a view.", "Begin with a letter, and use no “/”.")
    known = [*(view.name for view in VIEWS), *(view.title for view in VIEWS), *(view.name for view in taken)]
    if name.lower() in {one.lower() for one in known}:
        raise BadInput(f"There is a view “{name}” already.", "Choose another name.")
    return name
