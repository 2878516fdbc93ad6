"""Which tokens an audit report lists, and the words that stand on it for that (requirements 1.18, «report»)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.errors import BadInput
from store.rules.roles import Actor, Role
from store.rules.status import Moments

REPORTS_ALL = frozenset({Role.AUDITOR, Role.SECURITY, Role.ADMIN})
"""Who may report on every account at once (decisions.md, «Roles»); on one account everybody may."""


class Rule(StrEnum):
    """Which tokens belong to a period."""

    LIVE = "created-or-live"
    CREATED = "created"


RULES: dict[Rule, str] = {
    Rule.LIVE: "Tokens created in the period, or live at any time in it; one that was suspended counts as live.",
    Rule.CREATED: "Tokens created in the period, and no others: an older token is left out even if it is still live.",
}
"""Both rules in words; the first one leaves out no token that could be used."""


@dataclass(frozen=True, slots=True)
class Period:
    """What a report is about: `since` is its first moment, `until` the first that is not in it, `as_of` when tokens are judged.

    Moments count in whole milliseconds, as in the store.
    """

    since: datetime
    until: datetime
    as_of: datetime
    rule: Rule = Rule.LIVE

    def holds(self, created_at: datetime, ended_at: datetime | None) -> bool:
        """Say whether a token made at one moment and ended at another (None: not ended) belongs to it.

        A token does not work from its end on: one that ended with the period's first moment was not live in it.
        """
        if created_at >= self.until or created_at > self.as_of:
            return False
        if created_at >= self.since:
            return True
        return self.rule is Rule.LIVE and (ended_at is None or ended_at > self.since)


def period_of(since: datetime, until: datetime, as_of: datetime | None, now: datetime, rule: Rule = Rule.LIVE) -> Period:
    """Return the period of a report; without `as_of` its tokens are judged at its end, or now when that is still to come.

    Raises BadInput for a period that ends before it begins, and for a moment that has not come or is before the period.
    """
    if since >= until:
        raise BadInput("The period ends before it begins.", "Give an earlier --since or a later --until.")
    judged = min(until, now) if as_of is None else as_of
    if judged > now:
        raise BadInput("The tokens can't be judged at a time that has not come yet.", "Give an --as-of in the past.")
    if judged < since:
        raise BadInput("The period begins after the moment its tokens are judged at.", "Give an earlier --since.")
    return Period(since, until, judged, rule)


def ended_at(moments: Moments) -> datetime | None:
    """Return when a token stopped for good or will: revoked, expired or its overlap over, whichever is first. None: never."""
    return min((end for end in (moments.revoked_at, moments.expires_at, moments.retires_at) if end is not None), default=None)


def report_refusal(actor: Actor, *, every_account: bool) -> str:
    """Return why this person may not make this report, "" when they may."""
    if every_account and actor.role not in REPORTS_ALL:
        able = ", ".join(role for role in Role if role in REPORTS_ALL)
        return f"The role {actor.role} may not report on every account; the roles {able} may."
    return ""
