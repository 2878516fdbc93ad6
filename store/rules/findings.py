"""What is worth saying about one token: the saved views it is in, each as a short sentence with its number or date.

Whether a finding holds is decided by the view's own filter, so that a list and a detail never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store.moments import EPOCH, HOUR_MS, to_ms
from store.rules.filters import Extras, matches, parse
from store.rules.rhythm import Rhythm, expected, quarterly
from store.rules.scopes import RISKY_PAIRS, RiskyPair, Tier, is_wildcard, risky_pairs
from store.rules.signals import hours_7d
from store.rules.status import Status, refused_since_end
from store.rules.views import view_named

if TYPE_CHECKING:
    from store.rows import TokenRow

EXPOSED = "exposed"
_UNUSED = frozenset({"unused-90d", "unused-180d"})
_DAY = timedelta(days=1)
Sentence = Callable[["TokenRow", datetime], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something worth a look: the saved view that holds such tokens (`exposed` has none), and what to say."""

    view: str
    sentence: str


def findings(
    row: TokenRow,
    now: datetime,
    extras: Extras | None = None,
    pairs: Iterable[RiskyPair] = RISKY_PAIRS,
    rhythm: Rhythm | None = None,
) -> tuple[Finding, ...]:
    """Return the findings of a token at `now`, the gravest first.

    `extras` adds what is not on the row; without it «never used» is not said, because it needs to be known since when
    usage is tracked. `pairs` are the store's risky pairs, for saying why a token is too broad. A token
    that calls once a quarter by its own `rhythm` is not called unused without saying so (decisions.md, «Lifecycle»).
    """
    extras = extras or Extras(refused_7d=_refused_lately(row, now))
    found = []
    if row.exposed_at is not None:
        found.append(Finding(EXPOSED, f"Exposed: on record since {_date(row.exposed_at)}"))
        if row.status is Status.SUSPENDED and row.suspended_until is not None and row.suspended_until <= now:
            over = f"{row.suspended_until:%Y-%m-%d at %H:%M} UTC"
            found.append(Finding(EXPOSED, f"Waits for a decision: its suspension was over on {over}; resume or revoke it"))
    for view, wanted, sentence in _RULES:
        if matches(wanted, row, now, extras):
            words = _why_broad(row, pairs) if view == "too-broad" else sentence(row, now)
            if view in _UNUSED and rhythm is not None and quarterly(rhythm):
                words = f"{words}, but it calls once in about {_length(_gap(rhythm))} by its own rhythm"
            found.append(Finding(view, words))
    said = {finding.view for finding in found}
    return tuple(finding for finding in found if not (_COVERED_BY.get(finding.view, frozenset()) & said))


def _refused_lately(row: TokenRow, now: datetime) -> int:
    """Say whether the last refusal is within 7 d, as the least number of refusals it stands for."""
    return int(row.last_denied_at is not None and to_ms(row.last_denied_at) >= hours_7d(to_ms(now)).first * HOUR_MS)


def _why_broad(row: TokenRow, pairs: Iterable[RiskyPair]) -> str:
    reasons = [f"holds everything of a kind ({scope})" for scope in row.scopes if is_wildcard(scope)]
    reasons += [f"{pair.why} ({pair.one} and {pair.other})" for pair in risky_pairs(row.scopes, pairs)]
    if row.tier is Tier.ADMIN and not reasons:
        reasons = ["holds admin rights"]
    return "Too broad: " + "; ".join(reasons or ["holds more than one token should"])


def _used_after(row: TokenRow, now: datetime) -> str:
    assert row.last_success_at is not None
    assert row.revoked_at is not None
    return f"Accepted {_length(row.last_success_at - row.revoked_at)} after it was revoked"


