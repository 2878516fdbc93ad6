"""The ticket card: one paragraph that answers «is it used, and when last?» and may be pasted anywhere."""

from __future__ import annotations

from datetime import datetime

from console.render.contact_words import contact_sentences
from console.render.freshness import SHOWN_FROM_S, span_of
from console.render.moments import ago_words, at, end_of
from console.render.plain import plain
from store.contact_rows import Contact
from store.rows import Freshness, TokenRow
from store.rules.status import Status

REASONS = {
    "NOT_FOUND": "the token is not known",
    "BAD_CHECKSUM": "the token was cut or mistyped",
    "EXPIRED": "it has expired",
    "RETIRED": "it was replaced and its overlap is over",
    "REVOKED": "it was revoked",
    "SUSPENDED": "it is suspended",
    "INSUFFICIENT_SCOPE": "it may not do what was asked",
    "ADDRESS_NOT_ALLOWED": "the address is not allowed",
    "RATE_LIMITED": "there were too many requests",
}


def ticket_card(
    row: TokenRow,
    now: datetime,
    *,
    denied_since: int | None = None,
    freshness: Freshness | None = None,
    case: str | None = None,
    contact: Contact | None = None,
) -> str:
    """Write the paragraph about a token, as it was at `now`; with a `contact` also why somebody calls, and whom.

    It says the status and since when, the last success, and the refusals since (`denied_since` counts those after the last
    success; None when nobody counted). Of the secret it has the last four characters only. It is plain text on one line.
    """
    told = contact_sentences(contact, now) if contact is not None else []
    said = [_what(row), *told, _success(row, now), _refusals(row, now, denied_since), _future(row, now), _freshness(freshness)]
    card = " ".join(sentence for sentence in said if sentence)
    return plain(f"{case}: {card}" if case else card)


def _what(row: TokenRow) -> str:
    name = f"“{row.name.strip()}”" if row.name.strip() else "without a name"
    ends = f"ends in {row.hint}" if row.hint else f"id {row.id}"
    account = row.account_name or row.account_id
    return f"The API token {name} of {account} ({row.environment} environment, {row.tier.value}, {ends}) {_state(row)}."


def _state(row: TokenRow) -> str:
    match row.status:
        case Status.ACTIVE:
            return "is active and works"
        case Status.RETIRING:
            return f"has been replaced and works until {_moment(row.retires_at)}"
        case Status.SUSPENDED:
            until = f", until {at(row.suspended_until)}" if row.suspended_until is not None and row.exposed_at is None else ""
            return f"has been suspended since {_moment(row.suspended_at)}{until}, and is refused"
        case Status.EXPIRED:
            return f"expired on {_moment(end_of(row.expires_at, row.retires_at))} and no longer works"
        case Status.REVOKED:
            return f"was revoked on {_moment(row.revoked_at)} and cannot be restored"


def _moment(moment: datetime | None) -> str:
    return "an unknown date" if moment is None else at(moment)


def _success(row: TokenRow, now: datetime) -> str:
    if row.last_success_at is not None:
        when = ago_words(row.last_success_at, now) if row.last_success_at <= now else "by a clock that is ahead of ours"
        return f"Its last successful request was on {at(row.last_success_at)}, {when}."
    if row.last_used_at is not None and row.last_used_at != row.last_denied_at:
        used = f"{at(row.last_used_at)}, {ago_words(row.last_used_at, now)}"
        return f"It was last used on {used}; whether that succeeded is not recorded."
    return "No successful request is on record."


def _refusals(row: TokenRow, now: datetime, denied_since: int | None) -> str:
    last = row.last_denied_at
    if denied_since == 0 or last is None or (row.last_success_at is not None and last <= row.last_success_at):
        return "No request has been refused since." if row.last_success_at is not None else "No refused request is on record."
    word = row.last_denied_reason
    reason = f", because {REASONS.get(word, 'of ' + word)} ({word})" if word else ""
    count = (
        "Requests have"
        if denied_since is None
        else f"{denied_since:,} request has"
        if denied_since == 1
        else f"{denied_since:,} requests have"
    )
    return f"{count} been refused since, the last on {at(last)}, {ago_words(last, now)}{reason}."


def _future(row: TokenRow, now: datetime) -> str:
    if row.status is not Status.ACTIVE:
        return ""
    return (
        "It never expires."
        if row.expires_at is None
        else f"It expires on {at(row.expires_at)}, {ago_words(row.expires_at, now)}."
    )


def _freshness(freshness: Freshness | None) -> str:
    if freshness is None or freshness.recorded_to is None:
        return "No usage has been recorded." if freshness is not None else ""
    since = f", tracked since {at(freshness.tracking_since)}" if freshness.tracking_since is not None else ""
    ahead = freshness.ahead_s
    wrong = f" Some of it is dated up to {span_of(ahead)} ahead of our clock." if ahead >= SHOWN_FROM_S else ""
    return f"Usage is recorded up to {at(freshness.recorded_to)}{since}.{wrong}"
