"""One token's life on one axis: what was done to it, what became of it, and its traffic (requirement E10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from store.reader import Reader
from store.reads.audit import lines
from store.reads.blast import last_hour
from store.reads.refusals import refusals_since
from store.reads.tokens import token
from store.reads.usage import addresses, days, freshness, rhythm
from store.rows import AuditRow, EventRow, Series, TokenKey, TokenRow
from store.rules.actions import Action
from store.rules.second_person import second_words
from store.rules.status import Status
from store.rules.stopping import Known, why

MOST_EVENTS = 100
SHOWN_DAYS = 90
_WORDS = {Action.NOTIFY.value: "notified"}
_UNTOLD = frozenset({Action.LOOK_UP.value, Action.VIEW.value, Action.EXPORT.value, Action.DENIED.value})


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events, the oldest first, the days behind them, and the sentence that says why the calls stopped or that they go on."""

    sentence: str
    events: tuple[EventRow, ...]
    days: Series


def timeline(reader: Reader, row: TokenRow, now: datetime, shown_days: int = SHOWN_DAYS) -> Timeline:
    """Return the story of a token up to `now`, and its ends that are still to come."""
    audit = lines(reader, key=row.key, limit=MOST_EVENTS)
    refusals = refusals_since(reader, row, now)
    ended_at, ended_by = _end(row)
    successor = None if row.replaced_by is None else token(reader, TokenKey((row.account_id, row.replaced_by)), now)
    known = Known(
        status=row.status,
        ended_at=ended_at,
        ended_by=ended_by,
        last_success_at=row.last_success_at,
        last_denied_at=row.last_denied_at,
        last_denied_reason=row.last_denied_reason,
        refused=refusals.words,
        rhythm=rhythm(reader, row.key),
        requests_1h=last_hour(reader, row.key, now) if row.live else 0,
        recorded_to=freshness(reader).recorded_to,
        replaced_by=row.replaced_by or "",
        moved_at=None if successor is None else successor.last_used_at,
    )
    events = sorted([*_lifecycle(row, audit), *_done(audit), *_traffic(reader, row)], key=lambda event: (event.at, event.word))
    return Timeline(why(known, now), tuple(events[-MOST_EVENTS:]), days(reader, row.key, now, shown_days))


def _end(row: TokenRow) -> tuple[datetime | None, str]:
    match row.status:
        case Status.REVOKED:
            reason = f", {row.revoke_reason}" if row.revoke_reason else ""
            return row.revoked_at, f" by {row.revoked_by}{reason}"
        case Status.SUSPENDED:
            return row.suspended_at, f" by {row.suspended_by}" if row.suspended_by else ""
        case Status.EXPIRED:
            ends = [end for end in (row.expires_at, row.retires_at) if end is not None]
            overlap = row.retires_at is not None and (row.expires_at is None or row.retires_at <= row.expires_at)
            return min(ends), ", when the overlap after its rotation was over" if overlap else ", its expiry"
        case Status.ACTIVE | Status.RETIRING:
            return None, ""


def _lifecycle(row: TokenRow, audit: tuple[AuditRow, ...]) -> Iterator[EventRow]:
    if not any(line.action == Action.ISSUE.value and line.at == row.created_at for line in audit):
        yield EventRow(row.created_at, "made", f"by {row.creator_name or row.creator}" if row.creator else "")
    if row.expires_at is not None:
        yield EventRow(row.expires_at, "expires")
    if row.retires_at is not None:
        yield EventRow(row.retires_at, "retires", f"replaced by {row.replaced_by}" if row.replaced_by else "")
    if row.creator_left_at is not None:
        yield EventRow(row.creator_left_at, "creator left", row.creator_name or row.creator or "")


def _done(audit: tuple[AuditRow, ...]) -> Iterator[EventRow]:
    for line in audit:
        if line.action not in _UNTOLD:
            parts = [f"by {line.actor}", *(part for part in (second_words(line.detail), line.reason, line.case_id) if part)]
            if line.action == Action.NOTIFY.value:
                parts = [f"{line.reason or 'somebody'} of the {line.detail.get('did', 'matter')}", *parts[:1]]
            yield EventRow(line.at, _WORDS.get(line.action, line.action), ", ".join(parts))


def _traffic(reader: Reader, row: TokenRow) -> Iterator[EventRow]:
    seen = addresses(reader, row.key)
    if seen:
        first = min(seen, key=lambda one: one.first_seen_at)
        yield EventRow(first.first_seen_at, "first call", f"from {first.address}")
    if row.last_success_at is not None:
        yield EventRow(row.last_success_at, "last success")
    if row.last_denied_at is not None:
        yield EventRow(row.last_denied_at, "last refusal", row.last_denied_reason)
    if row.new_address_at is not None:
        yield EventRow(row.new_address_at, "new address")
