"""What a person asks a report for: an account by id or name, and a period in dates or back from its end."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from console.reports.report import Subject
from store.errors import BadInput, NotFound
from store.moments import parse_moment
from store.rules.reporting import Period, Rule

if TYPE_CHECKING:
    from store.reader import Reader

YEAR = "1y"
_BACK = re.compile(r"(\d{1,4})(y|w|d)", re.ASCII)
_KNOWN = 5_000
"""So many ids and names are looked at for the one most like an unknown account."""


def begin_of(text: str, until: datetime) -> datetime:
    """Read the beginning of a period: `1y`, `90d` or `13w` back from its end, or a date or time. Raises BadInput."""
    found = _BACK.fullmatch(text.strip())
    try:
        if found is None:
            return parse_moment(text)
        number = int(found[1])
        if found[2] == "y":
            return _years_before(until, number)
        return until - number * timedelta(weeks=1 if found[2] == "w" else 0, days=1 if found[2] == "d" else 0)
    except (ValueError, OverflowError):
        raise BadInput(
            f"“{text[:40]}” is not the beginning of a period.", "Write 2025-03-16, or 1y, 90d or 13w before its end."
        ) from None


def _years_before(until: datetime, number: int) -> datetime:
    """Return the same day so many years earlier; of 29 February the 28th, where there is none."""
    try:
        return until.replace(year=until.year - number)
    except ValueError:
        return until.replace(year=until.year - number, day=28)


def subject_of(reader: Reader, account: str | None, period: Period) -> Subject:
    """Return the subject of a report; None stands for every account.

    Raises NotFound with the nearest id or name, or BadInput when several accounts are called so.
    """
    from store.reads.accounts import account_ids, account_name, account_names
    from store.rules.filter_values import nearest

    if account is None:
        return Subject(None, "", period)
    ids = account_ids(reader, account)
    if len(ids) > 1:
        raise BadInput(f"{len(ids)} accounts are called “{account[:40]}”: {', '.join(ids[:5])}.", "Say which by its id.")
    if not ids:
        remedy = nearest(account, account_names(reader, _KNOWN), "`tokendesk accounts list` finds one.")
        raise NotFound(f"There is no account “{account[:40]}”.", remedy)
    return Subject(ids[0], account_name(reader, ids[0]), period)


def rule_named(text: str) -> Rule:
    """Return the rule of this name; raises BadInput."""
    try:
        return Rule(text)
    except ValueError:
        raise BadInput(f"There is no rule “{text[:40]}”.", f"Use {' or '.join(Rule)}.") from None