def _knocking(row: TokenRow, now: datetime) -> str:
    assert row.last_denied_at is not None
    reason = f" ({row.last_denied_reason})" if row.last_denied_reason else ""
    refused = f"refused {_length(now - row.last_denied_at)} ago{reason}"
    if refused_since_end(row.moments, row.last_denied_at, now):
        return f"Still being called: last {refused}"
    return f"Last {refused}, before its end and not since"


def _orphaned(row: TokenRow, now: datetime) -> str:
    who = row.creator_name or row.creator or "Its creator"
    return f"Creator {who} left on {_date(row.creator_left_at)}" if row.creator_left_at else f"Creator {who} is no longer active"


def _no_owner(row: TokenRow, now: datetime) -> str:
    return "No owner" if row.owner is None else f"Owner {row.owner_name or row.owner} is no longer active"


def _never_used(row: TokenRow, now: datetime) -> str:
    age = now - row.created_at
    if age < timedelta(minutes=1):
        return "Not used yet: made just now"
    return f"Never used in {_length(age)}" if age >= _DAY else f"Not used yet: made {_length(age)} ago"


def _unused(row: TokenRow, now: datetime) -> str:
    if row.last_used_at is None:
        return f"No use on record in {_length(now - row.created_at)}"
    return f"Not used for {_length(now - row.last_used_at)}"


def _gap(rhythm: Rhythm) -> timedelta:
    return expected(rhythm, EPOCH) - EPOCH


def _expiring(row: TokenRow, now: datetime) -> str:
    assert row.expires_at is not None
    return f"Expires in {_length(row.expires_at - now)}, on {_date(row.expires_at)}"


def _retiring(row: TokenRow, now: datetime) -> str:
    assert row.retires_at is not None
    return f"Replaced: stops in {_length(row.retires_at - now)}, on {row.retires_at:%Y-%m-%d at %H:%M} UTC"


def _silent(row: TokenRow, now: datetime) -> str:
    used = f"last used {_length(now - row.last_used_at)} ago" if row.last_used_at else "no use on record"
    return f"Silent: {used}, far beyond its usual rhythm"


def _new_address(row: TokenRow, now: datetime) -> str:
    assert row.new_address_at is not None
    return f"First used from a new address {_length(now - row.new_address_at)} ago"


_SENTENCES: tuple[tuple[str, Sentence], ...] = (
    ("used-after-revoke", _used_after),
    ("knocking", _knocking),
    ("too-broad", lambda row, now: ""),
    ("never-expires", lambda row, now: "Never expires"),
    ("orphaned", _orphaned),
    ("no-owner", _no_owner),
    ("high-volume", lambda row, now: f"{row.requests_24h:,} requests in the last 24 hours"),
    ("new-address", _new_address),
    ("silent", _silent),
    ("never-used", _never_used),
    ("unused-180d", _unused),
    ("unused-90d", _unused),
    ("unrotated-180d", lambda row, now: f"Not rotated for {_length(now - (row.rotated_at or row.created_at))}"),
    ("unrotated-90d", lambda row, now: f"Not rotated for {_length(now - (row.rotated_at or row.created_at))}"),
    ("expiring-7d", _expiring),
    ("retiring", _retiring),
)
"""Every view that says something about one token, the gravest first."""

_RULES = tuple((view, parse(view_named(view).filter), sentence) for view, sentence in _SENTENCES)
_COVERED_BY = {
    "unused-90d": frozenset({"unused-180d", "never-used"}),
    "unused-180d": frozenset({"never-used"}),
    "unrotated-90d": frozenset({"unrotated-180d"}),
}
"""What need not be said once a stronger finding has been."""


def _date(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d}"


def _length(time: timedelta) -> str:
    """Say a length in its largest whole unit: 91 days, 3 hours, 21 seconds; nothing shorter than a second."""
    units = (("day", _DAY), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)), ("second", timedelta(seconds=1)))
    for name, unit in units:
        number = time // unit
        if number > 0:
            return f"{number:,} {name}{'s' * (number != 1)}"
    return "less than a second"
