"""What the reads of an audit report return: frozen values, free of any connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.rows import TokenRow
from store.rules.rebuilding import Proof


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What holds for a whole report: `head` is the newest audit line of its moment, `log_since` when the log begins.

    `recorded_to` says up to when usage is on record, never later than the report's moment; `tracking_since` since when.
    """

    head: int
    head_hash: str
    log_since: datetime | None
    tracking_since: datetime | None
    recorded_to: datetime | None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the last review decided about a token, who and when; and who signed that review off, when ("" and None: nobody)."""

    review: str
    decision: str
    by: str
    at: datetime
    signed_by: str
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A token as it was at the report's moment, what the audit log says about that, and who rotated it ("": nobody).

    `second` says who approved its end or its issue ("": no second person was wanted); `alone` that the glass was broken for it.
    `used_by_hour` says that its last use is known to the hour only: it was used again after the report's moment.
    """

    token: TokenRow
    proof: Proof
    rotated_by: str
    second: str
    alone: bool
    reviewed: Reviewed | None
    used_by_hour: bool
